"""Decode one recording in a confined process of its own (``gpu.decode_child``).

The parent's side: read sound from its pipe, count it, and end it when it is too long.
"""

from __future__ import annotations

import json
import math
import os
import subprocess
from typing import TYPE_CHECKING, Any

from gpu.confined import PATIENCE_SECONDS, ConfinedChild, environment, python
from gpu.contract import BYTES_PER_SAMPLE, SAMPLE_RATE_HZ, Failure, ListeningFailed
from gpu.decode_report import MediaInfo, media_info, reported_failure

if TYPE_CHECKING:
    from collections.abc import Iterator

BYTES_PER_SECOND = SAMPLE_RATE_HZ * BYTES_PER_SAMPLE
PATIENT_BYTES_PER_SECOND = 10_000_000
SLOWEST_SPEED = 10.0
"""A child that decodes slower than this many seconds of sound a second is given up."""

_CPU_SECONDS_PER_MEGABYTE = 20
_BOOTSTRAP = (
    "import sys; sys.path[:0] = sys.argv[1:3]; from gpu.decode_child import main; "
    "main(*map(int, sys.argv[3:6]))"
)


class Decoder(ConfinedChild):
    """``with Decoder(fd, size) as decoder: for block in decoder.blocks(): …``

    Every failure is a ``ListeningFailed``: ``UNREADABLE_MEDIA``, ``NO_AUDIO_TRACK``, ``TOO_LONG``
    (as soon as more than ``max_seconds`` are decoded), ``DECODER_CRASH``, or ``CANCELLED`` after
    ``kill``.
    """

    info: MediaInfo

    def __init__(self, media_fd: int, size_bytes: int, max_seconds: float | None = None) -> None:
        super().__init__(media_fd, size_bytes)
        self.decoded_seconds = 0.0
        self.skipped_packets = 0
        self._max_seconds = max_seconds
        self._sound_bytes = 0

    def blocks(self, seconds: float = 60.0) -> Iterator[bytes]:
        """Mono PCM, s16le at ``SAMPLE_RATE_HZ``, ``seconds`` at a time; the last may be shorter."""
        size = max(1, round(seconds * SAMPLE_RATE_HZ)) * BYTES_PER_SAMPLE
        gathered = bytearray()
        while data := self._read_sound():
            gathered += data
            while len(gathered) >= size:
                yield bytes(gathered[:size])
                del gathered[:size]
        if failed := self._ending():
            raise failed
        if gathered:
            yield bytes(gathered)

    def _program(self) -> tuple[list[str], list[int]]:
        return _command(self._size_bytes, _cpu_seconds(self._size_bytes, self._max_seconds)), []

    def _look_at(self, info: object) -> None:
        self.info = media_info(info)

    def _patience_seconds(self) -> float:
        return (
            PATIENCE_SECONDS
            + self._size_bytes / PATIENT_BYTES_PER_SECOND
            + self.decoded_seconds / SLOWEST_SPEED
        )

    def _read_sound(self) -> bytes:
        data = self._read_made()
        self._sound_bytes += len(data)
        self.decoded_seconds = self._sound_bytes / BYTES_PER_SECOND
        if self._max_seconds is not None and self.decoded_seconds > self._max_seconds:
            detail = f"longer than the limit of {self._max_seconds:g} seconds"
            raise ListeningFailed(Failure.TOO_LONG, detail)
        return data

    def _verdict(self, reported: dict[str, Any]) -> ListeningFailed | None:
        if "failure" in reported:
            return reported_failure(reported)
        ending = reported.get("end")
        if not isinstance(ending, dict) or self._sound_bytes % BYTES_PER_SAMPLE:
            return ListeningFailed(Failure.DECODER_CRASH, "malformed-ending")
        if not self._sound_bytes:
            return ListeningFailed(Failure.UNREADABLE_MEDIA, "no sound in it")
        skipped = ending.get("skipped_packets")
        self.skipped_packets = skipped if isinstance(skipped, int) else 0
        return None


def sandbox_state() -> str:
    """``"full"``, or what the sandbox lacks on this system. Starts a child to find out."""
    try:
        ended = subprocess.run(
            _command(size_bytes=0, cpu_seconds=30),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=True,
            timeout=PATIENCE_SECONDS,
            env=environment(),
        )
        return str(json.loads(ended.stderr.splitlines()[-1])["sandbox"])
    except (OSError, subprocess.SubprocessError, ValueError, LookupError, TypeError) as error:
        return f"the decoder does not start ({type(error).__name__})"


def _command(size_bytes: int, cpu_seconds: int) -> list[str]:
    return python(_BOOTSTRAP, os.getpid(), size_bytes, cpu_seconds)


def _cpu_seconds(size_bytes: int, max_seconds: float | None) -> int:
    by_size = size_bytes / 1e6 * _CPU_SECONDS_PER_MEGABYTE
    by_length = math.inf if max_seconds is None else max_seconds / SLOWEST_SPEED
    return math.ceil(PATIENCE_SECONDS + min(by_size, by_length + size_bytes / 1e7))
