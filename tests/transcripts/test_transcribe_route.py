"""``POST /v1/transcribe``: a form in, a transcript out."""

import asyncio
import hashlib
import secrets
import time
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from accounts.models import User
from billing.models import LedgerEntry
from gpu.contract import Failure
from tests.asgi import Visitor, ask
from tests.sending import form, form_without_file, multipart
from tests.transcripts.posting import (
    HEARD,
    PATH,
    key_of,
    one_job,
    transcribe,
    working,
)
from transcripts import jobs
from transcripts.models import Job, Status, Transcript, Upload
from transcripts.vault import vault

pytestmark = pytest.mark.django_db(transaction=True)


@pytest_asyncio.fixture
async def worker() -> AsyncIterator[list[bytes]]:
    async with working(lambda claim, _data: jobs.finish(claim, HEARD)) as heard:
        yield heard


async def test_a_recording_becomes_a_transcript(worker):
    data = secrets.token_bytes(2_500_000)
    answer = await transcribe(data, "talk.mp3")
    transcript = await Transcript.objects.aget()
    assert answer.status == 200
    assert answer.json == {
        "id": transcript.pk,
        "text": "Hello there.",
        "language": "en",
        "duration": 2.5,
        "segments": [
            {
                "start": 0.0,
                "end": 2.0,
                "text": "Hello there.",
                "speaker": "Speaker 1",
                "confidence": None,
                "words": [{"word": "Hello", "start": 0.0, "end": 0.5}],
            }
        ],
        "speakers": ["Speaker 1"],
    }
    assert worker == [data]
    assert await asyncio.to_thread(lambda: transcript.title) == "talk.mp3"
    assert transcript.media_sha256 == hashlib.sha256(data).hexdigest()
    assert vault().held_bytes() == 0


@pytest.mark.parametrize(
    ("response_format", "content_type", "beginning"),
    [
        ("txt", "text/plain; charset=utf-8", b"Hello there."),
        ("srt", "application/x-subrip; charset=utf-8", b"1\n00:00:00,000 --> 00:00:0"),
        ("vtt", "text/vtt; charset=utf-8", b"WEBVTT"),
    ],
)
async def test_in_the_format_that_was_asked_for(worker, response_format, content_type, beginning):
    answer = await transcribe(b"RIFF", response_format=response_format)
    assert (answer.status, answer.headers["content-type"]) == (200, content_type)
    assert answer.body.startswith(beginning)


async def test_without_waiting_the_answer_is_the_job():
    answer = await transcribe(b"RIFF", wait="false", speakers="2", diarize="no", language="EN")
    job = await Job.objects.aget()
    told = {key: answer.json[key] for key in ("id", "status", "queue_position", "file_name")}
    assert answer.status == 202
    assert answer.headers["location"] == f"/v1/jobs/{job.pk}"
    assert told == {"id": job.pk, "status": "queued", "queue_position": 1, "file_name": "a.wav"}
    options = job.parsed_options
    assert (options.speakers, options.diarize, options.language) == (2, False, "en")
    assert vault().held_bytes() == 4


async def test_fields_may_come_after_the_file():
    head, tail, content_type = multipart({}, "a.wav")
    boundary = tail.split(b"--\r\n")[0]
    late = boundary + b'\r\nContent-Disposition: form-data; name="wait"\r\n\r\nfalse'
    answer = await ask("POST", PATH, {"Content-Type": content_type}, head + b"RIFF" + late + tail)
    assert answer.status == 202


async def test_a_finished_upload_can_be_named(worker):
    tus = {"Tus-Resumable": "1.0.0"}
    made = await ask("POST", "/v1/uploads", {**tus, "Upload-Length": 4})
    part = {**tus, "Content-Type": "application/offset+octet-stream", "Upload-Offset": 0}
    body, content_type = form_without_file({"upload": made.json["id"]})
    early = await ask("POST", PATH, {"Content-Type": content_type}, body)
    assert (early.status, early.json["code"]) == (409, "conflict")
    await ask("PATCH", made.headers["location"], part, b"RIFF")
    answer = await ask("POST", PATH, {"Content-Type": content_type}, body)
    assert answer.status == 200
    assert worker == [b"RIFF"]
    assert await Upload.objects.acount() == 0
    again = await ask("POST", PATH, {"Content-Type": content_type}, body)
    assert again.status == 404


async def test_a_failure_is_the_answer():
    async with working(lambda claim, _data: jobs.fail(claim, Failure.NO_SPEECH)):
        answer = await transcribe(b"RIFF")
    job = await Job.objects.aget()
    assert (answer.status, answer.headers["content-type"]) == (422, "application/problem+json")
    assert (answer.json["code"], answer.json["job"]) == ("no_speech", job.pk)
    assert (vault().held_bytes(), await LedgerEntry.objects.acount()) == (0, 0)


async def test_who_leaves_while_waiting_ends_the_job():
    body, content_type = form({}, "a.wav", b"RIFF")
    visitor = Visitor("POST", PATH, {"Content-Type": content_type}, body)
    asked = asyncio.create_task(visitor.ask())
    await one_job()
    visitor.leave()
    left_at = time.monotonic()
    assert (await asked).status == 0
    assert time.monotonic() - left_at < 1
    assert (await Job.objects.aget()).status == Status.CANCELLED
    assert vault().held_bytes() == 0


async def test_a_model_that_is_not_there_is_refused():
    answer = await transcribe(b"RIFF", model="large-v3")
    assert (answer.status, answer.json["code"]) == (422, "model_unavailable")


async def test_a_language_that_the_model_does_not_know_is_refused():
    answer = await transcribe(b"RIFF", language="de")
    assert (answer.status, answer.json["code"]) == (422, "language_unsupported")
    assert (await Job.objects.acount(), vault().held_bytes()) == (0, 0)


async def test_vocabulary_is_read_from_text_and_from_a_list():
    for text in ("Sotto, Moonshine\n Sotto", '["Sotto", "Moonshine"]'):
        await transcribe(b"RIFF", wait="false", vocabulary=text)

    def found():
        return [job.whole_options.vocabulary for job in Job.objects.all()]

    assert await asyncio.to_thread(found) == [("Sotto", "Moonshine")] * 2


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../x.wav", "x.wav"),
        ("a%22%0D%0AX: y.wav", 'a" X: y.wav'),
        ("x" * 4096, "x" * 200),
        ("\u202egpj.wav", "gpj.wav"),
    ],
)
async def test_U14_the_name_of_the_file_is_cleaned(sent, kept):
    answer = await transcribe(b"RIFF", sent, wait="false")
    assert (answer.status, answer.json["file_name"]) == (202, kept)


async def test_the_job_is_the_callers():
    headers = await key_of("alice@example.org")
    await transcribe(b"RIFF", headers=headers, wait="false")
    job = await Job.objects.select_related("owner").aget()
    assert job.owner is not None
    assert job.owner.email == "alice@example.org"


@pytest.mark.usefixtures("hosted")
class TestTheService:
    async def test_jobs_at_once_are_limited_also_when_they_come_at_once(self):
        headers = await key_of("alice@example.org")
        answers = await asyncio.gather(
            *(transcribe(b"RIFF", headers=headers, wait="false") for _ in range(6))
        )
        codes = sorted(answer.status for answer in answers)
        assert codes == [202, 202, 429, 429, 429, 429]
        assert vault().held_bytes() == 8

    async def test_B03_used_up_minutes_end_it(self):
        headers = await key_of("alice@example.org")
        user = await User.objects.aget()
        await LedgerEntry.objects.acreate(owner=user, job_id="old", kind="settle", minutes=595)
        await transcribe(b"RIFF", headers=headers, wait="false")
        assert (await Job.objects.aget()).parsed_options.max_seconds == 300
        second = await transcribe(b"RIFF", headers=headers, wait="false")
        assert (second.status, second.json["code"]) == (429, "too_many_jobs")
        await LedgerEntry.objects.acreate(owner=user, job_id="last", kind="settle", minutes=5)
        third = await transcribe(b"RIFF", headers=headers, wait="false")
        assert (third.status, third.json["code"]) == (402, "minutes_exhausted")

    async def test_the_plan_says_how_long_a_recording_may_be(self):
        await transcribe(b"RIFF", wait="false")
        assert (await Job.objects.aget()).parsed_options.max_seconds == 3600


async def test_at_home_nothing_is_limited():
    answers = [await transcribe(b"RIFF", wait="false") for _ in range(8)]
    assert {answer.status for answer in answers} == {202}
    assert {job.parsed_options.max_seconds async for job in Job.objects.all()} == {None}
