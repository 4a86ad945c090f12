"""Jobs, owned by the database: queued → running (attempt, lease) → done | failed | cancelled.

The worker's only door. Each move is one compare-and-set; a worker's write counts only while
the row still carries the attempt it claimed, so a worker that was thought dead changes nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.callers import Caller
from billing.plans import plan_of
from gpu.contract import Failure, Options, Progress, Result
from transcripts import (
    batches,
    contributing,
    entries,
    fleet,
    handover,
    moves,
    private,
    queue,
    retranscribing,
    search,
)
from transcripts.document import Document, document_from_result
from transcripts.models import LIVE, Batch, Handover, Job, Status, Transcript
from transcripts.vault import AudioLost, VaultFull, vault

logger = logging.getLogger(__name__)

Claim = moves.Claim
QUEUE, ACTOR = moves.QUEUE, moves.ACTOR
PIECE_SECONDS = contributing.PIECE_SECONDS
KEYS_GONE = "keys_gone"  # those that a private transcript was to be sealed to
NO_ROOM = "unavailable"  # for a transcript that is not kept, in the vault


@dataclass(frozen=True)
class Keep:
    """What becomes of a transcript: it is kept, or handed over once. Kept in any case is a private one,
    as ciphertext that is sealed to ``public_key``.
    """

    is_kept: bool = True
    public_key: str = ""


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


# --- the web's side ------------------------------------------------------------------------


def submit(
    caller: Caller,
    recording: Recording,
    options: Options,
    *,
    keep: Keep,
    part_of: Batch | Transcript | None = None,
) -> Job:
    """Make the job and wake a worker once it is committed. Limits were checked before.

    ``part_of``: the batch that it was sent in, or the transcript that takes what it hears.
    Raises Refusal ``retranscribing`` where another hears that transcript's recording already.
    """
    again = part_of if isinstance(part_of, Transcript) else None
    if keep.public_key:
        recording = private.nameless(recording)
    is_plain = keep.is_kept and not keep.public_key
    job = Job(
        **caller.fields,
        priority=plan_of(caller).priority,
        size_bytes=recording.size_bytes,
        sha256=recording.sha256,
        options={**options.to_json(), "vocabulary": []},
        audio_id=recording.audio_id,
        audio_key=recording.audio_key,
        keep=keep.is_kept or bool(keep.public_key),
        public_key=keep.public_key,
        batch=part_of if isinstance(part_of, Batch) else None,
        retranscribes=again,
        for_voice_lab=is_plain and again is None and contributing.marks(caller),
    )
    job.file_name = recording.file_name
    job.vocabulary = list(options.vocabulary)
    with retranscribing.one_at_once(again), transaction.atomic():
        job.save(force_insert=True)
        how = {"transport": recording.transport, "began_at": recording.began_at}
        entries.received(caller, job, how)
    transaction.on_commit(moves.wake_a_worker)
    return job


def cancel(job: Job) -> bool:
    """End a waiting or running job. The worker sees it at its next beat and kills the work."""
    live = Job.objects.filter(pk=job.pk, status__in=LIVE)
    return moves.end(job.pk, job.audio_id, live, Status.CANCELLED, "cancelled")


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
                lease_expires_at=moves.lease_end(),
                lease_missed=False,
                decoded_seconds=None,
                **moves.AT_THE_START,
            )
            if taken:
                job.attempt += 1
                entries.taken(job, worker)
        if taken:
            moves.announce_later(job.pk)
            return moves.claim_of(job)
    return None


def open_audio(held: Claim) -> int | None:
    """A readable descriptor of the recording, for the caller to close. None: it is lost."""
    try:
        return vault().open(held.audio_id, held.audio_key)
    except AudioLost:
        return None


def beat(held: Claim, progress: Progress | None = None, eta_seconds: float | None = None) -> bool:
    """Renew the lease and show progress. False: the job is no longer ours, stop at once."""
    fields: dict[str, Any] = {"lease_expires_at": moves.lease_end(), "lease_missed": False}
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
        moves.announce_later(held.job_id)
    return ours


def archive(held: Claim, blocks: Callable[[], Iterable[bytes]]) -> None:
    """Keep the sound for Voice Lab if its owner wants that; ``blocks`` is called only then.

    PCM of ``PIECE_SECONDS`` each. A storage that is down is no reason to fail; what ``blocks``
    raises comes through, and leaves nothing behind.
    """
    job = held.row().select_related("owner").first()
    if job is not None:
        contributing.archive_recording(job, blocks)


def written_down(result: Result) -> Document:
    """What was heard as it will be kept. Empties ``result``: ten hours of words are held once."""
    return document_from_result(result)


def finish(held: Claim, document: Document) -> bool:
    """Store the transcript, lay it out to be taken, or put it under what people made of the old
    one; end the job and count its minutes.
    """
    job = held.row().first()
    if job is None:
        return False
    if job.retranscribes_id:
        return retranscribing.finish(held, document)
    if job.is_private and not private.can_be_opened(job):
        return fail(held, KEYS_GONE)
    if job.keep:
        # Sealing is slow for ten hours, so not under a lock.
        sealed = private.sealed if job.is_private else _sealed
        return _done(held, document, sealed(job, document))
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
        moves.end_well(job, document.duration)
        entries.recognised(job, document.model, outcome)
        if isinstance(outcome, Transcript):
            contributing.settle(job, outcome)
        batches.job_ended(job.pk)
    moves.destroy_audio(held.job_id, held.audio_id)
    if isinstance(outcome, Transcript):
        search.follow(outcome.pk, search.outline_of(document), outcome.version)
    moves.announce_later(held.job_id)
    return True


def fail(held: Claim, failure: str) -> bool:
    """End the job without a transcript; nothing is charged."""
    failure = retranscribing.reason(held, failure)
    logger.info("a job failed", extra={"job": held.job_id, "failure": failure})
    return moves.end(held.job_id, held.audio_id, held.row(), Status.FAILED, failure)


def crashed(held: Claim, failure: Failure = Failure.WORKER_CRASH) -> bool:
    """The work died under the job: put it back once, give it up the second time."""
    return moves.crash(held, held.row(), failure)


def hand_back(held: Claim) -> bool:
    """The worker must go before the job is done: another takes it, and no crash is counted."""
    return moves.put_back(held, held.row(), "worker_left")


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
    transcript.sealed_document = transcript.sealed(document=document)["sealed_document"]
    return transcript
