"""The socket of a job's page: it listens for the job, re-reads the row and renders it."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from importlib import import_module
from types import SimpleNamespace
from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from django.contrib.auth import get_user
from django.db import DatabaseError
from django.urls import path

from accounts.callers import Caller, caller_from_session
from transcripts.access import job_for
from transcripts.failures import Refusal
from transcripts.progress import group_of, remember_server_loop
from transcripts.views.jobs import progress_html

SHOWN_EVERY_SECONDS = 0.25
LOOKED_UP_EVERY_SECONDS = 4.0  # a session that ended, or a deleted job, is noticed within five
SOCKETS_EACH = 20

DONE = 1000
NOTHING_TO_SAY = 1008
TRY_AGAIN_LATER = 1013
NOT_SIGNED_IN = 4401
NOT_YOURS = 4403
GONE = 4404
TOO_MANY = 4429

_sockets: Counter[str] = Counter()


class JobConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]  # channels has no types
    """Sends the job's progress at once, at every change, and the last state before it closes.

    It accepts before it refuses: only then does the browser get to see why.
    """

    def __init__(self) -> None:
        super().__init__()
        self._changed = asyncio.Event()
        self._watching: asyncio.Task[None] | None = None
        self._counted_as = ""

    async def connect(self) -> None:
        await self.accept()
        remember_server_loop()
        self._job_id = self.scope["url_route"]["kwargs"]["job_id"]
        await self.channel_layer.group_add(group_of(self._job_id), self.channel_name)
        self._watching = asyncio.create_task(self._watch())

    async def disconnect(self, code: int) -> None:  # noqa: ARG002 - channels' signature
        if self._watching is not None:
            self._watching.cancel()
        if self._counted_as:
            _sockets[self._counted_as] -= 1
            if not _sockets[self._counted_as]:
                del _sockets[self._counted_as]
        await self.channel_layer.group_discard(group_of(self._job_id), self.channel_name)

    async def receive(self, **_: Any) -> None:
        await self.close(NOTHING_TO_SAY)

    async def job_changed(self, _message: dict[str, Any]) -> None:
        self._changed.set()

    async def _watch(self) -> None:
        """A look at the row at every change, four times a second at most, and now and then."""
        shown = ""
        code: int | None = None
        while code is None:
            self._changed.clear()
            try:
                html, code = await self._look()
            except DatabaseError:
                html, code = "", TRY_AGAIN_LATER
            if html and html != shown:
                await self.send(text_data=html)
                shown = html
            if code is None:
                await asyncio.sleep(SHOWN_EVERY_SECONDS)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._changed.wait(), LOOKED_UP_EVERY_SECONDS)
        await self.close(code)

    @database_sync_to_async  # type: ignore[untyped-decorator]
    def _look(self) -> tuple[str, int | None]:
        """What to show, and the code to close with if this is the end."""
        caller = self._caller()
        try:
            job = job_for(caller, self._job_id)
        except Refusal:
            if caller == Caller():
                return "", NOT_SIGNED_IN
            return "", GONE if self._counted_as else NOT_YOURS
        if not self._count(caller):
            return "", TOO_MANY
        return progress_html(job), None if job.is_live else DONE

    def _caller(self) -> Caller:
        """From the session as it is now, not as it was when the socket was opened."""
        key = self.scope["session"].session_key
        session = import_module(settings.SESSION_ENGINE).SessionStore(key)
        return caller_from_session(get_user(SimpleNamespace(session=session)), session)  # type: ignore[arg-type]

    def _count(self, caller: Caller) -> bool:
        if not self._counted_as:
            who = f"user {caller.user.pk}" if caller.user else caller.guest_key or self._job_id
            if _sockets[who] >= SOCKETS_EACH:
                return False
            _sockets[who] += 1
            self._counted_as = who
        return True


websocket_urlpatterns = [path("ws/jobs/<str:job_id>/", JobConsumer.as_asgi())]
