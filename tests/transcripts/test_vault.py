"""Both vaults keep one promise: bytes in memory under a budget, whole or gone."""

import gc
import os
import secrets
import time
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import redis
from django.core.exceptions import ImproperlyConfigured

from tests import services
from tests.processes import wait_until
from transcripts.vault import BLOCK_BYTES, AudioLost, Overtaken, Vault, VaultFull
from transcripts.vault.memory import MemoryVault, free_memory_bytes
from transcripts.vault.persistence import evicts
from transcripts.vault.redis import RedisVault

BUDGET = 10_000_000
KEY = secrets.token_bytes(32)


@pytest.fixture(params=["memory", pytest.param("redis", marks=pytest.mark.services)])
def vault(request) -> Vault:
    if request.param == "memory":
        return MemoryVault(BUDGET)
    url = request.getfixturevalue("redis_url")
    redis.Redis.from_url(url).flushdb()
    return RedisVault(url, BUDGET, timedelta(hours=24))


def put(vault: Vault, audio_id: str, *pieces: bytes) -> None:
    vault.reserve(audio_id, sum(map(len, pieces)))
    at = 0
    for piece in pieces:
        vault.append(audio_id, KEY, piece, at)
        at += len(piece)


def open_descriptors() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def content(vault: Vault, audio_id: str) -> bytes:
    with os.fdopen(vault.open(audio_id, KEY), "rb") as audio:
        return audio.read()


def test_what_was_put_in_comes_out(vault):
    pieces = [secrets.token_bytes(size) for size in (1, BLOCK_BYTES, 2 * BLOCK_BYTES + 7, 300_000)]
    put(vault, "a", *pieces)
    assert content(vault, "a") == b"".join(pieces)
    assert vault.size_bytes("a") == sum(map(len, pieces))
    assert vault.holds("a")
    assert not vault.holds("b")


def test_a_reader_can_seek_and_has_a_place_of_its_own(vault):
    put(vault, "a", b"0123456789")
    first, second = vault.open("a", KEY), vault.open("a", KEY)
    os.lseek(first, 8, os.SEEK_SET)
    assert (os.read(first, 9), os.read(second, 3)) == (b"89", b"012")
    os.close(first)
    os.close(second)


def test_room_is_set_aside_before_the_first_byte(vault):
    vault.reserve("a", 6_000_000)
    with pytest.raises(VaultFull):
        vault.reserve("b", 6_000_000)
    assert not vault.holds("b")
    assert vault.held_bytes() == 6_000_000
    vault.destroy("a")
    vault.reserve("b", 6_000_000)


def test_no_byte_beyond_what_was_set_aside(vault):
    vault.reserve("a", 10)
    vault.append("a", KEY, b"12345678", 0)
    with pytest.raises(VaultFull):
        vault.append("a", KEY, b"901", 8)
    vault.extend("a", 1)
    vault.append("a", KEY, b"901", 8)
    assert content(vault, "a") == b"12345678901"
    with pytest.raises(VaultFull):
        vault.extend("a", BUDGET)


def test_of_two_writers_one_wins(vault):
    vault.reserve("a", 100)
    vault.append("a", KEY, b"first", 0)
    with pytest.raises(Overtaken):
        vault.append("a", KEY, b"second", 0)
    assert content(vault, "a") == b"first"


def test_a_part_counts_when_it_is_accepted(vault):
    put(vault, "a", b"kept")
    vault.extend("a", 20)
    vault.append("a", KEY, b" and", 4, "one")
    vault.append("a", KEY, b" more", 8, "one")
    assert vault.size_bytes("a") == 4
    vault.accept("a", "one")
    assert (content(vault, "a"), vault.size_bytes("a")) == (b"kept and more", 13)


@pytest.mark.parametrize("successor", ["", "two"])
def test_a_part_that_was_left_is_thrown_away_by_the_next(vault, successor):
    put(vault, "a", b"kept")
    vault.extend("a", 2 * BLOCK_BYTES)
    vault.append("a", KEY, b"x" * (BLOCK_BYTES + 5), 4, "one")
    vault.append("a", KEY, b" and more", 4, successor)
    for late in (
        lambda: vault.append("a", KEY, b"y", 4 + BLOCK_BYTES + 5, "one"),
        lambda: vault.accept("a", "one"),
    ):
        with pytest.raises(Overtaken):
            late()
    vault.accept("a", successor)
    assert content(vault, "a") == b"kept and more"


def test_a_part_begins_where_the_recording_ends(vault):
    put(vault, "a", b"kept")
    vault.extend("a", 5)
    vault.append("a", KEY, b"x", 4, "one")
    with pytest.raises(Overtaken):
        vault.append("a", KEY, b"y", 5, "two")
    with pytest.raises(VaultFull):
        vault.append("a", KEY, b"12345", 5, "one")


def test_sealing_gives_back_the_room_that_was_not_needed(vault):
    vault.reserve("a", 5_000_000)
    vault.append("a", KEY, b"little", 0)
    vault.seal("a")
    assert vault.held_bytes() == 6


def test_destroyed_is_gone_for_every_use(vault):
    put(vault, "a", b"12345")
    assert vault.destroy("a")
    assert not vault.destroy("a")
    assert vault.held_bytes() == 0
    for use in (
        lambda: vault.append("a", KEY, b"6", 5),
        lambda: vault.extend("a", 1),
        lambda: vault.accept("a", "part"),
        lambda: vault.seal("a"),
        lambda: vault.size_bytes("a"),
        lambda: vault.open("a", KEY),
    ):
        with pytest.raises(AudioLost):
            use()
    assert not vault.holds("a")


def test_age_ends_a_recording(vault):
    put(vault, "a", b"12345")
    assert vault.older_than(60) == []
    assert vault.older_than(-2) == ["a"]


def test_a_recording_is_idle_when_nobody_adds_to_it(vault):
    for name in ("a", "b"):
        vault.reserve(name, 10)
    time.sleep(2.1)  # the clock of Redis counts whole seconds
    vault.append("b", KEY, b"12345", 0)
    assert vault.idle_for(1) == ["a"]
    vault.destroy("a")
    assert vault.idle_for(-2) == ["b"]


def test_destroying_empties_the_memory_under_an_open_reader():
    vault = MemoryVault(BUDGET)
    put(vault, "a", b"secret")
    reader = vault.open("a", KEY)
    vault.destroy("a")
    assert os.read(reader, 10) == b""
    os.close(reader)


def test_destroying_leaves_no_descriptor():
    gc.collect()
    before = open_descriptors()
    vault = MemoryVault(BUDGET)
    for number in range(50):
        put(vault, str(number), b"12345")
        vault.destroy(str(number))
    assert open_descriptors() == before


def test_without_a_budget_half_of_the_free_memory_is_taken():
    assert 0.4 < MemoryVault().budget_bytes / free_memory_bytes() < 0.6


@pytest.fixture
def server(redis_url) -> redis.Redis:
    server = redis.Redis.from_url(redis_url)
    server.flushdb()
    yield server
    server.config_set("save", "")
    server.config_set("appendonly", "no")
    server.config_set("maxmemory-policy", "noeviction")


@pytest.fixture
def shared(server, redis_url) -> RedisVault:
    return RedisVault(redis_url, BUDGET, timedelta(hours=1))


@pytest.mark.services
class TestRedis:
    def test_holds_only_ciphertext_in_values_that_fit_its_allocator(self, shared, server):
        put(shared, "a", b"canary" * 500_000)
        values = [server.get(name) for name in server.scan_iter("sotto:audio:a:[0-9]*")]
        assert sorted(map(len, values))[1:] == [1_048_512, 1_048_512]
        assert not any(b"canary" in value for value in values)

    def test_everything_of_a_recording_has_a_time_to_live(self, shared, server):
        put(shared, "mine", b"12345")
        lives = [server.ttl(name) for name in server.scan_iter("sotto:audio:mine*")]
        assert len(lives) == 3
        assert all(0 < seconds <= 3600 for seconds in lives)

    def test_a_destroyed_recording_leaves_no_key(self, shared, server):
        put(shared, "a", b"x" * (2 * BLOCK_BYTES))
        shared.extend("a", 5)
        shared.append("a", KEY, b"12345", 2 * BLOCK_BYTES, "not accepted")
        shared.destroy("a")
        assert server.dbsize() == 0

    def test_a_part_that_was_thrown_away_leaves_no_value(self, shared, server):
        put(shared, "a", b"kept")
        shared.extend("a", 20)
        shared.append("a", KEY, b"secret", 4, "one")
        shared.append("a", KEY, b"other", 4)
        names = {name.decode() for name in server.scan_iter("sotto:audio:a*")}
        names.remove("sotto:audio:arrived")
        audio = "sotto:audio:a"
        assert names == {audio, f"{audio}:numbers", f"{audio}:1", f"{audio}:3"}

    def test_no_value_is_encrypted_under_a_number_twice(self, shared, server):
        shared.reserve("a", 5)
        shared.append("a", KEY, b"first", 0, "left")
        shared.append("a", KEY, b"other", 0)
        assert server.lrange("sotto:audio:a:numbers", 0, -1) == [b"2:5"]

    def test_a_swapped_or_changed_value_is_refused(self, shared, server):
        put(shared, "a", b"mine")
        put(shared, "b", b"hers")
        server.set("sotto:audio:a:1", server.get("sotto:audio:b:1"))
        with pytest.raises(AudioLost):
            shared.open("a", KEY)

    def test_the_wrong_key_opens_nothing(self, shared):
        put(shared, "a", b"mine")
        with pytest.raises(AudioLost):
            shared.open("a", secrets.token_bytes(32))

    def test_an_expired_value_is_a_lost_recording(self, shared, server):
        put(shared, "a", b"x" * (BLOCK_BYTES + 1))
        server.delete("sotto:audio:a:2")
        with pytest.raises(AudioLost):
            shared.open("a", KEY)

    def test_two_processes_share_one_budget(self, shared, redis_url):
        other = RedisVault(redis_url, BUDGET, timedelta(hours=1))
        shared.reserve("a", 6_000_000)
        with pytest.raises(VaultFull):
            other.reserve("b", 6_000_000)

    def test_snapshots_stop_the_start_and_stay_as_they_are(self, server, redis_url):
        server.config_set("save", "3600 1")
        with pytest.raises(ImproperlyConfigured, match='--save ""'):
            RedisVault(redis_url, BUDGET, timedelta(hours=1))
        assert server.config_get("save") == {"save": "3600 1"}

    def test_an_append_only_file_stops_the_start(self, server, redis_url):
        server.config_set("appendonly", "yes")
        with pytest.raises(ImproperlyConfigured, match="--appendonly no"):
            RedisVault(redis_url, BUDGET, timedelta(hours=1))

    def test_an_evicting_policy_is_named(self, server):
        assert evicts(server) == ""
        server.config_set("maxmemory-policy", "allkeys-lru")
        assert evicts(server) == "allkeys-lru"

    def test_a_user_who_may_not_look_is_refused(self, server, redis_url):
        server.execute_command("ACL", "SETUSER", "blind", "on", "nopass", "~*", "+@all", "-config")
        blind = redis_url.replace("redis://", "redis://blind:x@")
        try:
            with pytest.raises(ImproperlyConfigured, match="CONFIG GET"):
                RedisVault(blind, BUDGET, timedelta(hours=1))
        finally:
            server.execute_command("ACL", "DELUSER", "blind")

    def test_neither_a_replica_nor_one_with_replicas_is_used(self, server, redis_url):
        with services.redis() as other_url:
            other = redis.Redis.from_url(other_url)
            other.replicaof("127.0.0.1", urlsplit(redis_url).port)
            with pytest.raises(ImproperlyConfigured, match="is a replica"):
                RedisVault(other_url, BUDGET, timedelta(hours=1))
            wait_until(lambda: server.info("replication")["connected_slaves"] == 1, 20)
            with pytest.raises(ImproperlyConfigured, match="has replicas"):
                RedisVault(redis_url, BUDGET, timedelta(hours=1))
            other.replicaof("NO", "ONE")
            wait_until(lambda: server.info("replication")["connected_slaves"] == 0, 20)
