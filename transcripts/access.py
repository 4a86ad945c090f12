"""Looking up is authorising: strangers get 404, readers who write 403. No other way in."""

from typing import TypeVar

from django.db.models import QuerySet

from accounts.callers import Caller
from privacy import receipts
from privacy.models import Receipt
from transcripts.failures import Refusal
from transcripts.models import Batch, Job, Transcript, Upload

Row = TypeVar("Row", Batch, Job, Transcript, Upload)


def transcript_for(
    caller: Caller, transcript_id: str, *, write: bool = False, private: bool = False
) -> Transcript:
    """``private``: whoever asks can do something with one that nothing here can read.

    Raises Refusal ``not_found``, ``forbidden`` or ``private_transcript``.
    """
    found = _open(Transcript.objects.all(), caller, transcript_id, write=write)
    if not found.content_key:
        raise Refusal("not_found")  # its key is destroyed, its row is about to be
    if found.is_private and not private:
        raise Refusal("private_transcript")
    return found


def job_for(caller: Caller, job_id: str, *, write: bool = False) -> Job:
    return _open(Job.objects.select_related("transcript", "handover"), caller, job_id, write=write)


def batch_for(caller: Caller, batch_id: str, *, write: bool = False) -> Batch:
    return _open(Batch.objects.all(), caller, batch_id, write=write)


def upload_for(caller: Caller, upload_id: str) -> Upload:
    return _open(Upload.objects.all(), caller, upload_id, write=True)


def transcripts_of(caller: Caller) -> QuerySet[Transcript]:
    return Transcript.objects.filter(caller.owns())


def jobs_of(caller: Caller) -> QuerySet[Job]:
    return Job.objects.filter(caller.owns()).select_related("handover")


def receipt_for(caller: Caller, job_id: str) -> Receipt:
    """Also when the job and its transcript are gone. Raises Refusal ``not_found``."""
    found = receipts.receipt_for(caller, job_id)
    if found is None:
        raise Refusal("not_found")
    return found


def _open(rows: QuerySet[Row], caller: Caller, row_id: str, *, write: bool) -> Row:
    # Ids are letters and digits; PostgreSQL would stumble over a NUL.
    row = rows.filter(caller.may_open(), pk=row_id).first() if row_id.isalnum() else None
    if row is None:
        raise Refusal("not_found")
    if write and not caller.can_write:
        raise Refusal("forbidden")
    return row
