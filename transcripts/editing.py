"""Changes to a stored transcript: each counts only against the version it was made from."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from transcripts.document import Document
from transcripts.failures import Refusal
from transcripts.models import IdempotencyKey, Job, Transcript

SPEAKER_NAME_MAX_CHARS = 80


def save_document(transcript: Transcript, document: Document, base_version: int) -> int:
    """Replace the document if it still is ``base_version``. Returns the new version.

    Raises Refusal ``conflict``, which carries the current version and document.
    """
    unchanged = Transcript.objects.filter(pk=transcript.pk, version=base_version)
    version = base_version + 1
    saved = unchanged.update(
        document=document.to_json(),
        language=document.language,
        duration_seconds=document.duration,
        version=version,
        updated_at=timezone.now(),
    )
    if not saved:
        raise _conflict(transcript)
    return version


def rename_speaker(transcript: Transcript, speaker_id: str, name: str) -> int:
    """Returns the new version. Raises Refusal ``not_found``, ``validation_failed``, ``conflict``."""
    name = " ".join(name.replace("\x00", "").split())
    if not name or len(name) > SPEAKER_NAME_MAX_CHARS:
        problem = _("A name has 1 to %(most)d characters.") % {"most": SPEAKER_NAME_MAX_CHARS}
        raise Refusal("validation_failed", errors={"name": problem})
    document = Document.from_json(transcript.document)
    speaker = next((row for row in document.speakers if row.id == speaker_id), None)
    if speaker is None:
        raise Refusal("not_found")
    speaker.name = name
    return save_document(transcript, document, transcript.version)


@transaction.atomic
def delete_transcript(transcript: Transcript) -> None:
    """For good, with its job and every answer that was kept about them."""
    job_ids = Job.objects.filter(transcript=transcript).values_list("pk", flat=True)
    traces = [transcript.pk, *job_ids]
    IdempotencyKey.objects.filter(Q(body__id__in=traces) | Q(body__transcript__in=traces)).delete()
    Job.objects.filter(transcript=transcript).delete()
    transcript.delete()


def _conflict(transcript: Transcript) -> Refusal:
    current = Transcript.objects.filter(pk=transcript.pk).first()
    if current is None:
        return Refusal("not_found")
    return Refusal(
        "conflict",
        extra={"current_version": current.version, "current_document": current.document},
    )
