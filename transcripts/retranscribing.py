"""A recording that is heard again: what people made of the first hearing is laid upon the new one.

The recording is sent once more, for it was not kept. What comes of it is one version of the
transcript, by a machine, and is taken back like every other.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from django.db import IntegrityError, transaction

from accounts.callers import Caller
from gpu.contract import Failure
from transcripts import batches, editing, entries, moves, versions
from transcripts.access import transcript_for
from transcripts.differences import difference
from transcripts.document import Document
from transcripts.editing import TRIES, Change
from transcripts.failures import Refusal
from transcripts.imports import MODEL as IMPORTED
from transcripts.models import LIVE, Job, Status, Transcript
from transcripts.moves import Claim
from transcripts.replaying import replayed

# Two decodings of one recording differ by less than the larger of these.
TOLERANCE_SECONDS = 2.0
TOLERANCE_SHARE = 0.01
OTHER_RECORDING = "other_recording"


# --- the web's side ------------------------------------------------------------------------


def transcript_to_hear_again(caller: Caller, transcript_id: str) -> Transcript:
    """Raises Refusal ``not_found``, ``forbidden`` or ``not_transcribed``."""
    found = transcript_for(caller, transcript_id, write=True)
    if found.model == IMPORTED:
        raise Refusal("not_transcribed")
    return found


def require_nobody_hears(transcript: Transcript) -> None:
    """Raises Refusal ``retranscribing``."""
    if Job.objects.filter(retranscribes=transcript, status__in=LIVE).exists():
        raise Refusal("retranscribing")


@contextmanager
def one_at_once(transcript: Transcript | None) -> Iterator[None]:
    """Around the making of its job: of two that come together, the database takes one."""
    try:
        yield
    except IntegrityError:
        if transcript is None:
            raise
        raise Refusal("retranscribing") from None


def longest_seconds(transcript: Transcript) -> float:
    return transcript.duration_seconds + _tolerance(transcript)


# --- the worker's side ---------------------------------------------------------------------


def reason(held: Claim, failure: str) -> str:
    """A recording that goes on beyond the transcript's end is another one."""
    if failure != Failure.TOO_LONG:
        return failure
    job = held.row().select_related("retranscribes").first()
    if job is None or job.retranscribes is None:
        return failure
    is_by_it = held.options.max_seconds == longest_seconds(job.retranscribes)
    return OTHER_RECORDING if is_by_it else failure


def finish(held: Claim, document: Document) -> bool:
    """Whoever edits meanwhile goes first; after a few times, nobody does until it is done."""
    fresh = document.to_json()
    for attempt in range(TRIES):
        is_last = attempt == TRIES - 1
        with transaction.atomic() if is_last else nullcontext():
            transcript = _transcript_of(held, lock=is_last)
            failure = _why_not(transcript, document)
            if transcript is None or failure:
                return moves.end(held.job_id, held.audio_id, held.row(), Status.FAILED, failure)
            try:
                done = _done(held, transcript, _change(transcript, fresh, held))
            except Refusal as refusal:  # deleted this moment, or more than a document may hold
                failure = refusal.code
                return moves.end(held.job_id, held.audio_id, held.row(), Status.FAILED, failure)
        if done is not None:
            break
    if done:
        moves.destroy_audio(held.job_id, held.audio_id)
        moves.announce_later(held.job_id)
    return bool(done)


def _transcript_of(held: Claim, *, lock: bool) -> Transcript | None:
    jobs = held.row().select_for_update() if lock else held.row()
    job = jobs.first()
    rows = Transcript.objects.select_for_update() if lock else Transcript.objects.all()
    return rows.filter(pk=job.retranscribes_id).first() if job else None


def _why_not(transcript: Transcript | None, document: Document) -> str:
    if transcript is None or not transcript.content_key:
        return "not_found"  # it was deleted, and the job is or will be
    if transcript.is_private:
        return "private_transcript"
    apart = abs(transcript.duration_seconds - document.duration)
    return OTHER_RECORDING if apart > _tolerance(transcript) else ""


def _change(transcript: Transcript, fresh: dict[str, Any], held: Claim) -> Change:
    current = transcript.document
    heard = versions.heard_in(transcript, versions.heard_at(transcript, transcript.version))
    result = replayed(heard or current, current, fresh)
    # Named after its job: whichever attempt comes to this twice, the version is there once.
    return Change(transcript.version, difference(current, result), held.job_id, heard=fresh)


def _done(held: Claim, transcript: Transcript, change: Change) -> bool | None:
    """All in one transaction. None: somebody changed the transcript meanwhile."""
    with transaction.atomic():
        job = held.row().select_for_update().first()
        if job is None:
            return False
        same = Transcript.objects.select_for_update().filter(pk=transcript.pk)
        if not same.filter(version=transcript.version).exists():
            return None
        editing.apply(transcript, change)
        transcript.refresh_from_db()
        moves.end_well(job, transcript.duration_seconds)
        entries.recognised_again(job, transcript.model, transcript)
        batches.job_ended(job.pk)
    return True


def _tolerance(transcript: Transcript) -> float:
    return max(TOLERANCE_SECONDS, TOLERANCE_SHARE * transcript.duration_seconds)
