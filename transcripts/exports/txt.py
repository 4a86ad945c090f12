"""Running text: a paragraph for each turn of a speaker, and for each long pause."""

from collections.abc import Iterator
from dataclasses import dataclass

from transcripts.document import Document
from transcripts.exports import ExportOptions
from transcripts.prose import clean, running_text

PARAGRAPH_AFTER_PAUSE_SECONDS = 2.0


@dataclass(slots=True)
class _Paragraph:
    speaker: str | None
    start: float
    end: float
    texts: list[str]


def write(document: Document, options: ExportOptions) -> str:
    named = options.names_speakers(document)
    paragraphs = [
        _line(paragraph, clean(document.speaker_name(paragraph.speaker)) if named else "", options)
        for paragraph in _paragraphs(document)
    ]
    return "\n\n".join(paragraphs) + "\n" if paragraphs else ""


def _paragraphs(document: Document) -> Iterator[_Paragraph]:
    current: _Paragraph | None = None
    for segment in document.segments:
        text = clean(segment.text)
        if not text:
            continue
        if current and _goes_on(current, segment.speaker, segment.start):
            current.texts.append(text)
            current.end = segment.end
            continue
        if current:
            yield current
        current = _Paragraph(segment.speaker, segment.start, segment.end, [text])
    if current:
        yield current


def _goes_on(paragraph: _Paragraph, speaker: str | None, start: float) -> bool:
    pause = start - paragraph.end
    return speaker == paragraph.speaker and pause <= PARAGRAPH_AFTER_PAUSE_SECONDS


def _line(paragraph: _Paragraph, name: str, options: ExportOptions) -> str:
    time = f"[{_time(paragraph.start)}] " if options.timestamps else ""
    label = f"{name}: " if name else ""
    return f"{time}{label}{running_text(paragraph.texts)}"


def _time(seconds: float) -> str:
    minutes, second = divmod(int(seconds), 60)
    hour, minute = divmod(minutes, 60)
    return f"{hour:02}:{minute:02}:{second:02}"
