"""P01: on its whole way the audio touches no disk. A marked recording is followed by strace."""

import http.client
import os
import secrets
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live import LiveSotto, manage, serving
from tests.processes import peak_bytes, resident_bytes, restart_peak, wait_until
from tests.recordings import wav
from tests.sending import Answer, connect, form_without_file, multipart
from tests.services import free_port
from tests.speech import ROOT
from tests.videos import Shot, video
from tests.watching import Trace, files_with, under_strace

MB = 1_000_000
TUS = {"Tus-Resumable": "1.0.0"}
MARKER = secrets.token_bytes(64)
WORTH_CANCELLING_SECONDS = 120
# Rows about jobs and transcripts go here, and so does what the server says.
STORES = ("sotto.sqlite3", "sotto.sqlite3-wal", "sotto.sqlite3-shm")
INDEX = ("search.sqlite3", "search.sqlite3-wal", "search.sqlite3-shm")
OURS = (*STORES, "keys.sqlite3", "keys.sqlite3-journal", "log.txt", *INDEX)

pytestmark = [pytest.mark.embedded, pytest.mark.services]


@pytest.fixture(scope="module", params=["daphne", "uvicorn"])
def live(request, tmp_path_factory) -> Iterator[LiveSotto]:
    data = tmp_path_factory.mktemp("sotto")
    temporary = data / "tmp"
    temporary.mkdir()
    quiet = {"TMPDIR": str(temporary), "HOME": str(data), "PYTHONDONTWRITEBYTECODE": "1"}
    under = under_strace(tmp_path_factory.mktemp("strace") / "trace")
    with serving(data, under=under, SERVER=request.param, **quiet) as running:
        yield running


@pytest.fixture
def trace(live) -> Trace:
    return trace_of(live)


def trace_of(live: LiveSotto) -> Trace:
    arguments = list(map(str, live.process.args))
    return Trace(Path(arguments[arguments.index("-o") + 1]))


def marked(size_bytes: int, speech_seconds: float = 5) -> bytes:
    """A recording with speech, filled up to the size with the marker in a chunk of its own."""
    speech = wav(speech_seconds)
    room = max(size_bytes - len(speech) - 8, len(MARKER)) & ~1
    filling = (MARKER * (room // len(MARKER) + 1))[:room]
    body = speech[8:] + b"junk" + struct.pack("<I", room) + filling
    return b"RIFF" + struct.pack("<I", len(body)) + body


def noise(size_bytes: int) -> bytes:
    """No recording at all."""
    return b"\x01" + (MARKER * (size_bytes // len(MARKER) + 1))[: size_bytes - 1]


def send_form(live: LiveSotto, data: bytes, **fields: str) -> Answer:
    head, tail, content_type = multipart(fields, "marked.wav")
    length = len(head) + len(data) + len(tail)
    headers = {"Content-Type": content_type, "Content-Length": length}
    with connect(live, timeout=280) as client:
        return client.ask("POST", "/v1/transcribe", headers, _pieces(head, data, tail))


def _pieces(head: bytes, data: bytes, tail: bytes) -> Iterator[bytes]:
    yield head
    view = memoryview(data)
    for start in range(0, len(view), MB):
        yield view[start : start + MB]
    yield tail


def send_upload(live: LiveSotto, data: bytes, part_bytes: int, **fields: str) -> Answer:
    with connect(live, timeout=280) as client:
        made = client.ask("POST", "/v1/uploads", {**TUS, "Upload-Length": len(data)})
        path = made.headers["location"]
        for start in range(0, len(data), part_bytes):
            part = data[start : start + part_bytes]
            headers = {**TUS, "Content-Type": "application/offset+octet-stream"}
            done = client.ask("PATCH", path, {**headers, "Upload-Offset": start}, part)
            assert done.status == 204, done.body
        body, content_type = form_without_file({**fields, "upload": made.json["id"]})
        return client.ask("POST", "/v1/transcribe", {"Content-Type": content_type}, body)


ROUTES = {
    "form": send_form,
    "upload": lambda live, data, **fields: send_upload(live, data, len(data), **fields),
    "upload in parts": lambda live, data, **fields: send_upload(live, data, 4 * MB, **fields),
}


def follow(live: LiveSotto, route: str, size_bytes: int, ending: str) -> None:
    send = ROUTES[route]
    if ending == "success":
        answer = send(live, marked(size_bytes))
        assert (answer.status, bool(answer.json["text"])) == (200, True)
    elif ending == "failure":
        answer = send(live, noise(size_bytes))
        assert (answer.status, answer.json["code"]) == (422, "unreadable_media")
    else:
        job = send(live, marked(size_bytes, WORTH_CANCELLING_SECONDS), wait="false").json["id"]
        cancel(live, job)


def cancel(live: LiveSotto, job: str) -> None:
    with connect(live) as client:
        wait_until(lambda: client.ask("GET", f"/v1/jobs/{job}").json["status"] == "running", 60)
        assert client.ask("DELETE", f"/v1/jobs/{job}").status == 204
        assert client.ask("GET", f"/v1/jobs/{job}").json["status"] == "cancelled"


def assert_nothing_was_written(live: LiveSotto, trace) -> None:
    allowed = {str(live.data / name) for name in OURS}
    assert trace.lines
    assert trace.written - allowed == set()
    assert trace.opened_for_writing - allowed == set()
    assert files_with(MARKER, live.data) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("route", "ending"),
    [*((route, "success") for route in ROUTES), ("form", "failure"), ("upload", "cancel")],
)
@pytest.mark.parametrize("size_mb", [1, 50])
def test_P01_audio_touches_no_disk(live, trace, size_mb, route, ending):
    follow(live, route, size_mb * MB, ending)
    assert_nothing_was_written(live, trace)


@pytest.mark.slow
@pytest.mark.parametrize("ending", ["burned", "burning_failed", "burning_cancelled"])
def test_P01_a_video_that_subtitles_are_burned_into_touches_no_disk(live, trace, ending):
    """The marker is in what is sent; what is made of it is looked for by the kernel's eyes."""
    with connect(live, timeout=280) as client:
        job = f"/v1/jobs/{send_form(live, marked(MB), wait='false').json['id']}"
        wait_until(lambda: client.ask("GET", job).json["status"] == "done", 60)
        path = f"/v1/transcripts/{client.ask('GET', job).json['transcript']}/burn-in"
    data = noise(MB) if ending == "burning_failed" else film(60 if "cancel" in ending else 4)
    head, tail, content_type = multipart({}, "marked.mp4")
    request = http.client.HTTPConnection("127.0.0.1", live.port, timeout=280)
    request.request("POST", path, head + data + tail, {"Content-Type": content_type})
    answer = request.getresponse()
    assert answer.status == (422 if ending == "burning_failed" else 200)
    if "cancel" not in ending:
        answer.read()
    answer.close()
    request.close()
    wait_until(lambda: destroyed(live, job) == ["done", ending], 20)
    assert_nothing_was_written(live, trace)


def film(seconds: int) -> bytes:
    """A video, with the marker in a box that players skip."""
    filling = MARKER * 1000
    box = struct.pack(">I4s", 8 + len(filling), b"free") + filling
    return video(Shot(seconds=seconds, width=640, height=480, sound="")) + box


def destroyed(live: LiveSotto, job: str) -> list[str]:
    """Why, as the receipt tells it: the recording, then the video."""
    with connect(live) as client:
        entries = client.ask("GET", f"{job}/receipt").json["entries"]
    return [row["facts"]["why"] for row in entries if row["event"] == "destroyed"]


@pytest.mark.slow
@pytest.mark.parametrize("route", ["form", "upload in parts"])
def test_P01_half_a_gigabyte_touches_no_disk_and_grows_nothing(live, trace, route, note):
    pid = live.process.pid
    before = resident_bytes(pid)
    restart_peak(pid)
    started = time.monotonic()
    follow(live, route, 500 * MB, "success")
    seconds = time.monotonic() - started
    grown = (peak_bytes(pid) - before) / MB
    note(f"500 MB by {route}: web process +{grown:.0f} MB, {seconds:.0f} s under strace")
    assert_nothing_was_written(live, trace)
    assert grown < 50


@pytest.mark.slow
def test_P01_the_watcher_catches_a_server_that_spools(tmp_path):
    """Daphne as it comes writes every body to a temporary file: the same watcher must see it."""
    manage(tmp_path, "prepare")
    port = free_port()
    environment = {**os.environ, "SOTTO_DATA": str(tmp_path), "TMPDIR": str(tmp_path)}
    environment["DJANGO_SETTINGS_MODULE"] = "config.settings"
    daphne = [sys.executable, "-m", "daphne", "-p", str(port), "config.asgi:application"]
    command = [*under_strace(tmp_path / "trace"), *daphne]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
    stock = LiveSotto(f"http://127.0.0.1:{port}", port, tmp_path, tmp_path / "log", process)
    try:
        wait_until(lambda: _answers(stock), 60)
        trace = trace_of(stock)
        assert send_form(stock, noise(MB), wait="false").status == 202
        with pytest.raises(AssertionError):
            assert_nothing_was_written(stock, trace)
        assert any(name.startswith(f"{tmp_path}/#") for name in trace.written), trace.written
    finally:
        process.terminate()
        process.wait(20)


def _answers(live: LiveSotto) -> bool:
    try:
        with connect(live) as client:
            return client.ask("OPTIONS", "/v1/uploads").status == 204
    except OSError:
        return False
