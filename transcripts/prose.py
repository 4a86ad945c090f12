"""What text needs before it may stand in a file whose lines mean something. No Django."""

import re
import unicodedata
from collections.abc import Iterable
from itertools import pairwise

# Controls that end lines or fields somewhere become spaces; the others, half surrogates and
# code points that are no characters (Unicode 23.7) have no place in a text file.
_SEPARATORS = re.compile("[\t\n\x0b\x0c\r\x1c-\x1f\x85\u2028\u2029]+")
_NO_TEXT = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufeff]")

# Scripts written without spaces: Han, kana, Bopomofo, Yi, their punctuation, full-width forms.
_SPACELESS = re.compile(
    "[\u2e80-\u2fdf\u3000-\u30ff\u3100-\u312f\u31a0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\ua000-\ua4cf\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U0001b000-\U0001b16f"
    "\U00020000-\U0003ffff]"
)
_NEVER_FIRST = frozenset("ヽヾゝゞ々ーぁぃぅぇぉっゃゅょァィゥェォッャュョ")
_NEVER_FIRST_KINDS = frozenset({"Pe", "Pf", "Po"})
_NEVER_LAST_KINDS = frozenset({"Ps", "Pi"})
_JOINERS = frozenset("\u200d\ufe0f\ufe0e")


def clean(text: str) -> str:
    """One line without control characters, single spaces between words. May be empty."""
    text = _NO_TEXT.sub("", _SEPARATORS.sub(" ", text))
    return " ".join("".join(char for char in text if ord(char) & 0xFFFE != 0xFFFE).split())


def running_text(texts: Iterable[str]) -> str:
    """Pieces of text as one: a space between two, unless their script uses none."""
    pieces: list[str] = []
    for text in texts:
        if pieces and text and not (_SPACELESS.match(pieces[-1][-1]) and _SPACELESS.match(text[0])):
            pieces.append(" ")
        if text:
            pieces.append(text)
    return "".join(pieces)


def unbreakable_parts(word: str, max_chars: int) -> list[str]:
    """A run without spaces, cut where a line may end: between ideographs, and by force.

    Punctuation stays with its character, and marks stay on theirs.
    """
    parts = [word[:1]]
    for before, char in pairwise(word):
        if _may_break(before, char) or _must_break(parts[-1], char, max_chars):
            parts.append(char)
        else:
            parts[-1] += char
    return parts


def _may_break(before: str, after: str) -> bool:
    if after in _NEVER_FIRST or unicodedata.category(after) in _NEVER_FIRST_KINDS:
        return False
    if unicodedata.category(before) in _NEVER_LAST_KINDS or _sticks(before, after):
        return False
    return bool(_SPACELESS.match(before) or _SPACELESS.match(after))


def _must_break(part: str, char: str, max_chars: int) -> bool:
    if len(part) < max_chars:
        return False
    # A text of nothing but marks must end somewhere too.
    return not _sticks(part[-1], char) or len(part) >= 2 * max_chars


def _sticks(before: str, after: str) -> bool:
    return before in _JOINERS or after in _JOINERS or unicodedata.category(after).startswith("M")
