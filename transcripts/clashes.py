"""What operations touch, and whether those of two people get into one another's way.

The twin of ``static/js/editor/clashes.js``. No Django.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from transcripts.operations import Operation, speakers_of
from transcripts.retiming import Row

EVERYTHING = "*"


def clash(mine: Iterable[Operation], theirs: Iterable[Operation]) -> set[str]:
    """What both touch so that their order would matter: ids of segments, speakers and places.

    Empty: they may be applied one after the other, either first, to the same effect.
    """
    my_writes, my_reads = _touched(mine)
    their_writes, their_reads = _touched(theirs)
    if EVERYTHING in my_writes | their_writes:
        return {EVERYTHING}
    return my_writes & their_writes | my_writes & their_reads | my_reads & their_writes


def texts_in(operations: Iterable[Operation]) -> Iterator[tuple[str, str]]:
    """What they make of segments: (id, text)."""
    for op in operations:
        if op["op"] == "text":
            yield op["segment"], op["text"]
        for row in _brought(op):
            yield row["id"], row["text"]


def _touched(operations: Iterable[Operation]) -> tuple[set[str], set[str]]:
    writes: set[str] = set()
    reads: set[str] = set()
    for op in operations:
        for segment_id in _IN_PLACE.get(op["op"], _nothing)(op):
            writes.add(segment_id)
        for segment_id in _MOVING.get(op["op"], _nothing)(op):
            writes.update((segment_id, f"after {segment_id}"))
        for row in _brought(op):
            writes.add(row["id"])
            reads.update(f"speaker {speaker}" for speaker in speakers_of(row) if speaker)
        _note_others(op, writes, reads)
    return writes, reads


def _nothing(_op: Operation) -> list[str]:
    return []


# The segments that stay where they are, and those that something comes or goes beside.
_IN_PLACE: dict[str, Callable[[Operation], list[str]]] = {
    "text": lambda op: [op["segment"]],
    "accept": lambda op: [op["segment"]],
    "times": lambda op: [op["segment"]],
    "note": lambda op: [op["segment"]],
    "speaker": lambda op: op["segments"],
    "split": lambda op: [op["id"]],
}
_MOVING: dict[str, Callable[[Operation], list[str]]] = {
    "split": lambda op: [op["segment"]],
    "merge": lambda op: [op["segment"], op["next"]],
    "delete": lambda op: op["segments"],
    "splice": lambda op: op["remove"],
}


def _brought(op: Operation) -> list[Row]:
    """Rows that come as they are."""
    rows: list[Row] = op.get(_ROWS_IN.get(op["op"], ""), [])
    return rows


_ROWS_IN = {"put": "segments", "splice": "insert"}


def _note_others(op: Operation, writes: set[str], reads: set[str]) -> None:
    match op["op"]:
        case "speaker":
            reads.add(f"speaker {op['speaker']}")
        case "splice":
            writes.add(f"after {op['after']}")
        case "add_speaker" | "remove_speaker" | "merge_speakers":
            writes.update(("speakers", f"speaker {op['id']}", f"name {op['id']}"))
            reads.add(f"speaker {op.get('into')}")
        case "rename_speaker":
            writes.add(f"name {op['id']}")
        case "mark" | "unmark":
            writes.add(f"mark {op['id']}")
        case "about":
            writes.add("about")
        case "document":
            writes.add(EVERYTHING)
