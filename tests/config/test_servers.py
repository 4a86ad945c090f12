"""Both servers, over real sockets: what only a server can do wrong with a body."""

import http.client
import json
import socket
import time
from collections.abc import Iterator

import pytest

from tests.live import LiveSotto, serving
from tests.processes import peak_bytes, resident_bytes, restart_peak, wait_until
from tests.sending import connect, form

pytestmark = [pytest.mark.embedded, pytest.mark.services]

MB = 1_000_000
LARGE = 300 * MB
TUS = {"Tus-Resumable": "1.0.0"}
PART = {**TUS, "Content-Type": "application/offset+octet-stream", "Upload-Offset": 0}


@pytest.fixture(scope="module", params=["daphne", "uvicorn"])
def live(request, tmp_path_factory) -> Iterator[LiveSotto]:
    data = tmp_path_factory.mktemp("sotto")
    with serving(data, SERVER=request.param, AUDIO_BUDGET_MB="2000") as running:
        yield running


def blocks(size_bytes: int) -> Iterator[bytes]:
    for _ in range(size_bytes // MB):
        yield b"\x5a" * MB


def raw(live: LiveSotto, request: bytes) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", live.port), timeout=20)
    connection.sendall(request)
    return connection


@pytest.mark.parametrize("declared", [True, False], ids=["declared", "chunked"])
@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/v1/transcribe", {"Authorization": "Bearer wrong"}, 401),
        ("/v1/uploads", {**TUS, "Origin": "https://evil.example"}, 403),
        ("/v1/uploads/nobodys", {}, 405),
        ("/accounts/login/", {}, 413),
        ("/nowhere", {}, 413),
    ],
)
def test_an_early_answer_reaches_a_client_that_is_still_sending(
    live, path, headers, status, declared
):
    length = {"Content-Length": LARGE} if declared else {}
    before = resident_bytes(live.process.pid)
    restart_peak(live.process.pid)
    with connect(live) as client:
        answer = client.ask("POST", path, {**headers, **length}, blocks(LARGE))
    assert answer.status == status
    assert answer.headers["connection"] == "close"
    assert peak_bytes(live.process.pid) - before < 60 * MB


def test_a_client_that_asks_first_is_refused_before_it_sends(live):
    request = (
        f"POST /v1/transcribe HTTP/1.1\r\nHost: 127.0.0.1:{live.port}\r\nContent-Length: 1000\r\n"
        "Authorization: Bearer wrong\r\nExpect: 100-continue\r\n\r\n"
    )
    with raw(live, request.encode()) as connection:
        assert connection.recv(100).startswith(b"HTTP/1.1 401 ")


def test_a_client_that_asks_first_is_invited_and_answered(live):
    body, content_type = form({}, "a.wav", b"")
    request = (
        f"POST /v1/transcribe HTTP/1.1\r\nHost: 127.0.0.1:{live.port}\r\n"
        f"Content-Type: {content_type}\r\nContent-Length: {len(body)}\r\n"
        "Expect: 100-continue\r\n\r\n"
    )
    with raw(live, request.encode()) as connection:
        assert connection.recv(100).startswith(b"HTTP/1.1 100 ")
        connection.sendall(body)
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        assert (answer.status, json.loads(answer.read())["code"]) == (422, "unreadable_media")


def test_one_connection_carries_many_requests(live):
    with connect(live) as client:
        path = client.ask("POST", "/v1/uploads", {**TUS, "Upload-Length": 5}).headers["location"]
        assert client.ask("PATCH", path, PART, b"12345").status == 204
        assert client.ask("GET", "/health").status == 200
        assert client.ask("DELETE", path, TUS).status == 204


def test_a_body_is_never_read_as_the_next_request(live):
    """An answer before the body's end: what follows must not be obeyed as a request."""
    inner = f"GET /health HTTP/1.1\r\nHost: 127.0.0.1:{live.port}\r\n\r\n".encode()
    body = inner + b" " * 5000
    request = (
        f"POST /v1/transcribe HTTP/1.1\r\nHost: 127.0.0.1:{live.port}\r\n"
        f"Authorization: Bearer wrong\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    with raw(live, request.encode()) as connection:
        time.sleep(0.5)
        connection.sendall(body)
        said = b""
        while data := connection.recv(65_536):
            said += data
    assert said.count(b"HTTP/1.1 ") == 1
    assert said.startswith(b"HTTP/1.1 401 ")


def test_F22_a_client_that_vanishes_leaves_nothing(live):
    budget = 2000 * MB
    for _ in range(3):
        request = (
            f"POST /v1/transcribe HTTP/1.1\r\nHost: 127.0.0.1:{live.port}\r\n"
            f"Content-Type: multipart/form-data; boundary=b\r\nContent-Length: {budget // 2}\r\n\r\n"
            '--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
        )
        with raw(live, request.encode()) as connection:
            connection.sendall(b"x" * 2 * MB)
    wait_until(lambda: room_for(live, budget - MB), 5)


def room_for(live: LiveSotto, size_bytes: int) -> bool:
    with connect(live) as client:
        made = client.ask("POST", "/v1/uploads", {**TUS, "Upload-Length": size_bytes})
        if made.status == 201:
            client.ask("DELETE", made.headers["location"], TUS)
        return made.status == 201


def test_a_slow_reader_of_ours_holds_the_sender_back(live):
    """While the vault is not asked for more, the socket is not read: memory stays flat."""
    before = resident_bytes(live.process.pid)
    restart_peak(live.process.pid)
    with connect(live) as client:
        path = client.ask("POST", "/v1/uploads", {**TUS, "Upload-Length": LARGE}).headers[
            "location"
        ]
        done = client.ask("PATCH", path, {**PART, "Content-Length": LARGE}, blocks(LARGE))
        assert (done.status, done.headers["upload-offset"]) == (204, str(LARGE))
        client.ask("DELETE", path, TUS)
    assert peak_bytes(live.process.pid) - before < 60 * MB


def test_a_form_of_ordinary_size_still_reaches_django(live):
    with connect(live) as client:
        body = b"login=a&password=" + b"x" * MB
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        assert client.ask("POST", "/accounts/login/", headers, body).status == 403  # no CSRF token


@pytest.mark.parametrize("live", ["daphne"], indirect=True)
def test_a_socket_with_a_body_is_refused(live):
    request = (
        f"GET /ws/jobs/x/ HTTP/1.1\r\nHost: 127.0.0.1:{live.port}\r\nConnection: Upgrade\r\n"
        f"Upgrade: websocket\r\nOrigin: http://127.0.0.1:{live.port}\r\nContent-Length: 5\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\nabcde"
    )
    with raw(live, request.encode()) as connection:
        said = connection.recv(1000)
    assert b" 101 " not in said.split(b"\r\n")[0]
