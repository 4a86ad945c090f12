"""Words into lines of a page: any script, measured by the shaper that draws them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator

from transcripts.prose import unbreakable_parts

Measure = Callable[[str], float]

# Letters that stand side by side as they come: Latin, Greek, Cyrillic, their punctuation, Han,
# kana, Hangul. All others join, stack or turn, and marks go onto them.
_SIDE_BY_SIDE = re.compile(
    "[\u0020-\u02ff\u0370-\u0482\u048a-\u058f\u1e00-\u1fff\u2010-\u2027\u2030-\u205e\u20a0-\u20bf"
    "\u2100-\u218f\u3000-\u3029\u3030-\u3098\u309b-\u312f\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff"
    "\uff01-\uff60\uffe0-\uffe6\U00020000-\U0003ffff]*"
)
# Signs that turn the direction: each paragraph has its own.
_TURNS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_RIGHT_TO_LEFT = {"R", "AL"}


def is_right_to_left(text: str) -> bool:
    """By the first letter that has a direction (Unicode's bidirectional algorithm, P2 and P3)."""
    kinds = (unicodedata.bidirectional(char) for char in text)
    return next((kind in _RIGHT_TO_LEFT for kind in kinds if kind in {"L", *_RIGHT_TO_LEFT}), False)


def without_turns(text: str) -> str:
    return _TURNS.sub("", text)


def needs_shaping(text: str) -> bool:
    """Shaping costs ten times what writing letters side by side does."""
    return _SIDE_BY_SIDE.fullmatch(text) is None


def lines(text: str, width: float, measure: Measure) -> Iterator[str]:
    """``text`` in lines no wider than ``width``; only a single letter may be wider."""
    line, room = "", width
    space = measure(" ")
    for piece, spaced in _pieces(text, width, measure):
        needed = measure(piece)
        before = space if spaced and line else 0.0
        if line and before + needed > room:
            yield line
            line, room, before = "", width, 0.0
        line += (" " if before else "") + piece
        room -= before + needed
    if line:
        yield line


def _pieces(text: str, width: float, measure: Measure) -> Iterator[tuple[str, bool]]:
    """What a line break does not part, and whether a space stands before it."""
    for word in text.split():
        for index, part in enumerate(unbreakable_parts(word, len(word))):
            yield from (
                (piece, index == 0 and first == 0)
                for first, piece in enumerate(_fitting(part, width, measure))
            )


def _fitting(part: str, width: float, measure: Measure) -> Iterator[str]:
    """``part`` itself, or, where it is wider than a whole line, cut between letters."""
    if measure(part) <= width:
        yield part
        return
    piece = ""
    for letter in unbreakable_parts(part, 1):
        if piece and measure(piece + letter) > width:
            yield piece
            piece = ""
        piece += letter
    yield piece
