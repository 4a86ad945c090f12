"""Text as the tokens that it is found by, in any script. What is stored and what is asked pass here.

Case, width and marks are folded away (NFKC, casefold). Scripts that are written without blanks
become overlapping pairs of characters, and the last one alone, so that a single character is the
beginning of some token wherever it stands.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

MAX_TOKEN_CHARS = 64

# Thai, Lao, Myanmar, Khmer; kana, ideographs, and those of the supplementary planes.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
    "\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
# Their marks tell words apart; those of other scripts are often left out by who writes.
_MARKS_COUNT = re.compile(f"[{_UNSPACED}\u3099\u309a]")
# Vowel signs of Indian scripts are marks, which ``\w`` leaves out.
_MARKS = "".join(
    character
    for character in map(chr, range(0x0300, 0xFE30))
    if unicodedata.category(character)[0] == "M"
)
RUN = re.compile(rf"[{_UNSPACED}]+|(?:(?![{_UNSPACED}_])[\w{_MARKS}])+")
UNSPACED_RUN = re.compile(f"[{_UNSPACED}]+")
_PLAIN_RUN = re.compile("[a-z0-9]+")


def folded(text: str) -> str:
    """Two texts that a reader takes for the same are the same afterwards."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    kept = (
        character
        for character in apart
        if not unicodedata.combining(character) or _MARKS_COUNT.match(character)
    )
    return unicodedata.normalize("NFC", "".join(kept))


def tokens(text: str) -> list[str]:
    """In their order, as stored."""
    text = folded(text)
    if text.isascii():
        return [token[:MAX_TOKEN_CHARS] for token in _PLAIN_RUN.findall(text)]
    return [token for run in RUN.findall(text) for token in _stored(run)]


def asked(text: str) -> tuple[list[str], bool]:
    """What to look for, side by side, to find ``text``; and whether the last may go on.

    Where a run without blanks ends what is asked for, it may go on in what is found.
    """
    found = tokens(text)
    runs = RUN.findall(folded(text))
    if not runs or not UNSPACED_RUN.match(runs[-1]):
        return found, False
    if len(runs[-1]) == 1:
        return found, True
    return found[:-1], False


def _stored(run: str) -> list[str]:
    if UNSPACED_RUN.match(run):
        return list(_pairs(run))
    return [run[:MAX_TOKEN_CHARS]]


def _pairs(run: str) -> Iterator[str]:
    for index in range(len(run)):
        yield run[index : index + 2]
