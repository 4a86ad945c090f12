"""What of a transcript's life must end by itself: the rules that the sweeper runs."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from gpu.contract import Failure
from privacy import receipts
from privacy.content_keys import shred
from privacy.receipts import Event
from privacy.retention import AN_HOUR, NO_REST, Rule
from transcripts import (
    batches,
    burning,
    entries,
    handover,
    moves,
    private_shares,
    sharing,
    stalled,
    unused_keys,
)
from transcripts.editing import delete_transcript
from transcripts.models import LIVE, LONG_COLUMNS, IdempotencyKey, Job, Transcript, Upload
from transcripts.vault import vault

NOBODY_TOOK_AFTER = timedelta(seconds=15)
IDEMPOTENCY_KEPT = timedelta(hours=24)
TRACES_KEPT = timedelta(days=30)


def waiting_jobs() -> QuerySet[Job]:
    return stalled.jobs_that_nobody_took(NOBODY_TOOK_AFTER)[:1]


def wake_a_worker(_job_id: str) -> bool:
    """One wake-up is enough for all: who is awake goes on until nothing waits. Nothing ends."""
    moves.wake_a_worker()
    return False


def old_audio() -> list[str]:
    return vault().older_than(settings.AUDIO_MAX_AGE.total_seconds())


def end_audio(audio_id: str) -> bool:
    """Whatever it still was for ends with it; a worker that reads it is told at its next beat."""
    ours = vault().destroy(audio_id)
    for job in Job.objects.filter(audio_id=audio_id):
        entries.audio_destroyed(job.pk, "expired")
        stalled.give_up(job.pk, Failure.AUDIO_EXPIRED)
    if Upload.objects.filter(pk=audio_id).delete()[0]:
        shred([audio_id])
    return ours


def overdue_jobs() -> QuerySet[Job]:
    """Their worker may have a recording in its memory that the vault has lost long ago."""
    before = timezone.now() - settings.AUDIO_MAX_AGE
    return Job.objects.filter(status__in=LIVE, created_at__lt=before)


def end_overdue_job(job_id: str) -> bool:
    return stalled.give_up(job_id, Failure.AUDIO_EXPIRED)


def abandoned_uploads() -> QuerySet[Upload]:
    return Upload.objects.filter(expires_at__lt=timezone.now())


def end_upload(upload_id: str) -> bool:
    """Row first: an upload that goes on meanwhile has a later end, and is left alone."""
    if not abandoned_uploads().filter(pk=upload_id).delete()[0]:
        return False
    if not Job.objects.filter(audio_id=upload_id).exists():
        vault().destroy(upload_id)
        shred([upload_id])
    return True


def cut_off_recordings() -> list[str]:
    """In the vault, and in no row: the process that was taking them is gone."""
    idle = vault().idle_for(settings.UPLOAD_ABANDONED_AFTER.total_seconds())
    return [audio_id for audio_id in idle if not _is_known(audio_id)]


def end_cut_off(audio_id: str) -> bool:
    if _is_known(audio_id):
        return False
    shred([audio_id])
    return vault().destroy(audio_id)


def _is_known(audio_id: str) -> bool:
    return (
        burning.is_at_work(audio_id)
        or Job.objects.filter(audio_id=audio_id).exists()
        or Upload.objects.filter(pk=audio_id).exists()
    )


def old_guest_transcripts() -> QuerySet[Transcript]:
    if not settings.GUEST_DAYS:
        return Transcript.objects.none()
    before = timezone.now() - timedelta(days=settings.GUEST_DAYS)
    return Transcript.objects.filter(owner=None, created_at__lt=before)


def end_guest_transcript(transcript_id: str) -> bool:
    """Unless its guest has made an account meanwhile."""
    of_a_guest = Transcript.objects.filter(pk=transcript_id, owner=None)
    transcript = of_a_guest.defer(*LONG_COLUMNS).first()
    return transcript is not None and delete_transcript(transcript, by="sweeper")


def traces_of_jobs() -> QuerySet[Job]:
    """A job without a transcript still says what somebody's file was called, and how long."""
    before = timezone.now() - TRACES_KEPT
    return Job.objects.filter(transcript=None, finished_at__lt=before)


def end_traces(job_id: str) -> bool:
    job = traces_of_jobs().filter(pk=job_id).first()
    if job is None:
        return False
    shred([job.key_id])
    with transaction.atomic():
        ours = traces_of_jobs().filter(pk=job_id).delete()[0] > 0
        if ours:
            receipts.note(job_id, Event.DELETED, what="traces", by="sweeper")
            receipts.expire_later([job_id])
    return ours


def old_answers() -> QuerySet[IdempotencyKey]:
    before = timezone.now() - IDEMPOTENCY_KEPT
    return IdempotencyKey.objects.filter(created_at__lt=before)


def end_answer(pk: int) -> bool:
    shred(old_answers().filter(pk=pk).values_list("key_id", flat=True))
    return old_answers().filter(pk=pk).delete()[0] > 0


RULES = (
    # What keeps jobs moving.
    Rule(
        "leases",
        _("Work whose worker has gone silent: another takes the job over"),
        stalled.silent_jobs,
        stalled.end_silence,
        after=settings.JOB_LEASE,
        every=settings.SWEEP_EVERY,
        rests=2 * settings.JOB_LEASE,
    ),
    Rule(
        "lost_audio",
        _("Waiting jobs whose recording is gone"),
        stalled.jobs_without_audio,
        stalled.give_up,
        every=NOBODY_TOOK_AFTER,  # it asks the vault for each of them
        rests=NO_REST,
    ),
    Rule(
        "models",
        _("Waiting jobs whose model no worker has that runs"),
        stalled.unserved_jobs,
        stalled.end_unserved,
        after=settings.MODEL_AWAITED,
        rests=2 * settings.MODEL_AWAITED,
    ),
    Rule(
        "wake_ups",
        _("Waiting jobs that no worker was told of: one is told again"),
        waiting_jobs,
        wake_a_worker,
        after=NOBODY_TOOK_AFTER,
        every=settings.SWEEP_EVERY,
        rests=NO_REST,
    ),
    Rule(
        "ended",
        _("Recordings of jobs that have ended"),
        stalled.jobs_with_leftover_audio,
        stalled.destroy_leftover_audio,
        every=settings.SWEEP_EVERY,
        rests=NO_REST,
    ),
    # What goes with time.
    Rule(
        "handovers",
        _("Transcripts that are not kept, and wait to be taken"),
        handover.overdue,
        handover.end_overdue,
        after=settings.HANDOVER_MAX_AGE,
    ),
    Rule(
        "lost_handovers",
        _("Notes of transcripts that were not kept and went with the memory that held them"),
        handover.lost,
        handover.end_lost,
        every=settings.SWEEP_EVERY,
        rests=NO_REST,
    ),
    Rule(
        "audio",
        _("Recordings, whatever happens"),
        old_audio,
        end_audio,
        after=settings.AUDIO_MAX_AGE,
        rests=NO_REST,  # the vault has a clock of its own
    ),
    Rule(
        "overdue",
        _("Jobs that still work on a recording that was held for too long"),
        overdue_jobs,
        end_overdue_job,
        after=settings.AUDIO_MAX_AGE,
        rests=settings.AUDIO_MAX_AGE,  # or a job of today would seem to be of yesterday
    ),
    Rule(
        "uploads",
        _("Uploads that were left"),
        abandoned_uploads,
        end_upload,
        after=settings.UPLOAD_ABANDONED_AFTER,
    ),
    Rule(
        "cut_off",
        _("Recordings whose sending broke off with the server that took them"),
        cut_off_recordings,
        end_cut_off,
        after=settings.UPLOAD_ABANDONED_AFTER,
    ),
    Rule(
        "guests",
        _("Transcripts of guests"),
        old_guest_transcripts,
        end_guest_transcript,
        after=timedelta(days=settings.GUEST_DAYS) if settings.GUEST_DAYS else None,
    ),
    Rule(
        "batches_left",
        _("Batches of which no more comes: they count as ended"),
        batches.abandoned,
        batches.end_abandoned,
        after=settings.UPLOAD_ABANDONED_AFTER,
    ),
    Rule(
        "batch_mails",
        _("Mails that wait to say that a batch has ended"),
        batches.next_mails,
        batches.send_mail_of,
        after=batches.MAIL_TRIED_FOR,
        every=settings.SWEEP_EVERY,
    ),
    Rule(
        "batches",
        _("Notes of what was sent together"),
        batches.old,
        batches.end_old,
        after=batches.KEPT_FOR,
    ),
    Rule(
        "shares",
        _("Share links past their end, which open nothing from that moment on"),
        sharing.expired_links,
        sharing.end_expired,
    ),
    Rule(
        "private_shares",
        _("Links to copies of private transcripts, past their end or opened often enough"),
        private_shares.ended_links,
        private_shares.end_ended,
    ),
    Rule(
        "traces",
        _("Names of files, and all else about jobs that gave no transcript"),
        traces_of_jobs,
        end_traces,
        after=TRACES_KEPT,
    ),
    Rule(
        "answers",
        _("Answers kept for repeated requests"),
        old_answers,
        end_answer,
        after=IDEMPOTENCY_KEPT,
    ),
    Rule(
        "content_keys",
        _("Keys that seal nothing"),
        unused_keys.unused_keys,
        unused_keys.end_key,
        after=unused_keys.UNUSED_FOR,
        every=AN_HOUR,
    ),
)
