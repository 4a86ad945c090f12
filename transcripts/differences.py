"""The operations that make one document another. No Django.

Of two documents that people edit at once only the segments that differ are touched, so that what
others do meanwhile to the rest still merges.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from transcripts.operations import ABOUT, Operation
from transcripts.replay_past import longest_rising
from transcripts.retiming import Row

Document = dict[str, Any]


def difference(before: Document, after: Document) -> list[Operation]:
    """For ``Draft(before)``. Bookmarks are people's, and the same in both."""
    told = {name: after[name] for name in ABOUT if before.get(name) != after.get(name)}
    return [
        *([{"op": "about", "about": told}] if told else []),
        *_come(before["speakers"], after["speakers"]),
        *_rows(before["segments"], after["segments"]),
        *_go(before["speakers"], after["speakers"]),
    ]


def _come(before: list[dict[str, str]], after: list[dict[str, str]]) -> list[Operation]:
    known = {row["id"] for row in before}
    return [{"op": "add_speaker", **row} for row in after if row["id"] not in known]


def _go(before: list[dict[str, str]], after: list[dict[str, str]]) -> list[Operation]:
    wanted = {row["id"] for row in after}
    return [{"op": "remove_speaker", "id": row["id"]} for row in before if row["id"] not in wanted]


def _rows(before: list[Row], after: list[Row]) -> list[Operation]:
    places = {row["id"]: index for index, row in enumerate(before)}
    both = [(places[row["id"]], index) for index, row in enumerate(after) if row["id"] in places]
    stay = [both[index] for index in longest_rising([old for old, _new in both])]
    moved = {before[old]["id"] for old, _new in both} - {before[old]["id"] for old, _new in stay}
    operations: list[Operation] = []
    if moved:  # first: no id may be there twice
        operations.append({"op": "delete", "segments": sorted(moved)})
    changed = [after[new] for old, new in stay if before[old] != after[new]]
    if changed:
        operations.append({"op": "put", "segments": changed})
    for (old, new), (next_old, next_new) in pairwise([(-1, -1), *stay, (len(before), len(after))]):
        gone = [row["id"] for row in before[old + 1 : next_old] if row["id"] not in moved]
        fresh = after[new + 1 : next_new]
        if gone or fresh:
            last = after[new]["id"] if new >= 0 else None
            operations.append({"op": "splice", "after": last, "remove": gone, "insert": fresh})
    return operations
