"""What people made of a machine's hearing, laid upon a new hearing of the same recording.

Documents are plain JSON, as in ``operations.py``. No Django.

A segment that somebody changed (text, times, split, merge, what is sure) is *held*: it survives as
it is. One that is as the machine left it is an *anchor*: the new machine's words take its place,
under the speaker that a person gave to it and with the note that a person wrote beside it. Old
segments that are gone or held *own* their time: of the new hearing nothing comes there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from transcripts.replay_past import Anchor, Document, Past, middle_of
from transcripts.replay_speakers import Voices
from transcripts.retiming import Row, visible


@dataclass
class Unit:
    """A word of the new hearing, or a row that has none of its own. ``slot``: as ``Anchor.before``."""

    row: Row
    word: Row
    index: int
    anchor: Anchor | None = None
    slot: int = 0

    @property
    def middle(self) -> float:
        return middle_of(self.word)


@dataclass
class Piece:
    """Units of one new row that come to stand together."""

    units: list[Unit]
    row: Row = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    @property
    def slot(self) -> int:
        return self.units[0].slot

    @property
    def given(self) -> str | None:
        return next((unit.anchor.given for unit in self.units if unit.anchor), None)

    def _suits(self, anchor: Anchor) -> bool:
        last = next((unit.anchor for unit in reversed(self.units) if unit.anchor), None)
        return last is None or last.given == anchor.given

    def goes_on_with(self, unit: Unit) -> bool:
        last = self.units[-1]
        return (
            last.row is unit.row
            and last.index + 1 == unit.index
            and last.slot == unit.slot
            and (unit.anchor is None or self._suits(unit.anchor))
        )

    def share_of(self, anchor: Anchor) -> int:
        return sum(unit.anchor is anchor for unit in self.units)


def replayed(heard: Document, current: Document, fresh: Document) -> Document:
    """``current`` is what people made of ``heard``; ``fresh`` is the new hearing. None is changed."""
    past = Past(heard, current)
    units = list(_placed(past, fresh))
    answered = {id(unit.anchor) for unit in units}
    silent = {
        anchor.row["id"]
        for anchor in past.anchors.values()
        if anchor.note and id(anchor) not in answered
    }
    if silent:  # a note needs something to stand at
        past = Past(heard, current, silent)
        units = list(_placed(past, fresh))
    pieces = _pieces(units)
    voices = Voices(heard, current, fresh)
    taken = {row["id"] for row in (*heard["segments"], *current["segments"])}
    _name(pieces, taken)
    for piece in pieces:
        _write(piece, past, voices)
    segments = list(_in_order(past.held, pieces))
    result = {**fresh, "speakers": voices.speakers(segments), "segments": segments}
    if "marks" in current:
        result["marks"] = current["marks"]
    return result


def _placed(past: Past, fresh: Document) -> Iterator[Unit]:
    """What of the new hearing may come, each with the number of held rows before it."""
    units: list[Unit] = []
    for row in fresh["segments"]:
        twin = past.twin_of(row)
        if twin is not None:
            anchor = past.anchors.get(twin["id"])
            units += [Unit(row, row, 0, anchor)] if anchor else []
            continue
        for index, word in enumerate(row["words"] if _spells(row) else [row]):
            comes, anchor = past.fate_of(word)
            units += [Unit(row, word, index, anchor)] if comes else []
    ceilings, ceiling = [], len(past.held)
    for unit in reversed(units):
        ceiling = min(ceiling, unit.anchor.before) if unit.anchor else ceiling
        ceilings.append(ceiling)
    slot = 0
    for unit, most in zip(units, reversed(ceilings), strict=True):
        if unit.anchor:
            slot = max(slot, unit.anchor.before)
        while not unit.anchor and slot < most and past.held[slot]["start"] <= unit.middle:
            slot += 1
        unit.slot = slot
        yield unit


def _pieces(units: list[Unit]) -> list[Piece]:
    """Cut where something was left out, is held, or was given to another speaker."""
    pieces: list[Piece] = []
    for unit in units:
        if pieces and pieces[-1].goes_on_with(unit):
            pieces[-1].units.append(unit)
        else:
            pieces.append(Piece([unit]))
    return pieces


def _name(pieces: list[Piece], taken: set[str]) -> None:
    """A piece that stands mostly for an old row has its id, so that edits under way find it."""
    best: dict[int, tuple[int, Piece, Anchor]] = {}
    for piece in pieces:
        for anchor in {
            id(unit.anchor): unit.anchor for unit in piece.units if unit.anchor
        }.values():
            share = piece.share_of(anchor)
            if share > best.get(id(anchor), (0,))[0]:
                best[id(anchor)] = (share, piece, anchor)
    for _share, piece, anchor in sorted(best.values(), key=lambda one: one[0]):
        piece.row["id"] = anchor.row["id"]
    for _share, piece, anchor in best.values():
        if anchor.note is not None:
            piece.notes.append(anchor.note)
    number = 0
    for piece in pieces:
        while "id" not in piece.row:
            number += 1
            if f"r{number}" not in taken:
                piece.row["id"] = f"r{number}"


def _write(piece: Piece, past: Past, voices: Voices) -> None:
    """The piece's row, between the held rows around it."""
    first, last = piece.units[0], piece.units[-1]
    source, given = first.row, piece.given
    words = [unit.word for unit in piece.units if unit.word is not source] or source["words"]
    is_first = first.index == 0
    is_last = last.word is source or last.index + 1 == len(source["words"])
    within = _room(piece, past)
    piece.row = {
        **source,
        "id": piece.row["id"],
        "start": _clamped(source["start"] if is_first else first.word["start"], within),
        "end": _clamped(source["end"] if is_last else last.word["end"], within),
        "text": source["text"] if is_first and is_last else _stretch(source, words),
        "speaker": given or voices.of(source["speaker"]),
        "note": "\n".join(filter(None, piece.notes)) if piece.notes else source["note"],
        "words": [
            {
                **word,
                "start": _clamped(word["start"], within),
                "end": _clamped(word["end"], within),
                "speaker": given or voices.of(word["speaker"]),
            }
            for word in words
        ],
    }


def _room(piece: Piece, past: Past) -> tuple[float, float]:
    """What the held rows on both sides leave, but for overlaps that people themselves made."""
    slot, infinite = piece.slot, float("inf")
    start = past.held[slot - 1]["end"] if slot else -infinite
    end = past.held[slot]["start"] if slot < len(past.held) else infinite
    own = [unit.anchor.was for unit in piece.units if unit.anchor and unit.anchor.before == slot]
    if own:
        start, end = min(start, own[0]["start"]), max(end, own[-1]["end"])
    elif not start <= piece.units[0].middle <= piece.units[-1].middle <= end:
        return -infinite, infinite
    return (start, end) if start <= end else (-infinite, infinite)


def _clamped(time: float, within: tuple[float, float]) -> float:
    return min(max(time, within[0]), within[1])


def _stretch(row: Row, words: list[Row]) -> str:
    """These words as they stand in the row's text."""
    before = 0
    for word in row["words"]:
        if word is words[0]:
            break
        before += len(visible(word["text"]))
    size = sum(len(visible(word["text"])) for word in words)
    places = [index for index, sign in enumerate(row["text"]) if visible(sign)]
    text: str = row["text"][places[before] : places[before + size - 1] + 1]
    return text


def _in_order(held: list[Row], pieces: list[Piece]) -> Iterator[Row]:
    slot = 0
    for piece in pieces:
        yield from held[slot : piece.slot]
        slot = max(slot, piece.slot)
        yield piece.row
    yield from held[slot:]


def _spells(row: Row) -> bool:
    spelt = [visible(word["text"]) for word in row["words"]]
    return bool(spelt) and all(spelt) and "".join(spelt) == visible(row["text"])
