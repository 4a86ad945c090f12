"""What a worker and its recogniser say to each other over a Unix socket.

A frame is four bytes of length, big endian, then that much JSON. A job's first byte carries the
descriptor of its media. A result travels in batches of segments, so that neither side ever
holds all of it as text.
"""

from __future__ import annotations

import json
import socket
import struct
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from gpu.contract import Progress, Result, Segment, Span, Stage, Word

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_FRAME_BYTES = 16 << 20
SEGMENTS_A_FRAME = 200

_LENGTH = struct.Struct(">I")
_READ_BYTES = 1 << 16


class Closed(Exception):  # noqa: N818 - the other side's state
    """The other side is gone, or said something that is no frame."""


def send(connection: socket.socket, frame: dict[str, Any], media_fd: int | None = None) -> None:
    """Raises OSError when the other side is gone."""
    data = json.dumps(frame, ensure_ascii=False, separators=(",", ":")).encode()
    length = _LENGTH.pack(len(data))
    if media_fd is None:
        connection.sendall(length)
    else:
        socket.send_fds(connection, [length], [media_fd])
    connection.sendall(data)


class Inbox:
    """Frames as they arrive, and the descriptor that came last."""

    def __init__(self, connection: socket.socket) -> None:
        self.media_fd = -1
        self._connection = connection
        self._buffer = bytearray()

    def read(self) -> Iterator[dict[str, Any]]:
        """Wait for bytes once, yield the frames that are complete. Raises Closed, TimeoutError."""
        try:
            data, descriptors, _, _ = socket.recv_fds(self._connection, _READ_BYTES, 1)
        except ConnectionError as error:
            raise Closed from error
        if descriptors:
            self.media_fd = descriptors[0]
        if not data:
            raise Closed
        self._buffer += data
        return self._frames()

    def _frames(self) -> Iterator[dict[str, Any]]:
        while len(self._buffer) >= _LENGTH.size:
            (length,) = _LENGTH.unpack_from(self._buffer)
            if length > MAX_FRAME_BYTES:
                raise Closed
            end = _LENGTH.size + length
            if len(self._buffer) < end:
                return
            frame = json.loads(self._buffer[_LENGTH.size : end])
            del self._buffer[:end]
            yield frame


def progress_frame(progress: Progress) -> dict[str, Any]:
    return {"progress": asdict(progress)}


def progress_of(frame: dict[str, Any]) -> Progress:
    fields = frame["progress"]
    return Progress(**{**fields, "stage": Stage(fields["stage"])})


def result_frames(result: Result) -> Iterator[dict[str, Any]]:
    """Segments in batches, then all else."""
    for first in range(0, len(result.segments), SEGMENTS_A_FRAME):
        batch = result.segments[first : first + SEGMENTS_A_FRAME]
        yield {"segments": [asdict(segment) for segment in batch]}
    yield {
        "result": {
            "language": result.language,
            "duration": result.duration,
            "model": result.model,
            "speakers": result.speakers,
            "speech_seconds": result.speech_seconds,
            "unheard": [asdict(span) for span in result.unheard],
            "warnings": result.warnings,
        }
    }


def segments_of(frame: dict[str, Any]) -> list[Segment]:
    """Ten hours say the same few thousand words and names again and again: each is held once."""
    for row in frame["segments"]:
        for spoken in [row, *row["words"]]:
            spoken["speaker"] = sys.intern(spoken["speaker"])
        for word in row["words"]:
            word["text"] = sys.intern(word["text"])
    return [
        Segment(**{**row, "words": [Word(**word) for word in row["words"]]})
        for row in frame["segments"]
    ]


def result_of(frame: dict[str, Any], segments: list[Segment]) -> Result:
    fields = frame["result"]
    unheard = [Span(**span) for span in fields["unheard"]]
    return Result(**{**fields, "segments": segments, "unheard": unheard})
