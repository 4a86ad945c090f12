"""A transcript as a file to keep, for pages and API alike."""

from __future__ import annotations

import re

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header

from transcripts import entries
from transcripts.document import Document
from transcripts.exports import EXPORTS_BY_ID, ExportOptions, render
from transcripts.models import Transcript
from transcripts.prose import clean

NAME_MAX_CHARS = 80
_MEDIA_EXTENSION = re.compile(r"\.[A-Za-z0-9]{2,5}$")
# Letters, marks and digits of any script pass; separators, wildcards and direction marks do not.
_UNSAFE = re.compile(r"[^\w\-. ()&,+]+")


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
    answer = attachment(transcript.title, document, format_id, options)
    if request.META["REQUEST_METHOD"] != "HEAD":  # the API's middleware has made it a GET
        entries.exported(transcript, format_id, to)
    return answer


def attachment(
    title: str, document: Document, format_id: str, options: ExportOptions | None = None
) -> HttpResponse:
    """Raises KeyError for an unknown format."""
    content_type, body = render(format_id, document, options)
    name = file_name(title, EXPORTS_BY_ID[format_id].extension)
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
    return f"{stem or 'transcript'}.{extension}"
