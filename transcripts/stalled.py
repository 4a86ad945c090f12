"""Jobs that come to nothing by themselves: what the sweeper finds, and how it helps."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from gpu.contract import Failure
from transcripts import fleet, moves
from transcripts.models import LIVE, Job, Status
from transcripts.vault import vault


def silent_jobs() -> list[tuple[str, int]]:
    """Running jobs whose worker has gone silent, each with its attempt."""
    return list(_silent().values_list("pk", "attempt"))


def end_silence(of: tuple[str, int]) -> bool:
    """Give the worker one lease more; the second time the job is taken from it. True: it was taken.

    After an outage of the database all leases are over and the workers alive: it takes them a
    moment to say so, and that is no crash of theirs.
    """
    job = _silent().filter(pk=of[0], attempt=of[1]).first()
    if job is None:
        return False
    held = moves.claim_of(job)
    if job.lease_missed:
        return moves.crash(
            held, _silent().filter(pk=job.pk, attempt=job.attempt, lease_missed=True)
        )
    same = held.row().filter(lease_expires_at=job.lease_expires_at)
    same.update(lease_expires_at=moves.lease_end(), lease_missed=True)
    return False


def unserved_jobs() -> list[str]:
    """Waiting jobs whose model no living worker has had for as long as jobs wait for one.

    While no worker lives at all, or nobody can tell, nothing is known about models.
    """
    living = fleet.living()
    if not living:
        return []
    waiting = Job.objects.filter(status=Status.QUEUED).exclude(model__in=frozenset().union(*living))
    models = waiting.order_by().values_list("model", flat=True).distinct()
    gone = [model for model in models if fleet.missed_for(model) > settings.MODEL_AWAITED]
    return list(waiting.filter(model__in=gone).values_list("pk", flat=True))


def end_unserved(job_id: str) -> bool:
    return give_up(job_id, Failure.MODEL_UNAVAILABLE)


def jobs_without_audio(statuses: Iterable[Status] = (Status.QUEUED,)) -> list[str]:
    """Jobs that nobody could run again: their recording is gone.

    A running job's worker finds out by itself; only where that worker is known to be dead, at
    the start of the embedded house, are running jobs looked at here.
    """
    rows = Job.objects.filter(status__in=statuses).values_list("pk", "audio_id")
    return [pk for pk, audio_id in rows if not vault().holds(audio_id)]


def give_up(job_id: str, failure: Failure = Failure.AUDIO_LOST) -> bool:
    """End a waiting or running job that cannot go on, and let go of its recording."""
    job = Job.objects.filter(pk=job_id, status__in=LIVE).first()
    if job is None:
        return False
    same = Job.objects.filter(pk=job.pk, status=job.status, attempt=job.attempt)
    return moves.end(job.pk, job.audio_id, same, Status.FAILED, failure)


def jobs_with_leftover_audio() -> QuerySet[Job]:
    """Jobs that ended while the vault could not be reached."""
    return Job.objects.filter(finished_at__isnull=False, audio_destroyed_at=None)


def destroy_leftover_audio(job_id: str) -> bool:
    job = jobs_with_leftover_audio().filter(pk=job_id).only("audio_id").first()
    return job is not None and moves.destroy_audio(job.pk, job.audio_id)


def jobs_that_nobody_took(after: timedelta) -> QuerySet[Job]:
    """Those that have waited for so long; or that came, as the clock says, in the future."""
    now = timezone.now()
    fresh = Q(created_at__range=(now - after, now))
    return Job.objects.filter(~fresh, status=Status.QUEUED)


def _silent() -> QuerySet[Job]:
    """Those with a dead lease.

    One that ends later than any beat could have set it was given by a clock that has since been
    put back: whoever lives has renewed it long ago.
    """
    too_far = Now() + 2 * settings.JOB_LEASE
    dead = Q(lease_expires_at__lt=Now()) | Q(lease_expires_at__gt=too_far)
    return Job.objects.filter(dead, status=Status.RUNNING)
