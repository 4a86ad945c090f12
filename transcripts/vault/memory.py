"""Audio in anonymous memory of this process (Linux memfd): it dies with the process.

A memfd is no file: it has no name on any disk, and is freed with its last descriptor. It can
be handed to the decoder without a copy, so a recording is held once.
"""

from __future__ import annotations

import os
import socket
import threading
from dataclasses import dataclass, field
from pathlib import Path

from privacy.clock import seconds_since_boot
from transcripts.vault import AudioLost, Overtaken, VaultFull

_MEMINFO = Path("/proc/meminfo")
_CGROUP = Path("/sys/fs/cgroup")


@dataclass
class _Recording:
    descriptor: int
    reserved_bytes: int
    size_bytes: int = 0
    part: str = ""
    part_bytes: int = 0  # lie beyond size_bytes
    arrived: float = field(default_factory=seconds_since_boot)
    written: float = field(default_factory=seconds_since_boot)


class MemoryVault:
    def __init__(self, budget_bytes: int = 0) -> None:
        self.budget_bytes = budget_bytes or free_memory_bytes() // 2
        self._recordings: dict[str, _Recording] = {}
        self._lock = threading.Lock()

    def reserve(self, audio_id: str, size_bytes: int) -> None:
        with self._lock:
            self._ensure_room(size_bytes)
            descriptor = os.memfd_create("audio", os.MFD_CLOEXEC)
            self._recordings[audio_id] = _Recording(descriptor, size_bytes)

    def extend(self, audio_id: str, more_bytes: int) -> None:
        with self._lock:
            recording = self._find(audio_id)
            self._ensure_room(more_bytes)
            recording.reserved_bytes += more_bytes

    def append(
        self,
        audio_id: str,
        key: bytes,  # noqa: ARG002 - only the Redis vault encrypts
        data: bytes | memoryview,
        at: int,
        part: str = "",
    ) -> None:
        with self._lock:
            recording = self._find(audio_id)
            if recording.part != part:
                _begin_part(recording, part, at)
            if recording.size_bytes + recording.part_bytes != at:
                raise Overtaken
            if at + len(data) > recording.reserved_bytes:
                raise VaultFull
            _write_all(recording.descriptor, data, at)
            recording.written = seconds_since_boot()
            if part:
                recording.part_bytes += len(data)
            else:
                recording.size_bytes += len(data)

    def accept(self, audio_id: str, part: str) -> None:
        with self._lock:
            recording = self._find(audio_id)
            if recording.part != part:
                raise Overtaken
            recording.size_bytes += recording.part_bytes
            recording.part, recording.part_bytes = "", 0

    def seal(self, audio_id: str) -> None:
        with self._lock:
            recording = self._find(audio_id)
            recording.reserved_bytes = recording.size_bytes

    def size_bytes(self, audio_id: str) -> int:
        with self._lock:
            return self._find(audio_id).size_bytes

    def holds(self, audio_id: str) -> bool:
        with self._lock:
            return audio_id in self._recordings

    def open(self, audio_id: str, key: bytes) -> int:  # noqa: ARG002
        with self._lock:
            descriptor = self._find(audio_id).descriptor
            # Opened anew, so that each reader has a position of its own.
            return os.open(f"/proc/self/fd/{descriptor}", os.O_RDONLY | os.O_CLOEXEC)

    def destroy(self, audio_id: str) -> bool:
        with self._lock:
            recording = self._recordings.pop(audio_id, None)
            if recording is None:
                return False
            # Readers may hold descriptors of their own: empty the memory, don't just let go.
            os.ftruncate(recording.descriptor, 0)
            os.close(recording.descriptor)
            return True

    def idle_for(self, seconds: float) -> list[str]:
        before = seconds_since_boot() - seconds
        with self._lock:
            return [name for name, row in self._recordings.items() if row.written < before]

    def older_than(self, seconds: float) -> list[str]:
        oldest = seconds_since_boot() - seconds
        with self._lock:
            return [key for key, row in self._recordings.items() if row.arrived < oldest]

    def held_bytes(self) -> int:
        with self._lock:
            return self._held()

    def place(self) -> dict[str, str | int]:
        return {
            "where": "process_memory",
            "machine": socket.gethostname()[:80],
            "process": os.getpid(),
        }

    def _ensure_room(self, more_bytes: int) -> None:
        if self._held() + more_bytes > self.budget_bytes:
            raise VaultFull

    def _held(self) -> int:
        return sum(row.reserved_bytes for row in self._recordings.values())

    def _find(self, audio_id: str) -> _Recording:
        try:
            return self._recordings[audio_id]
        except KeyError:
            raise AudioLost from None


def _begin_part(recording: _Recording, part: str, at: int) -> None:
    """Whoever goes on where the recording ends throws away what somebody else left unaccepted."""
    if recording.size_bytes != at:
        raise Overtaken
    os.ftruncate(recording.descriptor, at)
    recording.part, recording.part_bytes = part, 0


def _write_all(descriptor: int, data: bytes | memoryview, at: int) -> None:
    view = memoryview(data)
    while view:
        written = os.pwrite(descriptor, view, at)
        at, view = at + written, view[written:]


def free_memory_bytes() -> int:
    """What this process may still take: the machine's free memory or its container's share."""
    lines = dict(line.split(":", 1) for line in _MEMINFO.read_text().splitlines())
    free = int(lines["MemAvailable"].split()[0]) * 1024
    try:
        limit = int((_CGROUP / "memory.max").read_text())
        return min(free, limit - int((_CGROUP / "memory.current").read_text()))
    except (OSError, ValueError):  # no container, or "max": no limit of its own
        return free
