"""Rows as the API says them (shared/api.md): plain dictionaries, built in one place each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gpu.contract import MODELS_BY_ID
from transcripts import fleet
from transcripts.document import Document
from transcripts.editing import Saved
from transcripts.failures import FAILURES
from transcripts.jobs import queue_position
from transcripts.models import (
    Batch,
    Handover,
    Job,
    PrivateShare,
    Share,
    Status,
    Transcript,
    Version,
)
from transcripts.prose import running_text
from transcripts.queue import WaitsFor, positions, waits_for
from transcripts.search import Hit
from transcripts.versions import operations_of

Shape = dict[str, Any]


def job_shape(job: Job) -> Shape:
    return _job_shape(job, queue_position(job), waits_for(job, fleet.living()))


def job_shapes(rows: Sequence[Job]) -> list[Shape]:
    """The same for many, at the price of one look at the queue if any of them waits."""
    order: dict[str, int] = {}
    living = None
    if any(job.status == Status.QUEUED for job in rows):
        order, living = positions(), fleet.living()
    return [_job_shape(job, order.get(job.pk), waits_for(job, living)) for job in rows]


def batch_shape(batch: Batch) -> Shape:
    rows = list(batch.jobs.order_by("created_at", "pk").values("id", "status"))
    return {
        "id": batch.pk,
        "created_at": batch.created_at,
        "expected": batch.expected,
        "mail": batch.wants_mail,
        **{status: sum(row["status"] == status for row in rows) for status in Status.values},
        "settled_at": batch.settled_at,
        "jobs": rows,
    }


def share_shape(share: Share) -> Shape:
    names = ("id", "hint", "created_at", "expires_at", "views", "last_viewed_at")
    return {
        **{name: getattr(share, name) for name in names},
        "permanent": share.is_permanent,
        "password": bool(share.password_hash),
        "downloads": share.allows_downloads,
    }


def private_share_shape(share: PrivateShare) -> Shape:
    names = ("id", "created_at", "expires_at", "max_views", "views", "last_viewed_at")
    return {
        **{name: getattr(share, name) for name in names},
        "permanent": share.is_permanent,
        "password": share.has_password,
    }


def _job_shape(job: Job, position: int | None, reason: WaitsFor | None) -> Shape:
    options = job.parsed_options
    return {
        "id": job.pk,
        "status": job.status,
        "stage": job.stage or None,
        "progress": round(job.progress, 4),
        "eta_seconds": None if job.eta_seconds is None else round(job.eta_seconds, 1),
        "queue_position": position,
        "waits_for": reason,
        "batch": job.batch_id,
        "transcript": job.result_id,
        "retranscribes": job.retranscribes_id,
        "keep": job.keep,
        "private": job.is_private,
        "handover": _handover(job),
        "error": _error(job),
        "receipt": f"/v1/jobs/{job.pk}/receipt",
        "created_at": job.created_at,
        "started_at": job.started_at,
        "finished_at": job.finished_at,
        "file_name": job.file_name,
        "size_bytes": job.size_bytes,
        "duration": job.decoded_seconds if job.status == Status.DONE else None,
        "minutes": job.minutes,
        "model": options.model,
        "language": options.language,
        "diarize": options.diarize,
        "speakers": options.speakers,
        "vocabulary": job.vocabulary,
    }


def _error(job: Job) -> Shape | None:
    if job.status not in {Status.FAILED, Status.CANCELLED}:
        return None
    text = FAILURES[job.failure]
    return {"code": job.failure, "title": str(text.title), "detail": str(text.advice)}


def _handover(job: Job) -> Shape | None:
    row: Handover | None = getattr(job, "handover", None)
    if row is None:
        return None
    return {
        "state": row.state,
        "url": None if row.is_over else f"/v1/jobs/{job.pk}/handover",
        "until": row.expires_at,
    }


def transcript_shape(transcript: Transcript) -> Shape:
    """A transcript in a list: everything but the document."""
    return {
        "id": transcript.pk,
        "title": transcript.title,
        "status": Status.DONE,
        "language": transcript.language,
        "model": transcript.model,
        "duration": transcript.duration_seconds,
        "folder": transcript.folder,
        "tags": transcript.tags,
        "favourite": transcript.favourite,
        "private": transcript.is_private,
        "version": transcript.version,
        "created_at": transcript.created_at,
        "updated_at": transcript.updated_at,
    }


def hit_shape(hit: Hit) -> Shape:
    return {
        "segment": hit.segment_id,
        "start": hit.start_seconds,
        "speaker": hit.speaker,
        "pieces": [{"text": piece.text, "found": piece.is_found} for piece in hit.pieces],
    }


def whole_transcript_shape(transcript: Transcript) -> Shape:
    shape = transcript_shape(transcript)
    return shape if transcript.is_private else {**shape, "document": transcript.document}


def version_shape(version: Version) -> Shape:
    return {
        "number": version.number,
        "created_at": version.created_at,
        "author": version.author and version.author.email,
        "heard_by": heard_by(version),
        "kinds": version.kinds,
        "restores": version.restores,
    }


def heard_by(version: Version) -> str | None:
    return model_label(version.heard_by)


def model_label(model_id: str) -> str | None:
    model = MODELS_BY_ID.get(model_id)
    return model.label if model else model_id or None


def saved_shape(transcript: Transcript, saved: Saved) -> Shape:
    others = [
        {**version_shape(version), "operations": operations_of(transcript, version)}
        for version in saved.others
    ]
    return {"version": saved.version, "others": others}


def flat_shape(result_id: str, document: Document) -> Shape:
    """``response_format=json`` of ``/v1/transcribe``: the shape that the field expects."""
    names = {speaker.id: speaker.name for speaker in document.speakers}
    return {
        "id": result_id,
        "text": running_text(segment.text.strip() for segment in document.segments),
        "language": document.language,
        "duration": document.duration,
        "segments": [
            {
                "start": segment.start,
                "end": segment.end,
                "text": segment.text,
                "speaker": names.get(segment.speaker or ""),
                "confidence": segment.confidence,
                "words": [
                    {"word": word.text, "start": word.start, "end": word.end}
                    for word in segment.words
                ],
            }
            for segment in document.segments
        ],
        "speakers": list(names.values()),
    }
