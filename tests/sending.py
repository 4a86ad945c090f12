"""A plain HTTP client for bodies of any size, and forms to send with it."""

import http.client
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tests.live import LiveSotto

BOUNDARY = "----a-boundary-that-no-recording-holds"
CONTENT_TYPE = f"multipart/form-data; boundary={BOUNDARY}"


@dataclass(frozen=True)
class Answer:
    """Names of headers are in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Client:
    def __init__(self, connection: http.client.HTTPConnection) -> None:
        self._connection = connection

    def ask(
        self,
        method: str,
        path: str,
        headers: Mapping[str, object] | None = None,
        body: bytes | Iterable[bytes] | None = None,
    ) -> Answer:
        """A body of many pieces goes out chunked, unless Content-Length says otherwise."""
        sent = {name: str(value) for name, value in (headers or {}).items()}
        self._connection.request(method, path, body, sent)
        answer = self._connection.getresponse()
        named = {name.lower(): value for name, value in answer.getheaders()}
        return Answer(answer.status, named, answer.read())


@contextmanager
def connect(live: LiveSotto, timeout: float = 120) -> Iterator[Client]:
    connection = http.client.HTTPConnection("127.0.0.1", live.port, timeout=timeout)
    try:
        yield Client(connection)
    finally:
        connection.close()


def multipart(fields: Mapping[str, str], file_name: str) -> tuple[bytes, bytes, str]:
    """What goes before the bytes of ``file``, what goes after, and the content type."""
    file = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{file_name}"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    )
    return _parts(fields) + file.encode(), f"\r\n--{BOUNDARY}--\r\n".encode(), CONTENT_TYPE


def form(fields: Mapping[str, str], file_name: str, data: bytes) -> tuple[bytes, str]:
    """A whole body and its content type."""
    head, tail, content_type = multipart(fields, file_name)
    return head + data + tail, content_type


def form_without_file(fields: Mapping[str, str]) -> tuple[bytes, str]:
    return _parts(fields) + f"--{BOUNDARY}--\r\n".encode(), CONTENT_TYPE


def _parts(fields: Mapping[str, str]) -> bytes:
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    return "".join(parts).encode()
