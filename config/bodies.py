"""No body that is larger than an ordinary form reaches Django, which would spool it to a file."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.core.handlers.asgi import ASGIRequest
from django.utils.translation import gettext as _

from transcripts.api.body import Body, ClientGone
from transcripts.api.raw import answer, refused
from transcripts.failures import Refusal

Scope = dict[str, Any]


class BoundedBodies:
    """An ASGI application around another: 413 beyond ``max_bytes``, 408 for one that trickles."""

    def __init__(self, application: Any, max_bytes: int) -> None:
        self._application = application
        self._max_bytes = max_bytes

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        body = Body(receive, scope["headers"])
        if body.ended:
            await self._application(scope, receive, send)
            return
        guarded = _Guarded(body, receive, self._max_bytes)
        try:
            guarded.require_length()
            await self._application(scope, guarded.receive, send)
        except Refusal as refusal:
            request = ASGIRequest(scope, BytesIO())
            await answer(request, refused(refusal), body, send)


class _Guarded:
    def __init__(self, body: Body, receive: Any, max_bytes: int) -> None:
        self._body = body
        self._receive = receive
        self._max_bytes = max_bytes

    def require_length(self) -> None:
        if max(self._body.length_bytes or 0, self._body.received_bytes) > self._max_bytes:
            raise Refusal("file_too_large", _("Recordings go to /v1/transcribe or /v1/uploads."))

    async def receive(self) -> Scope:
        """Raises Refusal, through Django, which reads the whole body before it does anything."""
        if self._body.ended:
            message: Scope = await self._receive()
            return message
        try:
            data = await self._body.piece()
        except ClientGone:
            return {"type": "http.disconnect"}
        self.require_length()
        return {"type": "http.request", "body": data, "more_body": not self._body.ended}
