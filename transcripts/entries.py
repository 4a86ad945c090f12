"""What happens to a recording and its transcript, as entries of their receipt.

Locks are taken in one order: rows of jobs, then of transcripts, then of receipts, so that no two
that write here ever wait for each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.callers import Caller
from gpu.contract import MODELS_BY_ID, Failure, engine_version
from privacy import receipt_mail, receipts
from privacy.receipts import Event
from transcripts.models import Handover, Job, PrivateShare, Share, Transcript
from transcripts.vault import vault


def received(caller: Caller, job: Job, facts: Mapping[str, receipts.Given]) -> None:
    """The receipt's first entries. ``facts`` say how the recording came."""
    receipts.begin(caller, job.pk)
    marks = {} if job.is_private else {"sha256": job.sha256}
    receipts.note(job.pk, Event.RECEIVED, bytes=job.size_bytes, **marks, **facts)
    until = timezone.now() + settings.AUDIO_MAX_AGE
    receipts.note(job.pk, Event.HELD, what="audio", until=until, **vault().place())


def taken(job: Job, worker: str) -> None:
    receipts.note(job.pk, Event.TAKEN, worker=worker, attempt=job.attempt)


def recognised(job: Job, model: str, outcome: Transcript | Handover) -> None:
    _recognised(job, model)
    if isinstance(outcome, Handover):
        until = outcome.expires_at
        receipts.note(job.pk, Event.HELD, what="result", until=until, **vault().place())
        receipts.note(job.pk, Event.STORED, what="transcript", form="nothing")
        return
    _stored(job, outcome)


def recognised_again(job: Job, model: str, transcript: Transcript) -> None:
    """Into a transcript that was there; its first receipt tells that it was changed."""
    _recognised(job, model)
    _stored(job, transcript)
    receipts.note(job.pk, Event.CHANGED, what="document", version=transcript.version)


def put_back(job_id: str, why: str) -> None:
    job = _figures(job_id)
    _decoded(job)
    receipts.note(job_id, Event.PUT_BACK, why=why, attempt=job.attempt)


def ended(job_id: str) -> None:
    """Without a transcript."""
    job = _figures(job_id)
    _decoded(job)
    receipts.note(job_id, Event.ENDED, how=job.status, why=job.failure)
    if job.audio_destroyed_at:
        receipt_mail.want(job_id)


def audio_destroyed(job_id: str, why: str = "", *, was_there: bool = True) -> None:
    """Once for each job, whoever comes first. ``why``: by default, how the job ended."""
    with transaction.atomic():
        first = Job.objects.filter(pk=job_id, audio_destroyed_at=None)
        if first.update(audio_destroyed_at=timezone.now()):
            job = _figures(job_id)
            why = why or _why_it_went(job, was_there=was_there)
            receipts.note(job_id, Event.DESTROYED, what="audio", why=why)
            if not job.keep:
                receipts.note(job_id, Event.DESTROYED, what="names", why="not_kept")
            if job.finished_at:
                receipt_mail.want(job_id)


def changed(transcript: Transcript, what: str, version: int | None = None) -> None:
    for job_id in _jobs_of(transcript):
        receipts.note(job_id, Event.CHANGED, what=what, version=version)


def crossed(transcript: Transcript, how: str, sealed_bytes: int) -> None:
    """From Standard to Private (``made_private``), or back (``made_standard``)."""
    form = "ciphertext" if how == "made_private" else "text"
    for job_id in _jobs_of(transcript):
        receipts.note(job_id, Event.CHANGED, what=how)
        receipts.note(job_id, Event.STORED, what="transcript", form=form, sealed_bytes=sealed_bytes)


def exported(transcript: Transcript, format_id: str, to: str) -> None:
    for job_id in _jobs_of(transcript):
        receipts.note(job_id, Event.EXPORTED, format=format_id, to=to)


def video_held(transcript: Transcript) -> list[str]:
    """One that subtitles are burned into. The receipts that tell of it, which outlive both."""
    until = timezone.now() + settings.AUDIO_MAX_AGE
    told = _jobs_of(transcript)
    with transaction.atomic():
        for job_id in told:
            receipts.note(job_id, Event.HELD, what="video", until=until, **vault().place())
    return told


def video_destroyed(told: Iterable[str], why: str) -> None:
    for job_id in told:
        receipts.note(job_id, Event.DESTROYED, what="video", why=why)


def videos_died() -> None:
    """Those that a former process held in its own memory. Only where no other process holds any."""
    video_destroyed(receipts.still_held("video"), "lost")


def shared(share: Share | PrivateShare) -> None:
    for job_id in _jobs_of(share.transcript):
        receipts.note(
            job_id,
            Event.SHARED,
            link=share.pk,
            form=_form_of(share),
            until=share.expires_at,
            guard="password" if share.has_password else "no_password",
        )


def share_ended(share: Share | PrivateShare, why: str) -> None:
    for job_id in _jobs_of(share.transcript):
        receipts.note(job_id, Event.SHARE_ENDED, link=share.pk, why=why)


def _form_of(share: Share | PrivateShare) -> str | None:
    if isinstance(share, PrivateShare):
        return "permanent_copy" if share.is_permanent else "copy"
    return "permanent" if share.is_permanent else None


def handed_over(job_id: str, format_id: str, to: str = "request") -> None:
    """By default in the answer to the request that brought the recording."""
    receipts.note(job_id, Event.HANDED_OVER, to=to, format=format_id)


def result_destroyed(job_id: str, why: str) -> None:
    """A transcript that was not kept. There is nothing more to tell of."""
    receipts.note(job_id, Event.DESTROYED, what="result", why=why)
    receipts.expire_later([job_id])


def read_by_staff(transcript: Transcript, who: str, why: str) -> bool:
    """False where there is no receipt to write it into: then nobody may read."""
    written = [
        receipts.note(job_id, Event.READ_BY_STAFF, who=who, why=why)
        for job_id in _jobs_of(transcript)
    ]
    return bool(written) and all(written)


def receipt_of(transcript: Transcript) -> str:
    """The receipt that tells how it was made, or nothing."""
    return receipts.first_with(_jobs_of(transcript), Event.RECEIVED)


def staff_has_read(transcript: Transcript) -> str:
    """The receipt that says so, or nothing."""
    return receipts.first_with(_jobs_of(transcript), Event.READ_BY_STAFF)


def _recognised(job: Job, model: str) -> None:
    _decoded(job)
    engine, version = engine_version(MODELS_BY_ID[model])
    receipts.note(
        job.pk,
        Event.RECOGNISED,
        engine=engine,
        version=version,
        model=model,
        machine=job.worker,
    )


def _stored(job: Job, transcript: Transcript) -> None:
    form = "ciphertext" if transcript.is_private else "text"
    sealed_bytes = len(transcript.sealed_document)
    receipts.note(job.pk, Event.STORED, what="transcript", form=form, sealed_bytes=sealed_bytes)


def _jobs_of(transcript: Transcript) -> list[str]:
    jobs = Job.objects.filter(transcript=transcript).order_by("pk")
    return list(jobs.values_list("pk", flat=True))


def _figures(job_id: str) -> Job:
    return Job.objects.defer("sealed_file_name", "sealed_vocabulary").get(pk=job_id)


def _decoded(job: Job) -> None:
    """As far as this attempt came, whatever became of it."""
    if job.decoded_seconds:
        receipts.note(job.pk, Event.DECODED, milliseconds=round(job.decoded_seconds * 1000))


def _why_it_went(job: Job, *, was_there: bool) -> str:
    """``done``, ``cancelled`` or the failure's code; ``expired`` or ``lost`` if nobody destroyed it."""
    if job.failure != Failure.AUDIO_LOST or was_there:
        return job.failure or job.status
    return "expired" if timezone.now() - job.created_at >= settings.AUDIO_MAX_AGE else "lost"
