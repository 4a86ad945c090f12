"""Jobs, owned by the database: queued → running (attempt, lease) → done | failed | cancelled.

The worker's only door. Each move is one compare-and-set; a worker's write counts only while
the row still carries the attempt it claimed, so a worker that was thought dead changes nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import dramatiq
from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone
from redis.exceptions import RedisError

from accounts.callers import Caller
from billing import ledger
from billing.plans import plan_of
from gpu.contract import Failure, Options, Progress
from transcripts import contributing, entries, fleet, handover, queue
from transcripts.document import Document
from transcripts.models import LIVE, Handover, Job, Status, Transcript
from transcripts.progress import announce
from transcripts.vault import AudioLost, VaultFull, vault

logger = logging.getLogger(__name__)

QUEUE = "transcribe"
ACTOR = "run_next"
PIECE_SECONDS = contributing.PIECE_SECONDS
NO_ROOM = "unavailable"  # for a transcript that is not kept, in the vault
AT_THE_START: dict[str, Any] = {"stage": "", "progress": 0.0, "eta_seconds": None}


@dataclass(frozen=True)
class Recording:
    """A recording that the vault holds completely."""

    audio_id: str
    audio_key: bytes
    file_name: str
    size_bytes: int
    sha256: str
    transport: str = "form"
    began_at: datetime | None = None


@dataclass(frozen=True)
class Claim:
    """A worker's hold on a job: worth something only while ``attempt`` is the row's."""

    job_id: str
    attempt: int
    audio_id: str
    audio_key: bytes
    options: Options

    def row(self) -> QuerySet[Job]:
        return Job.objects.filter(pk=self.job_id, attempt=self.attempt, status=Status.RUNNING)


# --- the web's side ------------------------------------------------------------------------


def submit(caller: Caller, recording: Recording, options: Options, *, keep: bool = True) -> Job:
    """Make the job and wake a worker once it is committed. Limits were checked before."""
    job = Job(
        **caller.fields,
        priority=plan_of(caller).priority,
        size_bytes=recording.size_bytes,
        sha256=recording.sha256,
        options={**options.to_json(), "vocabulary": []},
        audio_id=recording.audio_id,
        audio_key=recording.audio_key,
        keep=keep,
        for_voice_lab=keep and contributing.marks(caller),
    )
    job.file_name = recording.file_name
    job.vocabulary = list(options.vocabulary)
    with transaction.atomic():
        job.save(force_insert=True)
        how = {"transport": recording.transport, "began_at": recording.began_at}
        entries.received(caller, job, how)
    transaction.on_commit(wake_a_worker)
    return job


def cancel(job: Job) -> bool:
    """End a waiting or running job. The worker sees it at its next beat and kills the work."""
    live = Job.objects.filter(pk=job.pk, status__in=LIVE)
    moved = _end(job.pk, live, Status.CANCELLED, "cancelled")
    if moved:
        _destroy_audio(job.pk, job.audio_id)
        _announce(job.pk)
    return moved


def wake_a_worker() -> None:
    """Send the wake-up by name. A broker that is down costs time only: the sweeper sends again."""
    message: dramatiq.Message[Any] = dramatiq.Message(
        queue_name=QUEUE, actor_name=ACTOR, args=(), kwargs={}, options={}
    )
    try:
        dramatiq.get_broker().enqueue(message)
    except RedisError:
        logger.warning("the queue is down; the sweeper will wake a worker later")


def queue_position(job: Job) -> int | None:
    """1 for the next to run; None when the job no longer waits."""
    return queue.position(job) if job.status == Status.QUEUED else None


# --- the worker's side ---------------------------------------------------------------------


def claim(worker: str) -> Claim | None:
    """Take the job whose turn it is, or None. Two workers never get the same one.

    Only of those whose model this machine has: another worker may have the others.
    """
    while job := queue.next_for(fleet.models_here()):
        waiting = Job.objects.filter(pk=job.pk, status=Status.QUEUED, attempt=job.attempt)
        with transaction.atomic():
            taken = waiting.update(
                status=Status.RUNNING,
                attempt=F("attempt") + 1,
                worker=worker,
                started_at=job.started_at or timezone.now(),
                lease_expires_at=_lease_end(),
                lease_missed=False,
                decoded_seconds=None,
                **AT_THE_START,
            )
            if taken:
                job.attempt += 1
                entries.taken(job, worker)
        if taken:
            _announce(job.pk)
            return _claim_of(job)
    return None


def open_audio(held: Claim) -> int | None:
    """A readable descriptor of the recording, for the caller to close. None: it is lost."""
    try:
        return vault().open(held.audio_id, held.audio_key)
    except AudioLost:
        return None


def beat(held: Claim, progress: Progress | None = None, eta_seconds: float | None = None) -> bool:
    """Renew the lease and show progress. False: the job is no longer ours, stop at once."""
    fields: dict[str, Any] = {"lease_expires_at": _lease_end(), "lease_missed": False}
    if progress is not None:
        fields |= {
            "stage": progress.stage,
            "progress": progress.fraction,
            "eta_seconds": eta_seconds,
        }
        if progress.seconds_done:
            fields["decoded_seconds"] = progress.seconds_done
    ours = held.row().update(**fields) == 1
    if ours and progress is not None:
        _announce(held.job_id)
    return ours


def archive(held: Claim, blocks: Callable[[], Iterable[bytes]]) -> None:
    """Keep the sound for Voice Lab if its owner wants that; ``blocks`` is called only then.

    PCM of ``PIECE_SECONDS`` each. A storage that is down is no reason to fail; what ``blocks``
    raises comes through, and leaves nothing behind.
    """
    job = held.row().select_related("owner").first()
    if job is not None:
        contributing.archive_recording(job, blocks)


def finish(held: Claim, document: Document) -> bool:
    """Store the transcript, or lay it out to be taken; end the job and count its minutes."""
    job = held.row().first()
    if job is None:
        return False
    if job.keep:
        # Sealing is slow for ten hours, so not under a lock.
        return _done(held, document, _sealed(job, document))
    try:
        laid_out = handover.put(job, document)
    except VaultFull:
        return fail(held, NO_ROOM)
    done = False
    try:
        done = _done(held, document, laid_out)
    finally:
        if not done:
            vault().destroy(laid_out.pk)
    return done


def _done(held: Claim, document: Document, outcome: Transcript | Handover) -> bool:
    """The end in one transaction: all of it counts, or nothing."""
    with transaction.atomic():
        job = held.row().select_for_update().first()
        if job is None:
            return False
        outcome.save(force_insert=True)
        if isinstance(outcome, Transcript):
            job.transcript = outcome
        job.minutes = ledger.settle(job.pk, job.owner, job.guest_key, document.duration)
        job.decoded_seconds = document.duration
        job.status = Status.DONE
        job.progress = 1.0
        job.eta_seconds = None
        job.finished_at = timezone.now()
        job.audio_key = None
        job.save()
        entries.recognised(job, document.model, outcome)
        if isinstance(outcome, Transcript):
            contributing.settle(job, outcome)
    _destroy_audio(held.job_id, held.audio_id)
    _announce(held.job_id)
    return True


def fail(held: Claim, failure: str) -> bool:
    """End the job without a transcript; nothing is charged."""
    logger.info("a job failed", extra={"job": held.job_id, "failure": failure})
    moved = _end(held.job_id, held.row(), Status.FAILED, failure)
    if moved:
        _destroy_audio(held.job_id, held.audio_id)
        _announce(held.job_id)
    return moved


def crashed(held: Claim, failure: Failure = Failure.WORKER_CRASH) -> bool:
    """The work died under the job: put it back once, give it up the second time."""
    return _crashed(held, held.row(), failure)


def hand_back(held: Claim) -> bool:
    """The worker must go before the job is done: another takes it, and no crash is counted."""
    return _put_back(held, held.row(), "worker_left")


# --- the sweeper's side --------------------------------------------------------------------


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
    held = _claim_of(job)
    if job.lease_missed:
        return _crashed(held, _silent().filter(pk=job.pk, attempt=job.attempt, lease_missed=True))
    same = held.row().filter(lease_expires_at=job.lease_expires_at)
    same.update(lease_expires_at=_lease_end(), lease_missed=True)
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
    return _give_up(job, same, failure)


def jobs_with_leftover_audio() -> QuerySet[Job]:
    """Jobs that ended while the vault could not be reached."""
    return Job.objects.filter(finished_at__isnull=False, audio_destroyed_at=None)


def destroy_leftover_audio(job_id: str) -> bool:
    job = jobs_with_leftover_audio().filter(pk=job_id).only("audio_id").first()
    return job is not None and _destroy_audio(job.pk, job.audio_id)


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


def _lease_end() -> Any:
    """By the database's clock, the only one that all workers and sweepers share."""
    return Now() + settings.JOB_LEASE


def _crashed(held: Claim, rows: QuerySet[Job], failure: Failure = Failure.WORKER_CRASH) -> bool:
    job = rows.first()
    if job is None:
        return False
    if job.crashes + 1 >= settings.JOB_MAX_CRASHES:
        about = {"job": job.pk, "failure": failure, "attempt": job.attempt}
        logger.error("a job crashed its workers and was given up: poison", extra=about)
        return _give_up(job, rows, failure)
    if not vault().holds(job.audio_id):
        return _give_up(job, rows, Failure.AUDIO_LOST)
    return _put_back(held, rows, failure, crashes=F("crashes") + 1)


def _give_up(job: Job, rows: QuerySet[Job], failure: Failure) -> bool:
    moved = _end(job.pk, rows, Status.FAILED, failure)
    if moved:
        _destroy_audio(job.pk, job.audio_id)
        _announce(job.pk)
    return moved


def _put_back(held: Claim, rows: QuerySet[Job], why: str, **fields: Any) -> bool:
    back = {"status": Status.QUEUED, "lease_expires_at": None, **AT_THE_START, **fields}
    with transaction.atomic():
        moved = rows.update(**back)
        if moved:
            entries.put_back(held.job_id, why)
    if moved:
        _announce(held.job_id)
        transaction.on_commit(wake_a_worker)
    return moved == 1


def _announce(job_id: str) -> None:
    """Not before others can read what changed."""
    transaction.on_commit(partial(announce, job_id))


def _destroy_audio(job_id: str, audio_id: str) -> bool:
    """Free the recording and note when. A vault that is down is tried again by the sweeper."""
    try:
        was_there = vault().destroy(audio_id)
    except RedisError:
        logger.warning("the vault is down; the sweeper will empty it later", extra={"job": job_id})
        return False
    handover.forget_names(job_id)
    entries.audio_destroyed(job_id, was_there=was_there)
    return True


def _claim_of(job: Job) -> Claim:
    key = bytes(job.audio_key or b"")
    return Claim(job.pk, job.attempt, job.audio_id, key, job.whole_options)


def _end(job_id: str, rows: QuerySet[Job], status: Status, failure: str) -> bool:
    end: dict[str, Any] = {
        "status": status,
        "failure": failure,
        "finished_at": timezone.now(),
        "lease_expires_at": None,
        "eta_seconds": None,
        "audio_key": None,
    }
    with transaction.atomic():
        moved = rows.update(**end) == 1
        if moved:
            contributing.forget_recording(job_id)
            entries.ended(job_id)
    return moved


def _sealed(job: Job, document: Document) -> Transcript:
    """The transcript as it will be stored, under the key that its recording's name has."""
    transcript = Transcript(
        key_id=job.key_id,
        owner=job.owner,
        guest_key=job.guest_key,
        language=document.language,
        model=document.model,
        duration_seconds=document.duration,
        media_sha256=job.sha256,
    )
    transcript.title = job.file_name
    for column, raw in transcript.sealed(document=document, text=document.text).items():
        setattr(transcript, column, raw)
    return transcript
