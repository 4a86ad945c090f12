"""Object storage as S3 speaks it, in a thread, in memory: put, get, head, list and delete."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

BUCKET = "sotto"


@dataclass
class Store:
    """``objects`` by name. ``down`` answers everything with 503."""

    port: int
    objects: dict[str, bytes] = field(default_factory=dict)
    down: bool = False

    @property
    def url(self) -> str:
        return f"s3://key:secret@{BUCKET}?endpoint_url=http://127.0.0.1:{self.port}"


@contextmanager
def object_store() -> Iterator[Store]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.store = Store(server.server_port)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield server.store
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_PUT(self) -> None:
        body = self._body()
        if not self._store.down:
            self._store.objects[self._name] = body
        self._answer(200)

    def do_GET(self) -> None:
        content = self._store.objects.get(self._name)
        self._answer(404) if content is None else self._answer(200, content)

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_DELETE(self) -> None:
        if not self._store.down:
            self._store.objects.pop(self._name, None)
        self._answer(204)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
        """Nothing."""

    @property
    def _store(self) -> Store:
        return self.server.store

    @property
    def _name(self) -> str:
        return unquote(urlsplit(self.path).path).removeprefix(f"/{BUCKET}/")

    def _body(self) -> bytes:
        raw = self.rfile.read(int(self.headers["Content-Length"]))
        if "aws-chunked" not in self.headers.get("Content-Encoding", ""):
            return raw
        content = bytearray()
        while raw:
            head, _, raw = raw.partition(b"\r\n")
            size = int(head.partition(b";")[0], 16)
            if not size:
                break
            content += raw[:size]
            raw = raw[size + 2 :]
        return bytes(content)

    def _answer(self, status: int, content: bytes = b"") -> None:
        if self._store.down:
            status, content = 503, b""
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("ETag", '"0"')
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)
