"""A TCP proxy of the tests' own: a line that is slow, or that breaks."""

import asyncio
import random
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

BLOCK_BYTES = 262_144
_OFFSET = re.compile(rb"\r\nupload-offset: *(\d+)\r\n", re.IGNORECASE)


class Proxy:
    """Forwards to ``port``. ``url`` is where it listens itself.

    ``bytes_a_second`` holds senders back. ``cut_after`` are numbers of bytes on their way up,
    counted over all connections, at which both ends of the connection are reset.
    Where it ``keeps``, ``kept`` has everything that went up, for each connection.
    ``changes`` are pairs of bytes of the same length: what comes down with the first in it
    arrives with the second instead.
    """

    def __init__(
        self,
        port: int,
        bytes_a_second: int = 0,
        cut_after: list[int] | None = None,
        *,
        keeps: bool = False,
        changes: tuple[tuple[bytes, bytes], ...] = (),
    ):
        self.bytes_a_second = bytes_a_second
        self.sent_bytes = 0
        self.cuts = 0
        self.offsets: list[int] = []
        self.keeps = keeps
        self.changes = changes
        self.kept: list[bytearray] = []
        self._cut_after = sorted(cut_after or [])
        self._to = port
        self._open: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def wait_until_idle(self, seconds: float = 1) -> None:
        """Until nothing has come up for so long: a sender's own buffers outlive it."""
        before = -1
        while before != self.sent_bytes:
            before = self.sent_bytes
            time.sleep(seconds)

    async def serve(self) -> asyncio.Server:
        server = await asyncio.start_server(self._accept, "127.0.0.1", 0, limit=BLOCK_BYTES)
        self.port = server.sockets[0].getsockname()[1]
        return server

    async def _accept(self, client: asyncio.StreamReader, answer: asyncio.StreamWriter) -> None:
        server, forward = await asyncio.open_connection("127.0.0.1", self._to)
        ends = (answer, forward)
        self._open.update(ends)
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(self._up(client, forward, ends))
                both.create_task(self._down(server, answer, ends))
        except* OSError:
            pass
        finally:
            for end in ends:
                end.transport.abort()
            self._open.difference_update(ends)

    def hang_up(self) -> None:
        for end in self._open:
            end.transport.abort()

    async def _up(self, client, forward, ends) -> None:
        kept = bytearray()
        self.kept.append(kept)
        while data := await client.read(BLOCK_BYTES):
            if self.keeps:
                kept += data
            if self.changes:  # nothing could be found in what is compressed
                data = data.replace(b"Accept-Encoding:", b"X-Encoding-Not-:")
            self.offsets += [int(found) for found in _OFFSET.findall(data)]
            if self._cut_after and self.sent_bytes + len(data) > self._cut_after[0]:
                data = data[: max(self._cut_after.pop(0) - self.sent_bytes, 0)]
                forward.write(data)
                self.sent_bytes += len(data)
                await forward.drain()
                self.cuts += 1
                raise ConnectionResetError
            forward.write(data)
            self.sent_bytes += len(data)
            await forward.drain()
            if self.bytes_a_second:
                await asyncio.sleep(len(data) / self.bytes_a_second)
        for end in ends:
            end.transport.abort()

    async def _down(self, server, answer, ends) -> None:
        while data := await server.read(BLOCK_BYTES):
            for before, after in self.changes:
                data = data.replace(before, after)
            answer.write(data)
            await answer.drain()
        for end in ends:
            end.transport.abort()


def random_cuts(count: int, size_bytes: int, seed: int) -> list[int]:
    """Where to break a line over which that much is sent."""
    return random.Random(seed).sample(range(size_bytes // 1000, size_bytes), count)


@contextmanager
def between(port: int, **how) -> Iterator[Proxy]:
    """A proxy to ``port``, in a thread with a loop of its own."""
    proxy = Proxy(port, **how)
    ready, ended = threading.Event(), asyncio.Event()

    async def run() -> None:
        async with await proxy.serve():
            ready.set()
            await ended.wait()
        proxy.hang_up()
        await asyncio.gather(
            *asyncio.all_tasks() - {asyncio.current_task()}, return_exceptions=True
        )

    loop = proxy._loop
    thread = threading.Thread(target=loop.run_until_complete, args=(run(),), name="proxy")
    thread.start()
    ready.wait(10)
    try:
        yield proxy
    finally:
        loop.call_soon_threadsafe(ended.set)
        thread.join(10)
        loop.close()
