"""The house itself: what it takes to install and to start, and what the web process loads."""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.bench import Row
from tests.house.light_set import install
from tests.house.test_purity import EVERYTHING_OF_THE_WEB, HEAVY
from tests.live import serving
from tests.speech import ROOT


def rows() -> list[Row]:
    return [_size(), _start(), _purity()]


def _size() -> Row:
    with tempfile.TemporaryDirectory() as folder:
        installed = install(Path(folder) / "light")
    note = f"installed in {installed.seconds:.0f} s by uv"
    ours = f"{installed.megabytes:.0f} MB"
    return Row("light set, installed", ours, "600 MB", installed.megabytes / 600, "< 1", note)


def _start() -> Row:
    """From nothing running to a page, on data that is there already: `make run` a second time."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        with serving(data, "/"):
            pass
        started = time.perf_counter()
        with serving(data, "/"):
            seconds = time.perf_counter() - started
    return Row("second start, until a page", f"{seconds:.1f} s", "5 s", seconds / 5, "< 1")


def _purity() -> Row:
    command = [sys.executable, "-W", "ignore", "-c", EVERYTHING_OF_THE_WEB]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
    heavy = sorted(set(done.stdout.split()) & set(HEAVY))
    ours = ", ".join(heavy) or "nothing"
    return Row(
        "heavy packages in the web process", ours, "", float(len(heavy)), "≤ 0", ", ".join(HEAVY)
    )
