"""A post office of the tests' own: it takes every letter and delivers none."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class _Counter(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.wfile.write(b"220 ready\r\n")
        while line := self.rfile.readline():
            match line[:4].upper():
                case b"DATA":
                    self.wfile.write(b"354 go on\r\n")
                    self.server.letters.append(self._letter())
                    self.wfile.write(b"250 taken\r\n")
                case b"QUIT":
                    self.wfile.write(b"221 bye\r\n")
                    return
                case _:
                    self.wfile.write(b"250 well\r\n")

    def _letter(self) -> str:
        lines = iter(self.rfile.readline, b".\r\n")
        return b"".join(lines).decode()


@contextmanager
def post_office(port: int) -> Iterator[list[str]]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", port), _Counter) as server:
        server.letters = []
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.letters
        finally:
            server.shutdown()
            thread.join()
