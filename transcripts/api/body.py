"""The body of a request as it arrives, for every route that is not Django's."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from transcripts.failures import Refusal
from transcripts.vault import BLOCK_BYTES

Receive = Callable[[], Awaitable[dict[str, Any]]]

IDLE_SECONDS = 30.0
# A body may be slow, but not so slow that it is there to hold a place.
GRACE_SECONDS = 30.0
SLOWEST_BYTES_A_SECOND = 1024
DRAIN_SECONDS = 10.0
DRAIN_MAX_BYTES = 2 * 1024**3


class ClientGone(Exception):  # noqa: N818
    """The connection was closed before the body ended, or while somebody waited."""


class Body:
    """``length_bytes`` is None where the client did not say."""

    def __init__(self, receive: Receive, headers: list[tuple[bytes, bytes]]) -> None:
        named = dict(headers)
        length = named.get(b"content-length", b"")
        self.length_bytes = int(length) if length.isdigit() else None
        self.received_bytes = 0
        # In HTTP/1.1 a body is announced by one of the two headers.
        self.ended = not self.length_bytes and b"transfer-encoding" not in named
        self._receive = receive
        self._began = time.monotonic()

    async def blocks(self) -> AsyncIterator[bytes]:
        """The body in blocks of ``BLOCK_BYTES``; the last one is shorter.

        Raises ClientGone after what came before, and Refusal ``request_timeout`` when nothing
        or too little comes.
        """
        block = bytearray()
        is_gone = False  # the error itself, kept here, would keep this frame and its block
        while not self.ended and not is_gone:
            try:
                block += await self.piece()
            except ClientGone:
                is_gone = True
            while len(block) >= BLOCK_BYTES:
                yield bytes(block[:BLOCK_BYTES])
                del block[:BLOCK_BYTES]
        if block:
            yield bytes(block)
        if is_gone:
            raise ClientGone

    async def gone(self) -> None:
        """Returns when the client has closed the connection. Only after the end of the body."""
        while (await self._receive())["type"] != "http.disconnect":
            pass

    async def drain(self) -> None:
        """Read on for a while after an early answer, or the client sees a reset instead of it."""
        limit = self.received_bytes + DRAIN_MAX_BYTES
        try:
            async with asyncio.timeout(DRAIN_SECONDS):
                while not self.ended and self.received_bytes < limit:
                    await self.piece()
        except (TimeoutError, ClientGone, Refusal):
            return

    async def piece(self) -> bytes:
        """What the server hands over next. Raises as ``blocks``."""
        try:
            async with asyncio.timeout(IDLE_SECONDS):
                message = await self._receive()
        except TimeoutError:
            raise Refusal("request_timeout") from None
        if message["type"] == "http.disconnect":
            raise ClientGone
        data: bytes = message.get("body", b"")
        self.received_bytes += len(data)
        self.ended = not message.get("more_body", False)
        seconds = time.monotonic() - self._began
        if seconds > GRACE_SECONDS and self.received_bytes < seconds * SLOWEST_BYTES_A_SECOND:
            raise Refusal("request_timeout")
        return data
