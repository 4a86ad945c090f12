"""WebVTT (W3C): cues with their voices; notes, styles, regions and places are left out."""

from __future__ import annotations

import html
import re

from transcripts.document import Document
from transcripts.imports import UNREADABLE, ImportRefused, Line, document_of
from transcripts.imports._subtitles import times_of, words_of

_VOICE = re.compile(r"<v(?:\.[^\s<>]*)?\s+([^<>]*)>")
_NO_CUES = ("NOTE", "STYLE", "REGION")


def read(text: str) -> Document:
    """Raises ImportRefused."""
    head, *blocks = re.split(r"\n{2,}", text.strip("\n"))
    if not re.match(r"WEBVTT(?:[ \t\n]|$)", head):
        raise ImportRefused(UNREADABLE)
    return document_of([line for block in blocks if (line := _cue(block))])


def _cue(block: str) -> Line | None:
    """A cue's first line may be its name."""
    rows = block.strip("\n").split("\n")
    if rows[0].startswith(_NO_CUES) and not any(times_of(row) for row in rows[:2]):
        return None
    for number, row in enumerate(rows[:2]):
        times = times_of(row)
        if times:
            said = rows[number + 1 :]
            voice = _VOICE.search("\n".join(said))
            name = html.unescape(voice[1]) if voice else ""
            return Line(*times, html.unescape(words_of(said)), name)
    return None
