"""A passage as it is shown when it was found: the words around the first find, finds marked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from transcripts.index.analyser import RUN, UNSPACED_RUN, folded, tokens
from transcripts.index.query import Query

AROUND_CHARS = 90
MOST_CHARS = 260


@dataclass(frozen=True)
class Piece:
    text: str
    is_found: bool = False


def snippet(words: str, query: Query) -> list[Piece]:
    """Pieces that together are the passage, or a stretch of it between ellipses."""
    spans = list(_joined(_spans(words, query)))
    first = spans[0][0] if spans else 0
    begin = _blank_before(words, first - AROUND_CHARS) if len(words) > MOST_CHARS else 0
    end = (
        _blank_before(words, begin + MOST_CHARS) if begin + MOST_CHARS < len(words) else len(words)
    )
    pieces, at = [Piece("… ")] if begin else [], begin
    for start, stop in spans:
        if stop > end:
            break
        if start > at:
            pieces.append(Piece(words[at:start]))
        pieces.append(Piece(words[start:stop], is_found=True))
        at = stop
    rest = words[at:end] + (" …" if end < len(words) else "")
    return [*pieces, Piece(rest)] if rest else pieces


def _spans(words: str, query: Query) -> Iterator[tuple[int, int]]:
    whole = {token for term in query.wanted for token in term.tokens}
    begun = tuple(term.tokens[-1] for term in query.wanted if term.goes_on)
    for run in RUN.finditer(words):
        if UNSPACED_RUN.match(run[0]):
            yield from _in_unspaced(run[0], run.start(), whole, begun)
        elif any(token in whole or token.startswith(begun) for token in tokens(run[0])):
            yield run.span()


def _in_unspaced(
    run: str, at: int, whole: set[str], begun: tuple[str, ...]
) -> Iterator[tuple[int, int]]:
    """Tokens are two characters long here, those that were asked for alone are one."""
    for index in range(len(run)):
        if folded(run[index]).startswith(begun):
            yield at + index, at + index + 1
        if folded(run[index : index + 2]) in whole:
            yield at + index, at + min(index + 2, len(run))


def _joined(spans: Iterator[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Those that touch are one."""
    current: tuple[int, int] | None = None
    for start, stop in spans:
        if current is not None and start <= current[1]:
            current = (current[0], max(current[1], stop))
            continue
        if current is not None:
            yield current
        current = (start, stop)
    if current is not None:
        yield current


def _blank_before(text: str, at: int) -> int:
    """A place to cut at, not in a word if a blank is near."""
    if at <= 0:
        return 0
    blank = text.rfind(" ", max(0, at - 30), at)
    return blank + 1 if blank >= 0 else at
