"""The ASGI application asked in this process, so that a test sees its vault and its database."""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any

from config.asgi import application
from tests.sending import Answer

PIECE_BYTES = 65_536


class Visitor:
    """One request. ``leave()`` closes the connection; ``unread`` are pieces nobody asked for.

    Of a body that is not sent to its end the rest never comes: the visitor leaves before it, or
    goes silent until told to leave.
    """

    def __init__(
        self,
        method: str,
        path: str,
        headers: Mapping[str, object] | None = None,
        body: bytes | Iterable[bytes] = b"",
        *,
        leaves_before_the_end: bool = False,
        goes_silent: bool = False,
    ) -> None:
        pieces = _cut(body) if isinstance(body, bytes) else list(body)
        self.unread = pieces
        self._length = sum(map(len, pieces))
        self._leaves = leaves_before_the_end or goes_silent
        self._goes_silent = goes_silent
        self._fell_silent = asyncio.Event()
        self._end_was_read = False
        self._left = asyncio.Event()
        self._messages: list[dict[str, Any]] = []
        path, _mark, query = path.partition("?")
        self._scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": self._headers(headers or {}),
            "client": ("127.0.0.1", 50_000),
            "server": ("127.0.0.1", 8000),
        }

    async def ask(self) -> Answer:
        """An empty answer with status 0 when there was none."""
        await application(self._scope, self._receive, self._send)
        if not self._messages:
            return Answer(0, {}, b"")
        start, *rest = self._messages
        headers = {name.decode(): value.decode("latin-1") for name, value in start["headers"]}
        return Answer(start["status"], headers, b"".join(row.get("body", b"") for row in rest))

    async def fell_silent(self) -> None:
        """Returns when the application has taken every piece and asks for more in vain."""
        await self._fell_silent.wait()

    def leave(self) -> None:
        self._left.set()

    def _headers(self, headers: Mapping[str, object]) -> list[tuple[bytes, bytes]]:
        sent = {"host": "127.0.0.1", **{key.lower(): str(value) for key, value in headers.items()}}
        if self._length and "transfer-encoding" not in sent:
            sent.setdefault("content-length", str(self._length))
        return [(name.encode(), value.encode("latin-1")) for name, value in sent.items()]

    async def _receive(self) -> dict[str, Any]:
        if self.unread:
            piece = self.unread.pop(0)
            self._end_was_read = not self.unread and not self._leaves
            more = not self._end_was_read
            return {"type": "http.request", "body": piece, "more_body": more}
        if not self._end_was_read and not self._leaves:
            self._end_was_read = True
            return {"type": "http.request", "body": b"", "more_body": False}
        if self._goes_silent:
            self._fell_silent.set()
        if self._goes_silent or not self._leaves:
            await self._left.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: dict[str, Any]) -> None:
        self._messages.append(message)


async def ask(
    method: str,
    path: str,
    headers: Mapping[str, object] | None = None,
    body: bytes | Iterable[bytes] = b"",
    **more: Any,
) -> Answer:
    return await Visitor(method, path, headers, body, **more).ask()


def _cut(data: bytes) -> list[bytes]:
    return [data[start : start + PIECE_BYTES] for start in range(0, len(data), PIECE_BYTES)]
