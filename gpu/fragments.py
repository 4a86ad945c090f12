"""How long a fragmented MP4 is, written into its head (ISO/IEC 14496-12).

FFmpeg writes the head when the first fragment is done, and says that the video is as long as that;
browsers believe it. Offsets at the end count from the front, so the head keeps its size.
"""

from __future__ import annotations

import io
import struct
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_HEAD = struct.Struct(">I4s")
_MEHD = struct.Struct(">I4sII")
_HOLDS_OTHERS = frozenset({b"moov", b"trak", b"mdia"})
# Where the time scale and the duration stand, from the start of the box; of version 0.
_SCALES = {b"mvhd": 20, b"mdhd": 20}
_DURATIONS = {b"mvhd": 24, b"tkhd": 28, b"mdhd": 24}


class Lengthened:
    """Writes on what it is given, with ``seconds`` in the head; 0 where nobody knows."""

    def __init__(self, write: Callable[[bytes], None], seconds: float) -> None:
        self._write = write
        self._seconds = seconds
        self._head: bytearray | None = bytearray()

    def write(self, data: bytes) -> None:
        if self._head is None:
            self._write(data)
            return
        self._head += data
        for at, size, kind in _boxes(self._head, 0, len(self._head)):
            if kind == b"moov" and at + size <= len(self._head):
                lengthen(self._head, at, size, self._seconds)
                self._write(bytes(self._head))
                self._head = None
                return

    def finish(self) -> None:
        """Whatever came of it: nothing stays here."""
        if self._head:
            self._write(bytes(self._head))
        self._head = None


class Sink(io.RawIOBase):
    """Written to from front to back only."""

    def __init__(self, write: Callable[[bytes], None]) -> None:
        super().__init__()
        self._write = write

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._write(bytes(data))
        return len(data)


def lengthen(file: bytearray, at: int, size: int, seconds: float) -> None:
    """``at`` and ``size`` of its ``moov``."""
    scale = 0
    for place, _size, kind in _within(file, at, size):
        if kind in _SCALES:
            own = struct.unpack_from(">I", file, place + _SCALES[kind])[0]
            scale = own if kind == b"mvhd" else scale
        if kind in _DURATIONS and file[place + 8] == 0:
            ticks = round(seconds * (own if kind == b"mdhd" else scale))
            struct.pack_into(">I", file, place + _DURATIONS[kind], min(ticks, 0xFFFFFFFF))
    if seconds:
        _say_in_all(file, at, size, round(seconds * scale))


def _say_in_all(file: bytearray, at: int, size: int, ticks: int) -> None:
    """``mehd`` into ``mvex``, in the place of what FFmpeg says of itself behind it."""
    inner = {kind: (place, length) for place, length, kind in _boxes(file, at + 8, at + size)}
    extends, length = inner.get(b"mvex", (0, 0))
    about, room = inner.get(b"udta", (0, 0))
    if about != extends + length or room < _MEHD.size + _HEAD.size:
        return
    rest = bytes(file[extends + 8 : extends + length])
    said = _MEHD.pack(_MEHD.size, b"mehd", 0, min(ticks, 0xFFFFFFFF))
    left = room - _MEHD.size
    file[extends : about + room] = b"".join(
        (
            _HEAD.pack(length + _MEHD.size, b"mvex"),
            said,
            rest,
            _HEAD.pack(left, b"free"),
            bytes(left - _HEAD.size),
        )
    )


def _within(file: bytearray, at: int, size: int) -> Iterator[tuple[int, int, bytes]]:
    for place, length, kind in _boxes(file, at + 8, at + size):
        yield place, length, kind
        if kind in _HOLDS_OTHERS:
            yield from _within(file, place, length)


def _boxes(file: bytearray, at: int, end: int) -> Iterator[tuple[int, int, bytes]]:
    while at + _HEAD.size <= end:
        size, kind = _HEAD.unpack_from(file, at)
        if size < _HEAD.size:
            return
        yield at, size, kind
        at += size
