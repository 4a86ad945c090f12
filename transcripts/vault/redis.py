"""Audio in Redis, for web and workers on several machines: encrypted, with a time to live.

A recording is a row of values of 1,048,512 bytes, each AES-256-GCM under the recording's own
key, which is in the database and never in Redis. The nonce is the value's number; numbers are
handed out by Redis and never used twice, and the recording's id is bound in as associated data.

Keys: ``sotto:audio:reserved`` (id → bytes set aside), ``sotto:audio:arrived`` (id → time), and
for each recording ``sotto:audio:<id>`` (size, next number, when it was written to, the part that is not accepted yet and its
size), ``…:numbers`` (number and plain size of each value, in order), ``…:part`` (the same of the
part) and ``…:<number>``.
"""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any

import redis
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from transcripts.vault import BLOCK_BYTES, AudioLost, Overtaken, VaultFull
from transcripts.vault.persistence import refuse_persistence

PREFIX = "sotto:audio"
RESERVED, ARRIVED = f"{PREFIX}:reserved", f"{PREFIX}:arrived"
TIMEOUT_SECONDS = 20

# KEYS: reserved, arrived, recording. ARGV: id, bytes, budget, seconds to live, "new" or "more".
_RESERVE = """
if ARGV[5] == 'more' and redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then return -1 end
local held = 0
for _, bytes in ipairs(redis.call('HVALS', KEYS[1])) do held = held + bytes end
if held + ARGV[2] > tonumber(ARGV[3]) then return 0 end
redis.call('HINCRBY', KEYS[1], ARGV[1], ARGV[2])
if ARGV[5] == 'new' then
  redis.call('ZADD', KEYS[2], redis.call('TIME')[1], ARGV[1])
  redis.call('HSET', KEYS[3], 'size', 0, 'next', 0, 'written', redis.call('TIME')[1])
  redis.call('EXPIRE', KEYS[3], ARGV[4])
end
return 1
"""
# KEYS: recording.
_NEXT_NUMBER = """
if redis.call('EXISTS', KEYS[1]) == 0 then return -1 end
return redis.call('HINCRBY', KEYS[1], 'next', 1)
"""
# KEYS: reserved, recording, numbers, numbers of the part, value.
# ARGV: id, at, plain bytes, number, seconds, value, part.
_APPEND = """
local room = redis.call('HGET', KEYS[1], ARGV[1])
local size, part, waiting = unpack(redis.call('HMGET', KEYS[2], 'size', 'part', 'waiting'))
if not size or not room then return -1 end
if (part or '') ~= ARGV[7] then
  if tonumber(size) ~= tonumber(ARGV[2]) then return -2 end
  for _, row in ipairs(redis.call('LRANGE', KEYS[4], 0, -1)) do
    redis.call('UNLINK', KEYS[2] .. ':' .. string.match(row, '^%d+'))
  end
  redis.call('DEL', KEYS[4])
  redis.call('HSET', KEYS[2], 'part', ARGV[7], 'waiting', 0)
  waiting = 0
end
local ending = size + (waiting or 0)
if ending ~= tonumber(ARGV[2]) then return -2 end
if ending + ARGV[3] > tonumber(room) then return 0 end
local counts = ARGV[7] == ''
local numbers = counts and KEYS[3] or KEYS[4]
redis.call('SET', KEYS[5], ARGV[6], 'EX', ARGV[5])
redis.call('RPUSH', numbers, ARGV[4] .. ':' .. ARGV[3])
redis.call('EXPIRE', numbers, ARGV[5])
redis.call('HSET', KEYS[2], 'written', redis.call('TIME')[1])
redis.call('HINCRBY', KEYS[2], counts and 'size' or 'waiting', ARGV[3])
return 1
"""
# KEYS: recording, numbers, numbers of the part. ARGV: part, seconds.
_ACCEPT = """
local size, part, waiting = unpack(redis.call('HMGET', KEYS[1], 'size', 'part', 'waiting'))
if not size then return -1 end
if (part or '') ~= ARGV[1] then return -2 end
for _, row in ipairs(redis.call('LRANGE', KEYS[3], 0, -1)) do
  redis.call('RPUSH', KEYS[2], row)
end
redis.call('EXPIRE', KEYS[2], ARGV[2])
redis.call('DEL', KEYS[3])
redis.call('HSET', KEYS[1], 'size', size + (waiting or 0), 'part', '', 'waiting', 0)
return 1
"""


class RedisVault:
    def __init__(self, url: str, budget_bytes: int, max_age: timedelta) -> None:
        """Raises ImproperlyConfigured when this Redis would write audio to a disk."""
        # Any: the stubs cannot tell the blocking client from the asynchronous one.
        self._redis: Any = redis.Redis.from_url(
            url,
            socket_timeout=TIMEOUT_SECONDS,
            socket_connect_timeout=TIMEOUT_SECONDS,
            health_check_interval=30,
        )
        self._seconds_to_live = int(max_age.total_seconds())
        self._reserve = self._redis.register_script(_RESERVE)
        self._next_number = self._redis.register_script(_NEXT_NUMBER)
        self._append = self._redis.register_script(_APPEND)
        self._accept = self._redis.register_script(_ACCEPT)
        refuse_persistence(self._redis)
        self.budget_bytes = budget_bytes or _half_of_memory(self._redis)

    def reserve(self, audio_id: str, size_bytes: int) -> None:
        self._set_aside(audio_id, size_bytes, "new")

    def extend(self, audio_id: str, more_bytes: int) -> None:
        self._set_aside(audio_id, more_bytes, "more")

    def append(
        self, audio_id: str, key: bytes, data: bytes | memoryview, at: int, part: str = ""
    ) -> None:
        view = memoryview(data)
        for start in range(0, len(view), BLOCK_BYTES):
            self._append_block(audio_id, key, view[start : start + BLOCK_BYTES], at + start, part)

    def accept(self, audio_id: str, part: str) -> None:
        keys = [_recording(audio_id), _numbers(audio_id), _part(audio_id)]
        _raise_for(self._accept(keys=keys, args=[part, self._seconds_to_live]))

    def seal(self, audio_id: str) -> None:
        self._redis.hset(RESERVED, audio_id, self.size_bytes(audio_id))

    def size_bytes(self, audio_id: str) -> int:
        size = self._redis.hget(_recording(audio_id), "size")
        if size is None:
            raise AudioLost
        return int(size)

    def holds(self, audio_id: str) -> bool:
        return bool(self._redis.exists(_recording(audio_id)))

    def open(self, audio_id: str, key: bytes) -> int:
        descriptor = os.memfd_create("audio", os.MFD_CLOEXEC)
        try:
            self._read_into(descriptor, audio_id, key)
        except BaseException:
            os.close(descriptor)
            raise
        return descriptor

    def destroy(self, audio_id: str) -> bool:
        lists = (_numbers(audio_id), _part(audio_id))
        names = [_value(audio_id, number) for each in lists for number, _ in self._rows(each)]
        removal = self._redis.pipeline()
        removal.unlink(_recording(audio_id), *lists, *names)
        removal.zrem(ARRIVED, audio_id)
        removal.hdel(RESERVED, audio_id)
        return bool(removal.execute()[-1])

    def idle_for(self, seconds: float) -> list[str]:
        before = self._redis.time()[0] - seconds
        names = self.older_than(seconds)  # whoever arrived later has been written to later
        look = self._redis.pipeline()
        for name in names:
            look.hget(_recording(name), "written")
        written = zip(names, look.execute(), strict=True)
        return [name for name, moment in written if float(moment or 0) < before]

    def older_than(self, seconds: float) -> list[str]:
        oldest = self._redis.time()[0] - seconds
        return [name.decode() for name in self._redis.zrangebyscore(ARRIVED, "-inf", f"({oldest}")]

    def held_bytes(self) -> int:
        return sum(int(held) for held in self._redis.hvals(RESERVED))

    def place(self) -> dict[str, str | int]:
        return {"where": "redis_memory_encrypted"}

    def _set_aside(self, audio_id: str, size_bytes: int, how: str) -> None:
        keys = [RESERVED, ARRIVED, _recording(audio_id)]
        values: list[Any] = [audio_id, size_bytes, self.budget_bytes, self._seconds_to_live, how]
        _raise_for(self._reserve(keys=keys, args=values))

    def _append_block(
        self, audio_id: str, key: bytes, block: memoryview, at: int, part: str
    ) -> None:
        number = self._next_number(keys=[_recording(audio_id)])
        if number < 0:
            raise AudioLost
        sealed = AESGCM(key).encrypt(_nonce(number), bytes(block), audio_id.encode())
        lists = [_numbers(audio_id), _part(audio_id)]
        keys = [RESERVED, _recording(audio_id), *lists, _value(audio_id, number)]
        values = [audio_id, at, len(block), number, self._seconds_to_live, sealed, part]
        _raise_for(self._append(keys=keys, args=values))

    def _read_into(self, descriptor: int, audio_id: str, key: bytes) -> None:
        expected = self.size_bytes(audio_id)
        for number, _plain_bytes in self._rows(_numbers(audio_id)):
            _write_all(descriptor, self._decrypted(audio_id, key, number))
        if os.lseek(descriptor, 0, os.SEEK_CUR) != expected:
            raise AudioLost
        os.lseek(descriptor, 0, os.SEEK_SET)

    def _rows(self, numbers: str) -> list[tuple[int, int]]:
        rows = self._redis.lrange(numbers, 0, -1)
        return [(int(number), int(size)) for number, size in (row.split(b":") for row in rows)]

    def _decrypted(self, audio_id: str, key: bytes, number: int) -> bytes:
        sealed = self._redis.get(_value(audio_id, number))
        if sealed is None:
            raise AudioLost
        try:
            return AESGCM(key).decrypt(_nonce(number), sealed, audio_id.encode())
        except InvalidTag:
            raise AudioLost from None


def _raise_for(outcome: int) -> None:
    failures: dict[int, type[Exception]] = {0: VaultFull, -1: AudioLost, -2: Overtaken}
    if outcome in failures:
        raise failures[outcome]


def _half_of_memory(server: Any) -> int:
    memory = server.info("memory")
    return int(memory["maxmemory"] or memory["total_system_memory"]) // 2


def _nonce(number: int) -> bytes:
    return number.to_bytes(12, "big")


def _recording(audio_id: str) -> str:
    return f"{PREFIX}:{audio_id}"


def _numbers(audio_id: str) -> str:
    return f"{PREFIX}:{audio_id}:numbers"


def _part(audio_id: str) -> str:
    return f"{PREFIX}:{audio_id}:part"


def _value(audio_id: str, number: int) -> str:
    return f"{PREFIX}:{audio_id}:{number}"


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]
