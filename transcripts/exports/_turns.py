"""Running text: a paragraph for each turn of a speaker, and for each long pause."""

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
    current: Turn | None = None
    for segment in document.segments:
        text = clean(segment.text)
        note = clean(segment.note) if options.notes else ""
        if not text and not note:
            continue
        if current is None or not options.paragraphs or not _goes_on(current, segment):
            if current:
                yield current
            name = names.get(segment.speaker or "", "")
            current = Turn(segment.speaker, name, segment.start, segment.end, [], [])
        current.texts += [text] if text else []
        current.notes += [note] if note else []
        current.end = segment.end
    if current:
        yield current


def clock(seconds: float) -> str:
    minutes, second = divmod(int(seconds), 60)
    hour, minute = divmod(minutes, 60)
    return f"{hour:02}:{minute:02}:{second:02}"


def _goes_on(turn: Turn, segment: Segment) -> bool:
    pause = segment.start - turn.end
    return segment.speaker == turn.speaker and pause <= PARAGRAPH_AFTER_PAUSE_SECONDS
