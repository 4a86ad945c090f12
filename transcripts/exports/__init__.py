"""Ways out of the house: one row and one pure file each, functions of a Document.

A new format is a file with ``write(document, options) -> str`` and a row here; pages, API,
command line and tests loop over the rows. Nothing in this package knows Django.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module

from transcripts.document import Document


@dataclass(frozen=True)
class ExportOptions:
    """``speakers`` None names them where there is more than one. Lengths are in characters.

    ``timestamps`` is asked by formats that can do without; ``max_cps`` is the reading speed, in
    characters a second, that subtitles stay under wherever the next cue leaves the time.
    """

    speakers: bool | None = None
    timestamps: bool = False
    max_chars: int = 42
    max_lines: int = 2
    max_cps: float = 20.0

    def names_speakers(self, document: Document) -> bool:
        return len(document.speakers) > 1 if self.speakers is None else self.speakers


Writer = Callable[[Document, ExportOptions], str]


@dataclass(frozen=True)
class Export:
    id: str
    label: str
    extension: str
    content_type: str
    writer: str


EXPORTS: tuple[Export, ...] = (
    Export("txt", "Text", "txt", "text/plain; charset=utf-8", "transcripts.exports.txt:write"),
    Export(
        "srt",
        "SubRip subtitles",
        "srt",
        "application/x-subrip; charset=utf-8",
        "transcripts.exports.srt:write",
    ),
    Export(
        "vtt", "WebVTT subtitles", "vtt", "text/vtt; charset=utf-8", "transcripts.exports.vtt:write"
    ),
    Export("json", "JSON", "json", "application/json", "transcripts.exports.json:write"),
)
EXPORTS_BY_ID = {export.id: export for export in EXPORTS}


def render(
    format_id: str, document: Document, options: ExportOptions | None = None
) -> tuple[str, bytes]:
    """The content type and the file, as UTF-8. Raises KeyError for a format that has no row."""
    export = EXPORTS_BY_ID[format_id]
    text = _writer(export.writer)(document, options or ExportOptions())
    # Half a surrogate pair is no character; nothing else can fail to encode.
    return export.content_type, text.encode("utf-8", "replace")


@cache
def _writer(dotted_path: str) -> Writer:
    module, _, name = dotted_path.partition(":")
    writer: Writer = getattr(import_module(module), name)
    return writer
