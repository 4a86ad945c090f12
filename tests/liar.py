"""A server that lies: ours, with answers that a test has changed on their way to the browser."""

import http.client
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Lie = Callable[[Any], Any]
_HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "upgrade"}


@dataclass
class Liar:
    """``lies`` change the JSON of answers to ``GET`` whose path begins so; ``told`` keeps the true ones.

    ``asked`` is what came up: method, path, body.
    """

    url: str = ""
    lies: dict[str, Lie] = field(default_factory=dict)
    told: dict[str, list[Any]] = field(default_factory=dict)
    asked: list[tuple[str, str, str]] = field(default_factory=list)

    def altered(self, path: str, body: bytes) -> bytes:
        said = json.loads(body)
        self.told.setdefault(path, []).append(said)
        fitting = [lie for start, lie in self.lies.items() if path.startswith(start)]
        for lie in fitting:
            said = lie(json.loads(json.dumps(said)))
        return json.dumps(said).encode() if fitting else body


@contextmanager
def lying(port: int) -> Iterator[Liar]:
    """In front of the server at ``port``."""
    liar = Liar()

    class Between(BaseHTTPRequestHandler):
        def pass_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            liar.asked.append((self.command, self.path, body.decode("latin1")))
            upstream = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            kept = {k: v for k, v in self.headers.items() if k.lower() != "accept-encoding"}
            upstream.request(self.command, self.path, body, kept)
            answer = upstream.getresponse()
            said = answer.read()
            is_json = "json" in (answer.headers.get("Content-Type") or "")
            if is_json and self.command == "GET" and answer.status == 200:
                said = liar.altered(self.path, said)
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                if name.lower() not in _HOP_BY_HOP:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(said)))
            upstream.close()
            with suppress(ConnectionError):  # the page has gone elsewhere
                self.end_headers()
                self.wfile.write(said)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = pass_on  # noqa: N815 - what the library calls

        def log_message(self, *_said: object) -> None:
            """Tests say what went wrong."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Between) as server:
        liar.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, name="liar")
        thread.start()
        try:
            yield liar
        finally:
            server.shutdown()
            thread.join(10)
