"""Sending 500 MB: through the door of the house, beside a bare socket that throws it away."""

import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from tests.bench import Row
from tests.live import LiveSotto, serving
from tests.processes import peak_bytes, resident_bytes, restart_peak
from tests.sending import connect, multipart

SIZE_BYTES = 500_000_000
BLOCK = b"\x5a" * 1_000_000
RUNS = 3
WANTED_MB_A_SECOND = 200
TUS = {"Tus-Resumable": "1.0.0"}
PART = {"Content-Type": "application/offset+octet-stream"}


def rows() -> list[Row]:
    bare = max(_bare_socket() for _ in range(RUNS))
    return [row for server in ("daphne", "uvicorn") for row in _rows_of(server, bare)]


def _rows_of(server: str, bare: float) -> list[Row]:
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder), SERVER=server) as live:
        _resumable(live)
        before = resident_bytes(live.process.pid)
        restart_peak(live.process.pid)
        resumable = max(_resumable(live) for _ in range(RUNS))
        in_form = max(_form(live) for _ in range(RUNS))
        grown = (peak_bytes(live.process.pid) - before) / 1e6
    note = f"a bare socket: {bare:.0f} MB/s"
    return [
        _speed_row(f"500 MB by tus, {server}", resumable, note),
        _speed_row(f"500 MB by form, {server}", in_form, note),
        Row(f"memory meanwhile, {server}", f"+{grown:.0f} MB", "50 MB", grown / 50, "≤ 1"),
    ]


def _speed_row(name: str, speed: float, note: str) -> Row:
    ours, peer = f"{speed:.0f} MB/s", f"{WANTED_MB_A_SECOND} MB/s"
    return Row(name, ours, peer, speed / WANTED_MB_A_SECOND, "≥ 1", note)


def _blocks() -> Iterator[bytes]:
    for _ in range(SIZE_BYTES // len(BLOCK)):
        yield BLOCK


def _speed(started: float) -> float:
    """In megabytes a second."""
    return SIZE_BYTES / 1e6 / (time.perf_counter() - started)


def _bare_socket() -> float:
    with socket.create_server(("127.0.0.1", 0)) as server:
        reader = threading.Thread(target=_read_all, args=(server,))
        reader.start()
        with socket.create_connection(server.getsockname()) as client:
            started = time.perf_counter()
            for block in _blocks():
                client.sendall(block)
            client.shutdown(socket.SHUT_WR)
            client.recv(1)
            speed = _speed(started)
        reader.join()
    return speed


def _read_all(server: socket.socket) -> None:
    connection, _address = server.accept()
    buffer = bytearray(65_536)
    with connection:
        while connection.recv_into(buffer):
            pass
        connection.sendall(b".")


def _resumable(live: LiveSotto) -> float:
    """One PATCH of everything, as a client on a good line sends it."""
    with connect(live) as client:
        made = client.ask("POST", "/v1/uploads", {"Upload-Length": SIZE_BYTES, **TUS})
        path = made.headers["location"]
        headers = {"Upload-Offset": 0, "Content-Length": SIZE_BYTES, **TUS, **PART}
        started = time.perf_counter()
        assert client.ask("PATCH", path, headers, _blocks()).status == 204
        speed = _speed(started)
        assert client.ask("DELETE", path, TUS).status == 204
    return speed


def _form(live: LiveSotto) -> float:
    head, tail, content_type = multipart({"wait": "false"}, "zeros.wav")
    length = len(head) + SIZE_BYTES + len(tail)
    headers = {"Content-Type": content_type, "Content-Length": length}

    def body() -> Iterator[bytes]:
        yield head
        yield from _blocks()
        yield tail

    with connect(live) as client:
        started = time.perf_counter()
        answer = client.ask("POST", "/v1/transcribe", headers, body())
        speed = _speed(started)
        assert answer.status == 202, answer.body
        client.ask("DELETE", f"/v1/jobs/{answer.json['id']}")
    return speed
