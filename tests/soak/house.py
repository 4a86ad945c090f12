"""The house under soak: its processes are started again when they die, its queue is kept filled."""

from __future__ import annotations

import contextlib
import signal
import socket
import subprocess
import threading
import time
import urllib.error
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from tests import recordings
from tests.config.houses import send
from tests.services import Server
from tests.split import Split, tell_family

WAITING_AT_MOST = 6
CLIPS_SECONDS = (2, 20, 40)  # the longer ones, so that a worker that is killed was at work
RESTARTED_AFTER_SECONDS = 0.2
COMMANDS = {
    "web": ("serve", "--web-only"),
    "sweeper": ("sweep",),
    "worker one": ("work",),
    "worker two": ("work",),
}
WORKERS = ("worker one", "worker two")
RESTS_WITHIN_SECONDS = 120


@dataclass
class Kill:
    """A worker was killed while it had this job."""

    job: str
    attempt: int
    at: float
    again_after_seconds: float | None = None


@dataclass
class House:
    data: Path
    postgres: Server
    redis: Server
    sent: list[str] = field(default_factory=list)
    kills: list[Kill] = field(default_factory=list)
    redis_deaths: int = 0
    processes: dict[str, subprocess.Popen] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.split = Split(self.data, self.postgres.url, self.redis.url)
        self.clips = [recordings.wav(seconds) for seconds in CLIPS_SECONDS]
        self.locks = {name: threading.Lock() for name in (*COMMANDS, "postgres", "redis")}
        self._over = threading.Event()
        self._full = threading.Event()

    @contextmanager
    def standing(self) -> Iterator[None]:
        self.split.prepare()
        keepers = [threading.Thread(target=self._keep, args=(name,)) for name in COMMANDS]
        keepers += [threading.Thread(target=self._feed), threading.Thread(target=self._watch)]
        for keeper in keepers:
            keeper.start()
        try:
            self._wait(lambda: self.split.ask("/ready") == 200, 120)
            yield
        finally:
            self._over.set()
            self.split.end()
            for keeper in keepers:
                keeper.join()

    def come_to_rest(self) -> None:
        """No more recordings and no more faults: all that was sent comes to its end."""
        self._full.set()
        live = "SELECT 1 FROM transcripts_job WHERE status IN ('queued', 'running') LIMIT 1"
        with suppress(TimeoutError):  # the verdict says what is stuck
            self._wait(lambda: self.rows(live) == [], RESTS_WITHIN_SECONDS)
        left = "SELECT 1 FROM transcripts_job WHERE audio_destroyed_at IS NULL LIMIT 1"
        with suppress(TimeoutError):
            self._wait(lambda: self.rows(left) == [], RESTS_WITHIN_SECONDS)

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]] | None:
        """None while the database is away."""
        try:
            with psycopg.connect(self.postgres.url, connect_timeout=5) as connection:
                return connection.execute(query, values).fetchall()
        except psycopg.Error:
            return None

    def kill_worker(self, name: str) -> None:
        process = self.processes.get(name)
        if process is None or process.poll() is not None:
            return
        worker = f"{socket.gethostname()}:{process.pid}"[:80]
        query = "SELECT id, attempt FROM transcripts_job WHERE status = 'running' AND worker = %s"
        held = self.rows(query, worker) or []
        tell_family(process, signal.SIGKILL)
        self.kills += [Kill(job, attempt, time.monotonic()) for job, attempt in held]

    def _keep(self, name: str) -> None:
        """Start it, and again when it has died."""
        while not self._over.is_set():
            process = self.processes[name] = self.split.begin(*COMMANDS[name])
            while process.poll() is None and not self._over.wait(0.05):
                pass
            self._over.wait(RESTARTED_AFTER_SECONDS)
        tell_family(self.processes[name], signal.SIGKILL)

    def _feed(self) -> None:
        waiting = "SELECT count(*) FROM transcripts_job WHERE status = 'queued'"
        while not self._over.wait(0.2):
            found = None if self._full.is_set() else self.rows(waiting)
            if found and found[0][0] < WAITING_AT_MOST:
                # A refusal, a lost answer, a restart: whoever got no id has nothing to lose.
                with suppress(OSError, urllib.error.HTTPError, ValueError):
                    clip = self.clips[len(self.sent) % len(self.clips)]
                    self.sent.append(send(self.split.url, clip))

    def _watch(self) -> None:
        """When jobs whose worker was killed run again. What ended otherwise is not counted."""
        query = "SELECT attempt, status FROM transcripts_job WHERE id = %s"
        while not self._over.wait(0.1):
            for kill in [kill for kill in self.kills if kill.again_after_seconds is None]:
                found = self.rows(query, kill.job)
                if not found:
                    continue
                attempt, status = found[0]
                if attempt > kill.attempt:
                    kill.again_after_seconds = time.monotonic() - kill.at
                elif status not in {"queued", "running"}:
                    with contextlib.suppress(ValueError):
                        self.kills.remove(kill)

    def _wait(self, condition: Any, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                raise TimeoutError
            time.sleep(0.2)
