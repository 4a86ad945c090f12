"""Plain text: a segment for each paragraph, timed by its length where it does not say when."""

from __future__ import annotations

import re

from transcripts.document import Document
from transcripts.imports import Line, document_of
from transcripts.prose import clean, running_text

CHARS_A_SECOND = 15.0  # of somebody who talks
# As the export of the same name writes it: [00:01:02] and then what is said.
_TIME = re.compile(r"\[(\d{1,4}):(\d{2}):(\d{2})\]\s*")


def read(text: str) -> Document:
    """Names in front of what is said stay part of the text. Raises ImportRefused."""
    paragraphs = [block for block in re.split(r"\n\s*\n", text) if clean(block)]
    lines: list[Line] = []
    start = 0.0
    for block in paragraphs:
        stamp = _TIME.match(block.lstrip())
        if stamp:
            said_at = int(stamp[1]) * 3600 + int(stamp[2]) * 60 + int(stamp[3])
            start = max(start if not lines else lines[-1].start, float(said_at))
            block = block.lstrip()[stamp.end() :]  # noqa: PLW2901 - what is left of it
        words = running_text([clean(row) for row in block.split("\n")])
        lines.append(Line(start, start + max(1.0, len(words) / CHARS_A_SECOND), words))
        start = lines[-1].end
    return document_of(_in_turn(lines))


def _in_turn(lines: list[Line]) -> list[Line]:
    """Nobody talks beyond the next one's beginning."""
    ends = [line.start for line in lines[1:]] + [lines[-1].end if lines else 0.0]
    return [
        Line(line.start, max(line.start, min(line.end, end)), line.text)
        for line, end in zip(lines, ends, strict=False)
    ]
