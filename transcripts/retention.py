"""What of a transcript's life must end by itself: the rules that the sweeper runs."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from privacy import receipts
from privacy.content_keys import shred
from privacy.receipts import Event
from privacy.retention import Rule, declare
from transcripts import entries, jobs
from transcripts.editing import delete_transcript
from transcripts.models import LONG_COLUMNS, IdempotencyKey, Job, Transcript, Upload
from transcripts.vault import vault

RESEND_WAKE_UPS_AFTER = timedelta(seconds=15)
IDEMPOTENCY_KEPT = timedelta(hours=24)
TRACES_KEPT = timedelta(days=30)


def declare_rules() -> None:
    declare(Rule("leases", _("Jobs whose worker has gone silent"), jobs.expire_leases))
    declare(Rule("lost_audio", _("Jobs whose recording is gone"), jobs.fail_jobs_without_audio))
    declare(Rule("wake_ups", _("Jobs that nobody took"), wake_for_old_jobs))
    declare(Rule("ended", _("Recordings of jobs that have ended"), jobs.destroy_leftover_audio))
    declare(Rule("audio", _("Recordings past their age"), destroy_old_audio))
    declare(Rule("uploads", _("Uploads that were left"), delete_abandoned_uploads))
    declare(Rule("guests", _("Transcripts of guests"), delete_old_guest_transcripts))
    declare(Rule("traces", _("Jobs that gave no transcript"), delete_traces_of_jobs))
    declare(Rule("answers", _("Answers kept for repeated requests"), delete_old_answers))


def wake_for_old_jobs() -> int:
    return jobs.wake_for_waiting_jobs(timezone.now() - RESEND_WAKE_UPS_AFTER)


def destroy_old_audio() -> int:
    destroyed = vault().destroy_older_than(settings.AUDIO_MAX_AGE.total_seconds())
    for job_id in Job.objects.filter(audio_id__in=destroyed).values_list("pk", flat=True):
        entries.audio_destroyed(job_id, "expired")
    return len(destroyed)


def delete_abandoned_uploads() -> int:
    """Row first: an upload that goes on meanwhile has a later end, and is left alone."""
    now = timezone.now()
    count = 0
    for upload_id in Upload.objects.filter(expires_at__lt=now).values_list("pk", flat=True):
        if Upload.objects.filter(pk=upload_id, expires_at__lt=now).delete()[0]:
            count += 1
            if not Job.objects.filter(audio_id=upload_id).exists():
                vault().destroy(upload_id)
                shred([upload_id])
    return count


def delete_old_guest_transcripts() -> int:
    if not settings.GUEST_DAYS:
        return 0
    before = timezone.now() - timedelta(days=settings.GUEST_DAYS)
    old = Transcript.objects.filter(owner=None, created_at__lt=before).defer(*LONG_COLUMNS)
    for transcript in old:
        delete_transcript(transcript, by="sweeper")
    return len(old)


def delete_traces_of_jobs() -> int:
    """A job without a transcript still says what somebody's file was called, and how long."""
    before = timezone.now() - TRACES_KEPT
    old = list(Job.objects.filter(transcript=None, finished_at__lt=before))
    shred(job.key_id for job in old)
    for job in old:
        receipts.note(job.pk, Event.DELETED, what="traces", by="sweeper")
    receipts.expire_later(job.pk for job in old)
    return Job.objects.filter(pk__in=[job.pk for job in old]).delete()[0]


def delete_old_answers() -> int:
    before = timezone.now() - IDEMPOTENCY_KEPT
    old = IdempotencyKey.objects.filter(created_at__lt=before)
    shred(old.values_list("key_id", flat=True))
    return old.delete()[0]
