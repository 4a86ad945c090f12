"""A document from outside: taken whole if every part of it makes sense, else refused."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, FailFast, Field, model_validator

from transcripts.api.schemas import NO_NUL
from transcripts.document import MAX_MARKS, MAX_SEGMENTS, MAX_SPEAKERS_NAMED, SCHEMA, Document

LONGEST_SECONDS = 360_000  # a hundred hours
MAX_WORDS_A_SEGMENT = 20_000

Seconds = Annotated[float, Field(ge=0, le=LONGEST_SECONDS, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.:-]{1,64}$")]
Text = Annotated[str, Field(pattern=NO_NUL, max_length=100_000)]
Note = Annotated[str, Field(pattern=NO_NUL, max_length=10_000)]
SpeakerName = Annotated[str, Field(pattern=NO_NUL, min_length=1, max_length=80)]


class Part(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")


class Stretch(Part):
    start: Seconds
    end: Seconds

    @model_validator(mode="after")
    def _runs_forward(self) -> Self:
        if self.end < self.start:
            raise ValueError("it ends before it starts")
        return self


class SpeakerIn(Part):
    id: Id
    name: SpeakerName


class WordIn(Stretch):
    text: Annotated[str, Field(pattern=NO_NUL, max_length=1_000)]
    confidence: Share | None = None
    speaker: Id | None = None


class SegmentIn(Stretch):
    id: Id
    text: Text
    speaker: Id | None = None
    confidence: Share | None = None
    edited: bool = False
    note: Note = ""
    words: Annotated[list[WordIn], FailFast(), Field(max_length=MAX_WORDS_A_SEGMENT)] = []


class MarkIn(Part):
    id: Id
    time: Seconds
    text: Note


class DocumentIn(Part):
    """The document of the contract. Lists stop at their first mistake."""

    schema_version: Literal[1] = Field(alias="schema")
    language: Annotated[str, Field(pattern=r"^[A-Za-z-]{0,16}$")]
    duration: Seconds
    model: Annotated[str, Field(pattern=NO_NUL, max_length=64)]
    speakers: Annotated[list[SpeakerIn], FailFast(), Field(max_length=MAX_SPEAKERS_NAMED)] = []
    segments: Annotated[list[SegmentIn], FailFast(), Field(max_length=MAX_SEGMENTS)] = []
    unheard: Annotated[list[Stretch], FailFast(), Field(max_length=MAX_SEGMENTS)] = []
    warnings: Annotated[list[Annotated[str, Field(pattern=NO_NUL, max_length=64)]], FailFast()] = (
        Field([], max_length=20)
    )
    marks: Annotated[list[MarkIn], FailFast(), Field(max_length=MAX_MARKS)] = []

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        _unique("speakers", [speaker.id for speaker in self.speakers])
        _unique("segments", [segment.id for segment in self.segments])
        _unique("marks", [mark.id for mark in self.marks])
        known = {None, *(speaker.id for speaker in self.speakers)}
        for segment in self.segments:
            named = {segment.speaker, *(word.speaker for word in segment.words)}
            if not named <= known:
                raise ValueError(f"segment {segment.id} names a speaker that is not listed")
        return self

    def to_document(self) -> Document:
        return Document.from_json({**self.model_dump(exclude={"schema_version"}), "schema": SCHEMA})


def _unique(what: str, ids: list[str]) -> None:
    if len(set(ids)) != len(ids):
        raise ValueError(f"two {what} have the same id")
