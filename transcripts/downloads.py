"""A transcript as a file to keep, for pages and API alike."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _
from pydantic import ValidationError

from accounts.callers import Caller
from transcripts import entries
from transcripts.api.schemas import ExportQuery
from transcripts.document import Document
from transcripts.exports import BOUNDS, EXPORTS_BY_ID, ExportOptions, Head, render
from transcripts.failures import Refusal
from transcripts.models import Transcript
from transcripts.prose import clean
from transcripts.templates import bytes_of

NAME_MAX_CHARS = 80
_MEDIA_EXTENSION = re.compile(r"\.[A-Za-z0-9]{2,5}$")
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)  # by Windows
# Letters, marks and digits of any script pass; separators, wildcards and direction marks do not.
_UNSAFE = re.compile(r"[^\w\-. ()&,+]+")


NUMBER_LABELS = {
    "max_chars": _("Characters in a line"),
    "max_lines": _("Lines"),
    "max_cps": _("Characters a second"),
    "min_seconds": _("Shortest, in seconds"),
    "max_seconds": _("Longest, in seconds"),
    "gap_seconds": _("Gap between two, in seconds"),
}


@dataclass(frozen=True)
class NumberField:
    name: str
    label: str | Promise
    default: float
    least: float
    most: float
    step: str


def export_numbers() -> list[NumberField]:
    """What a form asks about subtitles."""
    defaults = ExportOptions()
    return [
        NumberField(name, label, default, *BOUNDS[name], "1" if isinstance(default, int) else "any")
        for name, label in NUMBER_LABELS.items()
        for default in [getattr(defaults, name)]
    ]


def options_from(caller: Caller, fields: Mapping[str, str]) -> ExportOptions:
    """What a page's form asks for; what is left open is as by default.

    Raises Refusal ``validation_failed``, or ``not_found`` for a template that is not theirs.
    """
    given = {name: value for name, value in fields.items() if value}
    try:
        query = ExportQuery.model_validate(given)
    except ValidationError as wrong:
        errors = {str(error["loc"][0]): error["msg"] for error in wrong.errors()}
        raise Refusal("validation_failed", errors=errors) from None
    return options_of(caller, query)


def options_of(caller: Caller, query: ExportQuery) -> ExportOptions:
    """Raises Refusal ``not_found`` for a template that is not theirs."""
    asked = {name: getattr(query, name) for name in ExportQuery.model_fields}
    template_id = asked.pop("template")
    return ExportOptions(**asked, template=bytes_of(caller, template_id) if template_id else b"")


def download(
    request: HttpRequest,
    transcript: Transcript,
    format_id: str,
    options: ExportOptions | None = None,
    *,
    to: str,
) -> HttpResponse:
    """The export as an attachment with a safe name; ``to`` is what the receipt calls the taker.

    Raises KeyError for an unknown format.
    """
    document = Document.from_json(transcript.document)
    answer = attachment(head_of(transcript), document, format_id, options)
    if request.META["REQUEST_METHOD"] != "HEAD":  # the API's middleware has made it a GET
        entries.exported(transcript, format_id, to)
    return answer


def export_of(
    transcript: Transcript, document: Document, format_id: str, options: ExportOptions
) -> tuple[str, bytes]:
    """The content type and the file. Raises KeyError for an unknown format."""
    return render(format_id, document, replace(options, head=head_of(transcript)))


def head_of(transcript: Transcript) -> Head:
    return Head(transcript.title, timezone.localdate(transcript.created_at))


def attachment(
    head: Head, document: Document, format_id: str, options: ExportOptions | None = None
) -> HttpResponse:
    """Raises KeyError for an unknown format."""
    options = replace(options or ExportOptions(), head=head)
    content_type, body = render(format_id, document, options)
    name = file_name(head.title, EXPORTS_BY_ID[format_id].extension)
    disposition = content_disposition_header(as_attachment=True, filename=name)
    return HttpResponse(
        body,
        content_type=content_type,
        headers={
            "Content-Disposition": disposition,
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )


def file_name(title: str, extension: str) -> str:
    """``Interview.mp3`` as ``Interview.srt``: a name that no file system and no header trips over."""
    stem = _MEDIA_EXTENSION.sub("", clean(title))
    stem = _UNSAFE.sub("_", stem)[:NAME_MAX_CHARS].strip(" ._")
    stem = f"_{stem}" if _RESERVED.match(stem) else stem
    return f"{stem or 'transcript'}.{extension}"
