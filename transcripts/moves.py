"""How a job moves: each is one compare-and-set, and leaves its entry in the receipt.

``rows`` is the job as it was when somebody decided to move it: if it has moved meanwhile, nothing
happens and the answer is False.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import partial
from typing import Any

import dramatiq
from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Now
from django.utils import timezone
from redis.exceptions import RedisError

from billing import ledger
from gpu.contract import Failure, Options
from transcripts import batches, contributing, entries, handover
from transcripts.models import Job, Status
from transcripts.progress import announce
from transcripts.vault import vault

logger = logging.getLogger(__name__)

QUEUE = "transcribe"
ACTOR = "run_next"
AT_THE_START: dict[str, Any] = {"stage": "", "progress": 0.0, "eta_seconds": None}


@dataclass(frozen=True)
class Claim:
    """A worker's hold on a job: worth something only while ``attempt`` is the row's."""

    job_id: str
    attempt: int
    audio_id: str
    audio_key: bytes
    options: Options
    is_private: bool = False

    def row(self) -> QuerySet[Job]:
        return Job.objects.filter(pk=self.job_id, attempt=self.attempt, status=Status.RUNNING)


def wake_a_worker() -> None:
    """Send the wake-up by name. A broker that is down costs time only: the sweeper sends again."""
    message: dramatiq.Message[Any] = dramatiq.Message(
        queue_name=QUEUE, actor_name=ACTOR, args=(), kwargs={}, options={}
    )
    try:
        dramatiq.get_broker().enqueue(message)
    except RedisError:
        logger.warning("the queue is down; the sweeper will wake a worker later")


def lease_end() -> Any:
    """By the database's clock, the only one that all workers and sweepers share."""
    return Now() + settings.JOB_LEASE


def crash(held: Claim, rows: QuerySet[Job], failure: Failure = Failure.WORKER_CRASH) -> bool:
    job = rows.first()
    if job is None:
        return False
    if job.crashes + 1 >= settings.JOB_MAX_CRASHES:
        about = {"job": job.pk, "failure": failure, "attempt": job.attempt}
        logger.error("a job crashed its workers and was given up: poison", extra=about)
        return end(job.pk, job.audio_id, rows, Status.FAILED, failure)
    if not vault().holds(job.audio_id):
        return end(job.pk, job.audio_id, rows, Status.FAILED, Failure.AUDIO_LOST)
    return put_back(held, rows, failure, crashes=F("crashes") + 1)


def put_back(held: Claim, rows: QuerySet[Job], why: str, **fields: Any) -> bool:
    back = {"status": Status.QUEUED, "lease_expires_at": None, **AT_THE_START, **fields}
    with transaction.atomic():
        moved = rows.update(**back)
        if moved:
            entries.put_back(held.job_id, why)
    if moved:
        announce_later(held.job_id)
        transaction.on_commit(wake_a_worker)
    return moved == 1


def announce_later(job_id: str) -> None:
    """Not before others can read what changed."""
    transaction.on_commit(partial(announce, job_id))


def destroy_audio(job_id: str, audio_id: str) -> bool:
    """Free the recording and note when. A vault that is down is tried again by the sweeper."""
    try:
        was_there = vault().destroy(audio_id)
    except RedisError:
        logger.warning("the vault is down; the sweeper will empty it later", extra={"job": job_id})
        return False
    handover.forget_names(job_id)
    entries.audio_destroyed(job_id, was_there=was_there)
    return True


def claim_of(job: Job) -> Claim:
    key = bytes(job.audio_key or b"")
    return Claim(job.pk, job.attempt, job.audio_id, key, job.whole_options, job.is_private)


def end_well(job: Job, seconds: float) -> None:
    """In the transaction that stores what was heard. ``job`` is locked, and given up by this."""
    job.minutes = ledger.settle(job.pk, job.owner, job.guest_key, seconds)
    job.decoded_seconds = seconds
    job.status = Status.DONE
    job.progress = 1.0
    job.eta_seconds = None
    job.finished_at = timezone.now()
    job.audio_key = None
    job.save()


def end(job_id: str, audio_id: str, rows: QuerySet[Job], status: Status, failure: str) -> bool:
    """Without a transcript."""
    ended: dict[str, Any] = {
        "status": status,
        "failure": failure,
        "finished_at": timezone.now(),
        "lease_expires_at": None,
        "eta_seconds": None,
        "audio_key": None,
    }
    with transaction.atomic():
        moved = rows.update(**ended) == 1
        if moved:
            contributing.forget_recording(job_id)
            entries.ended(job_id)
            batches.job_ended(job_id)
    if moved:
        destroy_audio(job_id, audio_id)
        announce_later(job_id)
    return moved
