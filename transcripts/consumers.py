"""Sockets of open pages: each listens for one row, re-reads it when it changed and says so."""

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
from django.utils import timezone

from accounts.callers import Caller, caller_from_session
from transcripts.access import job_for
from transcripts.failures import Refusal
from transcripts.models import Share
from transcripts.progress import group_of, group_of_share, remember_server_loop
from transcripts.sharing import opened_by
from transcripts.views.jobs import progress_html
from transcripts.views.shared import is_admitted

SHOWN_EVERY_SECONDS = 0.25
LOOKED_UP_EVERY_SECONDS = 4.0  # a session that ended, or a deleted job, is noticed within five
SOCKETS_EACH = 20
READERS_OF_A_LINK = 200  # more are told by polling
LINK_LOOKED_UP_EVERY_SECONDS = 15.0

DONE = 1000
NOTHING_TO_SAY = 1008
TRY_AGAIN_LATER = 1013
NOT_SIGNED_IN = 4401
NOT_YOURS = 4403
GONE = 4404
TOO_MANY = 4429

_sockets: Counter[str] = Counter()


class RowConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]  # channels has no types
    """Looks at a row at once, at every change, and now and then; says what it looks like.

    It accepts before it refuses: only then does the browser get to see why.
    """

    looks_every_seconds = LOOKED_UP_EVERY_SECONDS

    def __init__(self) -> None:
        super().__init__()
        self._changed = asyncio.Event()
        self._watching: asyncio.Task[None] | None = None
        self._counted_as = ""
        self._group = ""

    async def connect(self) -> None:
        await self.accept()
        remember_server_loop()
        await self.begin()
        self._watching = asyncio.create_task(self._watch())

    async def begin(self) -> None:
        """What is to be done before the first look."""

    async def listen(self, group: str) -> None:
        self._group = group
        await self.channel_layer.group_add(group, self.channel_name)

    async def disconnect(self, code: int) -> None:  # noqa: ARG002 - channels' signature
        if self._watching is not None:
            self._watching.cancel()
        if self._counted_as:
            _sockets[self._counted_as] -= 1
            if not _sockets[self._counted_as]:
                del _sockets[self._counted_as]
        if self._group:
            await self.channel_layer.group_discard(self._group, self.channel_name)

    async def receive(self, **_: Any) -> None:
        await self.close(NOTHING_TO_SAY)

    async def look(self) -> tuple[str, int | None]:
        """What to show, and the code to close with if this is the end."""
        raise NotImplementedError

    async def _watch(self) -> None:
        """A look at the row at every change, four times a second at most, and now and then."""
        shown = ""
        code: int | None = None
        while code is None:
            self._changed.clear()
            try:
                html, code = await self.look()
            except DatabaseError:
                html, code = "", TRY_AGAIN_LATER
            if html and html != shown:
                await self.send(text_data=html)
                shown = html
            if code is None:
                await asyncio.sleep(SHOWN_EVERY_SECONDS)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._changed.wait(), self.looks_every_seconds)
        await self.close(code)

    def count(self, who: str, most: int = SOCKETS_EACH) -> bool:
        """False: they have as many sockets open as they may."""
        if not self._counted_as:
            if _sockets[who] >= most:
                return False
            _sockets[who] += 1
            self._counted_as = who
        return True


class JobConsumer(RowConsumer):
    """Sends the job's progress, and the last state before it closes."""

    async def begin(self) -> None:
        self._job_id = self.scope["url_route"]["kwargs"]["job_id"]
        await self.listen(group_of(self._job_id))

    async def job_changed(self, _message: dict[str, Any]) -> None:
        self._changed.set()

    @database_sync_to_async  # type: ignore[untyped-decorator]
    def look(self) -> tuple[str, int | None]:
        caller = self._caller()
        try:
            job = job_for(caller, self._job_id)
        except Refusal:
            if caller == Caller():
                return "", NOT_SIGNED_IN
            return "", GONE if self._counted_as else NOT_YOURS
        who = f"user {caller.user.pk}" if caller.user else caller.guest_key or self._job_id
        if not self.count(who):
            return "", TOO_MANY
        return progress_html(job), None if job.is_live else DONE

    def _caller(self) -> Caller:
        """From the session as it is now, not as it was when the socket was opened."""
        key = self.scope["session"].session_key
        session = import_module(settings.SESSION_ENGINE).SessionStore(key)
        return caller_from_session(get_user(SimpleNamespace(session=session)), session)  # type: ignore[arg-type]


class ShareConsumer(RowConsumer):
    """Says nothing; closes when the link opens nothing any more."""

    looks_every_seconds = LINK_LOOKED_UP_EVERY_SECONDS

    async def share_changed(self, _message: dict[str, Any]) -> None:
        self._changed.set()

    async def look(self) -> tuple[str, int | None]:
        try:
            share = await self._share()
        except Refusal:
            return "", GONE
        if not is_admitted(share, self.scope["cookies"]) and share.password_hash:
            return "", NOT_YOURS
        if not self.count(f"share {share.pk}", READERS_OF_A_LINK):
            return "", TOO_MANY
        if not self._group:
            await self.listen(group_of_share(share.pk))
            return await self.look()  # it may have ended just before
        if share.expires_at:
            left_seconds = (share.expires_at - timezone.now()).total_seconds()
            self.looks_every_seconds = min(LINK_LOOKED_UP_EVERY_SECONDS, max(left_seconds, 0))
        return "", None

    @database_sync_to_async  # type: ignore[untyped-decorator]
    def _share(self) -> Share:
        return opened_by(self.scope["url_route"]["kwargs"]["token"])


websocket_urlpatterns = [
    path("ws/jobs/<str:job_id>/", JobConsumer.as_asgi()),
    path("ws/shares/<str:token>/", ShareConsumer.as_asgi()),
]
