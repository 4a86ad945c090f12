"""Standard to Private and back: the state that ends is gone for good, and the other is there whole."""

import pytest
from django.test import Client

from accounts.callers import Caller
from privacy import journal, keyring
from privacy.content_keys import Shredded, key_of
from privacy.models import Contribution, Deletion, Entry, HeldRecording, WrappedKey
from tests.privacy.giving import a_giver, a_waiting, correct
from tests.transcripts.locked import a_private_transcript, locked, with_keyring
from tests.transcripts.test_private_shares import made, open_it
from tests.transcripts.things import Person, a_document, a_job, a_person, a_transcript
from transcripts import crossing, editing, search, sharing
from transcripts.document import Speaker
from transcripts.failures import Refusal
from transcripts.index.models import Listed
from transcripts.models import IdempotencyKey, Job, PrivateShare, Share, Status, Transcript, Version
from transcripts.sharing import Wanted

pytestmark = pytest.mark.django_db(transaction=True)
CANARY = "zyzzyva"
NOTHING = b""
DELETION = {"op": "delete", "segments": ["g1"]}


@pytest.fixture
def alice() -> Person:
    return with_keyring(Person(a_giver("voice_lab", "text_corrections")))


def a_plain(person: Person) -> Transcript:
    """With a past, links and what was given of it; a word in every field."""
    document = a_document(f"{CANARY} said something.")
    document.speakers = [Speaker("s1", CANARY), *document.speakers[1:]]
    fields = {"title": CANARY, "folder": CANARY, "tags": [CANARY], "media_sha256": "ab" * 32}
    transcript = a_transcript(person.caller, document, **fields)
    job = transcript.job
    job.audio_id, job.sha256 = transcript.key_id, "ab" * 32
    job.file_name = f"{CANARY}.mp3"
    job.save()
    a_waiting(transcript)
    correct(transcript, g2=f"No, {CANARY}.")
    sharing.make(person.caller, transcript, Wanted())
    answer = IdempotencyKey(caller="c", key="k", request_digest="", about=job.pk)
    answer.body = {"file_name": CANARY}
    answer.save()
    fresh = Transcript.objects.get(pk=transcript.pk)
    search.follow(fresh.pk)
    return fresh


def body(person: Person, transcript: Transcript, **more) -> dict:
    uid = keyring.uid_of(person.user)
    sealed = locked(uid, transcript.pk, 1, transcript.document, dek=more.pop("dek", 1))
    return {"private": True, "ring_epoch": 1, **sealed, **more}


def cross(person: Person, transcript: Transcript, wanted: dict, base: int | None = None):
    headers = {"If-Match": f'"{transcript.version if base is None else base}"'}
    return person.api("POST", f"/v1/transcripts/{transcript.pk}/privacy", wanted, **headers)


def code(answer) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


# --- to private


def test_made_private_it_is_ciphertext_and_nothing_plain_is_left(alice):
    before = a_plain(alice)
    token = sharing.make(alice.caller, before, Wanted())[1]
    wanted = body(alice, before)
    answer = cross(alice, before, wanted)
    assert (answer.status_code, answer["ETag"], answer.json()["private"]) == (200, '"1"', True)

    after = Transcript.objects.get()
    kept = alice.api("GET", f"/v1/transcripts/{after.pk}/document").json()
    names = ("version", "dek", "document", "about")
    assert kept == {name: wanted[name] for name in names}
    empty = ("title", "folder", "tags", "heard", "machine")
    assert [bytes(getattr(after, f"sealed_{name}")) for name in empty] == [NOTHING] * 5
    assert (after.media_sha256, after.is_private, after.version) == ("", True, 1)
    left = (Version, Share, Contribution, HeldRecording, IdempotencyKey)
    assert [model.objects.count() for model in left] == [0] * 5
    job = Job.objects.get()
    assert (bytes(job.sealed_file_name), bytes(job.sealed_vocabulary), job.sha256) == (b"", b"", "")
    assert Client().get(f"/s/{token}/").status_code == 404
    assert Listed.objects.get(transcript_id=after.pk).title == ""
    assert alice.api("GET", f"/v1/transcripts?q={CANARY}").json()["results"] == []


def test_its_former_key_is_destroyed_and_the_journal_keeps_a_backup_shut(alice):
    before = a_plain(alice)
    assert cross(alice, before, body(alice, before)).status_code == 200
    with pytest.raises(Shredded):
        key_of(before.key_id)
    assert Deletion.objects.filter(kind="content", object_id=before.key_id).exists()
    assert journal.replay()["content"] == 0
    assert Transcript.objects.exists()
    before.save(force_update=True)  # as a backup of both databases brings it back
    assert journal.replay()["content"] == 1
    assert not Transcript.objects.exists()


def test_the_receipt_says_so(alice):
    before = a_plain(alice)
    cross(alice, before, body(alice, before))
    told = [(one.event, one.facts) for one in Entry.objects.order_by("pk")][-2:]
    assert told[0] == ("changed", {"what": "made_private"})
    assert (told[1][0], told[1][1]["form"]) == ("stored", "ciphertext")


def test_only_the_version_that_was_sealed_is_replaced(alice):
    before = a_plain(alice)
    stale = cross(alice, before, body(alice, before), base=1)
    assert (*code(stale), stale.json()["current_version"]) == (409, "conflict", 2)
    path = f"/v1/transcripts/{before.pk}/privacy"
    assert code(alice.api("POST", path, body(alice, before))) == (428, "precondition_required")
    assert Transcript.objects.get().title == CANARY
    assert key_of(before.key_id)


def test_who_saves_after_it_was_read_and_made_private_writes_nothing(alice):
    """Version 1 before, and version 1 again: the key tells them apart."""
    before = a_transcript(alice.caller)
    stale = Transcript.objects.get(pk=before.pk)
    assert stale.document  # opened, its key at hand
    assert cross(alice, before, body(alice, before)).status_code == 200
    sealed = bytes(Transcript.objects.get().sealed_document)
    with pytest.raises(Refusal) as told:
        editing.apply(stale, editing.Change(1, [DELETION]))
    assert told.value.code == "private_transcript"
    with pytest.raises(Refusal):
        editing.relabel(stale, {"title": CANARY})
    after = Transcript.objects.get()
    assert (bytes(after.sealed_document), bytes(after.sealed_title)) == (sealed, b"")


def test_a_hearing_that_is_under_way_is_cancelled(alice):
    before = a_transcript(alice.caller)
    hearing = a_job(alice.caller, status=Status.RUNNING, retranscribes=before)
    assert cross(alice, before, body(alice, before)).status_code == 200
    assert Job.objects.get(pk=hearing.pk).status == Status.CANCELLED


def test_keys_that_were_rotated_meanwhile_lock_nothing(alice):
    before = a_transcript(alice.caller)
    refused = cross(alice, before, body(alice, before, ring_epoch=7))
    assert (*code(refused), list(refused.json()["errors"])) == (409, "conflict", ["ring_epoch"])
    assert Transcript.objects.get().is_private is False


@pytest.mark.parametrize(
    ("change", "field"),
    [({"version": 2}, "version"), ({"machine": {}}, "machine"), ({"title": CANARY}, "title")],
)
def test_what_makes_no_sense_is_refused(alice, change, field):
    before = a_transcript(alice.caller)
    answer = cross(alice, before, body(alice, before) | change)
    assert (answer.status_code, list(answer.json()["errors"])) == (422, [field])


def test_others_cannot_and_a_plan_may_not(alice, settings):
    before = a_transcript(alice.caller)
    bob = a_person("bob")
    assert cross(bob, before, body(alice, before)).status_code == 404
    settings.HOSTED = True
    assert code(cross(alice, before, body(alice, before))) == (403, "plan_required")


# --- and back


def back(**more) -> dict:
    document = a_document(f"{CANARY} again.").to_json()
    return {"private": False, "document": document, "title": CANARY, "tags": ["law"], **more}


def test_made_standard_it_is_found_and_the_ciphertext_is_gone(alice):
    before = a_private_transcript(alice)
    path = f"/v1/transcripts/{before.pk}/document"
    kept = {**locked(keyring.uid_of(alice.user), before.pk, 1, {}), "ring_epoch": 1}
    assert alice.api("PUT", path, kept, **{"If-None-Match": "*"}).status_code == 200
    made(alice, before)
    before.refresh_from_db()
    answer = cross(alice, before, back())
    assert (answer.status_code, answer.json()["private"]) == (200, False)

    after = Transcript.objects.get()
    assert (after.title, after.tags, after.version) == (CANARY, ["law"], 1)
    assert after.document["segments"][0]["text"] == f"{CANARY} again."
    assert (bytes(after.sealed_about), bytes(after.sealed_machine)) == (b"", b"")
    assert (WrappedKey.objects.count(), PrivateShare.objects.count()) == (0, 0)
    assert open_it().status_code == 404
    with pytest.raises(Shredded):
        key_of(before.key_id)
    (row,) = alice.api("GET", f"/v1/transcripts?q={CANARY}").json()["results"]
    assert row["id"] == after.pk
    told = [(one.event, one.facts) for one in Entry.objects.order_by("pk")][-2:]
    assert told[0] == ("changed", {"what": "made_standard"})
    assert told[1][1]["form"] == "text"
    changed = alice.api("PATCH", f"/v1/transcripts/{after.pk}", {"title": "other"})
    assert changed.json()["title"] == "other"


def test_there_and_back_and_there_again_takes_another_key_each_time(alice):
    """Else a server could bring back what was locked the first time."""
    transcript = a_transcript(alice.caller)
    assert cross(alice, transcript, body(alice, transcript)).status_code == 200
    assert cross(alice, transcript, back(), base=1).status_code == 200
    now = Transcript.objects.get()
    again = cross(alice, now, body(alice, now))
    assert (*code(again), again.json()["dek_version"]) == (409, "conflict", 1)
    assert cross(alice, now, body(alice, now, dek=2)).status_code == 200
    assert alice.api("GET", f"/v1/transcripts/{now.pk}/document").json()["dek"]["version"] == 2


def test_twice_is_a_conflict(alice):
    transcript = a_transcript(alice.caller)
    assert code(cross(alice, transcript, back())) == (409, "conflict")
    cross(alice, transcript, body(alice, transcript))
    assert code(cross(alice, transcript, body(alice, transcript))) == (409, "conflict")


def test_a_guest_has_no_keys():
    transcript = a_transcript(Caller(guest_key="g" * 24))
    with pytest.raises(Refusal) as told:
        crossing.make_private(Caller(guest_key="g" * 24), transcript, {}, 1)
    assert told.value.code == "forbidden"
