"""A transcript as a file to keep, for pages and API alike."""

from __future__ import annotations

import re

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from transcripts.document import Document
from transcripts.exports import EXPORTS_BY_ID, ExportOptions, render
from transcripts.models import Transcript
from transcripts.prose import clean

NAME_MAX_CHARS = 80
_MEDIA_EXTENSION = re.compile(r"\.[A-Za-z0-9]{2,5}$")
# Letters, marks and digits of any script pass; separators, wildcards and direction marks do not.
_UNSAFE = re.compile(r"[^\w\-. ()&,+]+")


def download(
    transcript: Transcript, format_id: str, options: ExportOptions | None = None
) -> HttpResponse:
    """The export as an attachment with a safe name. Raises KeyError for an unknown format."""
    content_type, body = render(format_id, Document.from_json(transcript.document), options)
    name = file_name(transcript.title, EXPORTS_BY_ID[format_id].extension)
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
