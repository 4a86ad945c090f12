"""A document as somebody reads it: paragraphs of one speaker, with the silent gaps in place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from transcripts.document import Document, Gap, Segment, Word

LONGEST_PAUSE_SECONDS = 2.5
PARAGRAPH_CHARS = 700


@dataclass(slots=True)
class Paragraph:
    """``pieces`` are words with the text that stands before each ("" or a space)."""

    start: float
    end: float
    speaker_id: str
    speaker_name: str
    pieces: list[tuple[str, Word]] = field(default_factory=list)
    chars: int = 0
    says_who: bool = True


def paragraphs(document: Document) -> list[Paragraph | Gap]:
    """In the order of their starts. Names are said where the speaker changes only."""
    names = {speaker.id: speaker.name for speaker in document.speakers}
    spoken = list(_paragraphs(document.segments, names))
    for before, after in pairwise(spoken):
        after.says_who = after.speaker_id != before.speaker_id
    return sorted([*spoken, *document.unheard], key=lambda part: part.start)


def _paragraphs(segments: list[Segment], names: dict[str, str]) -> Iterator[Paragraph]:
    current: Paragraph | None = None
    for segment in segments:
        if current is None or _begins_anew(current, segment):
            if current is not None:
                yield current
            speaker = segment.speaker or ""
            current = Paragraph(segment.start, segment.end, speaker, names.get(speaker, ""))
        _add(current, segment)
    if current is not None:
        yield current


def _begins_anew(paragraph: Paragraph, segment: Segment) -> bool:
    return (
        (segment.speaker or "") != paragraph.speaker_id
        or segment.start - paragraph.end > LONGEST_PAUSE_SECONDS
        or paragraph.chars > PARAGRAPH_CHARS
    )


def _add(paragraph: Paragraph, segment: Segment) -> None:
    words = segment.words or [Word(segment.text, segment.start, segment.end)]
    position = 0
    for index, word in enumerate(words):
        found = segment.text.find(word.text, position)
        between = segment.text[position:found] if found >= 0 else " "
        if found >= 0:
            position = found + len(word.text)
        first = index == 0
        paragraph.pieces.append((" " if first and paragraph.pieces else between, word))
    paragraph.end = segment.end
    paragraph.chars += len(segment.text)
