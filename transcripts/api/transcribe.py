"""``POST /v1/transcribe``: a form in, a transcript out, or the job that will make one."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from gpu.contract import Options
from transcripts import entries, handover, jobs
from transcripts.addresses import count_at
from transcripts.admission import (
    max_file_bytes,
    require_admission,
    start_job,
    start_job_from_upload,
)
from transcripts.api.body import Body, ClientGone
from transcripts.api.multipart import MAX_FIELDS_BYTES, FormReader
from transcripts.api.options import Fields, boolean, one_of
from transcripts.api.shapes import flat_shape, job_shape, transcript_shape
from transcripts.api.visits import Visit, in_thread
from transcripts.document import Document
from transcripts.exports import render
from transcripts.failures import Refusal
from transcripts.handover import End
from transcripts.idempotency import Answer, answer_once
from transcripts.models import LIVE, Job, Status
from transcripts.progress import listening
from transcripts.recording import Intake

PATH = "/v1/transcribe"
FORMATS = ("json", "txt", "srt", "vtt")
# Should a wake-up be lost, the row is read at least so often.
LOOK_EVERY_SECONDS = 1.0


@dataclass(frozen=True)
class Wish:
    options: Options
    response_format: str
    wait: bool
    upload: str
    keep: jobs.Keep | None

    @property
    def is_private(self) -> bool:
        return self.keep is not None and bool(self.keep.public_key)


async def transcribe(visit: Visit) -> HttpResponse:
    limit_bytes = await in_thread(limit_at_the_door, visit)
    with Intake(limit_bytes, visit.body.length_bytes) as intake:
        form = await read_form(visit, intake, limit_bytes)
        wish = _wish_of(form)
        answer = await in_thread(_start, visit, form, intake, wish)
    if not wish.wait:
        location = f"/v1/jobs/{answer['id']}"
        return JsonResponse(answer, status=202, headers={"Location": location})
    await _wait_for(str(answer["id"]), visit)
    return await in_thread(_result, str(answer["id"]), wish.response_format)


def limit_at_the_door(visit: Visit) -> int:
    """Raises Refusal for what can be known before the first byte."""
    limit_bytes = max_file_bytes(visit.caller)
    if (visit.body.length_bytes or 0) > limit_bytes + MAX_FIELDS_BYTES:
        raise Refusal("file_too_large")
    require_admission(visit.caller)
    count_at(visit.address, visit.caller)
    return limit_bytes


async def read_form(visit: Visit, intake: Intake, limit_bytes: int) -> FormReader:
    form = FormReader(visit.request.headers.get("Content-Type", ""), intake)
    async for block in visit.body.blocks():
        await in_thread(form.feed, block)
        if visit.body.received_bytes > limit_bytes + MAX_FIELDS_BYTES:
            raise Refusal("file_too_large")
    form.end()
    return form


def _wish_of(form: FormReader) -> Wish:
    """Raises Refusal ``validation_failed`` or ``url_refused``."""
    fields = Fields(form.fields)
    wait = fields.read("wait", boolean, default=True)
    response_format = fields.read("response_format", one_of(*FORMATS), "json")
    upload = form.fields.get("upload", "")
    if form.fields.get("url"):
        raise Refusal("url_refused")
    if form.has_file == bool(upload):
        fields.errors["file"] = _("Send a recording as “file”, or name a finished “upload”.")
    keep = fields.keep()
    if keep and keep.public_key and response_format != "json":
        fields.errors["response_format"] = _("Of a private transcript there are no files here.")
    return Wish(fields.options(), response_format, wait, upload, keep)


def _start(visit: Visit, form: FormReader, intake: Intake, wish: Wish) -> Answer:
    """Make the job, or find the one that this request made before. Returns its description."""
    recording = intake.finish(form.file_name or "") if form.has_file else None

    def make() -> Answer:
        if recording is None:
            upload_id = wish.upload
            job = start_job_from_upload(visit.caller, upload_id, wish.options, keep=wish.keep)
            return job_shape(job)
        job = start_job(visit.caller, recording, wish.options, keep=wish.keep)
        intake.keep()
        return job_shape(job)

    request = {
        "path": PATH,
        "fields": form.fields,
        "sha256": recording and recording.sha256,
        "name": None if wish.is_private else recording and recording.file_name,
    }
    key, address = visit.idempotency_key, visit.address
    return answer_once(visit.caller, key, request, make, address=address)


async def _wait_for(job_id: str, visit: Visit) -> None:
    """Until the job has ended. A client that leaves ends its job, unless it can ask again."""
    try:
        await _ended(job_id, visit.body)
    except ClientGone:
        if not visit.idempotency_key:
            await in_thread(_cancel, job_id)
        raise


async def _ended(job_id: str, body: Body) -> None:
    gone = asyncio.ensure_future(body.gone())
    try:
        async with listening(job_id) as changed_within:
            while await in_thread(_is_live, job_id):
                change = asyncio.ensure_future(changed_within(LOOK_EVERY_SECONDS))
                await asyncio.wait({change, gone}, return_when=asyncio.FIRST_COMPLETED)
                if gone.done():
                    change.cancel()
                    raise ClientGone
    finally:
        gone.cancel()


def _is_live(job_id: str) -> bool:
    return Job.objects.filter(pk=job_id, status__in=LIVE).exists()


def _cancel(job_id: str) -> None:
    job = Job.objects.filter(pk=job_id).first()
    if job is not None:
        jobs.cancel(job)


def _result(job_id: str, response_format: str) -> HttpResponse:
    job = Job.objects.select_related("transcript", "handover").filter(pk=job_id).first()
    if job is None:
        raise Refusal("not_found")
    if job.status != Status.DONE:
        raise Refusal(job.failure, extra={"job": job.pk})
    if not job.keep:
        parcel = handover.take(job, response_format, "request")
        handover.end(job, End.ANSWERED)
        return _answer(job.pk, parcel.document, response_format)
    if job.transcript is None:
        raise Refusal("not_found")
    if job.is_private:
        return JsonResponse(transcript_shape(job.transcript))
    entries.handed_over(job.pk, response_format)
    document = Document.from_json(job.transcript.document)
    return _answer(job.transcript.pk, document, response_format)


def _answer(result_id: str, document: Document, response_format: str) -> HttpResponse:
    if response_format == "json":
        return JsonResponse(flat_shape(result_id, document))
    content_type, content = render(response_format, document)
    return HttpResponse(content, content_type=content_type)
