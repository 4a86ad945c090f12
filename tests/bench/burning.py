"""Subtitles burned into a minute of video: seconds, and the memory of the child that does it."""

import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from gpu.burn import Burner, BurnJob, CueJob, StyleJob
from tests.bench import Row
from transcripts.exports._fonts import PLAIN

SECONDS = 60
# size: what a minute may take on two cores, in seconds
TARGETS = {"320x240": 10.0, "1920x1080": 120.0}
STYLE = StyleJob(0.05, 0.05, "bottom", "#ffffff", "#000000", "")
CUES = [
    CueJob(start=at, end=at + 2500, lines=[[(0, "Ask not what your country", False)]])
    for at in range(0, SECONDS * 1000, 3000)
]


def rows() -> list[Row]:
    return [_row(size, allowed) for size, allowed in TARGETS.items()]


def _row(size: str, allowed: float) -> Row:
    with tempfile.TemporaryDirectory() as folder:
        film = Path(folder) / "film.mp4"
        _make(film, size)
        seconds, made_bytes, peak_bytes, own_bytes = _burn(film)
    return Row(
        f"subtitles burned into a minute of {size} at 25",
        f"{seconds:.1f} s",
        f"{allowed:.0f} s",
        seconds / allowed,
        "< 1",
        f"{made_bytes / 1e6:.1f} MB; the child's peak {peak_bytes / 1e6:.0f} MB, its parent "
        f"+{own_bytes / 1e6:.0f} MB",
    )


def _make(film: Path, size: str) -> None:
    """Much motion, some detail, and a tone."""
    pictures = ["-f", "lavfi", "-i", f"testsrc2=s={size}:r=25:d={SECONDS}"]
    sound = ["-f", "lavfi", "-i", f"sine=440:d={SECONDS}"]
    codecs = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac"]
    subprocess.run(["ffmpeg", "-v", "error", *pictures, *sound, *codecs, film], check=True)


def _burn(film: Path) -> tuple[float, int, int, int]:
    job = BurnJob(CUES, [(str(PLAIN), 0)], STYLE, 600.0, 4096 * 2304)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    descriptor = os.open(film, os.O_RDONLY)
    try:
        started = time.perf_counter()
        with Burner(descriptor, film.stat().st_size, job) as burner:
            watch = _Watch(burner)
            made_bytes = sum(len(piece) for piece in burner.pieces())
        seconds = time.perf_counter() - started
    finally:
        os.close(descriptor)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    return seconds, made_bytes, watch.peak_bytes, grown * 1024


class _Watch(threading.Thread):
    """The child's peak, for as long as it lives."""

    def __init__(self, burner: Burner) -> None:
        super().__init__(daemon=True)
        assert burner._child is not None
        self._status = Path(f"/proc/{burner._child.pid}/status")
        self.peak_bytes = 0
        self.start()

    def run(self) -> None:
        while True:
            try:
                lines = self._status.read_text().splitlines()
            except OSError:
                return
            peaks = [int(line.split()[1]) for line in lines if line.startswith("VmHWM:")]
            if not peaks:
                return
            self.peak_bytes = peaks[0] * 1024
            time.sleep(0.05)


if __name__ == "__main__":
    for row in rows():
        print(row, file=sys.stderr)
