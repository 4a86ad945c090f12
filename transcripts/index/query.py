"""What somebody typed, as terms: words, ``"phrases"``, ``-not`` and ``begin*``. Never an error."""

from __future__ import annotations

import re
from dataclasses import dataclass

from transcripts.index.analyser import asked

MAX_TERMS = 10
MAX_TOKENS = 40
_PIECE = re.compile(r'(-?)(?:"([^"]*)"?|(\S+))')


@dataclass(frozen=True)
class Term:
    """Tokens that stand side by side; the last is a beginning if it ``goes_on``."""

    tokens: tuple[str, ...]
    goes_on: bool = False


@dataclass(frozen=True)
class Query:
    """Found is what holds all that is ``wanted`` and nothing ``unwanted``."""

    wanted: tuple[Term, ...] = ()
    unwanted: tuple[Term, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.wanted or self.unwanted)


def parsed(text: str, *, unfinished: bool = False) -> Query:
    """``unfinished``: the last word may be the beginning of one."""
    wanted: dict[Term, None] = {}
    unwanted: dict[Term, None] = {}
    for piece in _PIECE.finditer(text):
        minus, phrase, word = piece.groups("")
        tokens, goes_on = asked(phrase or word)
        if not tokens:
            continue
        is_last = piece.end() == len(text) and bool(word)
        goes_on = goes_on or word.endswith("*") or (unfinished and is_last and not minus)
        term = Term(tuple(tokens[:MAX_TOKENS]), goes_on and len(tokens) <= MAX_TOKENS)
        (unwanted if minus else wanted)[term] = None
        if len(wanted) + len(unwanted) == MAX_TERMS:
            break
    return Query(tuple(wanted), tuple(unwanted))
