"""Bodies that lie, never end or come too many at once, and clients and servers that vanish.

Over real sockets, against a house whose room for recordings is small.
"""

import contextlib
import http.client
import socket
import sqlite3
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.live import LiveSotto, serving
from tests.processes import peak_bytes, resident_bytes, restart_peak, wait_until
from tests.sending import Answer, connect, multipart

MB = 1_000_000
BUDGET_MB = 2_100
LIMIT_BYTES = 2_000 * MB
TUS = {"Tus-Resumable": "1.0.0"}
PART = {**TUS, "Content-Type": "application/offset+octet-stream", "Upload-Offset": 0}
RETRY = {429, 503}

pytestmark = [pytest.mark.embedded, pytest.mark.services]


@pytest.fixture(scope="module", params=["daphne", "uvicorn"])
def live(request, tmp_path_factory) -> Iterator[LiveSotto]:
    data = tmp_path_factory.mktemp("sotto")
    with serving(data, SERVER=request.param, AUDIO_BUDGET_MB=str(BUDGET_MB)) as running:
        yield running


@pytest.fixture
def bounded_memory(live) -> Iterator[None]:
    before = resident_bytes(live.process.pid)
    restart_peak(live.process.pid)
    yield
    assert (peak_bytes(live.process.pid) - before) / MB < 50


def blocks(size_bytes: int) -> Iterator[bytes]:
    for _ in range(size_bytes // MB):
        yield b"\x5a" * MB
    yield b"\x5a" * (size_bytes % MB)


def begin_upload(live: LiveSotto, size_bytes: int) -> Answer:
    with connect(live) as client:
        return client.ask("POST", "/v1/uploads", {**TUS, "Upload-Length": size_bytes})


def end_upload(live: LiveSotto, path: str) -> None:
    with connect(live) as client:
        assert client.ask("DELETE", path, TUS).status == 204


def counted(live: LiveSotto) -> dict[str, int]:
    """Rows that an upload could leave behind."""
    tables = ("transcripts_job", "transcripts_upload", "billing_ledgerentry")
    with contextlib.closing(sqlite3.connect(live.data / "sotto.sqlite3")) as database:
        return {
            name: database.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in tables
        }


def head_of(live: LiveSotto, path: str, content_type: str, *more: str) -> bytes:
    lines = [f"POST {path} HTTP/1.1", f"Host: 127.0.0.1:{live.port}"]
    return "\r\n".join([*lines, f"Content-Type: {content_type}", *more, "", ""]).encode()


@pytest.mark.usefixtures("bounded_memory")
class TestU11:
    def test_U11_one_byte_beyond_two_gigabytes_is_refused_by_its_announcement(self, live):
        answer = begin_upload(live, LIMIT_BYTES + 1)
        assert (answer.status, answer.json["code"]) == (413, "file_too_large")

    def test_U11_a_part_longer_than_the_upload_is_refused_before_it_is_read(self, live):
        path = begin_upload(live, MB).headers["location"]
        with connect(live) as client:
            headers = {**PART, "Content-Length": LIMIT_BYTES + 1}
            assert client.ask("PATCH", path, headers, blocks(30 * MB)).status == 413
        end_upload(live, path)

    @pytest.mark.slow
    def test_U11_a_chunked_body_without_an_end_is_cut_at_the_limit(self, live):
        head, _tail, content_type = multipart({}, "endless.wav")

        def endless() -> Iterator[bytes]:
            yield head
            yield from blocks(LIMIT_BYTES + 200 * MB)

        with connect(live) as client:
            answer = client.ask("POST", "/v1/transcribe", {"Content-Type": content_type}, endless())
        assert (answer.status, answer.json["code"]) == (413, "file_too_large")
        assert counted(live)["transcripts_job"] == 0

    def test_U11_a_length_that_promises_more_than_comes_makes_no_job(self, live):
        head, tail, content_type = multipart({}, "short.wav")
        size = len(head) + len(tail) + MB
        request = head_of(live, "/v1/transcribe", content_type, f"Content-Length: {size + 1}")
        with socket.create_connection(("127.0.0.1", live.port), timeout=60) as connection:
            connection.sendall(request + head + b"x" * MB + tail)
            connection.shutdown(socket.SHUT_WR)
            connection.recv(1000)
        wait_until(lambda: begin_and_end(live, LIMIT_BYTES), 5)
        assert counted(live)["transcripts_job"] == 0

    @pytest.mark.slow
    def test_U11_one_byte_a_second_is_told_that_it_is_too_slow(self, live):
        request = head_of(
            live, "/v1/transcribe", "multipart/form-data; boundary=b", "Content-Length: 100000000"
        )
        began = time.monotonic()
        with socket.create_connection(("127.0.0.1", live.port), timeout=1) as connection:
            connection.sendall(request)
            said = b""
            while not said:
                with contextlib.suppress(TimeoutError):
                    said = connection.recv(1000)
                if not said:
                    connection.sendall(b"-")
        assert said.startswith(b"HTTP/1.1 408 ")
        assert time.monotonic() - began < 45


@pytest.mark.slow
def test_U12_two_hundred_uploads_at_once_are_admitted_as_far_as_memory_goes(live, note):
    """Each of 100 MB: as many begin as the room holds, the others are told when to come again."""
    pid = live.process.pid
    before = resident_bytes(pid)
    restart_peak(pid)
    with ThreadPoolExecutor(200) as visitors:
        answers = list(visitors.map(lambda _: begin_upload(live, 100 * MB), range(200)))
    admitted = [answer.headers["location"] for answer in answers if answer.status == 201]
    refused = [answer for answer in answers if answer.status != 201]
    assert len(admitted) == BUDGET_MB // 100
    assert {answer.status for answer in refused} <= RETRY
    assert all(int(answer.headers["retry-after"]) > 0 for answer in refused)
    with ThreadPoolExecutor(len(admitted)) as senders:
        sent = list(senders.map(lambda path: send_all(live, path, 100 * MB), admitted))
    assert sent == [204] * len(admitted)
    more = (peak_bytes(pid) - before) / MB
    note(f"U12: {len(admitted)} of 200 uploads of 100 MB at once, web process +{more:.0f} MB")
    for path in admitted:
        end_upload(live, path)
    assert begin_and_end(live, LIMIT_BYTES)
    assert more < 300, "2.1 GB lie in memory files; the process itself holds the pieces in flight"


def send_all(live: LiveSotto, path: str, size_bytes: int) -> int:
    with connect(live) as client:
        headers = {**PART, "Content-Length": size_bytes}
        return client.ask("PATCH", path, headers, blocks(size_bytes)).status


def begin_and_end(live: LiveSotto, size_bytes: int) -> bool:
    """Whether there is room for so much."""
    made = begin_upload(live, size_bytes)
    if made.status == 201:
        end_upload(live, made.headers["location"])
    return made.status == 201


@pytest.mark.slow
def test_F22_fifty_clients_that_drop_at_99_percent_leave_nothing(live, note):
    size = 20 * MB
    head, tail, content_type = multipart({}, "dropped.wav")
    length = len(head) + size + len(tail)
    request = head_of(live, "/v1/transcribe", content_type, f"Content-Length: {length}")

    def drop(_number: int) -> None:
        with socket.create_connection(("127.0.0.1", live.port), timeout=60) as connection:
            connection.sendall(request + head)
            for block in blocks(size * 99 // 100):
                connection.sendall(block)

    def drop_fifty() -> None:
        with ThreadPoolExecutor(5) as clients:
            list(clients.map(drop, range(50)))
        wait_until(lambda: begin_and_end(live, LIMIT_BYTES), 20)

    drop_fifty()  # what the first ones make the interpreter keep is the baseline
    before_bytes, before_rows = resident_bytes(live.process.pid), counted(live)
    drop_fifty()
    after_bytes = resident_bytes(live.process.pid)
    share = after_bytes / before_bytes
    note(f"F22: {before_bytes / MB:.0f} MB before fifty drops, {after_bytes / MB:.0f} MB after")
    assert share < 1.05
    assert counted(live) == before_rows
    assert before_rows["transcripts_job"] == before_rows["billing_ledgerentry"] == 0


@pytest.mark.slow
@pytest.mark.parametrize("server", ["daphne", "uvicorn"])
def test_F04_a_web_process_killed_during_half_a_gigabyte_leaves_no_half_job(tmp_path, server):
    size = 500 * MB
    with serving(tmp_path, SERVER=server, AUDIO_BUDGET_MB=str(BUDGET_MB)) as first:
        path = begin_upload(first, size).headers["location"]
        threading.Timer(0.4, first.process.kill).start()
        with connect(first) as client, pytest.raises((OSError, http.client.HTTPException)):
            client.ask("PATCH", path, {**PART, "Content-Length": size}, slowly(size))
        first.process.wait()
    with serving(tmp_path, SERVER=server, AUDIO_BUDGET_MB=str(BUDGET_MB)) as second:
        with connect(second) as client:
            assert client.ask("HEAD", path, TUS).status == 404
        assert counted(second) == dict.fromkeys(counted(second), 0)
        assert begin_and_end(second, LIMIT_BYTES)
        again = begin_upload(second, size).headers["location"]
        assert send_all(second, again, size) == 204
        assert resident_bytes(second.process.pid) < 400 * MB


def slowly(size_bytes: int) -> Iterator[bytes]:
    for block in blocks(size_bytes):
        time.sleep(0.005)
        yield block
