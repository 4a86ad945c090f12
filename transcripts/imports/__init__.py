"""Ways in for text that exists already: one row and one pure file each, bytes to a Document.

What comes in is nobody's friend: readers take what makes sense, refuse the rest, and run nothing.
Nothing in this package knows Django.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from transcripts.document import MAX_SEGMENTS, Document, Segment, Speaker
from transcripts.prose import clean

MODEL = "import"  # stands where a recogniser's name would
MAX_SECONDS = 360_000.0
SPEAKER_NAME_MAX_CHARS = 80
UNREADABLE, EMPTY, TOO_LONG = "unreadable_text", "empty_text", "too_many_segments"


class ImportRefused(ValueError):  # noqa: N818
    """``code`` is that of the failure."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


Reader = Callable[[str], Document]


@dataclass(frozen=True)
class Import:
    id: str
    label: str
    extension: str
    reader: str


IMPORTS: tuple[Import, ...] = (
    Import("srt", "SubRip subtitles", "srt", "transcripts.imports.srt:read"),
    Import("vtt", "WebVTT subtitles", "vtt", "transcripts.imports.vtt:read"),
    Import("json", "A document of Sotto", "json", "transcripts.imports.json:read"),
    Import("txt", "Text", "txt", "transcripts.imports.txt:read"),
)
IMPORTS_BY_ID = {row.id: row for row in IMPORTS}


def read(format_id: str, data: bytes) -> Document:
    """Raises ImportRefused, or KeyError for a format that has no row."""
    module, _, name = IMPORTS_BY_ID[format_id].reader.partition(":")
    reader: Reader = getattr(import_module(module), name)
    document = reader(_decoded(data))
    if not any(clean(segment.text) for segment in document.segments):
        raise ImportRefused(EMPTY)
    if len(document.segments) > MAX_SEGMENTS:
        raise ImportRefused(TOO_LONG)
    return document


def _decoded(data: bytes) -> str:
    """UTF-8, or what a byte order mark says: any other guess would be wrong for somebody."""
    marked = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = data.decode("utf-16" if marked else "utf-8-sig")
    except UnicodeDecodeError:
        raise ImportRefused(UNREADABLE) from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


@dataclass(frozen=True)
class Line:
    """What a file says was said, before it has ids. Times in seconds."""

    start: float
    end: float
    text: str
    speaker: str = ""


def document_of(lines: list[Line]) -> Document:
    """In the order of their starts. Speakers are told apart by name. Raises ImportRefused."""
    if len(lines) > MAX_SEGMENTS:
        raise ImportRefused(TOO_LONG)
    if any(line.end > MAX_SECONDS for line in lines):
        raise ImportRefused(UNREADABLE)
    spoken = sorted((line for line in lines if clean(line.text)), key=lambda line: line.start)
    names = dict.fromkeys(_name(line) for line in spoken if _name(line))
    ids = {name: f"s{number}" for number, name in enumerate(names, start=1)}
    return Document(
        language="",
        duration=max((line.end for line in spoken), default=0.0),
        model=MODEL,
        speakers=[Speaker(ids[name], name) for name in names],
        segments=[
            Segment(
                id=f"g{number}",
                start=round(line.start, 3),
                end=round(max(line.start, line.end), 3),
                text=clean(line.text),
                speaker=ids.get(_name(line)),
            )
            for number, line in enumerate(spoken, start=1)
        ],
    )


def _name(line: Line) -> str:
    return clean(line.speaker)[:SPEAKER_NAME_MAX_CHARS].strip()
