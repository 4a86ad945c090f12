"""``POST /v1/transcripts/{id}/retranscribe``: the recording once more, for another model to hear."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from gpu.contract import Options
from transcripts.admission import start_job, start_job_from_upload
from transcripts.api.multipart import FormReader
from transcripts.api.options import Fields, boolean
from transcripts.api.shapes import job_shape
from transcripts.api.transcribe import limit_at_the_door, read_form
from transcripts.api.visits import Visit, in_thread
from transcripts.idempotency import Answer, answer_once
from transcripts.models import Transcript
from transcripts.recording import Intake
from transcripts.retranscribing import require_nobody_hears, transcript_to_hear_again


@dataclass(frozen=True)
class Wish:
    transcript: Transcript
    options: Options
    upload: str


async def retranscribe(visit: Visit, transcript_id: str) -> HttpResponse:
    transcript = await in_thread(_at_the_door, visit, transcript_id)
    limit_bytes = await in_thread(limit_at_the_door, visit)
    with Intake(limit_bytes, visit.body.length_bytes) as intake:
        form = await read_form(visit, intake, limit_bytes)
        wish = _wish_of(form, transcript)
        answer = await in_thread(_start, visit, form, intake, wish)
    headers = {"Location": f"/v1/jobs/{answer['id']}"}
    return JsonResponse(answer, status=202, headers=headers)


def _at_the_door(visit: Visit, transcript_id: str) -> Transcript:
    """Before the first byte. Whoever asks again under the same key has its answer instead."""
    transcript = transcript_to_hear_again(visit.caller, transcript_id)
    if not visit.idempotency_key:
        require_nobody_hears(transcript)
    return transcript


def _wish_of(form: FormReader, transcript: Transcript) -> Wish:
    """Raises Refusal ``validation_failed``."""
    fields = Fields(form.fields)
    upload = form.fields.get("upload", "")
    if form.has_file == bool(upload):
        fields.errors["file"] = _("Send a recording as “file”, or name a finished “upload”.")
    if fields.read("private", boolean, default=False):
        fields.errors["private"] = _("What is heard again is kept as the transcript is.")
    return Wish(transcript, fields.options(), upload)


def _start(visit: Visit, form: FormReader, intake: Intake, wish: Wish) -> Answer:
    recording = intake.finish(form.file_name or "") if form.has_file else None
    caller, again = visit.caller, wish.transcript

    def make() -> Answer:
        require_nobody_hears(again)
        if recording is None:
            return job_shape(
                start_job_from_upload(caller, wish.upload, wish.options, part_of=again)
            )
        job = start_job(caller, recording, wish.options, part_of=again)
        intake.keep()
        return job_shape(job)

    request = {
        "path": visit.request.path,
        "fields": form.fields,
        "sha256": recording and recording.sha256,
        "name": recording and recording.file_name,
    }
    return answer_once(caller, visit.idempotency_key, request, make, address=visit.address)
