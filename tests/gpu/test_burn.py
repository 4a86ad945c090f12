"""Subtitles in pictures of every kind: drawn when they should be, upright, in step, behind the door."""

import io
import os
import signal
import struct
import subprocess
import threading
from itertools import pairwise
from pathlib import Path

import av
import pytest

from gpu.burn import Burner, BurnFailed, BurnJob, CueJob, StyleJob
from tests.gpu.conftest import children, in_memory
from tests.media import media
from tests.videos import FLASH, Shot, seen_in, video
from transcripts.exports._fonts import PLAIN

STYLE = StyleJob(0.08, 0.05, "bottom", "#ffffff", "#000000", "")
CUES = [CueJob(start=1000, end=1800, lines=[[(0, "Ask not", False)], [(0, "what", False)]])]
LETTERED = [round(n / 25, 3) for n in range(25, 45)]


def job(**changes) -> BurnJob:
    fields = {"cues": CUES, "faces": [(str(PLAIN), 0)], "style": STYLE}
    return BurnJob(**{**fields, "max_seconds": 60.0, "max_pixels": 1920 * 1088, **changes})


def burned(data: bytes, **changes) -> bytes:
    with in_memory(data) as fd, Burner(fd, len(data), job(**changes)) as burner:
        assert burner.sandbox == "full"
        return b"".join(burner.pieces())


def test_a_cue_stands_for_its_time_and_all_else_stays():
    before, after = seen_in(video()), seen_in(burned(video()))
    assert after.lettered == LETTERED
    assert (after.times, after.flashes) == (before.times, before.flashes)
    assert after.codecs == ["h264", "aac"]
    assert after.sounds[0] == pytest.approx(before.sounds[0], abs=0.001)
    assert after.sounds[-1] == pytest.approx(before.sounds[-1], abs=0.001)


HDR = (9, 18, 9)
KINDS = {
    "no sound": (Shot(sound=""), (320, 240), ["h264"]),
    "odd sides": (Shot(width=321, height=241, pixels="yuv444p"), (320, 240), ["h264", "aac"]),
    "upright by its head": (Shot(turned=90), (240, 320), ["h264", "aac"]),
    "upside down by its head": (Shot(turned=180), (320, 240), ["h264", "aac"]),
    "webm": (
        Shot(container="webm", codec="libvpx", sound="libopus"),
        (320, 240),
        ["h264", "aac"],
    ),
    "mpeg-ts that starts late": (
        Shot(container="mpegts", codec="mpeg2video", sound="mp2", starts_at=3.0),
        (320, 240),
        ["h264", "aac"],
    ),
    "avi": (Shot(container="avi", codec="mpeg4", sound="libmp3lame"), (320, 240), ["h264", "aac"]),
    "avi that tells of decoding only": (
        Shot(container="avi", sound="libmp3lame", options=(("bf", "3"),)),
        (320, 240),
        ["h264", "aac"],
    ),
    "ten bits, HDR": (
        Shot(
            codec="libx265",
            pixels="yuv420p10le",
            colours=HDR,
            options=(("x265-params", "log-level=none:pools=none:frame-threads=1"),),
        ),
        (320, 240),
        ["h264", "aac"],
    ),
    "interlaced": (
        Shot(codec="mpeg2video", container="mpegts", options=(("flags", "+ilme+ildct"),)),
        (320, 240),
        ["h264", "aac"],
    ),
}


@pytest.mark.parametrize("name", KINDS)
def test_video_of_every_kind(name):
    shot, size, codecs = KINDS[name]
    seen = seen_in(burned(video(shot)))
    assert ((seen.width, seen.height), seen.codecs) == (size, codecs)
    assert seen.seconds == pytest.approx(4.0, abs=0.1)
    # The corner that flashes is among the letters where the picture is turned.
    lettered = [at for at in seen.lettered if not FLASH[0] - 0.05 < at < FLASH[1] + 0.05]
    assert len(lettered) == pytest.approx(len(LETTERED), abs=1)
    assert lettered[0] == pytest.approx(1.0, abs=0.041)
    if shot.sound:
        assert seen.sounds[0] == pytest.approx(FLASH[0], abs=0.05)


def test_every_frame_is_kept_where_a_file_tells_only_when_it_is_decoded():
    """All but the two that pass until it is known."""
    shot = Shot(container="avi", sound="", options=(("bf", "3"),))
    assert len(seen_in(burned(video(shot))).times) == 98


def test_more_frames_than_any_screen_shows_are_not_drawn():
    seen = seen_in(burned(video(Shot(seconds=0.2, frames_a_second=1000, sound="")), cues=[]))
    gaps = [after - before for before, after in pairwise(seen.times)]
    assert (min(gaps) > 0.002, 60 < len(seen.times) <= 100) == (True, True)


def test_sound_whose_time_runs_back_does_not_end_the_video():
    seen = seen_in(burned(_sound_set_back(video(Shot(container="flv")), 2500, 1000)))
    assert (len(seen.times), seen.sounds[0]) == (100, pytest.approx(FLASH[0], abs=0.05))


def _sound_set_back(flv: bytes, from_ms: int, by_ms: int) -> bytes:
    data, at, sound = bytearray(flv), 13, 8
    while at < len(data):
        kind, size = data[at], int.from_bytes(data[at + 1 : at + 4])
        told_ms = int.from_bytes(data[at + 4 : at + 7])
        if kind == sound and told_ms > from_ms:
            data[at + 4 : at + 7] = (told_ms - by_ms).to_bytes(3)
        at += 11 + size + 4
    return bytes(data)


def test_uneven_frames_keep_their_times():
    data = video(Shot(uneven=True))
    assert seen_in(burned(data)).times == seen_in(data).times


def test_a_picture_turned_by_its_head_is_turned_as_players_do():
    """The corner that flashes at the top left comes to stand where ffmpeg would show it."""
    turned = seen_in(burned(video(Shot(turned=90)), cues=[]))
    frame = turned.picture(2.1).reformat(format="gray", threads=1)
    plane = frame.planes[0]
    bright = {
        (x, y): bytes(plane)[y * plane.line_size + x] > 150 for x in (8, 231) for y in (8, 311)
    }
    assert bright == {(8, 8): False, (231, 8): False, (8, 311): True, (231, 311): False}


REFUSED = {
    "sound alone": (lambda: media("mp3", 2.0), {}, "no_video_track"),
    "nothing known": (lambda: b"x" * 4000, {}, "video_unreadable"),
    "a page": (lambda: b"<html>" * 400, {}, "video_unreadable"),
    "half a head": (lambda: video()[:3000], {}, "video_unreadable"),
    "too long": (video, {"max_seconds": 3.0}, "video_too_long"),
    "too large": (video, {"max_pixels": 320 * 200}, "video_too_large"),
    "wider than an encoder takes": (
        lambda: video(
            Shot(seconds=0.2, width=20_000, height=16, codec="ffv1", container="matroska", sound="")
        ),
        {},
        "video_too_large",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_taken_is_refused_with_its_reason(name):
    make, changes, code = REFUSED[name]
    before = children()
    with pytest.raises(BurnFailed) as refused:
        burned(make(), **changes)
    assert refused.value.failure == code
    assert children() == before


def test_who_stops_it_is_obeyed_at_once():
    data = video(Shot(seconds=60.0, sound=""))
    before = children()
    with in_memory(data) as fd, Burner(fd, len(data), job()) as burner:
        pieces = burner.pieces()
        next(pieces)
        threading.Timer(0.1, burner.kill).start()
        with pytest.raises(BurnFailed) as stopped:
            list(pieces)
    assert (stopped.value.failure, children() == before) == ("cancelled", True)


def test_a_child_that_is_killed_leaves_a_cause_that_logs_take():
    data = video(Shot(seconds=60.0, sound=""))
    before = children()
    with in_memory(data) as fd, Burner(fd, len(data), job()) as burner:
        (child,) = children() - before
        pieces = burner.pieces()
        next(pieces)
        os.kill(child, signal.SIGKILL)
        with pytest.raises(BurnFailed) as died:
            list(pieces)
    assert (died.value.failure, died.value.detail) == ("video_crash", "signal-9")


def test_an_error_in_the_child_is_named_without_its_words():
    nobody = [CueJob(start=1000, end=1800, lines=[[(7, "Ask not", False)]])]
    with pytest.raises(BurnFailed) as died:
        burned(video(), cues=nobody)
    assert (died.value.failure, died.value.detail) == ("video_crash", "exit-1:IndexError")


def test_what_is_cut_off_in_the_middle_is_drawn_as_far_as_it_goes():
    whole = video(Shot(container="matroska"))
    seen = seen_in(burned(whole[: len(whole) // 2]))
    assert 0.5 < seen.seconds < 4.0


def test_it_works_with_one_thread_and_steps_back_for_others():
    data = video(Shot(seconds=60.0, sound=""))
    before = children()
    with in_memory(data) as fd, Burner(fd, len(data), job()) as burner:
        (child,) = children() - before
        lines = Path(f"/proc/{child}/status").read_text().splitlines()
        status = dict(line.split(":\t", 1) for line in lines)
        nice = int(Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()[16])
        shown = subprocess.run(
            ["cat", f"/proc/{child}/cmdline"], capture_output=True, text=True, check=True
        ).stdout
        next(burner.pieces())
    assert (status["Seccomp"].strip(), status["Threads"].strip(), nice) == ("2", "1", 10)
    assert "Ask not" not in shown


def test_its_head_says_how_long_it_is():
    """Of fragments the head alone tells a browser; FFmpeg's own tells of the first one only."""
    made = burned(video(Shot(seconds=9.0)))
    scale, ticks = struct.unpack_from(">II", made, made.index(b"mvhd") + 16)
    assert ticks / scale == 9.0
    assert struct.unpack_from(">I", made, made.index(b"mehd") + 8)[0] / scale == 9.0
    assert b"Lavf" not in made[: made.index(b"moof")]
    with av.open(io.BytesIO(made)) as file:
        assert [round(float(stream.duration * stream.time_base)) for stream in file.streams] == [
            9,
            9,
        ]
        file.seek(6_000_000)
        frame = next(file.decode(video=0))
        assert 3.5 < frame.time <= 6.0
