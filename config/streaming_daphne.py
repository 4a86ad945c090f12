"""Daphne that hands bodies to the application as they arrive and never spools them.

Stock daphne lets Twisted write every body of 100 kB and more to a temporary file, reads it back
whole into memory, and only then starts the application. Here the application starts with the
headers, reads what has come, and the socket is not read while it lags behind.

Serve with ``StreamingServer``. Importing this module replaces daphne's request class, which
daphne names itself. It leans on private names of Twisted (``_path``, ``_command``, ``_version``,
``_send100Continue``), so Twisted is pinned and the tests watch the system calls.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from io import BytesIO
from typing import Any

import daphne.http_protocol
from daphne.server import Server

Message = dict[str, Any]
ABORT = "sotto.response.abort"  # as transcripts.api.streamed says it
Application = Callable[..., Awaitable[None]]

# More than this waiting for the application, and the socket is left alone until it was read.
WAITING_MAX_BYTES = 2 * 1024 * 1024
_SCOPE_KEY = "sotto.body"


class StreamingServer(Server):  # type: ignore[misc]  # daphne has no types
    def __init__(self, application: Application, *args: Any, **options: Any) -> None:
        super().__init__(_reading_streams(application), *args, **options)

    def create_application(self, protocol: Any, scope: Message) -> Any:
        if isinstance(protocol, StreamingRequest):
            scope[_SCOPE_KEY] = protocol.body
            scope.setdefault("extensions", {})[ABORT] = {}
        return super().create_application(protocol, scope)

    async def handle_reply(self, protocol: Any, message: Message) -> None:
        """Stock daphne takes whatever it is given, as fast as it comes, into memory."""
        await super().handle_reply(protocol, message)
        if isinstance(protocol, StreamingRequest) and message.get("type") != ABORT:
            await protocol.may_write()


def _reading_streams(application: Application) -> Application:
    async def run(scope: Message, receive: Any, send: Any) -> None:
        body: BodyStream | None = scope.pop(_SCOPE_KEY, None)
        await application(scope, body.receive if body else receive, send)

    return run


class BodyStream:
    """What the socket has brought and the application has not yet read.

    ``pause`` and ``resume`` steer the socket; ``invite`` tells a client that waits for it
    (``Expect: 100-continue``) to send its body, and is called when the application first reads.
    """

    def __init__(
        self, pause: Callable[[], None], resume: Callable[[], None], invite: Callable[[], None]
    ) -> None:
        self._pause, self._resume, self._invite = pause, resume, invite
        self._waiting: deque[bytes] = deque()
        self._waiting_bytes = 0
        self._invited = self._end_was_read = self._gone = False
        self._news = asyncio.Event()
        self.ended = False

    def feed(self, data: bytes) -> None:
        self._waiting.append(data)
        self._waiting_bytes += len(data)
        if self._waiting_bytes > WAITING_MAX_BYTES:
            self._pause()
        self._news.set()

    def end(self) -> None:
        self.ended = True
        self._news.set()

    def disconnect(self) -> None:
        self._gone = True
        self._news.set()

    async def receive(self) -> Message:
        if not self._invited:
            self._invited = True
            self._invite()
        while True:
            message = self._next()
            if message is not None:
                return message
            self._news.clear()
            await self._news.wait()

    def _next(self) -> Message | None:
        if self._gone:
            return {"type": "http.disconnect"}
        if self._end_was_read or not (self._waiting or self.ended):
            return None
        data = b"".join(self._waiting)
        self._waiting.clear()
        self._waiting_bytes = 0
        self._end_was_read = self.ended
        if not self.ended:
            self._resume()
        return {"type": "http.request", "body": data, "more_body": not self.ended}


class Flow:
    """Told by Twisted when the socket is full and when it has room again."""

    def __init__(self) -> None:
        self.open = asyncio.Event()
        self.open.set()

    def pauseProducing(self) -> None:  # noqa: N802 - Twisted's names
        self.open.clear()

    def resumeProducing(self) -> None:  # noqa: N802
        self.open.set()

    def stopProducing(self) -> None:  # noqa: N802
        self.open.set()


class StreamingRequest(daphne.http_protocol.WebRequest):  # type: ignore[misc]
    body: BodyStream | None = None
    flow: Flow | None = None
    has_body = False

    def __init__(self, channel: Any, *args: Any, **options: Any) -> None:
        # Left on, Twisted would read a multipart body into memory ten times over.
        super().__init__(channel, *args, **{**options, "parsePOSTFormSubmission": False})

    def gotLength(self, length: int | None) -> None:  # noqa: N802 - Twisted's name
        """All headers are here. ``length`` is None for a chunked body."""
        self.content = BytesIO()  # stays empty: daphne reads it, and finds the end of the body
        channel = self.channel
        self.method, self.uri, self.clientproto = channel._command, channel._path, channel._version  # noqa: SLF001
        self.path = self.uri.split(b"?", 1)[0]
        if length == 0 and self._is_websocket():
            return
        pause, resume = self.transport.pauseProducing, self.transport.resumeProducing
        self.body = BodyStream(pause, resume, self._inviter())
        self.has_body = length != 0
        if self.has_body:
            # Not at once: an error would end this request while Twisted still parses it.
            asyncio.get_event_loop().call_soon(self._begin)

    def handleContentChunk(self, data: bytes) -> None:  # noqa: N802
        if self.body is not None and not self.finished:
            self.body.feed(bytes(data))

    def requestReceived(self, command: bytes, path: bytes, version: bytes) -> None:  # noqa: N802
        if self.body is None:
            super().requestReceived(command, path, version)
            return
        self.body.end()
        if not self.has_body:
            self.process()

    def _begin(self) -> None:
        if self._is_websocket():
            self.basic_error(400, b"Bad Request", "A WebSocket begins without a body.")
        elif not self._disconnected:
            self.process()

    def _is_websocket(self) -> bool:
        upgrade: bytes = self.requestHeaders.getRawHeaders(b"Upgrade", [b""])[0]
        return upgrade.lower() == b"websocket"

    async def may_write(self) -> None:
        """Once the client has taken most of what it was sent."""
        if self.flow is not None:
            await self.flow.open.wait()

    def handle_reply(self, message: Message) -> None:
        if message.get("type") == ABORT:
            if self.channel is not None and not self.finished:
                self.channel.loseConnection()
            return
        self._steer(message)
        starts = message.get("type") == "http.response.start"
        if starts and self.channel is not None and not self._body_has_ended():
            # What still comes of this body must never be read as the next request.
            self.channel.persistent = False
        super().handle_reply(message)

    def _steer(self, message: Message) -> None:
        goes_on = message.get("more_body", False)
        if goes_on and self.flow is None and self.channel is not None and not self.finished:
            self.flow = Flow()
            self.registerProducer(self.flow, True)  # noqa: FBT003 - Twisted's signature
        elif message.get("type") == "http.response.body" and not goes_on and self.flow is not None:
            self._end_flow()

    def _end_flow(self) -> None:
        if self.flow is not None:
            self.flow.open.set()
            self.flow = None
            self.unregisterProducer()

    def send_disconnect(self) -> None:
        if self.flow is not None:
            self.flow.open.set()
        if self.body is not None:
            self.body.disconnect()

    def _body_has_ended(self) -> bool:
        return self.body is None or self.body.ended

    def _inviter(self) -> Callable[[], None]:
        expects = self.requestHeaders.getRawHeaders(b"Expect", [b""])[0].lower()
        self.requestHeaders.removeHeader(b"Expect")  # or Twisted invites before we have looked
        waits = expects == b"100-continue" and self.clientproto == b"HTTP/1.1"
        return self._invite if waits else lambda: None

    def _invite(self) -> None:
        if not self._response_started and not self.finished and self.channel is not None:
            self.channel._send100Continue()  # noqa: SLF001


daphne.http_protocol.WebRequest = StreamingRequest
