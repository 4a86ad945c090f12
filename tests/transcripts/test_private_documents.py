"""Private transcripts once they are there: saved, listed, refused elsewhere, and ended."""

import io
import json
import zipfile
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.urls import reverse

from accounts import holdings, takeout
from privacy import keyring
from privacy.models import ContentKey, Entry, Keyring
from tests.accounts.conftest import person
from tests.asgi import ask
from tests.sending import form
from tests.transcripts.locked import (
    FIRST,
    KEY,
    PUBLIC_KEY,
    a_private_job,
    a_private_transcript,
    envelope,
    locked,
    opened,
    with_keyring,
)
from tests.transcripts.recorded import a_result
from tests.transcripts.test_access_matrix import addresses
from tests.transcripts.test_read_by_staff import REASON, staff
from tests.transcripts.things import Api, Person, a_document, a_person, a_transcript
from transcripts import private
from transcripts.failures import Refusal
from transcripts.index import mending
from transcripts.models import Job, Status, Transcript

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice() -> Person:
    return with_keyring(a_person("alice"))


@pytest.fixture
def transcript(alice) -> Transcript:
    return a_private_transcript(alice)


def of(alice: Person, transcript: Transcript, version: int, text: str = "Good evening."):
    return locked(keyring.uid_of(alice.user), transcript.pk, version, a_document(text).to_json())


def put(api: Api, transcript: Transcript, document: dict[str, Any], **headers: str):
    sent = {"ring_epoch": 1, **document} if "dek" in document else document
    return api("PUT", f"/v1/transcripts/{transcript.pk}/document", sent, **headers)


def kept(alice: Person, transcript: Transcript) -> object:
    return alice.api("GET", f"/v1/transcripts/{transcript.pk}/document").json()


def code(answer) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


# --- saving


def test_until_it_is_saved_it_is_what_the_worker_sealed(alice, transcript):
    answer = alice.api("GET", f"/v1/transcripts/{transcript.pk}/document")
    assert (answer.status_code, answer["ETag"]) == (200, '"0"')
    assert sorted(answer.json()) == ["job", "public_key", "sealed"]
    assert opened(answer.json(), alice.user, transcript.pk) == a_result().to_json()
    seen = {"If-None-Match": '"0"'}
    assert alice.api("GET", f"/v1/transcripts/{transcript.pk}/document", **seen).status_code == 304


def test_the_first_save_ends_what_the_worker_sealed(alice, transcript):
    document = of(alice, transcript, 1)
    answer = put(alice.api, transcript, document, **FIRST)
    assert (answer.status_code, answer["ETag"], answer.json()["version"]) == (200, '"1"', 1)
    again = alice.api("GET", f"/v1/transcripts/{transcript.pk}/document")
    assert (again.json(), again["ETag"]) == (document, '"1"')
    stored = Transcript.objects.get()
    assert (stored.document, stored.about) == (document["document"], document["about"])


def test_later_saves_name_the_version_before(alice, transcript):
    put(alice.api, transcript, of(alice, transcript, 1), **FIRST)
    second = of(alice, transcript, 2)
    assert code(put(alice.api, transcript, second)) == (428, "precondition_required")
    assert put(alice.api, transcript, second, **{"If-Match": '"1"'}).status_code == 200
    stale = put(alice.api, transcript, of(alice, transcript, 2), **{"If-Match": '"1"'})
    assert code(stale) == (409, "conflict")
    assert (stale.json()["current_version"], "current_document" in stale.json()) == (2, False)
    assert kept(alice, transcript) == second
    told = Entry.objects.get(receipt=transcript.job.pk, event="changed")
    assert told.facts == {"what": "document", "version": 1}  # one a while: it is no log of work


def test_of_two_first_saves_one_wins(alice, transcript):
    first = of(alice, transcript, 1)
    assert put(alice.api, transcript, first, **FIRST).status_code == 200
    late = put(alice.api, transcript, of(alice, transcript, 1), **FIRST)
    assert (*code(late), late.json()["current_version"]) == (412, "already_saved", 1)
    assert kept(alice, transcript) == first


def test_of_two_at_the_same_moment_one_wins(alice, transcript):
    """Both had read the row before either wrote."""
    other = Transcript.objects.get(pk=transcript.pk)
    brought = {**of(alice, transcript, 1), "ring_epoch": 1, "machine": None}
    private.save(transcript, brought, private.UNSAVED)
    with pytest.raises(Refusal) as told:
        private.save(other, brought, private.UNSAVED)
    assert (told.value.code, told.value.extra) == ("already_saved", {"current_version": 1})


def test_the_version_inside_is_the_one_that_it_becomes(alice, transcript):
    answer = put(alice.api, transcript, of(alice, transcript, 2), **FIRST)
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["version"])
    assert Transcript.objects.get().version == 0


def test_ten_hours_of_words_fit(alice, transcript):
    document = locked(keyring.uid_of(alice.user), transcript.pk, 1, "x" * 10_000_000)
    assert put(alice.api, transcript, document, **FIRST).status_code == 200
    assert kept(alice, transcript) == document


SOME = locked("u1", "t1", 1, {})
BROKEN = {
    "no key": {"dek": None},
    "a longer key": {"dek": {"version": 1, "env": envelope(KEY, KEY + b"x", b"")}},
    "a key of no version": {"dek": {"version": 0, "env": SOME["dek"]["env"]}},
    "another algorithm": {"document": {**SOME["document"], "alg": "A128GCM"}},
    "a short IV": {"document": {**SOME["document"], "iv": "AAAA"}},
    "padded base64": {"document": {**SOME["document"], "ct": SOME["document"]["ct"] + "="}},
    "too short": {"document": {**SOME["document"], "ct": "AAAA"}},
    "plain about": {"about": {"title": "interview"}},
    "a title beside": {"title": "interview"},
    "words beside": {"segments": []},
    "no ring": {"ring_epoch": None},
    "a plain machine": {"machine": {"segments": []}},
    "a truth for a version": {"version": True},
    "no document": {"document": None},
}


@pytest.mark.parametrize("change", BROKEN.values(), ids=BROKEN)
def test_what_is_no_envelope_is_not_taken(alice, transcript, change):
    answer = put(alice.api, transcript, SOME | change, **FIRST)
    assert code(answer) == (422, "validation_failed")
    assert Transcript.objects.get().version == 0


def test_a_private_one_takes_no_words_and_a_standard_one_no_envelopes(alice, transcript):
    plain = put(alice.api, transcript, a_document().to_json(), **FIRST)
    assert (plain.status_code, list(plain.json()["errors"])) == (422, ["document"])
    standard = a_transcript(alice.caller)
    sealed = put(alice.api, standard, of(alice, standard, 2), **{"If-Match": '"1"'})
    assert (sealed.status_code, list(sealed.json()["errors"])) == (422, ["document"])
    assert {row.version for row in Transcript.objects.all()} == {0, 1}


def test_mistakes_in_a_plain_document_are_told_as_before(alice):
    standard = a_transcript(alice.caller)
    answer = put(alice.api, standard, a_document().to_json() | {"duration": -1}, **FIRST)
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["duration"])


# --- who sees what


def test_others_do_not_find_it(alice, transcript):
    bob = a_person("bob")
    address = f"/v1/transcripts/{transcript.pk}"
    for method, path in (("GET", address), ("GET", f"{address}/document"), ("DELETE", address)):
        assert bob.api(method, path).status_code == 404
    assert put(bob.api, transcript, of(alice, transcript, 1), **FIRST).status_code == 404
    assert put(alice.reader, transcript, of(alice, transcript, 1), **FIRST).status_code == 403


def test_it_is_listed_without_a_title(alice, transcript):
    shape = alice.api("GET", f"/v1/transcripts/{transcript.pk}").json()
    (row,) = alice.api("GET", "/v1/transcripts").json()["results"]
    (found,) = alice.api("GET", "/v1/transcripts?sort=longest").json()["results"]
    assert row == found == {**shape, "hits": []}
    del shape["created_at"], shape["updated_at"]
    assert shape == {
        "id": transcript.pk,
        "title": "",
        "status": "done",
        "private": True,
        "version": 0,
        "language": "en",
        "model": "moonshine-tiny-en",
        "duration": 61.0,
        "folder": "",
        "tags": [],
        "favourite": False,
    }


OPEN = {
    "/v1/transcripts/{}",
    "/v1/transcripts/{}/document",
    "/v1/transcripts/{}/private-shares",
}


def test_every_other_address_of_it_refuses(alice, transcript):
    values = {"format_id": "txt", "speaker_id": "s1", "number": 1, "share_id": "none"}
    values |= {"transcript_id": transcript.pk, "job_id": "none"}
    browser, answers = alice.browser, {}
    for address in (one for one in addresses() if "transcript_id" in one):
        path = "/" + address.format(**values)
        answers[path] = browser("GET", path).status_code
    ours = {path for path, status in answers.items() if status == 200}
    assert ours == {path.format(transcript.pk) for path in OPEN}
    assert answers.pop(f"/t/{transcript.pk}/") == 302  # to where it opens
    assert {status for path, status in answers.items() if path not in ours} == {403, 405}


DELETION = {"op": "delete", "segments": ["g1"]}


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "operations", {"base_version": 1, "operations": [DELETION]}),
        ("GET", "versions", None),
        ("GET", "versions/1", None),
        ("POST", "versions/1/restore", {}),
        ("GET", "export/txt", None),
        ("POST", "shares", {}),
        ("GET", "shares", None),
        ("GET", "summary", None),
        ("POST", "chat", {"message": "what was said?"}),
        ("POST", "translate", {"language": "de"}),
        ("PATCH", "", {"title": "interview"}),
        ("PATCH", "", {"folder": "work", "favourite": True}),
        ("PATCH", "", {"tags": ["law"]}),
    ],
)
def test_what_needs_its_words_is_refused_by_name(alice, transcript, method, path, body):
    address = f"/v1/transcripts/{transcript.pk}/{path}".rstrip("/")
    assert code(alice.api(method, address, body)) == (403, "private_transcript")
    assert Transcript.objects.get().favourite is False


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("what", ["retranscribe", "burn-in"])
async def test_what_would_send_a_recording_for_it_is_refused(what):
    alice = await sync_to_async(lambda: with_keyring(a_person("alice")))()
    transcript = await sync_to_async(a_private_transcript)(alice)
    key = (await sync_to_async(lambda: alice.api)()).key
    body, content_type = form({}, "talk.wav", b"sound")
    headers = {"Authorization": f"Bearer {key}", "Content-Type": content_type}
    answer = await ask("POST", f"/v1/transcripts/{transcript.pk}/{what}", headers, body)
    assert (answer.status, answer.json["code"]) == (403, "private_transcript")


def test_it_can_be_a_favourite(alice, transcript):
    answer = alice.api("PATCH", f"/v1/transcripts/{transcript.pk}", {"favourite": True})
    assert (answer.status_code, answer.json()["favourite"]) == (200, True)


def test_a_bundle_that_asks_for_one_is_refused(alice, transcript):
    asked = {"transcripts": [a_transcript(alice.caller).pk, transcript.pk], "format": "txt"}
    assert code(alice.api("POST", "/v1/exports", asked)) == (403, "private_transcript")


def test_its_page_leads_to_where_it_opens(alice, transcript):
    page = alice.browser.client.get(f"/t/{transcript.pk}/")
    assert (page.status_code, page["Location"]) == (302, f"/private/t/{transcript.pk}/")


def test_nobody_else_is_led_there(transcript):
    assert a_person("bob").browser.client.get(f"/t/{transcript.pk}/").status_code == 404


@pytest.mark.parametrize("action", ["tag", "untag", "move"])
def test_in_the_library_it_is_neither_tagged_nor_moved(alice, transcript, action):
    client = alice.browser.client
    client.handler.enforce_csrf_checks = False
    asked = {"action": action, "id": transcript.pk, "value": "law"}
    page = client.post(reverse("library-bulk"), asked, follow=True).content.decode()
    assert "Folders and tags of private transcripts are locked." in page
    changed = Transcript.objects.get()
    assert (changed.tags, changed.folder, bytes(changed.sealed_tags)) == ([], "", b"")


def test_in_the_library_it_is_deleted_like_others(alice, transcript):
    client = alice.browser.client
    client.handler.enforce_csrf_checks = False
    asked = {"action": "delete", "id": transcript.pk}
    assert "Private transcript" in client.post(reverse("library-bulk"), asked).content.decode()
    client.post(reverse("library-bulk"), {**asked, "confirmed": "1"})
    assert not Transcript.objects.exists()


def test_staff_have_nothing_to_read(transcript):
    _user, client = staff("view_job", "read_for_support")
    address = reverse("admin:transcripts_job_reading", args=[transcript.job.pk])
    assert client.post(address, {"reason": REASON}).status_code == 404
    assert not Entry.objects.filter(event="read_by_staff").exists()


def test_the_index_is_settled_with_it(alice, transcript):
    put(alice.api, transcript, of(alice, transcript, 1), **FIRST)
    assert list(mending.differing()) == []


# --- ends


def test_deleting_it_destroys_its_key(alice, transcript):
    job_id = transcript.job.pk
    assert alice.api("DELETE", f"/v1/transcripts/{transcript.pk}").status_code == 204
    assert not Transcript.objects.exists()
    assert not ContentKey.objects.exists()
    receipt = alice.api("GET", f"/v1/jobs/{job_id}/receipt").json()
    assert receipt["entries"][-1]["event"] == "deleted"


def test_the_export_of_the_account_has_its_envelopes(alice, transcript):
    document = of(alice, transcript, 1)
    put(alice.api, transcript, document, **FIRST)
    with zipfile.ZipFile(io.BytesIO(b"".join(takeout.zip_of(alice.user)))) as archive:
        [name] = [one for one in archive.namelist() if one.startswith("transcripts/")]
        taken = json.loads(archive.read(name))
    assert name == "transcripts/00001-private.json"
    of_it = {"format": "sotto-private-1", "uid": keyring.uid_of(alice.user), "id": transcript.pk}
    assert {key: taken[key] for key in (*of_it, *document)} == {**of_it, **document}


def test_it_goes_with_the_account(alice, transcript):
    a_private_job(alice)
    holdings.erase(alice.user)
    left = [Transcript.objects.count(), Job.objects.count(), ContentKey.objects.count()]
    assert left == [0, 0, 0]


def test_starting_over_ends_what_the_ring_had_locked():
    alice = person("alice@example.org")
    alice.log_in()
    owner = with_keyring(Person(alice.user))
    a_private_transcript(owner)
    job = a_private_job(owner)
    standard = a_transcript(owner.caller)
    bobs = a_private_transcript_of_bob()
    assert Api(client=alice.client)("DELETE", "/v1/keyring").status_code == 204
    assert set(Transcript.objects.values_list("pk", flat=True)) == {standard.pk, bobs.pk}
    job.refresh_from_db()
    assert job.status == Status.CANCELLED
    assert list(Keyring.objects.values_list("owner_id", flat=True)) == [bobs.owner_id]


def a_private_transcript_of_bob() -> Transcript:
    Job.objects.filter(status=Status.QUEUED).update(priority=99)
    bob = with_keyring(a_person("bob"))
    transcript = a_private_transcript(bob)
    assert transcript.document["public_key"] == PUBLIC_KEY
    return transcript


def test_what_needs_a_language_model_says_that_there_is_none(alice):
    answer = alice.api("GET", f"/v1/transcripts/{a_transcript(alice.caller).pk}/summary")
    told = (answer.status_code, answer.json()["code"], answer.json()["detail"])
    assert told == (422, "model_unavailable", "This server has no language model.")
