"""The split house: web, worker and sweeper as processes of their own, on PostgreSQL and Redis."""

import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg

from tests import live, services
from tests.config.houses import job
from tests.processes import children
from tests.speech import ROOT

LOOKS_FOR_SECONDS = 10


class Split:
    """Each process is started by a test, and ended after it, whatever has become of it."""

    def __init__(self, data: Path, database: str, queue: str, **more: str) -> None:
        self.data, self.database, self.queue = data, database, queue
        self.port = services.free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = data / "log.txt"
        self.environment = {
            "DATABASE_URL": database,
            **services.other_databases(database),
            "REDIS_URL": queue,
            "PORT": str(self.port),
            "PUBLIC_URL": self.url,
            **more,
        }
        self.processes: list[subprocess.Popen[bytes]] = []

    def prepare(self) -> None:
        live.manage(self.data, "prepare", **self.environment)

    def begin(self, *command: str, **more: str) -> "subprocess.Popen[bytes]":
        """Start a process and do not wait until it is ready."""
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "manage.py", *command],
                cwd=ROOT,
                env=live._environment(self.data, self.environment | more),
                stdout=subprocess.PIPE,
                stderr=log,
            )
        self.processes.append(process)
        return process

    def start(self, *command: str, **more: str) -> "subprocess.Popen[bytes]":
        process = self.begin(*command, **more)
        assert b"ready" in process.stdout.readline(), self.said()[-2000:]
        return process

    def manage(self, *command: str) -> str:
        return subprocess.run(
            [sys.executable, "manage.py", *command],
            check=True,
            cwd=ROOT,
            env=live._environment(self.data, self.environment),
            capture_output=True,
            text=True,
        ).stdout

    def ask(self, path: str, **request: Any) -> int:
        """The status of an answer; 0 where there was none."""
        asked = urllib.request.Request(self.url + path, **request)
        try:
            with urllib.request.urlopen(asked, timeout=LOOKS_FOR_SECONDS) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return int(error.code)
        except OSError:
            return 0

    def json(self, path: str) -> Any:
        """The body, also of a refusal."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=LOOKS_FOR_SECONDS) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            return json.load(error)

    def is_done(self, job_id: str) -> bool:
        return bool(job(self.url, job_id)["status"] == "done")

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.database) as connection:
            return connection.execute(query, values).fetchall()

    def count(self, table: str) -> int:
        return int(self.rows(f"SELECT count(*) FROM {table}")[0][0])

    def attempts(self, job_id: str) -> tuple[int, int]:
        """How often the job was begun, and how often that was taken for a crash."""
        query = "SELECT attempt, crashes FROM transcripts_job WHERE id = %s"
        return self.rows(query, job_id)[0]

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")

    def end(self) -> None:
        for process in self.processes:
            tell_family(process, signal.SIGKILL)
            process.wait()
            process.stdout.close()


def tell_family(process: "subprocess.Popen[bytes]", number: signal.Signals) -> list[int]:
    """The process, and all that it has started."""
    if process.poll() is not None:
        return []
    family = [process.pid, *children(process.pid)]
    for pid in family:
        with suppress(ProcessLookupError):
            os.kill(pid, number)
    return family


@contextmanager
def standing(data: Path, database: str, queue: str, *commands: str, **more: str) -> Iterator[Split]:
    """A house with web and sweeper, and whatever else is named."""
    house = Split(data, database, queue, **more)
    try:
        house.prepare()
        house.start("serve", "--web-only")
        for command in ("sweep", *commands):
            house.start(command)
        yield house
    finally:
        house.end()
