"""Recordings that wait for corrections: sealed pieces of a minute in the archive.

The row comes first and counts a piece before it is stored, so that whatever breaks off leaves
nothing that no row knows of. A row that is gone stops the archiving of its recording.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet

from accounts.models import User
from gpu.contract import BYTES_PER_SAMPLE, SAMPLE_RATE_HZ
from privacy import consent, content_keys, receipts
from privacy.models import HeldRecording
from privacy.receipts import Event
from privacy.voicelab import keys, objects

PIECE_SECONDS = 60
PIECE_BYTES = PIECE_SECONDS * SAMPLE_RATE_HZ * BYTES_PER_SAMPLE


class TakenBack(Exception):  # noqa: N818 - what happened
    """Its owner turned the switch off, or deleted it, while it was being archived."""


def drop_of_job(job_id: str, why: str = "failed") -> int:
    """What was archived of a job that does not end well."""
    return drop(HeldRecording.objects.filter(job_id=job_id), why)


def begin(owner: User | None, job_id: str) -> HeldRecording | None:
    """None: its owner does not consent any more. What an earlier attempt left goes."""
    drop_of_job(job_id)
    if owner is None or not consent.is_on(owner, "voice_lab"):
        return None
    return HeldRecording.objects.create(owner=owner, job_id=job_id, day=keys.today())


def fill(held: HeldRecording, blocks: Iterable[bytes]) -> None:
    """``blocks`` are PCM of ``PIECE_SECONDS`` each, the last may be shorter.

    Raises TakenBack or objects.StorageDown; the caller drops what is there then.
    """
    key = keys.make_keys(held.day, [held.pk])[held.pk]
    row = HeldRecording.objects.filter(pk=held.pk)
    count = 0
    for count, block in enumerate(blocks, start=1):
        seconds = len(block) / (SAMPLE_RATE_HZ * BYTES_PER_SAMPLE)
        if not row.update(pieces=count, seconds=F("seconds") + seconds):
            break
        name = piece_name(held, count - 1)
        objects.store(name, content_keys.seal_bytes(key, name, block))
    if not row.update(is_whole=True):
        objects.doom(piece_name(held, number) for number in range(count))
        raise TakenBack


def settle(job_id: str, transcript_id: str) -> None:
    """In the transaction that stores the transcript: from now on it waits for corrections."""
    for held in HeldRecording.objects.filter(job_id=job_id).select_related("owner"):
        if not held.is_whole or not consent.is_on(held.owner, "voice_lab"):
            drop(HeldRecording.objects.filter(pk=held.pk), "consent_ended")
            continue
        HeldRecording.objects.filter(pk=held.pk).update(transcript_id=transcript_id)
        until = keys.end_of(held.day)
        receipts.note(job_id, Event.ARCHIVED, what="audio", form="encrypted", until=until)


def drop(recordings: QuerySet[HeldRecording], why: str) -> int:
    """Delete them: keys, rows, objects. Returns how many.

    Corrections whose sound was still to be cut out follow (``contributions.add_sound``).
    """
    ids = list(recordings.values_list("pk", flat=True))
    if not ids:
        return 0
    keys.destroy(ids)
    with transaction.atomic():
        rows = list(HeldRecording.objects.select_for_update().filter(pk__in=ids))
        for row in rows:
            objects.doom(piece_names(row))
            if row.transcript_id:
                receipts.note(row.job_id, Event.WITHDRAWN, what="recording", why=why)
        HeldRecording.objects.filter(pk__in=ids).delete()
    return len(rows)


def cut(held: HeldRecording, start_seconds: float, end_seconds: float) -> bytes:
    """PCM of that stretch, as far as there is any. Raises Shredded, ObjectGone, StorageDown."""
    key = keys.key_of(held)
    first, last = _at(max(0.0, start_seconds)), _at(min(end_seconds, held.seconds))
    sound = bytearray()
    for number in range(first // PIECE_BYTES, min(-(-last // PIECE_BYTES), held.pieces)):
        name = piece_name(held, number)
        piece = content_keys.unseal_bytes(key, name, objects.load(name))
        begins = number * PIECE_BYTES
        sound += piece[max(0, first - begins) : max(0, last - begins)]
    return bytes(sound)


def waits_until(held: HeldRecording) -> datetime:
    return min(held.created_at + settings.VOICE_LAB_WAITS, keys.end_of(held.day))


def piece_name(held: HeldRecording, number: int) -> str:
    return f"voicelab/{held.day.isoformat()}/{held.pk}/{number}"


def piece_names(held: HeldRecording) -> Iterator[str]:
    return (piece_name(held, number) for number in range(held.pieces))


def _at(seconds: float) -> int:
    return round(seconds * SAMPLE_RATE_HZ) * BYTES_PER_SAMPLE
