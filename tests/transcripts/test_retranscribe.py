"""``POST /v1/transcripts/{id}/retranscribe``: another machine hears it; what people made stays."""

import asyncio
import secrets
from dataclasses import replace

import pytest
from asgiref.sync import sync_to_async

from accounts.callers import Caller
from billing.models import LedgerEntry
from gpu.contract import EMBEDDED_MODEL_ID, Failure
from privacy import receipts
from privacy.consent import Interface, choose
from privacy.content_keys import shred
from privacy.models import Receipt
from tests.asgi import ask
from tests.sending import form, form_without_file
from tests.transcripts.posting import working
from tests.transcripts.things import STRANGER, Api, a_document, a_person, a_transcript
from transcripts import editing, jobs
from transcripts.document import Document, Segment, Speaker, Word
from transcripts.editing import Change
from transcripts.imports import MODEL as IMPORTED
from transcripts.models import Job, Status, Transcript, Version
from transcripts.vault import vault

pytestmark = pytest.mark.django_db(transaction=True)

FIRST = Segment("g1", 0.0, 8.0, "Hello, welcome. Thank you.", "s1")
FRESH = Document(
    language="en",
    duration=10.2,
    model=EMBEDDED_MODEL_ID,
    speakers=[Speaker("s1", "Speaker 1"), Speaker("s2", "Speaker 2")],
    segments=[
        Segment("g1", 0.0, 8.0, "Hallo, welcome. Thank you!", "s1"),
        Segment(
            "g2",
            8.5,
            9.5,
            "Yes, sir.",
            "s2",
            words=[Word("Yes,", 8.5, 9.0, 0.9, "s2"), Word("sir.", 9.0, 9.5, 0.9, "s2")],
        ),
    ],
)


async def retranscribe(transcript: Transcript, data: bytes = b"RIFF", headers=None, **fields: str):
    body, content_type = form(fields, "a.wav", data)
    path = f"/v1/transcripts/{transcript.pk}/retranscribe"
    return await ask("POST", path, {"Content-Type": content_type, **(headers or {})}, body)


def edited(caller: Caller = STRANGER) -> Transcript:
    """Version 2: somebody has written the first segment anew."""
    transcript = a_transcript(caller)
    change(transcript, {"op": "text", "segment": "g1", "text": "Welcome, all."}, caller)
    return transcript


def change(transcript: Transcript, operation: dict, caller: Caller = STRANGER) -> None:
    transcript.refresh_from_db()
    editing.apply(transcript, Change(transcript.version, [operation], author=caller.user))


def texts(transcript: Transcript) -> list[str]:
    return [row["text"] for row in Transcript.objects.get(pk=transcript.pk).document["segments"]]


async def ended(answer, headers=None) -> dict:
    path = f"/v1/jobs/{answer.json['id']}"
    async with asyncio.timeout(20):
        while True:
            job = (await ask("GET", path, headers)).json
            if job["status"] not in {"queued", "running"}:
                return job
            await asyncio.sleep(0.02)


async def test_what_a_person_wrote_stays_and_the_rest_is_new():
    transcript = await sync_to_async(edited)()
    async with working(lambda claim, _data: jobs.finish(claim, FRESH)) as heard:
        data = secrets.token_bytes(500_000)
        answer = await retranscribe(transcript, data, language="en")
        job = await ended(answer)
    assert (answer.status, answer.headers["location"]) == (202, f"/v1/jobs/{job['id']}")
    told = ("status", "error", "transcript", "retranscribes", "keep", "minutes", "language")
    assert [job[name] for name in told] == [
        *("done", None, transcript.pk, transcript.pk, True, 1, "en"),
    ]
    assert heard == [data]
    assert vault().held_bytes() == 0
    assert await sync_to_async(texts)(transcript) == ["Welcome, all.", "Yes, sir."]
    await sync_to_async(transcript.refresh_from_db)()
    assert (transcript.version, transcript.duration_seconds) == (3, 10.2)
    assert await Transcript.objects.acount() == 1
    assert await LedgerEntry.objects.acount() == 1


async def test_it_is_a_version_of_the_machine_and_goes_back_like_every_other():
    transcript = await sync_to_async(edited)()
    before = transcript.document
    async with working(lambda claim, _data: jobs.finish(claim, FRESH)):
        await ended(await retranscribe(transcript))
    path = f"/v1/transcripts/{transcript.pk}/versions"
    page = (await ask("GET", path)).json
    newest = page["results"][0]
    assert {name: newest[name] for name in ("number", "author", "heard_by", "kinds")} == {
        "number": 3,
        "author": None,
        "heard_by": "Moonshine tiny",
        "kinds": {"heard_again": 1},
    }
    assert (page["current"], page["machine"], page["hearings"]) == (3, 3, [3, 1])
    whole = (await ask("GET", f"{path}/3")).json
    assert [row["text"] for row in whole["heard"]["segments"]] == [
        row.text for row in FRESH.segments
    ]
    back = await ask("POST", f"{path}/2/restore", {"Content-Type": "application/json"}, b"{}")
    assert (back.status, back.json["version"]) == (200, 4)
    await sync_to_async(transcript.refresh_from_db)()
    assert transcript.document == before
    assert (await ask("GET", path)).json["machine"] == 1
    first = (await ask("GET", f"{path}/1")).json
    assert first["document"] == first["heard"] == a_document().to_json()
    assert (first["heard_by"], whole["heard_by"]) == ("Moonshine tiny",) * 2
    second = (await ask("GET", f"{path}/2")).json
    assert (second["heard"], second["heard_by"]) == (None, None)


async def test_edits_made_while_it_works_are_in_it():
    transcript = await sync_to_async(edited)()

    def end(claim, _data):
        change(transcript, {"op": "text", "segment": "g2", "text": "Yes indeed."})
        jobs.finish(claim, FRESH)

    async with working(end):
        await ended(await retranscribe(transcript))
    assert await sync_to_async(texts)(transcript) == ["Welcome, all.", "Yes indeed."]


async def test_an_edit_made_before_it_and_sent_after_it_is_in_it_too():
    transcript = await sync_to_async(edited)()
    async with working(lambda claim, _data: jobs.finish(claim, FRESH)):
        await ended(await retranscribe(transcript))
    path = f"/v1/transcripts/{transcript.pk}/operations"

    async def say(segment: str, text: str):
        operation = {"op": "text", "segment": segment, "text": text}
        body = {"base_version": 2, "operations": [operation]}
        return await sync_to_async(Api())("POST", path, body)

    merged = await say("g1", "Welcome, everybody.")
    assert (merged.status_code, merged.json()["version"]) == (200, 4)
    anew = await say("g2", "Yes indeed.")
    assert (anew.status_code, anew.json()["version"]) == (200, 5)
    assert [other["heard_by"] for other in anew.json()["others"]] == ["Moonshine tiny", None]
    assert await sync_to_async(texts)(transcript) == ["Welcome, everybody.", "Yes indeed."]
    clash = await say("g2", "Yes, of course.")
    assert clash.status_code == 409
    assert clash.json()["conflicts"] == [
        {"segment": "g2", "yours": "Yes, of course.", "theirs": "Yes indeed."}
    ]


async def test_an_edit_of_a_segment_that_is_part_of_another_now_is_not_lost():
    transcript = await sync_to_async(a_transcript)(STRANGER)
    words = [Word(text, at, at + 0.5, 0.9, "s1") for text, at in (("Hi", 1.0), ("yes", 8.6))]
    whole = Segment("g1", 0.0, 9.5, "Hi yes", "s1", words=words)
    async with working(lambda claim, _data: jobs.finish(claim, replace(FRESH, segments=[whole]))):
        await ended(await retranscribe(transcript))
    body = {"base_version": 1, "operations": [{"op": "text", "segment": "g2", "text": "Yes!"}]}
    path = f"/v1/transcripts/{transcript.pk}/operations"
    saved = await sync_to_async(Api())("POST", path, body)
    assert (saved.status_code, saved.json()["version"]) == (200, 3)
    assert await sync_to_async(texts)(transcript) == ["Hi", "Yes!"]


async def test_another_recording_leaves_the_transcript_as_it_was():
    transcript = await sync_to_async(edited)()
    other = replace(FRESH, duration=13.0)
    async with working(lambda claim, _data: jobs.finish(claim, other)):
        job = await ended(await retranscribe(transcript))
    assert (job["status"], job["error"]["code"], job["minutes"]) == ("failed", "other_recording", 0)
    assert await sync_to_async(texts)(transcript) == ["Welcome, all.", "Yes."]
    async with working(lambda claim, _data: jobs.fail(claim, Failure.TOO_LONG)):
        job = await ended(await retranscribe(transcript))
    assert job["error"]["code"] == "other_recording"
    row = await Job.objects.aget(pk=job["id"])
    assert row.parsed_options.max_seconds == 12.0
    await sync_to_async(transcript.refresh_from_db)()
    assert transcript.version == 2
    assert vault().held_bytes() == 0


async def test_of_two_at_once_the_second_is_refused_and_cancelling_makes_room():
    transcript = await sync_to_async(edited)()
    first = await retranscribe(transcript)
    second = await retranscribe(transcript)
    assert (first.status, second.status, second.json["code"]) == (202, 409, "retranscribing")
    assert await Job.objects.filter(retranscribes=transcript).acount() == 1
    assert (await ask("DELETE", f"/v1/jobs/{first.json['id']}")).status == 204
    assert vault().held_bytes() == 0
    assert (await retranscribe(transcript)).status == 202


async def test_two_that_come_together_are_told_apart_by_the_database():
    transcript = await sync_to_async(edited)()
    answers = await asyncio.gather(*(retranscribe(transcript) for _ in range(4)))
    assert sorted(answer.status for answer in answers) == [202, 409, 409, 409]
    assert vault().held_bytes() == 4


async def test_asked_twice_under_one_key_it_works_once():
    transcript = await sync_to_async(edited)()
    key = {"Idempotency-Key": "once"}
    first, again = [await retranscribe(transcript, headers=key) for _ in range(2)]
    assert (first.status, first.json) == (again.status, again.json)
    assert await Job.objects.filter(retranscribes=transcript).acount() == 1
    other = await retranscribe(transcript, b"other", headers=key)
    assert (other.status, other.json["errors"].keys()) == (422, {"Idempotency-Key"})


async def test_a_finished_upload_can_be_named():
    transcript = await sync_to_async(edited)()
    tus = {"Tus-Resumable": "1.0.0"}
    made = await ask("POST", "/v1/uploads", {**tus, "Upload-Length": 4})
    part = {**tus, "Content-Type": "application/offset+octet-stream", "Upload-Offset": 0}
    await ask("PATCH", made.headers["location"], part, b"RIFF")
    body, content_type = form_without_file({"upload": made.json["id"]})
    path = f"/v1/transcripts/{transcript.pk}/retranscribe"
    async with working(lambda claim, _data: jobs.finish(claim, FRESH)) as heard:
        await ended(await ask("POST", path, {"Content-Type": content_type}, body))
    assert heard == [b"RIFF"]
    assert await sync_to_async(texts)(transcript) == ["Welcome, all.", "Yes, sir."]


@pytest.mark.parametrize(
    ("fields", "field"),
    [({"model": "no"}, "model"), ({"upload": "x"}, "file"), ({"language": "?"}, "language")],
)
async def test_wrong_fields_are_named(fields, field):
    transcript = await sync_to_async(edited)()
    answer = await retranscribe(transcript, **fields)
    assert (answer.status, answer.json["errors"].keys()) == (422, {field})
    assert vault().held_bytes() == 0


async def test_text_that_was_brought_in_cannot_be_heard():
    transcript = await sync_to_async(a_transcript)(STRANGER, model=IMPORTED)
    answer = await retranscribe(transcript)
    assert (answer.status, answer.json["code"]) == (422, "not_transcribed")


async def test_deleting_the_transcript_ends_the_job_and_nothing_comes_back():
    transcript = await sync_to_async(edited)()
    deleted = asyncio.Event()
    loop = asyncio.get_running_loop()

    def end(claim, _data):
        editing.delete_transcript(Transcript.objects.get())
        assert jobs.finish(claim, FRESH) is False
        loop.call_soon_threadsafe(deleted.set)

    async with working(end):
        answer = await retranscribe(transcript)
        await asyncio.wait_for(deleted.wait(), 20)
    assert await Transcript.objects.acount() == 0
    assert await Job.objects.acount() == 0
    assert vault().held_bytes() == 0
    receipt = (await ask("GET", f"/v1/jobs/{answer.json['id']}/receipt")).json
    happened = [entry["event"] for entry in receipt["entries"]]
    assert happened == ["received", "held", "taken", "ended", "destroyed", "deleted"]


async def test_a_transcript_whose_key_is_gone_takes_nothing():
    transcript = await sync_to_async(edited)()

    def end(claim, _data):
        shred([transcript.key_id])
        jobs.finish(claim, FRESH)

    async with working(end):
        job = await ended(await retranscribe(transcript))
    assert (job["status"], job["error"]["code"]) == ("failed", "not_found")


async def test_a_worker_that_dies_leaves_no_second_version():
    transcript = await sync_to_async(edited)()
    dead = []

    def end(claim, _data):
        if not dead:
            dead.append(claim)
            jobs.crashed(claim)
            return
        assert jobs.finish(dead[0], FRESH) is False
        assert jobs.finish(claim, FRESH) is True
        assert jobs.finish(claim, FRESH) is False

    async with working(end):
        job = await ended(await retranscribe(transcript))
    assert job["status"] == "done"
    assert await Version.objects.filter(transcript=transcript).acount() == 2
    assert await sync_to_async(texts)(transcript) == ["Welcome, all.", "Yes, sir."]


async def test_both_receipts_tell_of_it():
    transcript = await sync_to_async(edited)()
    async with working(lambda claim, _data: jobs.finish(claim, FRESH)):
        job = await ended(await retranscribe(transcript))
    receipt = await Receipt.objects.aget(pk=job["id"])
    entries = [row async for row in receipt.entries.all()]
    assert [entry.event for entry in entries] == [
        *("received", "held", "taken", "decoded", "recognised", "stored", "changed", "destroyed"),
    ]
    assert entries[6].facts == {"what": "document", "version": 3}
    assert await sync_to_async(receipts.faults)(receipt) == []


async def test_in_keep_nothing_mode_the_transcript_changes_and_the_names_go():
    alice = await sync_to_async(a_person)()
    await sync_to_async(choose)(alice.user, "keep_nothing", "on", Interface.PAGE)
    transcript = await sync_to_async(edited)(alice.caller)
    key = {"Authorization": f"Bearer {(await sync_to_async(lambda: alice.api)()).key}"}
    async with working(lambda claim, _data: jobs.finish(claim, FRESH)):
        answer = await retranscribe(transcript, headers=key)
        await ended(answer, headers=key)
    job = await Job.objects.aget(pk=answer.json["id"])
    assert (job.status, job.keep) == (Status.DONE, False)
    assert await sync_to_async(lambda: job.file_name)() == ""
    assert await sync_to_async(texts)(transcript) == ["Welcome, all.", "Yes, sir."]
