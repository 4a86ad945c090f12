"""P02: a marked recording waits in Redis, and nothing of it is there or on its disk afterwards."""

import secrets
import time
from pathlib import Path

import pytest
import redis

from tests import services
from tests.config.visiting import CANARIES, Visitor
from tests.live import serving
from tests.processes import wait_until
from tests.recordings import marked_sound

pytestmark = [pytest.mark.services, pytest.mark.slow]

CANARY = secrets.token_bytes(64)
WORDS = [CANARIES[name].encode() for name in ("file", "vocabulary", "agent")]
READERS = {
    b"string": lambda server, name: [server.get(name)],
    b"hash": lambda server, name: [part for row in server.hgetall(name).items() for part in row],
    b"list": lambda server, name: server.lrange(name, 0, -1),
    b"set": lambda server, name: list(server.smembers(name)),
    b"zset": lambda server, name: server.zrange(name, 0, -1),
}


@pytest.fixture
def server():
    try:
        with services.redis() as url:
            yield redis.Redis.from_url(url)
    except services.NotInstalled as missing:
        pytest.skip(f"{missing} is not installed here")


@pytest.fixture
def live(server, tmp_path):
    address = server.connection_pool.connection_kwargs
    with serving(tmp_path, REDIS_URL=f"redis://127.0.0.1:{address['port']}/0") as running:
        yield running


def held(server) -> dict[bytes, bytes]:
    """All keys with all that is in them."""
    found = {}
    for name in server.scan_iter():
        kind = server.type(name)
        if kind != b"none":  # it went just now
            found[name] = b"\0".join(value or b"" for value in READERS[kind](server, name))
    return found


def hits(server, *marks: bytes) -> list[bytes]:
    return [name for name, value in held(server).items() for mark in marks if mark in name + value]


def recordings(server) -> list[bytes]:
    return [name for name in held(server) if name.startswith(b"sotto:audio")]


def finish(visitor: Visitor, ending: str) -> None:
    if ending == "failure":
        assert visitor.send(b"\x01" + CANARY * 5_000).status == 422
        return
    sound = marked_sound(CANARY, 120 if ending == "cancel" else 5)
    sent = visitor.send(sound, wait="false", vocabulary=CANARIES["vocabulary"])
    address = f"/v1/jobs/{sent.json['id']}"
    wait_until(lambda: visitor.get(address).json["status"] in {"running", "done"}, 60)
    if ending == "cancel":
        token = {"X-CSRFToken": visitor.token}
        assert visitor.ask("DELETE", address, b"", token).status == 204
    else:
        wait_until(lambda: visitor.get(address).json["status"] == "done", 60)


@pytest.mark.parametrize("ending", ["success", "failure", "cancel"])
def test_P02_nothing_of_a_recording_stays_in_redis_or_on_its_disk(live, server, ending):
    folder = Path(server.config_get("dir")["dir"])
    visitor = Visitor(live)
    visitor.get("/accounts/login/")
    finish(visitor, ending)
    wait_until(lambda: recordings(server) == [], 30)
    assert held(server)  # the queue's own and the worker's pulse
    assert hits(server, CANARY, CANARY[:16], *WORDS) == []
    assert live.stop() == 0
    server.shutdown()
    assert [path.name for path in folder.iterdir()] == ["log"]
    log = (folder / "log").read_bytes()
    assert [mark for mark in (CANARY, *WORDS) if mark in log] == []


def test_P02_what_waits_in_redis_cannot_be_read_there(live, server):
    visitor = Visitor(live)
    visitor.get("/accounts/login/")
    sent = visitor.send(marked_sound(CANARY, 120), wait="false")
    wait_until(lambda: recordings(server), 20)
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        assert hits(server, CANARY, CANARY[:16], *WORDS) == []
    size = sum(
        len(value) for name, value in held(server).items() if name.startswith(b"sotto:audio")
    )
    assert size > len(marked_sound(CANARY, 120))
    token = {"X-CSRFToken": visitor.token}
    visitor.ask("DELETE", f"/v1/jobs/{sent.json['id']}", b"", token)


def test_P02_the_search_finds_what_a_redis_that_persists_would_keep(server):
    """Else the tests above could pass because they look in the wrong place."""
    folder = Path(server.config_get("dir")["dir"])
    server.config_set("save", "3600 1")
    server.config_set("rdbcompression", "no")
    server.rpush("audio", CANARY)
    assert hits(server, CANARY) == [b"audio"]
    server.shutdown()
    assert sorted(path.name for path in folder.iterdir()) == ["dump.rdb", "log"]
    assert CANARY in (folder / "dump.rdb").read_bytes()
