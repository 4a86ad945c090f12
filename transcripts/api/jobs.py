"""Jobs: make one of a finished upload, watch it, end it."""

from __future__ import annotations

from asgiref.sync import sync_to_async
from django.http import HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from ninja import HeaderEx, P, Path, Query, Router
from ninja import Status as Answer

from privacy.receipts import receipt_shape
from transcripts import access, batches, handover, jobs
from transcripts.access import batch_for, job_for, jobs_of
from transcripts.admission import start_job_from_upload
from transcripts.api import events
from transcripts.api.document_schemas import DocumentOut
from transcripts.api.door import ApiRequest
from transcripts.api.options import Fields
from transcripts.api.paging import page_of
from transcripts.api.schemas import (
    HandoverQuery,
    JobIn,
    JobOut,
    JobPage,
    JobQuery,
    ReceiptOut,
    problems,
)
from transcripts.api.shapes import Shape, job_shape, job_shapes
from transcripts.exports import render
from transcripts.failures import Refusal
from transcripts.idempotency import answer_once
from transcripts.models import Status

router = Router(tags=["Jobs"])


@router.post(
    "/jobs",
    response={202: JobOut, **problems(400, 402, 403, 404, 409, 413, 415, 422, 429, 503)},
)
def create_job(
    request: ApiRequest,
    fields: JobIn,
    idempotency_key: HeaderEx[str, P(alias="Idempotency-Key")] = "",
) -> Answer[Shape]:
    """Transcribe a finished upload. Send files in one go to ``/v1/transcribe`` instead."""
    if fields.url:
        raise Refusal("url_refused")
    if not fields.upload:
        raise Refusal(
            "validation_failed", errors={"upload": _("Give the id of a finished upload.")}
        )
    upload_id = fields.upload
    sent = fields.model_dump(exclude_unset=True)
    read = Fields(sent)
    keep, options = read.keep(), read.options()

    def create() -> Shape:
        batch = batch_for(request.auth, fields.batch, write=True) if fields.batch else None
        job = start_job_from_upload(request.auth, upload_id, options, keep=keep, part_of=batch)
        if batch is not None and fields.replaces:
            batches.leave(fields.replaces, batch)
        return job_shape(job)

    answer = answer_once(
        request.auth,
        idempotency_key,
        ["POST /v1/jobs", sent],
        create,
        address=request.META.get("REMOTE_ADDR", ""),
    )
    return Answer(202, answer)


@router.get("/jobs", response={200: JobPage, **problems(422)})
def list_jobs(request: ApiRequest, query: Query[JobQuery]) -> Shape:
    """Your own jobs, newest first."""
    rows = jobs_of(request.auth)
    if query.status:
        rows = rows.filter(status=str(query.status))
    page, following = page_of(request, rows, query.cursor, query.limit)
    return {"results": job_shapes(page), "next": following}


@router.get("/jobs/{job_id}", response={200: JobOut, **problems(404)})
def read_job(request: ApiRequest, job_id: Path[str]) -> Shape:
    return job_shape(job_for(request.auth, job_id))


@router.delete("/jobs/{job_id}", response={204: None, **problems(403, 404, 409)})
def cancel_job(request: ApiRequest, job_id: Path[str]) -> Answer[None]:
    """Stops the work and destroys the recording. Safe to repeat.

    A job that is done or has failed answers 409; to be rid of it, delete its transcript.
    """
    job = job_for(request.auth, job_id, write=True)
    if not jobs.cancel(job):
        job.refresh_from_db(fields=["status"])
        if job.status != Status.CANCELLED:
            raise Refusal("conflict", _("The job has already ended."), extra={"job": job.status})
    return Answer(204, None)


@router.get("/jobs/{job_id}/receipt", response={200: ReceiptOut, **problems(404)})
def read_receipt(request: ApiRequest, job_id: Path[str]) -> HttpResponse:
    """What happened to the data, step by step, without content.

    It outlives the transcript. Each entry's digest can be recomputed: see `ReceiptOut`.
    """
    return JsonResponse(receipt_shape(access.receipt_for(request.auth, job_id)))


@router.get("/jobs/{job_id}/handover", response={200: DocumentOut, **problems(404, 410, 422, 503)})
def take_handover(
    request: ApiRequest, job_id: Path[str], query: Query[HandoverQuery]
) -> HttpResponse:
    """The transcript of a job that keeps nothing. It waits in memory until it is destroyed."""
    parcel = handover.take(job_for(request.auth, job_id), str(query.format), "api")
    content_type, content = render(str(query.format), parcel.document)
    return HttpResponse(content, content_type=content_type)


@router.delete("/jobs/{job_id}/handover", response={204: None, **problems(403, 404, 503)})
def destroy_handover(request: ApiRequest, job_id: Path[str]) -> Answer[None]:
    """Say that you have it: the transcript is destroyed at once. Safe to repeat."""
    handover.end(job_for(request.auth, job_id, write=True), handover.End.DESTROYED)
    return Answer(204, None)


@router.get(
    "/jobs/{job_id}/events",
    response={200: None, 204: None, **problems(404)},
    openapi_extra={
        "responses": {
            200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}},
        }
    },
)
async def job_events(
    request: ApiRequest,
    job_id: Path[str],
    last_event_id: HeaderEx[str, P(alias="Last-Event-ID")] = "",
) -> HttpResponseBase:
    """Server-Sent Events: the job at once, again on each change, and the end of the stream with it.

    Each event's data is the job as ``GET /v1/jobs/{job_id}`` answers it; comments keep the line open.
    """
    job = await sync_to_async(job_for)(request.auth, job_id)
    return events.answer(job.pk, last_event_id)
