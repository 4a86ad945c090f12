"""Real PostgreSQL and Redis, started for the tests on free ports and gone after them."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.postgresql import QUIET
from tests.processes import children

STARTS_WITHIN_SECONDS = 30


class NotInstalled(Exception):  # noqa: N818 - the name says what happened
    """The machine has no such server."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Server:
    """One that can be killed, paused and started again: same port, same files."""

    url: str
    command: list[Any]
    folder: Path
    is_ready: Callable[[], bool]
    how: dict[str, Any]
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(self.command, stdout=log, stderr=log, **self.how)
        deadline = time.monotonic() + STARTS_WITHIN_SECONDS
        while not self.is_ready():
            if self.process.poll() is not None or time.monotonic() > deadline:
                said = (self.folder / "log").read_text(errors="replace")
                raise RuntimeError(f"{self.command[0]} did not start:\n{said[-2000:]}")
            time.sleep(0.05)

    def stop(self) -> None:
        if self.process is not None:
            self.resume()
            self.process.send_signal(signal.SIGINT)  # both: now, without waiting for clients
            self.process.wait(20)
            self.process = None

    def kill(self) -> None:
        """With its children, as when the machine loses power."""
        self._tell_all(signal.SIGKILL)
        assert self.process is not None
        self.process.wait()
        self.process = None

    def pause(self) -> None:
        self._tell_all(signal.SIGSTOP)

    def resume(self) -> None:
        self._tell_all(signal.SIGCONT)

    def _tell_all(self, number: signal.Signals) -> None:
        assert self.process is not None
        for pid in [self.process.pid, *children(self.process.pid)]:
            with suppress(ProcessLookupError):
                os.kill(pid, number)


@contextmanager
def postgres() -> Iterator[str]:
    """Yields a ``postgres://`` URL. Raises NotInstalled."""
    with postgres_server() as server:
        yield server.url


@contextmanager
def postgres_server() -> Iterator[Server]:
    programs = _postgres_programs()
    folder = Path(tempfile.mkdtemp(prefix="sotto-postgres-"))
    how = _as_somebody_else(folder)
    cluster, port = folder / "cluster", free_port()
    initdb = [programs / "initdb", "-D", cluster, "-U", "sotto", "-A", "trust", "-E", "UTF8"]
    quiet = [f"--{name}={value}" for name, value in QUIET.items()]
    command = [programs / "postgres", "-D", cluster, "-p", str(port), "-h", "127.0.0.1", *quiet]
    is_ready = [programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)]
    url = f"postgres://sotto@127.0.0.1:{port}/postgres"
    command += ["-k", "", "-F"]
    server = Server(url, command, folder, lambda: _succeeds(is_ready), how)
    try:
        subprocess.run([*initdb, "--locale=C", "-N"], check=True, capture_output=True, **how)
        with _running(server):
            yield server
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def other_databases(database_url: str) -> dict[str, str]:
    """Databases beside that one, as settings: for the keys of contents, and for searching."""
    import psycopg

    beside = database_url.removesuffix("/postgres")
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE keys")
        connection.execute("CREATE DATABASE search")
    return {"KEYS_DATABASE_URL": f"{beside}/keys", "SEARCH_DATABASE_URL": f"{beside}/search"}


@contextmanager
def redis() -> Iterator[str]:
    """Yields a ``redis://`` URL of a server that writes nothing to disk. Raises NotInstalled."""
    with redis_server() as server:
        yield server.url


@contextmanager
def redis_server() -> Iterator[Server]:
    program = shutil.which("redis-server")
    if program is None:
        raise NotInstalled("redis-server")
    port = free_port()
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    command += ["--appendonly", "no"]
    with tempfile.TemporaryDirectory(prefix="sotto-redis-") as name:
        folder = Path(name)
        url = f"redis://127.0.0.1:{port}/0"
        with _running(Server(url, command, folder, lambda: _listens(port), {"cwd": folder})) as up:
            yield up


@contextmanager
def _running(server: Server) -> Iterator[Server]:
    try:
        server.start()
        yield server
    finally:
        server.stop()


def _succeeds(command: list[Any]) -> bool:
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _postgres_programs() -> Path:
    """Debian keeps the programs off the PATH, one folder a version."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3])
    )
    on_path = shutil.which("initdb")
    if not found and not on_path:
        raise NotInstalled("postgresql")
    return (found[-1] if found else Path(str(on_path))).parent


def _as_somebody_else(folder: Path) -> dict[str, Any]:
    """PostgreSQL refuses to run as root."""
    how: dict[str, Any] = {"cwd": folder}
    if os.geteuid() != 0:
        return how
    accounts = {entry.pw_name: entry for entry in pwd.getpwall()}
    account = accounts.get("postgres") or accounts["nobody"]
    os.chown(folder, account.pw_uid, account.pw_gid)
    return how | {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
