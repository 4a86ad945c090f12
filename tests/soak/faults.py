"""What can go wrong, each with how often it does, in parts of a hundred."""

from __future__ import annotations

import os
import random
import signal
import socket
import threading
import time
import urllib.request
from collections.abc import Callable
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from tests.processes import children
from tests.services import Server
from tests.soak.house import WORKERS, House
from tests.split import tell_family

Commit = Callable[[House, random.Random], None]


@dataclass(frozen=True)
class Fault:
    weight: int
    commit: Commit


def kill_worker(house: House, chance: random.Random) -> None:
    name = chance.choice(WORKERS)
    with house.locks[name]:
        house.kill_worker(name)


def kill_recogniser(house: House, chance: random.Random) -> None:
    process = house.processes.get(chance.choice(WORKERS))
    if process is not None and process.poll() is None:
        for pid in children(process.pid):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def dismiss_worker(house: House, chance: random.Random) -> None:
    """SIGTERM, as a deployment sends it."""
    process = house.processes.get(chance.choice(WORKERS))
    if process is not None:
        process.terminate()


def kill_web(house: House, chance: random.Random) -> None:
    with house.locks["web"]:
        tell_family(house.processes["web"], signal.SIGKILL)


def kill_redis(house: House, chance: random.Random) -> None:
    """It comes back empty: recordings that waited in it are lost, and so they must be told."""
    with _alone(house, "redis"):
        house.redis_deaths += 1
        _restart(house.redis, chance)


def kill_postgres(house: House, chance: random.Random) -> None:
    with _alone(house, "postgres"):
        _restart(house.postgres, chance)


def pause_worker(house: House, chance: random.Random) -> None:
    """Sometimes past its leases: then it comes back as a zombie."""
    name = chance.choice(WORKERS)
    _pause_process(house, name, chance.choice([0.5, 2, 5, 18]))


def pause_web(house: House, chance: random.Random) -> None:
    _pause_process(house, "web", chance.uniform(0.2, 3))


def pause_redis(house: House, chance: random.Random) -> None:
    _pause_server(house, "redis", house.redis, chance)


def pause_postgres(house: House, chance: random.Random) -> None:
    _pause_server(house, "postgres", house.postgres, chance)


def cancel(house: House, chance: random.Random) -> None:
    if house.sent:
        job = chance.choice(house.sent[-8:])
        address = f"{house.split.url}/v1/jobs/{job}"
        with suppress(OSError):
            urllib.request.urlopen(
                urllib.request.Request(address, method="DELETE"), timeout=10
            ).close()


def slow_client(house: House, chance: random.Random) -> None:
    """Sends a piece at a time, and vanishes in the middle."""
    line, name = "a-line-that-no-recording-holds", "talk.wav"
    part = f'--{line}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    body = part.encode() + house.clips[0]
    head = (
        f"POST /v1/transcribe HTTP/1.1\r\nHost: 127.0.0.1:{house.split.port}\r\n"
        f"Content-Type: multipart/form-data; boundary={line}\r\n"
        f"Content-Length: {len(body) + 100}\r\n\r\n"
    )
    with suppress(OSError), socket.create_connection(("127.0.0.1", house.split.port), 5) as wire:
        wire.sendall(head.encode())
        for start in range(0, chance.randrange(len(body)), 8192):
            wire.sendall(body[start : start + 8192])
            time.sleep(0.1)


FAULTS: dict[str, Fault] = {
    "worker killed": Fault(14, kill_worker),
    "recogniser killed": Fault(8, kill_recogniser),
    "worker asked to go": Fault(4, dismiss_worker),
    "web killed": Fault(5, kill_web),
    "Redis killed, back empty": Fault(2, kill_redis),
    "PostgreSQL killed": Fault(3, kill_postgres),
    "worker paused": Fault(9, pause_worker),
    "web paused": Fault(7, pause_web),
    "Redis paused": Fault(4, pause_redis),
    "PostgreSQL paused": Fault(4, pause_postgres),
    "job cancelled": Fault(20, cancel),
    "slow client that vanishes": Fault(20, slow_client),
}


@contextmanager
def _alone(house: House, name: str):
    with house.locks[name]:
        yield


def _restart(server: Server, chance: random.Random) -> None:
    server.kill()
    time.sleep(chance.uniform(0, 2))
    for _attempt in range(20):
        try:
            server.start()
        except RuntimeError:  # what it left behind has not quite gone
            time.sleep(0.5)
        else:
            return
    raise RuntimeError(f"{server.command[0]} does not come back")


def _pause_process(house: House, name: str, seconds: float) -> None:
    process = house.processes.get(name)
    if process is None:
        return
    tell_family(process, signal.SIGSTOP)
    threading.Event().wait(seconds)
    tell_family(process, signal.SIGCONT)


def _pause_server(house: House, name: str, server: Server, chance: random.Random) -> None:
    with _alone(house, name):
        server.pause()
        time.sleep(chance.uniform(0.2, 3))
        server.resume()
