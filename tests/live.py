"""The product as its user starts it: ``manage.py serve`` in a process of its own."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.services import free_port
from tests.speech import ROOT

STARTS_WITHIN_SECONDS = 90
STOPS_WITHIN_SECONDS = 15


@dataclass
class LiveSotto:
    """``url`` has no slash at its end; ``log`` holds what the process has said."""

    url: str
    port: int
    data: Path
    log: Path
    process: subprocess.Popen[bytes]

    def stop(self, how: signal.Signals = signal.SIGINT) -> int:
        """Ask it to stop and wait. Returns its exit status; kills it when it does not listen."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        try:
            return self.process.wait(STOPS_WITHIN_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")


def manage(data: Path, *arguments: str, **environment: str) -> None:
    """Run a management command on that data directory and see it succeed."""
    subprocess.run(
        [sys.executable, "manage.py", *arguments],
        check=True,
        cwd=ROOT,
        env=_environment(data, environment),
        capture_output=True,
    )


@contextmanager
def serving(
    data: Path, ready: str = "/ready", under: Sequence[str] = (), **environment: str
) -> Iterator[LiveSotto]:
    """Start on an empty port with a fresh database in ``data``; yield once ``ready`` is 200.

    ``under`` is a command, such as strace, that runs the server in its own place.
    """
    manage(data, "prepare", **environment)
    port = int(environment.get("PORT") or free_port())
    environment = {"HOST": "127.0.0.1", "PORT": str(port), **environment}
    log = data / "log.txt"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*under, sys.executable, "manage.py", "serve"],
            cwd=ROOT,
            env=_environment(data, environment),
            stdout=output,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
        )
    live = LiveSotto(f"http://127.0.0.1:{port}", port, data, log, process)
    try:
        _wait_for(live, ready)
        yield live
    finally:
        live.stop()


def _environment(data: Path, extra: dict[str, str]) -> dict[str, str]:
    """Of ours only what the test sets: the suite's own databases and switches stay out."""
    own = {
        "DATABASE_URL",
        "KEYS_DATABASE_URL",
        "SEARCH_DATABASE_URL",
        "REDIS_URL",
        "STORAGE_URL",
        "EDITION",
        "DJANGO_SETTINGS_MODULE",
        "PORT",
    }
    outer = {name: value for name, value in os.environ.items() if name not in own}
    return outer | {"SOTTO_DATA": str(data), "PYTHONUNBUFFERED": "1"} | extra


def _wait_for(live: LiveSotto, path: str) -> None:
    deadline = time.monotonic() + STARTS_WITHIN_SECONDS
    while time.monotonic() < deadline and live.process.poll() is None:
        try:
            with urllib.request.urlopen(live.url + path, timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError(f"no 200 from {path}; the server said:\n{live.said()[-4000:]}")
