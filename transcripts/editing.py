"""Changes to a stored transcript: each counts only against the version it was made from."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from privacy import receipts
from privacy.content_keys import shred
from privacy.erasure import erase_with_transcripts
from privacy.models import Deletion
from privacy.receipts import Event
from transcripts import entries
from transcripts.contributing import after_saving, heard_before
from transcripts.document import Document
from transcripts.failures import Refusal
from transcripts.models import IdempotencyKey, Job, Transcript
from transcripts.progress import announce

SPEAKER_NAME_MAX_CHARS = 80


def save_document(transcript: Transcript, document: Document, base_version: int) -> int:
    """Replace the document if it still is ``base_version``. Returns the new version.

    Raises Refusal ``conflict``, which carries the current version and document.
    """
    unchanged = Transcript.objects.filter(pk=transcript.pk, version=base_version)
    version = base_version + 1
    columns = transcript.sealed(document=document.to_json(), text=document.text)
    columns |= heard_before(transcript, base_version)
    with transaction.atomic():
        saved = unchanged.update(
            **columns,
            language=document.language,
            duration_seconds=document.duration,
            version=version,
            updated_at=timezone.now(),
        )
        if saved:
            entries.changed(transcript, "document", version)
            after_saving(transcript, document, version)
    if not saved:
        raise _conflict(transcript)
    return version


def relabel(transcript: Transcript, labels: dict[str, Any]) -> None:
    """Change its title, folder or tags."""
    for name, value in labels.items():
        setattr(transcript, name, value)
    with transaction.atomic():
        transcript.save(update_fields=[*(f"sealed_{name}" for name in labels), "updated_at"])
        for name in labels:
            entries.changed(transcript, name)


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


def delete_transcript(transcript: Transcript, by: str = "owner") -> bool:
    """For good, with its job and every answer that was kept about them. False: another did.

    The key goes first: from then on no copy can be read, whatever becomes of the rows.
    """
    jobs = dict(Job.objects.filter(transcript=transcript).values_list("pk", "audio_id"))
    answers = IdempotencyKey.objects.filter(about__in=[transcript.key_id, *jobs])
    keys = [transcript.key_id, *jobs.values(), *answers.values_list("key_id", flat=True)]
    shred(keys, [(Deletion.Kind.TRANSCRIPT, transcript.pk)])
    with transaction.atomic():
        # Rows of jobs first, receipts after them: see transcripts/entries.py.
        list(Job.objects.select_for_update().filter(pk__in=jobs).order_by("pk"))
        erase_with_transcripts([transcript.pk])
        answers.delete()
        Job.objects.filter(pk__in=jobs).delete()
        ours = Transcript.objects.filter(pk=transcript.pk).delete()[0] > 0
        for job_id in jobs if ours else ():
            receipts.note(job_id, Event.DELETED, what="transcript", by=by)
            transaction.on_commit(partial(announce, job_id))
        receipts.expire_later(jobs)
    return ours


def _conflict(transcript: Transcript) -> Refusal:
    current = Transcript.objects.filter(pk=transcript.pk).first()
    if current is None:
        return Refusal("not_found")
    return Refusal(
        "conflict",
        extra={"current_version": current.version, "current_document": current.document},
    )
