"""The way back of a video, on both servers: taken slowly, and broken off."""

import http.client
import io
import json
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from fractions import Fraction

import av
import pytest

from tests.live import LiveSotto, serving
from tests.processes import children, cpu_seconds, is_alive, resident_bytes, wait_until
from tests.recordings import wav
from tests.sending import connect, form
from tests.videos import Shot, video

MB = 1_000_000

pytestmark = [pytest.mark.embedded, pytest.mark.services]


@pytest.fixture(scope="module", params=["daphne", "uvicorn"])
def live(request, tmp_path_factory) -> Iterator[LiveSotto]:
    data = tmp_path_factory.mktemp("sotto")
    with serving(data, SERVER=request.param, BURN_IN_MAX_MINUTES="1") as running:
        yield running


@pytest.fixture(scope="module")
def path(live) -> str:
    return path_in(live)


def path_in(live: LiveSotto) -> str:
    body, content_type = form({}, "talk.wav", wav(5))
    with connect(live, timeout=200) as client:
        made = client.ask("POST", "/v1/transcribe", {"Content-Type": content_type}, body)
    return f"/v1/transcripts/{made.json['id']}/burn-in"


@contextmanager
def sent(live: LiveSotto, path: str, data: bytes) -> Iterator[http.client.HTTPResponse]:
    """The head of the answer has come; nothing of the video is read."""
    body, content_type = form({}, "film.mp4", data)
    connection = http.client.HTTPConnection("127.0.0.1", live.port, timeout=60)
    connection.request("POST", path, body, {"Content-Type": content_type})
    answer = connection.getresponse()
    with closing(connection), answer:
        assert answer.status == 200
        yield answer


def test_what_breaks_off_is_not_taken_for_whole(live, path):
    endless = Shot(
        seconds=62.0,
        frames_a_second=5,
        container="matroska",
        sound="",
        muxing=(("live", "1"),),
    )
    broken = pytest.raises(http.client.IncompleteRead)
    with sent(live, path, video(endless)) as answer, broken as breaking:
        answer.read()
    assert breaking.value.partial.endswith(b"freesotto:video_too_long")
    assert [row for row in live.said().splitlines() if "Traceback" in row] == []


def test_a_video_that_died_with_its_server_is_told_of_at_the_next_start(tmp_path):
    endless = video(Shot(seconds=60.0, sound=""))
    with serving(tmp_path) as live, sent(live, path_in(live), endless):
        family = children(live.process.pid)
        live.process.kill()
        live.process.wait()
        wait_until(lambda: not any(is_alive(pid) for pid in family), 2)
    with serving(tmp_path), closing(sqlite3.connect(tmp_path / "sotto.sqlite3")) as database:
        rows = database.execute("SELECT event, facts FROM privacy_entry ORDER BY number").fetchall()
    told = [(event, json.loads(facts)) for event, facts in rows if '"video"' in facts]
    assert [event for event, _ in told] == ["held", "destroyed"]
    assert told[1][1] == {"what": "video", "why": "lost"}


@pytest.mark.parametrize("server", ["daphne", "uvicorn"])
def test_who_takes_a_few_bytes_a_second_makes_way_for_the_next(tmp_path, server):
    short = video(Shot(seconds=1.0, sound=""))
    with serving(tmp_path, SERVER=server, BURN_IN_PATIENCE_SECONDS="1") as live:
        path = path_in(live)
        with sent(live, path, _noise(seconds=3)) as answer:
            assert not _is_taken(live, path, short)
            wait_until(lambda: answer.read(10) and _is_taken(live, path, short), 40)
            with pytest.raises((http.client.IncompleteRead, ConnectionResetError)):
                answer.read()


def _is_taken(live: LiveSotto, path: str, data: bytes) -> bool:
    """Whether subtitles were drawn into that video; False where another one has the turn."""
    body, content_type = form({}, "film.mp4", data)
    with connect(live, timeout=60) as client:
        answer = client.ask("POST", path, {"Content-Type": content_type}, body)
    assert answer.status in {200, 503}
    return answer.status == 200


@pytest.mark.slow
def test_who_takes_it_slowly_fills_no_memory(live, path):
    """Noise, of which much comes back: the child stands still until somebody reads."""
    server = live.process.pid
    others = set(children(server))
    noise = _noise(seconds=6)
    with sent(live, path, noise) as answer:
        before = resident_bytes(server)
        (child,) = set(children(server)) - others
        wait_until(lambda: _stands_still(child), 60)
        grown = resident_bytes(server) - before
        whole = len(answer.read())
    assert whole > 15 * MB
    assert grown < 10 * MB


def _stands_still(child: int) -> bool:
    before = cpu_seconds(child)
    time.sleep(0.5)
    return cpu_seconds(child) == before


def _noise(seconds: int) -> bytes:
    made = io.BytesIO()
    with av.open(made, "w", format="avi") as out:
        stream = out.add_stream("mjpeg", rate=25)
        stream.width, stream.height, stream.pix_fmt = 640, 360, "yuvj420p"
        for number in range(seconds * 25):
            frame = av.VideoFrame(640, 360, "yuvj420p")
            for plane in frame.planes:
                plane.update(os.urandom(plane.buffer_size))
            frame.pts, frame.time_base = number, Fraction(1, 25)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return made.getvalue()
