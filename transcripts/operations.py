"""What people do to a document: operations, each of which answers with its inverse.

Documents and operations are plain JSON, in the shapes of ``shared/api.md`` and
``transcripts/api/operations.py``. This file has a twin, ``static/js/editor/operations.js``; the
cases of ``tests/transcripts/operations.json`` hold the two together. No Django.

Rows of words are replaced and never changed, so that an inverse may keep the old ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from transcripts.retiming import Row, cut, glue, retimed, trimmed, visible

Operation = dict[str, Any]

# What a document says of its recording, in operations ``about``. People change none of it.
ABOUT = ("language", "duration", "model", "unheard", "warnings")


class Unfit(Exception):  # noqa: N818 - what it is to the document
    """The operation does not fit the document: what it names is not there, or not like this."""

    def __init__(self, segment_id: str, problem: str) -> None:
        super().__init__(problem)
        self.segment_id = segment_id
        self.problem = problem


class Draft:
    """A document being worked on. ``document`` is changed in place."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        self._rows: dict[str, Row] = {row["id"]: row for row in document["segments"]}

    def apply_all(self, operations: Iterable[Operation]) -> list[Operation]:
        """Returns what takes all of them back, in the order in which to apply it.

        Raises Unfit; the document is then of no use.
        """
        inverse: list[Operation] = []
        for operation in operations:
            inverse[:0] = self.apply(operation)
        return inverse

    def apply(self, operation: Operation) -> list[Operation]:
        return _ACTS[operation["op"]](self, operation)

    # --- what stays in its place --------------------------------------------------------------

    def _text(self, op: Operation) -> list[Operation]:
        row = self._row(op["segment"])
        words = retimed(row, op["text"])
        return self._change(row, text=op["text"], words=words, edited=True)

    def _accept(self, op: Operation) -> list[Operation]:
        row, sure = self._row(op["segment"]), set(op["words"])
        if not sure <= set(range(len(row["words"]))):
            raise Unfit(row["id"], "It has fewer words.")
        words = [
            {**word, "confidence": 1.0} if index in sure else word
            for index, word in enumerate(row["words"])
        ]
        return self._change(row, words=words)

    def _times(self, op: Operation) -> list[Operation]:
        row, start, end = self._row(op["segment"]), op["start"], op["end"]
        if start > end:
            raise Unfit(row["id"], "It would end before it starts.")
        words = [
            {
                **word,
                "start": min(max(word["start"], start), end),
                "end": min(max(word["end"], start), end),
            }
            for word in row["words"]
        ]
        return self._change(row, start=start, end=end, words=words)

    def _note(self, op: Operation) -> list[Operation]:
        row = self._row(op["segment"])
        before, row["note"] = row.get("note", ""), op["note"]
        return [{**op, "note": before}]

    def _speaker(self, op: Operation) -> list[Operation]:
        if op["speaker"] is not None:
            self._named(op["speaker"])
        inverse: list[Operation] = []
        for segment_id in op["segments"]:
            row = self._row(segment_id)
            inverse[:0] = self._give(row, op["speaker"])
        return inverse

    def _put(self, op: Operation) -> list[Operation]:
        inverse: list[Operation] = []
        for new in op["segments"]:
            self._speakers_known(new)
            inverse[:0] = self._change(self._row(new["id"]), **new)
        return inverse

    # --- what changes the order ---------------------------------------------------------------

    def _split(self, op: Operation) -> list[Operation]:
        row = self._row(op["segment"])
        left, right = trimmed(op["left"]), trimmed(op["right"])
        if not (left and right) or visible(left) + visible(right) != visible(row["text"]):
            raise Unfit(row["id"], "The two parts are not its text.")
        first, second, time = cut(row, left, right)
        rows = [
            {**row, "text": left, "words": first, "end": op.get("time", time[0])},
            {**row, "text": right, "words": second, "start": op.get("time", time[1])},
        ]
        rows[1] |= {"id": op["id"], "note": ""}
        return self._exchange([row], rows)

    def _merge(self, op: Operation) -> list[Operation]:
        row, following = self._row(op["segment"]), self._row(op["next"])
        position = self._position(row)
        if self.document["segments"][position + 1 : position + 2] != [following]:
            raise Unfit(following["id"], "It does not follow the other.")
        words = [{**word, "speaker": row["speaker"]} for word in following["words"]]
        sure = [row["confidence"], following["confidence"]]
        joined = {
            **row,
            "end": max(row["end"], following["end"]),
            "text": row["text"] + glue(row["text"], following["text"]) + following["text"],
            "confidence": None if None in sure else min(sure),
            "edited": row["edited"] or following["edited"],
            "note": "\n".join(filter(None, [row["note"], following["note"]])),
            "words": [*row["words"], *words],
        }
        return self._exchange([row, following], [joined], position)

    def _delete(self, op: Operation) -> list[Operation]:
        inverse: list[Operation] = []
        for segment_id in op["segments"]:
            inverse[:0] = self._exchange([self._row(segment_id)], [])
        return inverse

    def _splice(self, op: Operation) -> list[Operation]:
        position = 0
        if op["after"] is not None:
            position = self._position(self._row(op["after"])) + 1
        old = [self._row(segment_id) for segment_id in op["remove"]]
        if self.document["segments"][position : position + len(old)] != old:
            raise Unfit(op["remove"][0], "It stands elsewhere.")
        for row in op["insert"]:
            self._speakers_known(row)
        return self._exchange(old, op["insert"], position)

    # --- speakers and bookmarks ---------------------------------------------------------------

    def _add_speaker(self, op: Operation) -> list[Operation]:
        speakers = self.document["speakers"]
        if any(speaker["id"] == op["id"] for speaker in speakers):
            raise Unfit("", "There is a speaker of this id.")
        at = op.get("at", len(speakers))
        speakers.insert(at, {"id": op["id"], "name": op["name"]})
        return [{"op": "remove_speaker", "id": op["id"]}]

    def _remove_speaker(self, op: Operation) -> list[Operation]:
        speaker = self._named(op["id"])
        if any(op["id"] in speakers_of(row) for row in self.document["segments"]):
            raise Unfit("", "Somebody still speaks under this name.")
        at = self.document["speakers"].index(speaker)
        del self.document["speakers"][at]
        return [{"op": "add_speaker", **speaker, "at": at}]

    def _rename_speaker(self, op: Operation) -> list[Operation]:
        speaker = self._named(op["id"])
        before, speaker["name"] = speaker["name"], op["name"]
        return [{**op, "name": before}]

    def _merge_speakers(self, op: Operation) -> list[Operation]:
        self._named(op["into"])
        if op["into"] == op["id"]:
            raise Unfit("", "They are one already.")
        inverse: list[Operation] = []
        for row in self.document["segments"]:
            if op["id"] in speakers_of(row):
                inverse += self._give(row, op["into"], instead_of=op["id"])
        return self._remove_speaker({"op": "remove_speaker", "id": op["id"]}) + inverse

    def _mark(self, op: Operation) -> list[Operation]:
        marks = self.document.setdefault("marks", [])
        before = [mark for mark in marks if mark["id"] == op["id"]]
        others = [mark for mark in marks if mark["id"] != op["id"]]
        new = [{"id": op["id"], "time": op["time"], "text": op["text"]}]
        self.document["marks"] = sorted(others + new, key=lambda mark: (mark["time"], mark["id"]))
        return [{"op": "mark", **mark} for mark in before] or [{"op": "unmark", "id": op["id"]}]

    def _unmark(self, op: Operation) -> list[Operation]:
        marks = self.document.get("marks", [])
        before = [mark for mark in marks if mark["id"] == op["id"]]
        if not before:
            raise Unfit("", "There is no such bookmark.")
        self.document["marks"] = [mark for mark in marks if mark["id"] != op["id"]]
        return [{"op": "mark", **before[0]}]

    def _about(self, op: Operation) -> list[Operation]:
        before = {name: self.document.get(name) for name in op["about"]}
        self.document |= op["about"]
        return [{"op": "about", "about": before}]

    def _document(self, op: Operation) -> list[Operation]:
        before = dict(self.document)
        self.document.clear()
        self.document |= op["document"]
        self._rows = {row["id"]: row for row in self.document["segments"]}
        return [{"op": "document", "document": before}]

    # --- the same for several -----------------------------------------------------------------

    def _row(self, segment_id: str) -> Row:
        if segment_id not in self._rows:
            raise Unfit(segment_id, "It is not there any more.")
        return self._rows[segment_id]

    def _named(self, speaker_id: str) -> dict[str, str]:
        speakers: list[dict[str, str]] = self.document["speakers"]
        for speaker in speakers:
            if speaker["id"] == speaker_id:
                return speaker
        raise Unfit("", "There is no speaker of this id.")

    def _speakers_known(self, row: Row) -> None:
        if not speakers_of(row) <= {None, *(who["id"] for who in self.document["speakers"])}:
            raise Unfit(row["id"], "There is no speaker of this id.")

    def _position(self, row: Row) -> int:
        return next(i for i, other in enumerate(self.document["segments"]) if other is row)

    def _change(self, row: Row, **columns: Any) -> list[Operation]:
        before = dict(row)
        row.update(columns)
        return [{"op": "put", "segments": [before]}]

    def _give(
        self, row: Row, speaker: str | None, instead_of: str | None = None
    ) -> list[Operation]:
        """To the whole segment, or to what of it was another's."""
        if instead_of is None and speakers_of(row) == {row["speaker"]}:
            inverse = [{"op": "speaker", "segments": [row["id"]], "speaker": row["speaker"]}]
        else:
            inverse = [{"op": "put", "segments": [dict(row)]}]
        whole = instead_of is None
        if whole or row["speaker"] == instead_of:
            row["speaker"] = speaker
        row["words"] = [
            {**word, "speaker": speaker} if whole or word["speaker"] == instead_of else word
            for word in row["words"]
        ]
        return inverse

    def _exchange(
        self, old: list[Row], new: list[Row], position: int | None = None
    ) -> list[Operation]:
        """The new rows stand where the old ones stood, which stand together."""
        segments = self.document["segments"]
        if position is None:
            position = self._position(old[0])
        names = [row["id"] for row in new]
        for row in old:
            del self._rows[row["id"]]
        if len(set(names)) < len(names) or not self._rows.keys().isdisjoint(names):
            raise Unfit(names[0], "There is a segment of this id.")
        fresh = [dict(row) for row in new]
        segments[position : position + len(old)] = fresh
        self._rows |= {row["id"]: row for row in fresh}
        after = segments[position - 1]["id"] if position else None
        return [{"op": "splice", "after": after, "remove": names, "insert": old}]


_ACTS: dict[str, Callable[[Draft, Operation], list[Operation]]] = {
    name.removeprefix("_"): getattr(Draft, name)
    for name in (
        *("_text", "_accept", "_times", "_note", "_speaker", "_put"),
        *("_split", "_merge", "_delete", "_splice"),
        *("_add_speaker", "_remove_speaker", "_rename_speaker", "_merge_speakers"),
        *("_mark", "_unmark", "_about", "_document"),
    )
}
KINDS = tuple(_ACTS)


def speakers_of(row: Row) -> set[str | None]:
    """Nobody among them, where somebody is not known."""
    return {row["speaker"], *(word["speaker"] for word in row["words"])}
