"""Running text: a paragraph for each turn of a speaker, and for each long pause."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from transcripts.document import Document, Segment
from transcripts.exports import ExportOptions
from transcripts.prose import clean, running_text

PARAGRAPH_AFTER_PAUSE_SECONDS = 2.0


@dataclass(slots=True)
class Turn:
    """``name`` is empty where speakers are not named; ``notes`` where they are not asked for."""

    speaker: str | None
    name: str
    start: float
    end: float
    texts: list[str]
    notes: list[str]

    @property
    def text(self) -> str:
        return running_text(self.texts)


def turns(document: Document, options: ExportOptions) -> Iterator[Turn]:
    """In the document's order; segments without a visible character are left out."""
    named = options.names_speakers(document)
    names = {row.id: clean(row.name) for row in document.speakers} if named else {}
    noted = notes(document) if options.notes else {}
    current: Turn | None = None
    for segment in document.segments:
        text, said_of_it = clean(segment.text), noted.get(segment.id, [])
        if not text and not said_of_it:
            continue
        if current is None or not options.paragraphs or not _goes_on(current, segment):
            if current:
                yield current
            name = names.get(segment.speaker or "", "")
            current = Turn(segment.speaker, name, segment.start, segment.end, [], [])
        current.texts += [text] if text else []
        current.notes += said_of_it
        current.end = segment.end
    if current:
        yield current


def notes(document: Document) -> dict[str, list[str]]:
    """What people wrote beside each segment, by its id: its note, and the bookmarks set in it.

    A bookmark before the first segment belongs to the first.
    """
    found: dict[str, list[str]] = {}
    for segment in document.segments:
        if clean(segment.note):
            found[segment.id] = [clean(segment.note)]
    ordered = sorted(document.segments, key=lambda segment: segment.start)
    starts = [segment.start for segment in ordered]
    for mark in sorted(document.marks, key=lambda mark: mark.time):
        if ordered:
            segment = ordered[max(0, bisect_right(starts, mark.time) - 1)]
            words = f"{clock(mark.time)} {clean(mark.text)}".rstrip()
            found.setdefault(segment.id, []).append(words)
    return found


def clock(seconds: float) -> str:
    minutes, second = divmod(int(seconds), 60)
    hour, minute = divmod(minutes, 60)
    return f"{hour:02}:{minute:02}:{second:02}"


def _goes_on(turn: Turn, segment: Segment) -> bool:
    pause = segment.start - turn.end
    return segment.speaker == turn.speaker and pause <= PARAGRAPH_AFTER_PAUSE_SECONDS
