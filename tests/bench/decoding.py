"""Decoding to mono 16 kHz: our confined child against the ffmpeg command, on the same files."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from gpu.decode import Decoder
from tests.bench import Row
from tests.speech import SPEECH

MINUTES = 10
RUNS = 3
TARGET = "≥ 0.8"
# file name: how the ffmpeg command makes it
FILES = {
    "speech.mp3": ["-c:a", "libmp3lame", "-b:a", "96k"],
    "speech.m4a": ["-c:a", "aac", "-b:a", "96k"],
    "speech.flac": ["-c:a", "flac"],
    "speech.opus": ["-c:a", "libopus", "-b:a", "32k"],
    "speech.wav": ["-c:a", "pcm_s16le"],
}


def rows() -> list[Row]:
    if shutil.which("ffmpeg") is None:
        return [Row("decoding", "not measured", note="the ffmpeg command is not installed")]
    with tempfile.TemporaryDirectory() as folder:
        return [_row(_make(Path(folder) / name, how)) for name, how in FILES.items()]


def _row(media: Path) -> Row:
    both = [(_timed(_decode, media), _timed(_ffmpeg, media)) for _ in range(RUNS)]
    ours, theirs = (min(seconds) for seconds in zip(*both, strict=True))
    return Row(
        f"decoding {MINUTES} min of {media.suffix.removeprefix('.')}",
        f"{ours:.2f} s",
        f"ffmpeg {theirs:.2f} s",
        theirs / ours,
        TARGET,
        f"best of {RUNS} in turn; times as fast as ffmpeg",
    )


def _make(media: Path, how: list[str]) -> Path:
    source = ["-stream_loop", "-1", "-i", SPEECH / "en" / "jfk.flac", "-t", str(MINUTES * 60)]
    sound = ["-ar", "44100" if media.suffix != ".opus" else "48000", "-ac", "2"]
    subprocess.run(["ffmpeg", "-v", "error", *source, *sound, *how, media], check=True)
    return media


def _timed(decode: Callable[[Path], int], media: Path) -> float:
    started = time.perf_counter()
    decoded_bytes = decode(media)
    seconds = time.perf_counter() - started
    assert abs(decoded_bytes - MINUTES * 60 * 32_000) < 32_000, decoded_bytes
    return seconds


def _decode(media: Path) -> int:
    media_fd = os.open(media, os.O_RDONLY)
    try:
        with Decoder(media_fd, media.stat().st_size) as decoder:
            return sum(len(block) for block in decoder.blocks())
    finally:
        os.close(media_fd)


def _ffmpeg(media: Path) -> int:
    wanted = ["-f", "s16le", "-ac", "1", "-ar", "16000", "pipe:1"]
    command = ["ffmpeg", "-v", "error", "-nostdin", "-i", media, *wanted]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        return sum(len(block) for block in iter(lambda: process.stdout.read(1 << 20), b""))
