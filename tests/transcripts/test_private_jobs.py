"""Private jobs: who may have one, what becomes of it, and what is told of it nowhere."""

import json
from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from django.core import mail
from django.test import Client
from django.utils import timezone

from privacy import consent, keyring
from privacy.consent import Interface
from privacy.models import ContentKey, Entry
from tests.accounts.test_keyring import a_ring
from tests.asgi import ask
from tests.sending import form
from tests.sweeping import sweep
from tests.transcripts.locked import (
    OTHER_PUBLIC_KEY,
    PUBLIC_KEY,
    a_private_job,
    a_private_transcript,
    opened,
    with_keyring,
)
from tests.transcripts.posting import transcribe, working
from tests.transcripts.recorded import a_result
from tests.transcripts.things import Api, Person, a_guest, a_person, a_transcript, an_upload
from transcripts import handover, jobs, restored
from transcripts.idempotency import answer_once
from transcripts.index.models import Label, Listed
from transcripts.models import Handover, IdempotencyKey, Job, Transcript

pytestmark = pytest.mark.django_db

ASKED = {"private": True, "public_key": PUBLIC_KEY}
NAME, TERM = "kennedy speech.flac", "Fitzgerald"


@pytest.fixture
def alice() -> Person:
    return with_keyring(a_person("alice"))


def post(api: Api, caller, **fields):
    upload = an_upload(caller, file_name=NAME)
    return api("POST", "/v1/jobs", {"upload": upload.pk, **fields})


def test_what_the_upload_knew_of_its_name_is_destroyed_at_once(alice):
    upload = an_upload(alice.caller, file_name=NAME)
    answer_once(alice.caller, "up", {}, lambda: {"id": upload.pk, "file_name": NAME})
    key = upload.content_key
    asked = {"upload": upload.pk, **ASKED}
    assert alice.api("POST", "/v1/jobs", asked).status_code == 202
    assert IdempotencyKey.objects.get(about=upload.pk).body["file_name"] == ""
    assert bytes(ContentKey.objects.get(pk=upload.pk).key) != key


def errors(answer) -> tuple[int, list[str]]:
    return answer.status_code, sorted(answer.json().get("errors", {}))


# --- at the door


def test_a_private_job_is_made_of_an_upload_and_has_no_name(alice):
    answer = post(alice.api, alice.caller, **ASKED, vocabulary=[TERM])
    assert answer.status_code == 202
    made = {name: answer.json()[name] for name in ("private", "keep", "file_name")}
    assert made == {"private": True, "keep": True, "file_name": ""}
    job = Job.objects.get()
    assert (job.public_key, job.sha256, job.file_name) == (PUBLIC_KEY, "", "")


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"private": True}, ["public_key"]),
        ({"public_key": PUBLIC_KEY}, ["public_key"]),
        ({"private": False, "public_key": PUBLIC_KEY}, ["public_key"]),
        ({"private": True, "public_key": OTHER_PUBLIC_KEY}, ["public_key"]),
        ({"private": True, "public_key": "AAAA"}, ["public_key"]),
        ({"private": True, "public_key": "BA" + "A" * 85}, ["public_key"]),
        ({**ASKED, "keep": False}, ["keep"]),
    ],
)
def test_what_does_not_fit_together_is_refused_by_name(alice, fields, wrong):
    assert errors(post(alice.api, alice.caller, **fields)) == (422, wrong)
    assert not Job.objects.exists()


def test_without_a_keyring_or_an_account_there_is_none():
    bob, (guest, caller) = a_person("bob"), a_guest()
    assert errors(post(bob.api, bob.caller, **ASKED)) == (422, ["public_key"])
    assert errors(post(guest, caller, **ASKED)) == (422, ["public_key"])
    assert not Job.objects.exists()


def test_in_the_service_the_plan_must_have_it(alice, hosted, settings):
    refused = post(alice.api, alice.caller, **ASKED)
    assert (refused.status_code, refused.json()["code"]) == (403, "plan_required")
    settings.PRIVATE_TRANSCRIPTS = True
    assert post(alice.api, alice.caller, **ASKED).status_code == 202


def test_private_wins_over_keep_nothing(alice):
    consent.choose(alice.user, "keep_nothing", "on", Interface.PAGE)
    transcript = a_private_transcript(alice)
    assert post(alice.api, alice.caller, **ASKED).json()["keep"] is True
    assert (transcript.is_private, Handover.objects.count()) == (True, 0)


# --- the worker


def test_the_result_is_sealed_to_the_key_and_says_what_was_heard(alice):
    transcript = a_private_transcript(alice)
    kept = transcript.document
    assert sorted(kept) == ["job", "public_key", "sealed"]
    assert (kept["public_key"], kept["job"]) == (PUBLIC_KEY, transcript.job.pk)
    assert opened(kept, alice.user, transcript.pk) == a_result().to_json()


def test_of_the_transcript_nothing_else_is_told(alice):
    transcript = a_private_transcript(alice)
    told = {
        name: getattr(transcript, name)
        for name in ("title", "folder", "tags", "machine", "heard", "media_sha256", "version")
    }
    assert told == {
        "title": "",
        "folder": "",
        "tags": [],
        "machine": {},
        "heard": {},
        "media_sha256": "",
        "version": 0,
    }
    shown = (transcript.language, transcript.model, transcript.duration_seconds)
    assert shown == ("en", "moonshine-tiny-en", 61.0)
    assert not transcript.versions.exists()
    listed = Listed.objects.get()
    assert (listed.title, listed.title_order, listed.folder) == ("", "", "")
    assert not Label.objects.exists()
    assert alice.api("GET", "/v1/transcripts?q=morning").json()["results"] == []


def test_the_terms_go_when_the_job_ends(alice):
    transcript = a_private_transcript(alice, vocabulary=(TERM,))
    job = Job.objects.get(pk=transcript.job.pk)
    assert (job.vocabulary, job.file_name) == ([], "")
    assert (bytes(job.sealed_vocabulary), bytes(job.sealed_file_name)) == (b"", b"")
    assert ContentKey.objects.filter(pk=job.key_id).exists()  # or a restore would take it for lost


def test_after_a_restore_its_job_is_not_taken_for_one_that_nobody_can_read(alice):
    a_private_transcript(alice, vocabulary=(TERM,))
    assert restored.check(only_look=True).unreadable == {}


def test_an_answer_that_is_kept_forgets_the_terms_too(alice):
    upload = an_upload(alice.caller, file_name=NAME)
    asked = {"upload": upload.pk, **ASKED, "vocabulary": [TERM]}
    first = alice.api("POST", "/v1/jobs", asked, **{"Idempotency-Key": "once"})
    assert first.json()["vocabulary"] == [TERM]
    jobs.cancel(Job.objects.get())
    body = IdempotencyKey.objects.get().body
    assert (body["vocabulary"], body["file_name"]) == ([], "")


def test_the_receipt_tells_of_ciphertext_and_of_no_file(alice):
    transcript = a_private_transcript(alice)
    entries = dict(Entry.objects.filter(receipt=transcript.job.pk).values_list("event", "facts"))
    stored = entries["stored"]
    assert (stored["form"], stored["sealed_bytes"]) == (
        "ciphertext",
        len(transcript.sealed_document),
    )
    assert "sha256" not in entries["received"]
    shown = alice.browser.client.get(f"/receipts/{transcript.job.pk}/").content.decode()
    assert "as ciphertext that the server cannot read" in shown
    assert "noted neither a name nor a SHA-256" in shown


def test_after_a_rotation_the_key_of_the_job_counts(alice):
    job = a_private_job(alice)
    ring = a_ring("made_by_python", epoch=2)
    ring["pairs"].append(a_ring()["pairs"][0])
    keyring.keep(alice.user, ring, 2, instead_of=1)
    jobs.finish(jobs.claim("w"), a_result())
    transcript = Transcript.objects.get(job=job)
    assert transcript.document["public_key"] == PUBLIC_KEY
    assert opened(transcript.document, alice.user, transcript.pk) == a_result().to_json()


@pytest.mark.parametrize("ring_after", [None, "made_by_python"])
def test_what_would_be_sealed_to_keys_that_are_gone_is_destroyed(alice, ring_after):
    """It was sent in the instant in which its owner started over, and so was not cancelled."""
    job = a_private_job(alice)
    held = jobs.claim("w")
    keyring.forget(alice.user)
    if ring_after:
        keyring.keep(alice.user, a_ring(ring_after), 1, instead_of=keyring.NONE_YET)
    assert jobs.finish(held, a_result())
    ended = alice.api("GET", f"/v1/jobs/{job.pk}").json()
    assert (ended["status"], ended["error"]["code"]) == ("failed", "keys_gone")
    assert (ended["transcript"], ended["minutes"], Transcript.objects.count()) == (None, 0, 0)
    last = Entry.objects.filter(receipt=job.pk, event="ended").get()
    assert last.facts == {"how": "failed", "why": "keys_gone"}


def test_after_a_crash_it_is_heard_again_and_sealed_anew(alice):
    a_private_job(alice, vocabulary=(TERM,))
    held = jobs.claim("w")
    assert held.options.vocabulary == (TERM,)
    assert jobs.crashed(held)
    again = jobs.claim("x")
    assert (again.attempt, again.options.vocabulary) == (2, (TERM,))
    assert not jobs.finish(held, a_result())
    assert jobs.finish(again, a_result())
    transcript = Transcript.objects.get()
    assert opened(transcript.document, alice.user, transcript.pk) == a_result().to_json()


def test_a_cancelled_one_leaves_nothing(alice):
    job = a_private_job(alice)
    held = jobs.claim("w")
    assert alice.api("DELETE", f"/v1/jobs/{job.pk}").status_code == 204
    assert not jobs.finish(held, a_result())
    assert not Transcript.objects.exists()
    Job.objects.update(finished_at=timezone.now() - timedelta(days=31))
    assert sweep("traces") == 1
    assert not ContentKey.objects.filter(pk=job.key_id).exists()


def test_nothing_of_it_goes_to_training(alice):
    consent.choose(alice.user, "voice_lab", "on", Interface.PAGE)
    job = a_private_job(alice)
    assert job.for_voice_lab is False
    Job.objects.update(for_voice_lab=True)  # whatever the row says
    jobs.archive(jobs.claim("w"), lambda: pytest.fail("its sound was asked for"))


def test_it_is_never_handed_over(alice):
    transcript = a_private_transcript(alice)
    answer = alice.api("GET", f"/v1/jobs/{transcript.job.pk}/handover")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert not handover.overdue().exists()


def test_no_mail_and_no_page_of_the_job_says_a_name(alice):
    transcript = a_private_transcript(alice)
    client: Client = alice.browser.client
    for page in ("/library/", "/receipts/", "/library/?status=done"):
        assert NAME not in client.get(page).content.decode()
    assert "Private transcript" in client.get("/library/").content.decode()
    assert client.get("/library/").content.decode().count(f"/t/{transcript.pk}/") == 1
    assert [message for message in mail.outbox if NAME in str(message.message())] == []


# --- the form, whole


@sync_to_async
def alices_key() -> dict[str, str]:
    return {"Authorization": f"Bearer {with_keyring(a_person('alice')).api.key}"}


@pytest.mark.django_db(transaction=True)
async def test_whoever_waits_gets_the_transcript_without_its_words():
    key = await alices_key()
    asked = {"private": "true", "public_key": PUBLIC_KEY}
    async with working(lambda claim, _heard: jobs.finish(claim, a_result())):
        answer = await transcribe(b"sound", NAME, key, **asked)
    assert answer.status == 200
    shown = answer.json
    assert (shown["private"], shown["title"], shown["version"]) == (True, "", 0)
    assert "morning" not in json.dumps(shown)


@pytest.mark.django_db(transaction=True)
async def test_there_are_no_files_of_a_private_one():
    key = await alices_key()
    asked = {"private": "true", "public_key": PUBLIC_KEY, "response_format": "srt"}
    answer = await transcribe(b"sound", NAME, key, **asked)
    assert (answer.status, list(answer.json["errors"])) == (422, ["response_format"])


@pytest.mark.django_db(transaction=True)
async def test_what_is_heard_again_is_not_made_private_by_the_way():
    alice = await sync_to_async(lambda: with_keyring(a_person("alice")))()
    standard = await sync_to_async(a_transcript)(alice.caller)
    key = {"Authorization": f"Bearer {(await sync_to_async(lambda: alice.api)()).key}"}
    body, content_type = form({"private": "true", "public_key": PUBLIC_KEY}, NAME, b"sound")
    path = f"/v1/transcripts/{standard.pk}/retranscribe"
    answer = await ask("POST", path, {"Content-Type": content_type, **key}, body)
    assert (answer.status, list(answer.json["errors"])) == (422, ["private"])
