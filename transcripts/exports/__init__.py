"""Ways out of the house: one row and one pure file each, functions of a Document.

A new format is a file with ``write(document, options)``, which returns text or the bytes of a
binary format, and a row here; pages, API, command line and tests loop over the rows. Nothing in
this package knows Django.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib import import_module
from typing import NamedTuple

from transcripts.document import Document


class Bounds(NamedTuple):
    least: float
    most: float


# What may be asked for, wherever somebody can ask.
BOUNDS: dict[str, Bounds] = {
    "max_chars": Bounds(10, 200),
    "max_lines": Bounds(1, 10),
    "max_cps": Bounds(5, 100),
    "min_seconds": Bounds(0, 10),
    "max_seconds": Bounds(1, 60),
    "gap_seconds": Bounds(0, 2),
}


@dataclass(frozen=True)
class Head:
    """What the document itself does not know, and a printed page says first."""

    title: str = ""
    made_on: date | None = None


@dataclass(frozen=True)
class ExportOptions:
    """``speakers`` None names them where there is more than one.

    ``timestamps`` is asked by formats that can do without. ``paragraphs`` False gives every
    segment a line of its own. ``max_chars`` is of a line, ``max_cps`` the characters a second that
    subtitles stay under wherever the next cue leaves the time, ``min_seconds`` and ``max_seconds``
    how long a cue stands, ``gap_seconds`` what is left free between two: by default what subtitle
    guides agree on (Netflix's timed text guide, BBC's subtitle guidelines). ``template`` is a DOCX file to fill, one that was looked
    through before (``_template.py``); nothing is ours.
    """

    speakers: bool | None = None
    timestamps: bool = False
    paragraphs: bool = True
    notes: bool = False
    max_chars: int = 42
    max_lines: int = 2
    max_cps: float = 20.0
    min_seconds: float = 0.833
    max_seconds: float = 7.0
    gap_seconds: float = 0.0
    head: Head = field(default_factory=Head)
    template: bytes = b""

    def names_speakers(self, document: Document) -> bool:
        return len(document.speakers) > 1 if self.speakers is None else self.speakers


Writer = Callable[[Document, ExportOptions], str | bytes]

_PROSE = ("speakers", "timestamps", "paragraphs", "notes")
_CUES = ("speakers", *BOUNDS)


@dataclass(frozen=True)
class Export:
    """``options`` are those that change something in this format."""

    id: str
    label: str
    extension: str
    content_type: str
    writer: str
    options: tuple[str, ...]


EXPORTS: tuple[Export, ...] = (
    Export(
        "txt", "Text", "txt", "text/plain; charset=utf-8", "transcripts.exports.txt:write", _PROSE
    ),
    Export(
        "srt",
        "SubRip subtitles",
        "srt",
        "application/x-subrip; charset=utf-8",
        "transcripts.exports.srt:write",
        _CUES,
    ),
    Export(
        "vtt",
        "WebVTT subtitles",
        "vtt",
        "text/vtt; charset=utf-8",
        "transcripts.exports.vtt:write",
        _CUES,
    ),
    Export("json", "JSON", "json", "application/json", "transcripts.exports.json:write", ()),
    Export(
        "csv",
        "Spreadsheet (CSV)",
        "csv",
        "text/csv; charset=utf-8; header=present",
        "transcripts.exports.csv:write",
        ("speakers", "notes"),
    ),
    Export(
        "docx",
        "Word document",
        "docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "transcripts.exports.docx:write",
        (*_PROSE, "template"),
    ),
    Export("pdf", "PDF", "pdf", "application/pdf", "transcripts.exports.pdf:write", _PROSE),
)
EXPORTS_BY_ID = {export.id: export for export in EXPORTS}


def render(
    format_id: str, document: Document, options: ExportOptions | None = None
) -> tuple[str, bytes]:
    """The content type and the file, text as UTF-8. Raises KeyError for a format without a row."""
    export = EXPORTS_BY_ID[format_id]
    written = _writer(export.writer)(document, options or ExportOptions())
    if isinstance(written, bytes):
        return export.content_type, written
    # Half a surrogate pair is no character; nothing else can fail to encode.
    return export.content_type, written.encode("utf-8", "replace")


@cache
def _writer(dotted_path: str) -> Writer:
    module, _, name = dotted_path.partition(":")
    writer: Writer = getattr(import_module(module), name)
    return writer
