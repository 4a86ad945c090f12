"""A browser without a screen, whose every word is marked; and faults in the database below it."""

import http.client
import json
import secrets
import socket
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

from tests.live import LiveSotto
from tests.sending import Answer, form

FIELDS = (
    "title file vocabulary speaker folder tag password key email query agent words trigger path "
    "referer cookie host"
).split()
CANARIES = {name: f"kanarie{name}{secrets.token_hex(6)}" for name in FIELDS}


class Visitor:
    """``post`` sends a form with what keeps forgers out; cookies are kept."""

    def __init__(self, live: LiveSotto) -> None:
        self._live = live
        self._cookies: dict[str, str] = {}

    @property
    def token(self) -> str:
        return self._cookies.get("sotto_csrf", "")

    def ask(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, object] = {}
    ) -> Answer:
        sent = {"User-Agent": f"Mozilla/5.0 {CANARIES['agent']}"}
        if self._cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        sent |= {name: str(value) for name, value in headers.items()}
        connection = http.client.HTTPConnection("127.0.0.1", self._live.port, timeout=120)
        with closing(connection):
            connection.request(method, f"{path}?seen={CANARIES['query']}", body or None, sent)
            answer = connection.getresponse()
            for line in answer.headers.get_all("Set-Cookie", []):
                for name, cookie in SimpleCookie(line).items():
                    self._cookies[name] = cookie.value
            named = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, named, answer.read())

    def get(self, path: str, **headers: object) -> Answer:
        return self.ask("GET", path, headers=headers)

    def post(self, path: str, **fields: str) -> Answer:
        if not self.token:
            self.get("/accounts/login/")
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-CSRFToken": self.token,
        }
        return self.ask("POST", path, urlencode(fields).encode(), headers)

    def json(self, method: str, path: str, content: object, **headers: object) -> Answer:
        kind = {"Content-Type": "application/json", "X-CSRFToken": self.token}
        return self.ask(method, path, json.dumps(content).encode(), kind | headers)

    def send(self, data: bytes, **fields: str) -> Answer:
        body, kind = form(fields, f"{CANARIES['file']}.wav", data)
        headers = {"Content-Type": kind, "X-CSRFToken": self.token}
        return self.ask("POST", "/v1/transcribe", body, headers)


def raw(live: LiveSotto, sent: bytes) -> bytes:
    """Any bytes at all; the first line of the answer, if there is one."""
    with socket.create_connection(("127.0.0.1", live.port), timeout=20) as connection:
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        return connection.recv(1000).split(b"\r\n")[0]


def upgrade(path: str, host: str, **headers: str) -> bytes:
    lines = [
        f"GET {path} HTTP/1.1",
        f"Host: {host}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    return "\r\n".join([*lines, "", ""]).encode()


@contextmanager
def refusing(data: Path, table: str, change: str) -> Iterator[None]:
    """The database refuses that change, and quotes content when it says so."""
    said = f"Failing row contains {CANARIES['trigger']}"
    run(
        data,
        f"CREATE TRIGGER fault BEFORE {change} ON {table} BEGIN SELECT RAISE(ABORT, '{said}'); END",
    )
    try:
        yield
    finally:
        run(data, "DROP TRIGGER fault")


@contextmanager
def missing(data: Path, table: str) -> Iterator[None]:
    rename = "PRAGMA legacy_alter_table=ON", f"ALTER TABLE {table} RENAME TO gone"
    back = "PRAGMA legacy_alter_table=ON", f"ALTER TABLE gone RENAME TO {table}"
    run(data, *rename)
    try:
        yield
    finally:
        run(data, *back)


def run(data: Path, *statements: str) -> None:
    with closing(sqlite3.connect(data / "sotto.sqlite3", timeout=30, isolation_level=None)) as base:
        for statement in statements:
            base.execute(statement)
