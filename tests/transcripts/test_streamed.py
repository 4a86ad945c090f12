"""An answer that is made while it is sent, to somebody who takes none of it."""

import asyncio

from transcripts.api import streamed
from transcripts.api.body import Body
from transcripts.api.streamed import ABORT, Streamed, send_streamed


class Endless:
    def __init__(self) -> None:
        self.closed = asyncio.Event()

    def read(self) -> bytes:
        return b"more"

    def stop(self) -> None: ...

    def patience_seconds(self, sent_bytes: int) -> float:
        return 60.0

    def close(self) -> None:
        self.closed.set()


async def test_whoever_takes_nothing_is_given_up_and_holds_nothing(monkeypatch):
    monkeypatch.setattr(streamed, "TAKEN_WITHIN_SECONDS", 0.05)
    source, full, sent = Endless(), asyncio.Event(), []

    async def send(message):
        sent.append((message["type"], source.closed.is_set()))
        if message["type"] != "http.response.start":
            await full.wait()  # as a server does whose client does not read

    async def receive():
        await full.wait()

    answer = Streamed(b"first", source, lambda code: code.encode(), "video/mp4", {})
    start = {"type": "http.response.start"}
    async with asyncio.timeout(10):
        await send_streamed(answer, start, Body(receive, []), send, can_abort=True)
    assert sent == [("http.response.start", False), ("http.response.body", False), (ABORT, True)]
