"""A job through the whole web stack against the bare engine, and the worker's memory by length.

``python -m tests.bench.jobs bare FILE`` and ``… peak HOURS`` are the processes that are measured.
``BENCH_HOURS`` (10) is the longer of the two recordings.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django

from gpu.contract import EMBEDDED_MODEL_ID, Options
from gpu.decode import Decoder
from tests import live, recordings
from tests.bench import Row
from tests.config.houses import transcribe
from tests.processes import peak_bytes
from tests.speech import ROOT

OPTIONS = Options(EMBEDDED_MODEL_ID)
LENGTHS = {"10 minutes": (600, "≤ 1.15", 2), "an hour": (3600, "≤ 1.05", 2)}
MEGABYTE = 1_000_000


def rows() -> list[Row]:
    with tempfile.TemporaryDirectory() as name:
        speeds = [_speed(Path(name), *row) for row in LENGTHS.items()]
    return [*speeds, _memory()]


def _speed(folder: Path, length: str, plan: tuple[int, str, int]) -> Row:
    seconds, target, runs = plan
    file = folder / "talk.wav"
    file.write_bytes(recordings.wav(seconds))
    ours, bare = [], []
    home = Path(tempfile.mkdtemp(dir=folder))
    stays_warm = {"RECOGNISER_IDLE_SECONDS": "3600"}
    with live.serving(home, **stays_warm) as house, _bare_engine(file) as listen:
        _through_the_house(house.url, recordings.wav(10))  # both sides warm
        for _ in range(runs):
            bare.append(listen())
            ours.append(_through_the_house(house.url, file.read_bytes()))
    ratio = min(ours) / min(bare)
    return Row(
        f"job of {length} ÷ bare engine", f"{min(ours):.1f} s", f"{min(bare):.1f} s", ratio, target
    )


def _through_the_house(url: str, data: bytes) -> float:
    """From the first byte of the upload to the last byte of the transcript, in one request."""
    started = time.monotonic()
    assert transcribe(url, data)["text"]
    return time.monotonic() - started


@contextmanager
def _bare_engine(file: Path) -> Iterator:
    """Decoder and pipeline with a warm engine, and nothing around them."""
    command = [sys.executable, "-m", "tests.bench.jobs", "bare", str(file)]
    with subprocess.Popen(
        command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        process.stdout.readline()

        def listen() -> float:
            process.stdin.write("again\n")
            process.stdin.flush()
            return float(process.stdout.readline())

        yield listen
        process.stdin.close()


def _listen_bare(file: Path) -> None:
    from gpu.engines import load_engine
    from gpu.pipeline import listen

    engine = load_engine(OPTIONS.model)
    engine.prepare(OPTIONS)
    print("warm", flush=True)
    with file.open("rb") as media:
        for _ in sys.stdin:
            started = time.monotonic()
            with Decoder(media.fileno(), file.stat().st_size) as decoder:
                listen(
                    decoder.blocks(),
                    OPTIONS,
                    declared_seconds=decoder.info.declared_seconds,
                    on_progress=lambda _progress: None,
                    check_cancelled=lambda: None,
                    engine=engine,
                )
            print(time.monotonic() - started, flush=True)


def _memory() -> Row:
    hours = float(os.environ.get("BENCH_HOURS", "10"))
    short, long = _peak_of(hours / 10), _peak_of(hours)
    return Row(
        f"peak memory of the worker, {hours:g} h ÷ {hours / 10:g} h",
        f"{sum(long.values()) // MEGABYTE} MB",
        f"{sum(short.values()) // MEGABYTE} MB",
        sum(long.values()) / sum(short.values()),
        "≤ 1.15",
        note=", ".join(f"{name} {size // MEGABYTE} MB" for name, size in long.items()),
    )


def _peak_of(hours: float) -> dict[str, int]:
    command = [sys.executable, "-m", "tests.bench.jobs", "peak", str(hours)]
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings"}
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, env=environment)
    peaks: dict[str, int] = json.loads(done.stdout)
    return peaks


def _measure_peak(hours: float) -> None:
    """What a job costs at most: the recogniser, and the worker that seals its result."""
    django.setup()
    from gpu import actors
    from privacy import content_keys
    from transcripts.document import document_from_result

    media = os.memfd_create("audio")
    size_bytes = recordings.write_wav(media, hours * 3600)
    recogniser = actors.recogniser()
    peak = 0

    def look(_progress: object) -> bool:
        nonlocal peak
        peak = peak_bytes(recogniser.child_pid)
        return True

    result = recogniser.transcribe(media, size_bytes, OPTIONS, look)
    document = document_from_result(result)
    content_keys.seal(bytes(content_keys.KEY_BYTES), "bench", document)
    print(json.dumps({"recogniser": peak, "worker": peak_bytes(os.getpid())}))
    recogniser.close()


if __name__ == "__main__":
    what, value = sys.argv[1:]
    if what == "bare":
        _listen_bare(Path(value))
    else:
        _measure_peak(float(value))
