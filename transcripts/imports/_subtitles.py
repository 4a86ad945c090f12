"""What SubRip and WebVTT share: lines of times, and marks around words."""

from __future__ import annotations

import re

from transcripts.prose import clean, running_text

# Hours may be left out (WebVTT) or be more than two digits; a comma or a full stop (SubRip, WebVTT).
_TIME = r"(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})[.,](\d{1,3})"
TIMES = re.compile(rf"\s*{_TIME}\s*-->\s*{_TIME}(?:\s.*)?")
_TAG = re.compile(r"</?[a-zA-Z0-9][^<>]*>")


def times_of(line: str) -> tuple[float, float] | None:
    """(start, end) in seconds, where the line says when a cue stands."""
    found = TIMES.fullmatch(line)
    if found is None:
        return None
    groups = found.groups()
    return _seconds(groups[:4]), _seconds(groups[4:])


def _seconds(parts: tuple[str | None, ...]) -> float:
    hours, minutes, seconds, fraction = (part or "0" for part in parts)
    milliseconds = int(fraction.ljust(3, "0"))
    return int(hours) * 3600 + int(minutes) * 60 + int(seconds) + milliseconds / 1000


def words_of(lines: list[str]) -> str:
    """The lines of a cue as running text, without the marks that say how it looks."""
    return running_text([clean(_TAG.sub("", line)) for line in lines])
