"""What a stranger does: clone, `make run`, open the page, Ctrl-C; and all of it again."""

import os
import shutil
import signal
import subprocess
import time
import urllib.request
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.services import free_port
from tests.speech import ROOT


@dataclass(frozen=True)
class Run:
    seconds_to_page: float
    said: list[str]
    page: str
    left_behind: list[str]


@pytest.mark.slow
@pytest.mark.embedded
def test_from_a_clone_to_a_page_and_back(tmp_path, note):
    clone = tmp_path / "sotto"
    _copy_what_is_tracked(clone)
    port = free_port()
    first = _make_run(clone, port)
    again = [_make_run(clone, port) for _ in range(2)]  # a busy machine may spoil one
    second = min(again, key=lambda run: run.seconds_to_page)
    note(
        f"make run: a page after {first.seconds_to_page:.1f} s from a fresh clone,"
        f" {second.seconds_to_page:.1f} s the second time."
    )
    assert second.said == [f"Sotto is ready: http://127.0.0.1:{port}"]
    assert "<h1" in first.page
    assert (first.left_behind, second.left_behind) == ([], [])


def _copy_what_is_tracked(folder: Path) -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], check=True, capture_output=True, text=True, cwd=ROOT
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)


def _make_run(clone: Path, port: int) -> Run:
    """Ctrl-C reaches the whole foreground group, as a terminal sends it."""
    log = clone.parent / "log"
    ours = {"SOTTO_DATA", "DATABASE_URL", "REDIS_URL", "VIRTUAL_ENV", "DJANGO_SETTINGS_MODULE"}
    outer = {name: value for name, value in os.environ.items() if name not in ours}
    started = time.monotonic()
    with log.open("wb") as output:
        make = subprocess.Popen(
            ["make", "--no-print-directory", "run", f"PORT={port}"],
            cwd=clone,
            env={name: value for name, value in outer.items() if not name.startswith("MAKE")},
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        page = _page(f"http://127.0.0.1:{port}/", make, log)
        seconds = time.monotonic() - started
        said = log.read_text(encoding="utf-8").splitlines()
    finally:
        os.killpg(make.pid, signal.SIGINT)
        make.wait(20)
    return Run(seconds, said, page, _processes_in(clone))


def _page(url: str, make: subprocess.Popen[bytes], log: Path) -> str:
    while make.poll() is None:
        with suppress(OSError), urllib.request.urlopen(url, timeout=10) as answer:
            return answer.read().decode()
        time.sleep(0.05)
    pytest.fail(f"make run ended:\n{log.read_text(encoding='utf-8')}")


def _processes_in(folder: Path) -> list[str]:
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if (process / "cwd").readlink().is_relative_to(folder):
                found.append((process / "cmdline").read_text().replace("\0", " "))
    return found
