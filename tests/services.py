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
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from config.postgresql import QUIET

STARTS_WITHIN_SECONDS = 30


class NotInstalled(Exception):  # noqa: N818 - the name says what happened
    """The machine has no such server."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def postgres() -> Iterator[str]:
    """Yields a ``postgres://`` URL. Raises NotInstalled."""
    programs = _postgres_programs()
    folder = Path(tempfile.mkdtemp(prefix="sotto-postgres-"))
    how = _as_somebody_else(folder)
    cluster, port = folder / "cluster", free_port()
    initdb = [programs / "initdb", "-D", cluster, "-U", "sotto", "-A", "trust", "-E", "UTF8"]
    quiet = [f"--{name}={value}" for name, value in QUIET.items()]
    server = [programs / "postgres", "-D", cluster, "-p", str(port), "-h", "127.0.0.1", *quiet]
    is_ready = [programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)]
    try:
        subprocess.run([*initdb, "--locale=C", "-N"], check=True, capture_output=True, **how)
        with _running([*server, "-k", "", "-F"], folder, lambda: _succeeds(is_ready), how):
            yield f"postgres://sotto@127.0.0.1:{port}/postgres"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def keys_database(database_url: str) -> str:
    """A database beside that one, for the keys of contents."""
    import psycopg

    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE keys")
    return database_url.removesuffix("/postgres") + "/keys"


@contextmanager
def redis() -> Iterator[str]:
    """Yields a ``redis://`` URL of a server that writes nothing to disk. Raises NotInstalled."""
    program = shutil.which("redis-server")
    if program is None:
        raise NotInstalled("redis-server")
    port = free_port()
    server = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    with tempfile.TemporaryDirectory(prefix="sotto-redis-") as name:
        folder = Path(name)
        how = {"cwd": folder}
        with _running([*server, "--appendonly", "no"], folder, lambda: _listens(port), how):
            yield f"redis://127.0.0.1:{port}/0"


@contextmanager
def _running(
    command: list[Any], folder: Path, is_ready: Callable[[], bool], how: dict[str, Any]
) -> Iterator[None]:
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log, **how)
    try:
        deadline = time.monotonic() + STARTS_WITHIN_SECONDS
        while not is_ready():
            if server.poll() is not None or time.monotonic() > deadline:
                said = (folder / "log").read_text(errors="replace")
                raise RuntimeError(f"{command[0]} did not start:\n{said[-2000:]}")
            time.sleep(0.05)
        yield
    finally:
        server.send_signal(signal.SIGINT)  # both servers: stop now, without waiting for clients
        server.wait(20)


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
