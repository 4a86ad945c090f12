"""The document of a transcript, as the OpenAPI document says it."""

from __future__ import annotations

from ninja import Schema
from pydantic import Field


class WordOut(Schema):
    text: str
    start: float
    end: float
    confidence: float | None = None
    speaker: str | None = None


class SegmentOut(Schema):
    id: str
    start: float
    end: float
    text: str
    speaker: str | None = None
    confidence: float | None = None
    edited: bool = False
    note: str = ""
    words: list[WordOut] = []


class SpeakerOut(Schema):
    id: str
    name: str


class GapOut(Schema):
    """Speech that was heard but gave no words."""

    start: float
    end: float


class MarkOut(Schema):
    """A bookmark, by a person."""

    id: str
    time: float
    text: str


class DocumentOut(Schema):
    """Times in seconds from the start."""

    schema_version: int = Field(alias="schema")
    language: str
    duration: float
    model: str
    speakers: list[SpeakerOut]
    segments: list[SegmentOut]
    unheard: list[GapOut] = []
    warnings: list[str] = []
    marks: list[MarkOut] = []
