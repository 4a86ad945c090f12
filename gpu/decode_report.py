"""What the decoder's child says of the file, taken with tongs: it may have been taken over."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from typing import Any

from gpu.contract import Failure, ListeningFailed

_REPORT_BYTES = 16_384
# A traceback's last line names it; whatever else a child writes is not repeated.
_ERROR = re.compile(rb"[A-Za-z.]{1,60}(Error|Exception)\b")
_REPORTABLE = frozenset({Failure.UNREADABLE_MEDIA, Failure.NO_AUDIO_TRACK})


@dataclass(frozen=True, slots=True)
class MediaInfo:
    """What the container says of itself. ``declared_seconds`` may lie; names are FFmpeg's."""

    container: str
    codec: str
    declared_seconds: float | None
    channels: int
    sample_rate_hz: int


class Report:
    """The child's lines of JSON: a bounded number of bytes, objects only."""

    def __init__(self) -> None:
        self.fd = -1
        self.values: dict[str, Any] = {}
        self.last_words = ""
        self._line = b""
        self._bytes_left = _REPORT_BYTES

    def read(self) -> bool:
        """One read; ``False`` at the end of the file or of our patience."""
        data = os.read(self.fd, self._bytes_left) if self._bytes_left else b""
        self._bytes_left -= len(data)
        *lines, self._line = (self._line + data).split(b"\n")
        for line in lines:
            try:
                value = json.loads(line)
            except (ValueError, RecursionError):
                named = _ERROR.match(line)
                self.last_words = named[0].decode() if named else ""
            else:
                self.values.update(value if isinstance(value, dict) else {})
        return bool(data)


def media_info(reported: object) -> MediaInfo:
    try:
        assert isinstance(reported, dict)
        declared = reported["declared_seconds"]
        return MediaInfo(
            container=str(reported["container"])[:80],
            codec=str(reported["codec"])[:80],
            declared_seconds=None if declared is None else float(declared),
            channels=int(reported["channels"]),
            sample_rate_hz=int(reported["sample_rate_hz"]),
        )
    except (AssertionError, LookupError, TypeError, ValueError, OverflowError) as error:
        raise ListeningFailed(Failure.DECODER_CRASH, "malformed-report") from error


def reported_failure(values: dict[str, Any]) -> ListeningFailed:
    detail = str(values.get("detail"))[:200]
    for failure in _REPORTABLE:
        if values["failure"] == failure.value:
            return ListeningFailed(failure, detail)
    return ListeningFailed(Failure.DECODER_CRASH, "malformed-failure")


def cause(status: int) -> str:
    """A code, which logs take as it is."""
    return f"exit-{status}" if status >= 0 else f"signal-{-status}"
