"""No body that is larger than an ordinary form reaches Django, which would spool it to a file."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import activate, get_language_from_request
from django.utils.translation import gettext as _

from config.htmx import wants_part
from config.security import new_nonce, with_policy
from transcripts.api.body import Body, ClientGone, Receive
from transcripts.api.middleware import PREFIX
from transcripts.api.raw import answer, refused
from transcripts.failures import FAILURES, Refusal

Scope = dict[str, Any]

# Method and address of what takes a whole document, in whatever form, or a file of text.
DOCUMENTS = re.compile(
    r"PUT /v1/transcripts/[^/]+/document|POST /v1/transcripts|POST /library/import/"
    r"|POST /v1/transcripts/[^/]+/(operations|privacy|private-shares)"
)


class BoundedBodies:
    """An ASGI application around another: 413 beyond a limit, 408 for a body that trickles.

    ``max_bytes`` is the limit of everything but a whole document, which has its own.
    """

    def __init__(self, application: Any, max_bytes: int, document_max_bytes: int) -> None:
        self._application = application
        self._max_bytes = max_bytes
        self._document_max_bytes = document_max_bytes

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        body = Body(receive, scope["headers"])
        if body.ended:
            await self._application(scope, receive, send)
            return
        try:
            whole = await _read(body, self._limit_of(scope))
        except ClientGone:
            return
        except Refusal as refusal:
            request = ASGIRequest(scope, BytesIO())
            activate(get_language_from_request(request))
            await answer(request, _said(request, refusal), body, send)
            return
        await self._application(scope, _handing_over(whole, receive), send)

    def _limit_of(self, scope: Scope) -> int:
        is_document = DOCUMENTS.fullmatch(f"{scope['method']} {scope['path']}")
        return self._document_max_bytes if is_document else self._max_bytes


async def _read(body: Body, max_bytes: int) -> bytes:
    """Before Django, which does nothing until it has a whole body either. Raises as ``piece``."""
    whole = bytearray()
    while not body.ended:
        if max(body.length_bytes or 0, body.received_bytes) > max_bytes:
            raise Refusal("file_too_large", _("Recordings go to /v1/transcribe or /v1/uploads."))
        whole += await body.piece()
    return bytes(whole)


def _handing_over(whole: bytes, receive: Receive) -> Receive:
    """The body in one message, and then whatever the server has to say."""
    waiting = [whole]

    async def hand_over() -> Scope:
        if waiting:
            return {"type": "http.request", "body": waiting.pop(), "more_body": False}
        return await receive()

    return hand_over


def _said(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """To a program as a problem, to a person as a page that leans on nothing, or as a notice."""
    if request.path.startswith(PREFIX):
        return refused(refusal)
    text = FAILURES[refusal.code]
    if wants_part(request):
        notice = f"{text.title} {refusal.detail or text.advice}"
        return HttpResponse(notice, "text/plain; charset=utf-8", status=text.status)
    page = render_to_string("413.html", {"failure": text})
    return with_policy(HttpResponse(page, status=text.status), new_nonce())
