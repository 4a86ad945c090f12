"""The document of ``shared/api.md``: what is stored, exported and carried by ``/document``.

Plain dataclasses, no Django. Times are seconds from the start with three decimals.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from gpu.contract import Result

if TYPE_CHECKING:
    from collections.abc import Iterator

T = TypeVar("T")

SCHEMA = 1
MAX_SEGMENTS = 100_000
MAX_SPEAKERS_NAMED = 200
MAX_MARKS = 10_000


@dataclass(slots=True)
class Speaker:
    id: str
    name: str


@dataclass(slots=True)
class Word:
    text: str
    start: float
    end: float
    confidence: float | None = None
    speaker: str | None = None


@dataclass(slots=True)
class Segment:
    id: str
    start: float
    end: float
    text: str
    speaker: str | None = None
    confidence: float | None = None
    edited: bool = False
    note: str = ""
    words: list[Word] = field(default_factory=list)


@dataclass(slots=True)
class Gap:
    """Speech that was heard but gave no words."""

    start: float
    end: float


@dataclass(slots=True)
class Mark:
    """A bookmark, by a person."""

    id: str
    time: float
    text: str


@dataclass(slots=True)
class Document:
    language: str
    duration: float
    model: str
    speakers: list[Speaker] = field(default_factory=list)
    segments: list[Segment] = field(default_factory=list)
    unheard: list[Gap] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    schema: int = SCHEMA

    def to_json(self) -> dict[str, Any]:
        return {
            **_columns(self),
            "speakers": [_columns(speaker) for speaker in self.speakers],
            "segments": [
                {**_columns(segment), "words": [_columns(word) for word in segment.words]}
                for segment in self.segments
            ],
            "unheard": [_columns(gap) for gap in self.unheard],
            "warnings": list(self.warnings),
            "marks": [_columns(mark) for mark in self.marks],
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Document:
        """Read what ``to_json`` wrote. Raises TypeError or KeyError on another shape."""
        segments = [
            Segment(**{**row, "words": [Word(**word) for word in row["words"]]})
            for row in data["segments"]
        ]
        return cls(
            **{
                **data,
                "speakers": [Speaker(**row) for row in data["speakers"]],
                "segments": segments,
                "unheard": [Gap(**row) for row in data.get("unheard", [])],
                "marks": [Mark(**row) for row in data.get("marks", [])],
            }
        )

    def speaker_name(self, speaker_id: str | None) -> str:
        return next((row.name for row in self.speakers if row.id == speaker_id), "")


def document_from_result(result: Result) -> Document:
    """Takes the segments out of ``result``: ten hours of words are not held twice."""
    ids = {name: f"s{index}" for index, name in enumerate(result.speakers, start=1)}
    return Document(
        language=result.language,
        duration=round(result.duration, 3),
        model=result.model,
        speakers=[Speaker(id=ids[name], name=name) for name in result.speakers],
        segments=[
            Segment(
                id=f"g{index}",
                start=round(segment.start, 3),
                end=round(segment.end, 3),
                text=segment.text,
                speaker=ids.get(segment.speaker),
                confidence=_rounded(segment.confidence),
                words=[
                    Word(
                        text=word.text,
                        start=round(word.start, 3),
                        end=round(word.end, 3),
                        confidence=_rounded(word.confidence),
                        speaker=ids.get(word.speaker),
                    )
                    for word in segment.words
                ],
            )
            for index, segment in enumerate(_taken(result.segments), start=1)
        ],
        unheard=[Gap(round(gap.start, 3), round(gap.end, 3)) for gap in result.unheard],
        warnings=list(result.warnings),
    )


def _taken(rows: list[T]) -> Iterator[T]:
    """Each row in turn, and no longer in the list."""
    rows.reverse()
    while rows:
        yield rows.pop()


def _columns(row: Any) -> dict[str, Any]:
    """As ``asdict``, which takes seven times as long, without what is inside."""
    return {name: getattr(row, name) for name in row.__slots__}


def _rounded(confidence: float | None) -> float | None:
    return None if confidence is None else round(confidence, 3)
