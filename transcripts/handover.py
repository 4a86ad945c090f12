"""A transcript that is not kept: it goes from memory to its owner, and no row ever holds it.

It waits in the vault as recordings do, under an id and a key of its own, until its owner says
that they have it, until its time is over, or until the memory that holds it is gone.
"""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass
from functools import partial

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from privacy.content_keys import shred
from transcripts import entries, idempotency
from transcripts.document import Document
from transcripts.failures import Refusal
from transcripts.models import Handover, Job
from transcripts.progress import announce
from transcripts.vault import AudioLost, VaultFull, vault

KEY_BYTES = 32
End = Handover.End


@dataclass(frozen=True)
class Parcel:
    """What is handed over. ``title`` is what the file was called."""

    title: str
    document: Document


def put(job: Job, document: Document) -> Handover:
    """Into the vault; the row is still to be saved. Raises VaultFull."""
    parcel = {"title": job.file_name, "document": document.to_json()}
    data = json.dumps(parcel, ensure_ascii=False).encode()
    key = secrets.token_bytes(KEY_BYTES)
    row = Handover(job=job, key=key, expires_at=timezone.now() + settings.HANDOVER_MAX_AGE)
    try:
        vault().reserve(row.pk, len(data))
    except VaultFull:
        # The words are written down, so their recording may make room for them.
        vault().destroy(job.audio_id)
        vault().reserve(row.pk, len(data))
    try:
        vault().append(row.pk, key, data, 0)
        vault().seal(row.pk)
    except BaseException:
        vault().destroy(row.pk)
        raise
    return row


def handover_of(job: Job) -> Handover:
    """Raises Refusal ``not_found`` where the transcript is kept, or not there yet."""
    row: Handover | None = getattr(job, "handover", None)
    if row is None:
        raise Refusal("not_found")
    return row


def take(job: Job, format_id: str, to: str) -> Parcel:
    """What waits for its owner; the receipt tells of it. It stays until it is destroyed.

    Raises Refusal ``not_found``, or ``not_kept`` with how it ended.
    """
    row = handover_of(job)
    if row.is_over:
        raise _gone(row)
    try:
        with os.fdopen(vault().open(row.pk, bytes(row.key or b"")), "rb") as held:
            parcel = json.load(held)
    except AudioLost:
        end_row(row, End.LOST)
        row.refresh_from_db()
        raise _gone(row) from None
    entries.handed_over(job.pk, format_id, to)
    return Parcel(parcel["title"], Document.from_json(parcel["document"]))


def end(job: Job, how: End) -> bool:
    """Destroy it. False if it was over already. Safe to repeat. Raises Refusal ``not_found``."""
    return end_row(handover_of(job), how)


def end_row(row: Handover, how: End) -> bool:
    with transaction.atomic():
        waiting = Handover.objects.filter(pk=row.pk, end="")
        if not waiting.update(end=how, ended_at=timezone.now(), key=None):
            return False
        vault().destroy(row.pk)  # where it fails, the row still waits
        entries.result_destroyed(row.job_id, how)
    transaction.on_commit(partial(announce, row.job_id))
    return True


def forget_names(job_id: str) -> None:
    """Of a job that keeps nothing, or is private: its file's name, and the terms to listen for."""
    job = Job.objects.filter(Q(keep=False) | ~Q(public_key=""), pk=job_id).first()
    if job is None:
        return
    idempotency.forget_names([job.pk, job.key_id])
    if job.is_private:  # its row stays beside the transcript, under a key that has sealed nothing
        Job.objects.filter(pk=job_id).update(sealed_file_name=b"", sealed_vocabulary=b"")
    shred([job.key_id])
    if job.is_private:
        job.make_key()


def overdue() -> QuerySet[Handover]:
    return Handover.objects.filter(end="", expires_at__lte=timezone.now())


def end_overdue(handover_id: str) -> bool:
    row = overdue().filter(pk=handover_id).first()
    return row is not None and end_row(row, End.EXPIRED)


def lost() -> list[str]:
    """Those that wait, says the database, and are in no memory any more."""
    waiting = Handover.objects.filter(end="").values_list("pk", flat=True)
    return [pk for pk in waiting if not vault().holds(pk)]


def end_lost(handover_id: str) -> bool:
    row = Handover.objects.filter(pk=handover_id, end="").first()
    return row is not None and end_row(row, End.LOST)


def _gone(row: Handover) -> Refusal:
    return Refusal("not_kept", row.how_it_ended, extra={"handover": row.state})
