"""Operations from outside, each checked for its shape; whether it fits is told by applying it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from transcripts.api.document import (
    Id,
    Note,
    Part,
    Seconds,
    SegmentIn,
    SpeakerName,
    Text,
)
from transcripts.document import MAX_SEGMENTS
from transcripts.operations import Operation

MAX_OPERATIONS = 20_000

Ids = Annotated[list[Id], Field(min_length=1, max_length=MAX_SEGMENTS)]


class Replace(Part):
    """Words that stay keep their times, new ones share those of the words that went."""

    op: Literal["text"]
    segment: Id
    text: Text


class Accept(Part):
    """These words, counted from 0, are right: their confidence becomes 1."""

    op: Literal["accept"]
    segment: Id
    words: list[Annotated[int, Field(ge=0)]]


class Times(Part):
    op: Literal["times"]
    segment: Id
    start: Seconds
    end: Seconds


class Annotate(Part):
    op: Literal["note"]
    segment: Id
    note: Note


class Assign(Part):
    op: Literal["speaker"]
    segments: Ids
    speaker: Id | None


class Split(Part):
    """``left`` and ``right`` are the segment's text; ``id`` names the new segment, on the right."""

    op: Literal["split"]
    segment: Id
    left: Text
    right: Text
    id: Id
    time: Seconds | None = None


class Merge(Part):
    op: Literal["merge"]
    segment: Id
    next: Id


class Delete(Part):
    op: Literal["delete"]
    segments: Ids


class Put(Part):
    """Whole segments in place of those of the same ids."""

    op: Literal["put"]
    segments: Annotated[list[SegmentIn], Field(min_length=1, max_length=MAX_SEGMENTS)]


class Splice(Part):
    """Behind ``after`` (null: at the beginning) these go and those come."""

    op: Literal["splice"]
    after: Id | None
    remove: Annotated[list[Id], Field(max_length=MAX_SEGMENTS)]
    insert: Annotated[list[SegmentIn], Field(max_length=MAX_SEGMENTS)]


class AddSpeaker(Part):
    op: Literal["add_speaker"]
    id: Id
    name: SpeakerName
    at: Annotated[int, Field(ge=0)] | None = None


class RemoveSpeaker(Part):
    """Only one that nobody speaks as."""

    op: Literal["remove_speaker"]
    id: Id


class RenameSpeaker(Part):
    op: Literal["rename_speaker"]
    id: Id
    name: SpeakerName


class MergeSpeakers(Part):
    """All that ``id`` said becomes what ``into`` said."""

    op: Literal["merge_speakers"]
    id: Id
    into: Id


class Bookmark(Part):
    """A new bookmark, or another time or text for one that is there."""

    op: Literal["mark"]
    id: Id
    time: Seconds
    text: Note


class Unmark(Part):
    op: Literal["unmark"]
    id: Id


OperationIn = Annotated[
    Replace
    | Accept
    | Times
    | Annotate
    | Assign
    | Split
    | Merge
    | Delete
    | Put
    | Splice
    | AddSpeaker
    | RemoveSpeaker
    | RenameSpeaker
    | MergeSpeakers
    | Bookmark
    | Unmark,
    Field(discriminator="op"),
]


class ChangeIn(Part):
    base_version: Annotated[int, Field(ge=1)]
    batch: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{8,64}$")] | None = Field(
        None, description="Your name for this change. Sent again under it, it counts once."
    )
    operations: Annotated[list[OperationIn], Field(min_length=1, max_length=MAX_OPERATIONS)]

    def plain_operations(self) -> list[Operation]:
        return [_plain(operation) for operation in self.operations]


class RestoreIn(Part):
    base_version: Annotated[int, Field(ge=1)] | None = Field(
        None, description="Left out: whatever is the current version."
    )


_MAY_BE_LEFT_OUT = ("time", "at")


def _plain(operation: Part) -> dict[str, Any]:
    fields = operation.model_dump()
    return {
        name: value
        for name, value in fields.items()
        if value is not None or name not in _MAY_BE_LEFT_OUT
    }
