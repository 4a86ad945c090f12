"""The old hearing of a recording, as far as people left it alone; what of a new one may come.

Documents are plain JSON, as in ``operations.py``. No Django.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from transcripts.replay_speakers import merged_into
from transcripts.retiming import Row

Document = dict[str, Any]
# Two machines place the same word so far apart, and hardly further.
SAME_WORD_WITHIN_SECONDS = 0.6
AS_HEARD = ""


@dataclass
class Anchor:
    """``before``: how many held rows stand before it. ``given``: the speaker it was given, if any."""

    row: Row
    was: Row
    given: str | None
    before: int = 0

    @property
    def note(self) -> str | None:
        return self.row["note"] if self.row["note"] != self.was["note"] else None


class Past:
    """The old hearing, as far as people left it alone, and what they made of the rest."""

    def __init__(
        self, heard: Document, current: Document, also_held: Iterable[str] = frozenset()
    ) -> None:
        self.anchors = _anchors(heard, current, also_held)
        self.held: list[Row] = []
        for row in current["segments"]:
            if row["id"] in self.anchors:
                self.anchors[row["id"]].before = len(self.held)
            else:
                self.held.append(row)
        lost = [row for row in heard["segments"] if row["id"] not in self.anchors]
        self._owned = _united((row["start"], row["end"]) for row in [*lost, *self.held])
        self._free = sorted(self.anchors.values(), key=lambda one: one.was["start"])
        self._free_starts = [one.was["start"] for one in self._free]
        self._words = sorted(
            (
                (middle_of(word), _spoken(word["text"]), row["id"])
                for row in heard["segments"]
                for word in row["words"]
            ),
        )
        self._middles = [middle for middle, _text, _id in self._words]
        self._twins: dict[object, list[Row]] = defaultdict(list)
        for row in reversed(heard["segments"]):
            self._twins[_identity(row)].append(row)

    def twin_of(self, row: Row) -> Row | None:
        """The old row that says just the same, each once."""
        twins = self._twins.get(_identity(row))
        return twins.pop() if twins else None

    def fate_of(self, word: Row) -> tuple[bool, Anchor | None]:
        """Whether it may come, and in which anchor's place."""
        old = self._same_word(word)
        if old is not None:
            return old in self.anchors, self.anchors.get(old)
        middle = middle_of(word)
        at = bisect_right(self._free_starts, middle) - 1
        for anchor in self._free[max(0, at - 1) : at + 1][::-1]:
            if anchor.was["end"] >= middle:
                return True, anchor
        at = bisect_right(self._owned, (middle, float("inf"))) - 1
        return at < 0 or self._owned[at][1] < middle, None

    def _same_word(self, word: Row) -> str | None:
        """The row in which the old machine heard this word too, at about the same time."""
        text, middle = _spoken(word["text"]), middle_of(word)
        first = bisect_left(self._middles, middle - SAME_WORD_WITHIN_SECONDS)
        last = bisect_right(self._middles, middle + SAME_WORD_WITHIN_SECONDS)
        near = [
            (abs(at - middle), row_id)
            for at, other, row_id in self._words[first:last]
            if text and other == text
        ]
        return min(near)[1] if near else None


def _anchors(heard: Document, current: Document, also_held: Iterable[str]) -> dict[str, Anchor]:
    """By id: the rows that are as the machine left them, and in its order."""
    places = {row["id"]: index for index, row in enumerate(heard["segments"])}
    whose = merged_into(heard, current)
    found = []
    for row in current["segments"]:
        if row["id"] in places and row["id"] not in also_held:
            was = heard["segments"][places[row["id"]]]
            given = _given(row, was, whose) if _same(row, was) else None
            if given is not None:
                found.append(Anchor(row, was, given or None))
    rising = longest_rising([places[anchor.row["id"]] for anchor in found])
    return {found[index].row["id"]: found[index] for index in rising}


def _same(row: Row, was: Row) -> bool:
    names = ("start", "end", "text", "confidence", "edited")
    return [row[name] for name in names] == [was[name] for name in names] and [
        {**word, "speaker": None} for word in row["words"]
    ] == [{**word, "speaker": None} for word in was["words"]]


def _given(row: Row, was: Row, whose: dict[str | None, str | None]) -> str | None:
    """The one speaker that a person gave to the row; AS_HEARD; None where it is neither."""
    now = [part["speaker"] for part in (row, *row["words"])]
    if now == [whose.get(part["speaker"]) for part in (was, *was["words"])]:
        return AS_HEARD
    return now[0] or None if len(set(now)) == 1 else None


def longest_rising(numbers: list[int]) -> list[int]:
    """The indices of a longest rising subsequence."""
    ends: list[int] = []  # of the best of each length: its last index
    values: list[int] = []
    before: list[int | None] = []
    for index, number in enumerate(numbers):
        length = bisect_left(values, number)
        before.append(ends[length - 1] if length else None)
        ends[length : length + 1] = [index]
        values[length : length + 1] = [number]
    path: list[int] = []
    at = ends[-1] if ends else None
    while at is not None:
        path.append(at)
        at = before[at]
    return path[::-1]


def _identity(row: Row) -> object:
    words = tuple((word["text"], word["start"], word["end"]) for word in row["words"])
    return row["start"], row["end"], row["text"], words


def _spoken(text: str) -> str:
    return "".join(sign for sign in text.casefold() if sign.isalnum())


def middle_of(row: Row) -> float:
    middle: float = (row["start"] + row["end"]) / 2
    return middle


def _united(spans: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    union: list[tuple[float, float]] = []
    for start, end in sorted(spans):
        if union and start <= union[-1][1]:
            union[-1] = (union[-1][0], max(union[-1][1], end))
        else:
            union.append((start, end))
    return union
