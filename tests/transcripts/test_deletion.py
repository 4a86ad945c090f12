"""P07: a deleted transcript is gone at once from every answer and from everything that listens."""

import asyncio
import time

import pytest
from asgiref.sync import sync_to_async
from django.db import transaction
from django.test import AsyncClient, Client
from django.urls import reverse

from privacy import erasure
from privacy.erasure import Erased
from privacy.models import ContentKey, Deletion, Receipt
from privacy.sweeper import sweep_once
from tests.transcripts.posting import HEARD, transcribe, working
from tests.transcripts.recorded import a_result, submitted
from tests.transcripts.test_access_matrix import addresses
from tests.transcripts.test_consumers import Guest, socket
from tests.transcripts.things import STRANGER, Api, Person, a_person, a_transcript
from transcripts import editing, jobs
from transcripts.document import Document
from transcripts.failures import Refusal
from transcripts.models import IdempotencyKey, Job, Transcript

pytestmark = pytest.mark.django_db(transaction=True)
WITHIN_SECONDS = 1.0


@pytest.fixture
def alice() -> Person:
    return a_person("alice")


@pytest.fixture
def transcript(alice) -> Transcript:
    submitted(caller=alice.caller)
    jobs.finish(jobs.claim("w"), a_result())
    return Transcript.objects.get()


def places(transcript: Transcript) -> list[str]:
    """Every address that is about it, or about its job; a receipt outlives both."""
    values = {
        "transcript_id": transcript.pk,
        "job_id": transcript.job.pk,
        "format_id": "txt",
        "speaker_id": "s1",
        "number": 1,
        "share_id": "none",
    }
    about = [one for one in addresses() if "transcript_id" in one or "job_id" in one]
    return ["/" + one.format(**values) for one in about if "receipt" not in one]


def answers(api: Api, addresses: list[str]) -> dict[str, int]:
    return {one: api("GET", one).status_code for one in addresses if not one.endswith("/events")}


@pytest.mark.parametrize("way", ["api", "page", "sweeper"])
def test_P07_gone_from_every_answer(alice, transcript, way):
    browser, api = alice.browser, alice.api
    everywhere = places(transcript)
    before = answers(api, everywhere) | answers(browser, everywhere)
    open_before = [address for address, status in before.items() if status in {200, 302, 286}]
    assert len(open_before) >= 8
    delete_by(way, alice, transcript)
    after = {status for who in (api, browser) for status in answers(who, open_before).values()}
    assert after == {404}
    for query in ("", "?q=morning", "?q=talk"):
        assert api("GET", f"/v1/transcripts{query}").json()["results"] == []
        assert "talk.wav" not in browser("GET", f"/library/{query}").content.decode()
    assert api("GET", "/v1/jobs").json()["results"] == []
    assert not Job.objects.exists()
    assert not ContentKey.objects.exists()
    assert Deletion.objects.get().object_id == transcript.pk
    receipt = Receipt.objects.get()
    assert receipt.entries.last().event == "deleted"
    assert receipt.expires_at is not None


def delete_by(way: str, alice: Person, transcript: Transcript) -> None:
    if way == "api":
        assert alice.api("DELETE", f"/v1/transcripts/{transcript.pk}").status_code == 204
    elif way == "page":
        client = Client()
        client.force_login(alice.user)
        client.post(reverse("transcript-delete", args=[transcript.pk]))
    else:
        Deletion.objects.create(kind="transcript", object_id=transcript.pk)  # cut short by a crash
        assert sweep_once()["deletions"] == 1


def test_P07_no_answer_may_be_kept_by_a_cache(alice, transcript):
    everywhere = places(transcript)
    for who in (alice.api, alice.browser):
        for address in everywhere:
            if address.endswith("/events"):
                continue
            answer = who("GET", address)
            if answer.status_code == 200:
                assert "no-store" in answer.headers["Cache-Control"], address


def test_P07_what_other_apps_keep_of_it_goes_in_the_same_moment(transcript, monkeypatch):
    gone = []
    hook = Erased("contributions", gone.extend, lambda user: None)
    monkeypatch.setattr(erasure, "_erased", {"contributions": hook})
    pk = transcript.pk
    editing.delete_transcript(transcript)
    assert gone == [pk]


def delete_under(job: Job) -> None:
    """Its transcript, while the job is still shown as waiting: nothing else announces a change."""
    transcript = a_transcript(STRANGER)
    Job.objects.filter(transcript=transcript).delete()
    Job.objects.filter(pk=job.pk).update(transcript=transcript)
    editing.delete_transcript(transcript)


async def test_P07_an_open_socket_is_closed():
    guest = await sync_to_async(Guest)()
    job = await sync_to_async(submitted)(caller=guest.caller)
    connection = socket(job.pk, guest.cookie)
    assert (await connection.connect())[0]
    await connection.receive_from()
    await sync_to_async(delete_under)(job)
    frames = []
    async with asyncio.timeout(WITHIN_SECONDS):
        while (message := await connection.receive_output())["type"] != "websocket.close":
            frames.append(message["text"])
    assert message["code"] == 4404
    assert "/t/" not in "".join(frames)
    await connection.wait()


async def test_P07_an_open_stream_of_events_ends():
    job = await sync_to_async(submitted)()
    answer = await AsyncClient().get(f"/v1/jobs/{job.pk}/events")
    chunks = aiter(answer.streaming_content)
    assert (await anext(chunks)).startswith(b"retry")
    assert b'"status": "queued"' in await anext(chunks)
    following = asyncio.ensure_future(anext(chunks))
    await asyncio.sleep(0.1)
    await sync_to_async(delete_under)(job)
    with pytest.raises(StopAsyncIteration):
        await asyncio.wait_for(following, WITHIN_SECONDS)


async def test_P07_a_request_that_waits_for_it_is_told():
    """The same request again makes a new job: nothing of the old answer was kept."""
    deleted_at = []

    def end(held: jobs.Claim, _audio: bytes) -> None:
        with transaction.atomic():  # in one moment, so that nobody sees it in between
            assert jobs.finish(held, HEARD)
            editing.delete_transcript(Transcript.objects.get(job=held.job_id))
        deleted_at.append(time.monotonic())

    async with working(end):
        answer = await transcribe(b"sound", headers={"Idempotency-Key": "one"})
    assert time.monotonic() - deleted_at[0] < WITHIN_SECONDS
    assert (answer.status, answer.json["code"]) == (404, "not_found")
    assert not await sync_to_async(IdempotencyKey.objects.exists)()
    assert not await sync_to_async(ContentKey.objects.exists)()


def test_a_change_that_comes_too_late_brings_nothing_back(alice, transcript):
    """E09: with the key gone, nothing can be sealed any more; with the row gone, nothing saved."""
    open_elsewhere = Transcript.objects.get()
    document = Document.from_json(open_elsewhere.document)
    editing.delete_transcript(transcript)
    with pytest.raises(Refusal, match="not_found"):
        editing.save_document(open_elsewhere, document, base_version=1)
    answer = alice.api("PATCH", f"/v1/transcripts/{open_elsewhere.pk}", {"title": "Back"})
    assert answer.status_code == 404
    assert not Transcript.objects.exists()
