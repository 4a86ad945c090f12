"""Answers that are made while they are sent."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from django.http import HttpResponse

from transcripts.api.body import Body, ClientGone
from transcripts.api.visits import in_thread
from transcripts.failures import Refusal

Send = Callable[[dict[str, Any]], Awaitable[None]]

TAKEN_WITHIN_SECONDS = 60.0
ABORT = "sotto.response.abort"
"""A message to a server that knows it: end the connection, so that half is not taken for whole."""


class Source(Protocol):
    """``read`` blocks and gives b"" at the end; ``stop`` ends it from outside; ``close`` always
    comes last. ``read`` raises Refusal, whose code ``last_words`` puts into the format.

    ``patience_seconds`` is how long, all in all, the reader may have kept it waiting by the time
    that so much was sent.
    """

    def read(self) -> bytes: ...
    def stop(self) -> None: ...
    def close(self) -> None: ...
    def patience_seconds(self, sent_bytes: int) -> float: ...


class Streamed(HttpResponse):
    """``first`` is what is there already."""

    def __init__(
        self,
        first: bytes,
        source: Source,
        last_words: Callable[[str], bytes],
        content_type: str,
        headers: dict[str, str],
    ) -> None:
        super().__init__(content_type=content_type, headers=headers)
        self.first = first
        self.source = source
        self.last_words = last_words


async def send_streamed(
    response: Streamed, start: dict[str, Any], body: Body, send: Send, *, can_abort: bool
) -> None:
    """A client that goes away, or takes too little for long, ends the work."""
    gone = asyncio.ensure_future(_stop_when_gone(body, response.source))
    waited_seconds, sent_bytes = 0.0, 0
    try:
        await send(start)
        piece = response.first
        while piece:
            sent_bytes += len(piece)
            left_seconds = response.source.patience_seconds(sent_bytes) - waited_seconds
            began = time.monotonic()
            async with asyncio.timeout(min(TAKEN_WITHIN_SECONDS, left_seconds)):
                await send({"type": "http.response.body", "body": piece, "more_body": True})
            waited_seconds += time.monotonic() - began
            piece = await in_thread(response.source.read)
        await send({"type": "http.response.body", "body": b""})
    except Refusal as refusal:
        if not gone.done():
            await in_thread(response.source.close)  # whoever waits for it waits for no reader
            await _end_early(send, response.last_words(refusal.code), can_abort=can_abort)
    except TimeoutError:
        await in_thread(response.source.close)
        await _end_early(send, b"", can_abort=can_abort)
    finally:
        gone.cancel()
        await in_thread(response.source.close)


async def _end_early(send: Send, words: bytes, *, can_abort: bool) -> None:
    """Elsewhere (uvicorn) an application that ends without an end has its connection closed."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(TAKEN_WITHIN_SECONDS):
            if words:
                await send({"type": "http.response.body", "body": words, "more_body": True})
            if can_abort:
                await send({"type": ABORT})


async def until_gone(body: Body, work: Awaitable[Any], source: Source) -> Any:
    """The result of ``work``, unless the client leaves: then it is stopped. Raises ClientGone."""
    gone = asyncio.ensure_future(_stop_when_gone(body, source))
    try:
        return await work
    except Refusal:
        if gone.done():
            raise ClientGone from None
        raise
    finally:
        gone.cancel()


async def _stop_when_gone(body: Body, source: Source) -> None:
    await body.gone()
    source.stop()
