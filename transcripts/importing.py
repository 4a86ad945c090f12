"""A transcript of text that somebody brings along: no recording, no job, no minutes."""

from __future__ import annotations

from datetime import timedelta
from pathlib import PurePath

from django.utils import timezone
from django.utils.translation import gettext as _
from pydantic import ValidationError

from accounts.callers import Caller
from transcripts import search
from transcripts.access import transcripts_of
from transcripts.api.document import DocumentIn
from transcripts.document import Document
from transcripts.failures import Refusal
from transcripts.imports import IMPORTS_BY_ID, MODEL, UNREADABLE, ImportRefused, read
from transcripts.languages import LANGUAGES
from transcripts.models import Transcript
from transcripts.prose import clean
from transcripts.recording import clean_file_name

MOST_A_DAY = 500
MAX_BYTES = 20_000_000  # ten hours of words as our own JSON are 15 MB


def import_text(
    caller: Caller, file_name: str, data: bytes, language: str = "", title: str = ""
) -> Transcript:
    """Of whichever kind the name's ending says. ``language``: what the file itself does not say.

    ``title``: by default the file's name.

    Raises Refusal ``forbidden``, ``unauthenticated``, ``rate_limited``, ``validation_failed``,
    ``file_too_large``,     ``unsupported_text``, ``unreadable_text``, ``empty_text`` or ``too_many_segments``.
    """
    _require_room(caller)
    if language and language not in LANGUAGES:
        raise Refusal("validation_failed", errors={"language": _("No such language.")})
    if len(data) > MAX_BYTES:
        raise Refusal("file_too_large", _("Cut it into several files."))
    name = clean_file_name(file_name)
    format_id = PurePath(name).suffix.removeprefix(".").lower()
    if format_id not in IMPORTS_BY_ID:
        raise Refusal("unsupported_text")
    document = _read(format_id, data)
    document.language = language or document.language
    return _stored(caller, clean(title) or name, document)


def _require_room(caller: Caller) -> None:
    if not caller.can_write:
        raise Refusal("forbidden")
    if caller.user is None and not caller.guest_key:
        raise Refusal("unauthenticated")  # nobody could be told to stop
    since = timezone.now() - timedelta(days=1)
    recent = transcripts_of(caller).filter(model=MODEL, created_at__gte=since)
    if recent.count() >= MOST_A_DAY:
        raise Refusal("rate_limited")


def _read(format_id: str, data: bytes) -> Document:
    """Held against the same rules as every document that comes from outside."""
    try:
        document = read(format_id, data)
        DocumentIn.model_validate(document.to_json())
    except ImportRefused as refused:
        raise Refusal(refused.code) from None
    except ValidationError:
        raise Refusal(UNREADABLE) from None
    document.model = MODEL
    return document


def _stored(caller: Caller, title: str, document: Document) -> Transcript:
    transcript = Transcript(
        **caller.fields,
        language=document.language,
        model=document.model,
        duration_seconds=document.duration,
    )
    transcript.title = title
    transcript.sealed_document = transcript.sealed(document=document)["sealed_document"]
    transcript.save(force_insert=True)
    search.follow(transcript.pk, search.outline_of(document), transcript.version)
    return transcript
