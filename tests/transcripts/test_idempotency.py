"""``Idempotency-Key``: sent again or twice at once, one effect and one answer."""

import asyncio
import hashlib
import json
import secrets
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from billing.models import LedgerEntry
from tests.asgi import Visitor
from tests.sending import form
from tests.transcripts.posting import (
    HEARD,
    PATH,
    key_of,
    one_job,
    transcribe,
    working,
)
from tests.transcripts.things import a_person
from transcripts import jobs
from transcripts.idempotency import answer_once
from transcripts.models import IdempotencyKey, Job, Status, Transcript
from transcripts.vault import vault

pytestmark = pytest.mark.django_db(transaction=True)


@pytest_asyncio.fixture
async def worker() -> AsyncIterator[list[bytes]]:
    async with working(lambda claim, _data: jobs.finish(claim, HEARD)) as heard:
        yield heard


async def test_B01_sent_twenty_times_at_once_makes_one_job(worker):
    key = {"Idempotency-Key": secrets.token_hex()}
    answers = await asyncio.gather(*(transcribe(b"RIFF", headers=key) for _ in range(20)))
    assert {answer.status for answer in answers} == {200}
    assert {answer.body for answer in answers} == {answers[0].body}
    assert (await Job.objects.acount(), await LedgerEntry.objects.acount()) == (1, 1)
    assert (worker, vault().held_bytes()) == ([b"RIFF"], 0)


async def test_B01_the_job_is_described_the_same_again():
    key = {"Idempotency-Key": "again"}
    first = await transcribe(b"RIFF", headers=key, wait="false")
    await Job.objects.aupdate(status=Status.RUNNING)
    again = await transcribe(b"RIFF", headers=key, wait="false")
    assert (again.status, again.json) == (202, first.json)  # PostgreSQL orders keys anew
    assert again.headers["location"] == first.headers["location"]


@pytest.mark.parametrize("change", [{"data": b"RIFX"}, {"speakers": "2"}, {"file_name": "b.wav"}])
async def test_B02_another_request_under_the_same_key_is_refused(change):
    key = {"Idempotency-Key": "same"}
    await transcribe(b"RIFF", headers=key, wait="false")
    other = await transcribe(**{"data": b"RIFF", "headers": key, "wait": "false", **change})
    assert (other.status, set(other.json["errors"])) == (422, {"Idempotency-Key"})
    assert (await Job.objects.acount(), vault().held_bytes()) == (1, 4)


async def test_a_refused_request_does_not_use_up_its_key():
    key = {"Idempotency-Key": "later"}
    assert (await transcribe(b"RIFF", headers=key, language="de")).status == 422
    assert (await transcribe(b"RIFF", headers=key, wait="false")).status == 202


async def test_keys_of_two_callers_are_two_keys():
    owners = [await key_of(email) for email in ("a@example.org", "b@example.org")]
    for owner in owners:
        await transcribe(b"RIFF", headers={**owner, "Idempotency-Key": "k"}, wait="false")
    assert await Job.objects.acount() == 2


async def test_who_can_ask_again_may_leave():
    body, content_type = form({}, "a.wav", b"RIFF")
    headers = {"Content-Type": content_type, "Idempotency-Key": "k"}
    visitor = Visitor("POST", PATH, headers, body)
    asked = asyncio.create_task(visitor.ask())
    await one_job()
    visitor.leave()
    await asked
    assert (await Job.objects.aget()).status == Status.QUEUED


async def test_a_deleted_transcript_does_not_come_back_by_its_key(worker):
    key = {"Idempotency-Key": "k"}
    assert (await transcribe(b"RIFF", headers=key)).status == 200
    await Transcript.objects.all().adelete()
    assert (await transcribe(b"RIFF", headers=key)).status == 404
    body = await asyncio.to_thread(kept_answers)
    assert "Hello" not in body


def kept_answers() -> str:
    return json.dumps([row.body for row in IdempotencyKey.objects.all()])


def test_what_was_asked_cannot_be_guessed_from_its_row():
    asked = {"path": "/v1/uploads", "length": 1000, "name": "interview.mp3"}
    answer_once(a_person().caller, "up", asked, lambda: {"id": "x"})
    guess = hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()
    assert IdempotencyKey.objects.get().request_digest != guess
