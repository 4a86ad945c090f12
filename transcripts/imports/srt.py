"""SubRip. A cue lasts until the next line of times, so that empty lines in it lose nothing."""

from __future__ import annotations

import re

from transcripts.document import Document
from transcripts.imports import UNREADABLE, ImportRefused, Line, document_of
from transcripts.imports._subtitles import times_of, words_of

_COMMAND = re.compile(r"\{\\[^{}]*\}")  # of SubStation, which some players heed


def read(text: str) -> Document:
    """Names in front of what is said stay part of the text. Raises ImportRefused."""
    rows = text.split("\n")
    stamps = [(index, found) for index, row in enumerate(rows) if (found := times_of(row))]
    if text.strip() and not stamps:
        raise ImportRefused(UNREADABLE)
    # The last line of times has the end of the file behind it.
    ends = [index for index, _ in stamps[1:]] + [len(rows)]
    return document_of(
        [
            Line(*times, words_of(_said(rows[index + 1 : end], is_last=end == len(rows))))
            for (index, times), end in zip(stamps, ends, strict=False)
        ]
    )


def _said(rows: list[str], *, is_last: bool) -> list[str]:
    """Without the number of the cue that follows."""
    rows = [_COMMAND.sub("", row) for row in rows]
    numbered = not is_last and rows and rows[-1].strip().isdecimal()
    return rows[:-1] if numbered else rows
