"""Links to copies of private transcripts: made, opened, counted and ended, and never read here."""

import hashlib
import io
import zipfile
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from accounts import holdings, takeout
from privacy import keyring
from privacy.envelopes import bound, padded, to_base64url
from privacy.models import ContentKey, Entry
from tests.privacy import twin
from tests.sweeping import sweep
from tests.transcripts.locked import a_private_transcript, envelope, with_keyring
from tests.transcripts.test_sealed import everything_stored
from tests.transcripts.things import Api, Person, a_document, a_person, a_transcript
from transcripts import editing, private_shares, share_passwords
from transcripts.models import PrivateShare, Transcript

pytestmark = pytest.mark.django_db
ID = "x7Qm2VbN9tRk4WsLpD3JhG"
SECRET = bytes(range(32, 64))
KDF = {"salt": to_base64url(bytes(32)), "iter": 600_000}
VALUE = {"title": "Interview", "document": a_document("Good evening.").to_json()}


@pytest.fixture(autouse=True)
def _unlocked():
    cache.clear()


@pytest.fixture
def alice() -> Person:
    return with_keyring(a_person("alice"))


@pytest.fixture
def transcript(alice) -> Transcript:
    return a_private_transcript(alice)


def wish(share_id: str = ID, *, link: bytes = SECRET, **more) -> dict:
    """As a browser sends it."""
    key = twin.derived(link, None, bound("share-doc", share_id))
    sealed = envelope(key, padded(VALUE), bound("share", share_id, twin.CONTENT_TYPE))
    digest = hashlib.sha256(twin.token_of(share_id, link).encode()).hexdigest()
    in_a_day = (timezone.now() + timedelta(days=1)).isoformat()
    return {
        "id": share_id,
        "token_sha256": digest,
        "env": sealed,
        "expires_at": in_a_day,
        **more,
    }


def made(alice: Person, transcript: Transcript, **more) -> dict:
    answer = alice.api("POST", f"/v1/transcripts/{transcript.pk}/private-shares", wish(**more))
    assert answer.status_code == 201, answer.content
    return answer.json()


def open_it(share_id: str = ID, link: bytes = SECRET, api: Api | None = None):
    token = twin.token_of(share_id, link)
    return (api or Api())("POST", f"/v1/private-shares/{share_id}", {"token": token})


def code(answer) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


# --- making and opening


def test_whoever_has_the_link_opens_the_copy_and_nobody_else(alice, transcript):
    shown = made(alice, transcript, max_views=3)
    listed = f"/v1/transcripts/{transcript.pk}/private-shares"
    assert alice.api("GET", listed).json() == {"results": [shown]}
    assert Api()("GET", f"/v1/private-shares/{ID}").json() == {"kdf": None}
    answer = open_it()
    assert answer.status_code == 200
    assert twin.json_of(twin.share_of(ID, SECRET, answer.json()["env"])) == VALUE
    wrong = open_it(link=bytes(32))
    assert code(wrong) == (403, "share_key_wrong")
    (after,) = alice.api("GET", listed).json()["results"]
    last = after.pop("last_viewed_at")
    assert last is not None
    assert after == {
        "id": ID,
        "created_at": shown["created_at"],
        "expires_at": shown["expires_at"],
        "permanent": False,
        "password": False,
        "max_views": 3,
        "views": 1,
    }


def test_of_a_link_the_server_has_neither_the_key_nor_the_token(alice, transcript):
    made(alice, transcript)
    stored = everything_stored("default") + everything_stored("keys")
    kept = PrivateShare.objects.get()
    assert kept.token_digest in stored
    assert [one for one in (twin.token_of(ID, SECRET), to_base64url(SECRET)) if one in stored] == []
    assert kept.envelope["ct"] not in stored  # sealed once more, so that deleting reaches backups


def test_sent_twice_it_is_there_once_and_no_other_takes_its_id(alice, transcript):
    first = wish()
    path = f"/v1/transcripts/{transcript.pk}/private-shares"
    answers = [alice.api("POST", path, first).json() for _ in range(2)]
    assert answers[0] == answers[1]
    other = alice.api("POST", path, wish(link=bytes(32)))
    assert (other.status_code, list(other.json()["errors"])) == (422, ["id"])
    assert PrivateShare.objects.count() == 1


def test_a_password_is_part_of_the_key(alice, transcript):
    link = twin.link_of(SECRET, KDF, "three brown owls")
    assert made(alice, transcript, link=link, kdf=KDF)["password"] is True
    assert Api()("GET", f"/v1/private-shares/{ID}").json() == {"kdf": KDF}
    assert code(open_it()) == (403, "share_key_wrong")
    answer = open_it(link=link)
    assert twin.json_of(twin.share_of(ID, link, answer.json()["env"])) == VALUE


def test_wrong_passwords_are_counted_by_address_and_by_link(alice, transcript):
    link = twin.link_of(SECRET, KDF, "three brown owls")
    made(alice, transcript, link=link, kdf=KDF)
    for _ in range(share_passwords.WRONG_ALLOWED):
        assert code(open_it()) == (403, "share_key_wrong")
    locked = open_it(link=link)
    assert (*code(locked), locked["Retry-After"]) == (429, "share_locked", "900")
    elsewhere = Api()
    elsewhere.client.defaults["REMOTE_ADDR"] = "203.0.113.9"
    assert code(open_it(link=link, api=elsewhere)) == (429, "share_locked")


def test_a_link_without_a_password_is_locked_for_one_address_alone(alice, transcript):
    made(alice, transcript)
    for _ in range(share_passwords.WRONG_ALLOWED):
        open_it(link=bytes(32))
    assert code(open_it()) == (429, "share_locked")
    elsewhere = Api()
    elsewhere.client.defaults["REMOTE_ADDR"] = "203.0.113.9"
    assert open_it(api=elsewhere).status_code == 200


WRONG = {
    "id": {"id": "short"},
    "token_sha256": {"token_sha256": "A" * 64},
    "env": {"env": {"v": 1, "alg": "A256GCM", "iv": "A" * 16, "ct": "x" * 5}},
    "kdf.iter": {"kdf": KDF | {"iter": 599_999}},
    "kdf.salt": {"kdf": KDF | {"salt": "AAAA"}},
    "expires_at": {"expires_at": "2020-01-01T00:00:00Z"},
    "max_views": {"max_views": 0},
    "title": {"title": "Interview"},
}


@pytest.mark.parametrize("field", WRONG)
def test_what_makes_no_sense_is_refused(alice, transcript, field):
    body = wish() | WRONG[field]
    answer = alice.api("POST", f"/v1/transcripts/{transcript.pk}/private-shares", body)
    assert answer.status_code == 422
    assert list(answer.json()["errors"]) == [field]
    assert not PrivateShare.objects.exists()


def test_only_its_owner_shares_it_and_only_if_it_is_private(alice, transcript):
    path = f"/v1/transcripts/{transcript.pk}/private-shares"
    made(alice, transcript)
    bob = a_person("bob")
    assert bob.api("POST", path, wish("b" * 22)).status_code == 404
    assert bob.api("GET", path).status_code == 404
    assert bob.api("DELETE", f"{path}/{ID}").status_code == 404
    assert alice.reader("DELETE", f"{path}/{ID}").status_code == 403
    standard = a_transcript(alice.caller)
    own = alice.api("POST", f"/v1/transcripts/{standard.pk}/private-shares", wish("c" * 22))
    assert (own.status_code, list(own.json()["errors"])) == (422, ["id"])


@pytest.mark.parametrize("change", [{"kdf": KDF}, {"expires_at": None}])
def test_a_plan_may_leave_out_passwords_and_links_without_an_end(
    alice, transcript, settings, change
):
    settings.HOSTED = True
    answer = alice.api("POST", f"/v1/transcripts/{transcript.pk}/private-shares", wish() | change)
    assert code(answer) == (403, "plan_required")


# --- ends


def test_it_is_opened_as_often_as_it_may_and_then_swept(alice, transcript):
    made(alice, transcript, max_views=2)
    assert [open_it().status_code for _ in range(3)] == [200, 200, 404]
    assert code(Api()("GET", f"/v1/private-shares/{ID}")) == (404, "share_gone")
    before = ContentKey.objects.count()
    assert sweep("private_shares") == 1
    assert (PrivateShare.objects.count(), ContentKey.objects.count()) == (0, before - 1)
    told = Entry.objects.get(event="share_ended")
    assert told.facts == {"link": ID, "why": "link_used_up"}


def test_past_its_end_it_opens_nothing_and_is_swept(alice, transcript):
    made(alice, transcript)
    PrivateShare.objects.update(expires_at=timezone.now())
    assert code(open_it()) == (404, "share_gone")
    assert sweep("private_shares") == 1
    assert Entry.objects.get(event="share_ended").facts["why"] == "link_expired"


def test_withdrawing_it_deletes_the_copy(alice, transcript):
    before = ContentKey.objects.count()
    made(alice, transcript)
    path = f"/v1/transcripts/{transcript.pk}/private-shares/{ID}"
    assert alice.api("DELETE", path).status_code == 204
    assert code(open_it()) == (404, "share_gone")
    assert (PrivateShare.objects.count(), ContentKey.objects.count()) == (0, before)
    assert alice.api("DELETE", path).status_code == 404
    told = [(one.event, one.facts) for one in Entry.objects.filter(event__startswith="share")]
    assert [event for event, _facts in told] == ["shared", "share_ended"]
    assert {name: told[0][1][name] for name in ("link", "form", "guard")} == {
        "link": ID,
        "form": "copy",
        "guard": "no_password",
    }


@pytest.mark.parametrize("how", ["deletion", "starting over", "account"])
def test_it_ends_with_its_transcript(alice, transcript, how):
    made(alice, transcript)
    if how == "deletion":
        editing.delete_transcript(transcript)
    elif how == "starting over":
        keyring.start_over(alice.user)
    else:
        holdings.erase(alice.user)
    assert code(open_it()) == (404, "share_gone")
    assert (PrivateShare.objects.count(), ContentKey.objects.count()) == (0, 0)


def test_an_account_that_is_shut_shows_nothing(alice, transcript):
    made(alice, transcript)
    alice.user.is_active = False
    alice.user.save()
    assert code(open_it()) == (404, "share_gone")


def test_the_export_of_the_account_names_the_link(alice, transcript):
    made(alice, transcript)
    names = [name for name, _data in takeout_files(alice)]
    assert f"shares/{ID}.json" in names


def takeout_files(alice: Person) -> list[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(b"".join(takeout.zip_of(alice.user)))) as archive:
        return [(name, archive.read(name)) for name in archive.namelist()]


@pytest.mark.django_db(transaction=True)
def test_of_two_readers_at_the_last_view_one_gets_it():
    alice = with_keyring(a_person("alice"))
    made(alice, a_private_transcript(alice), max_views=1)
    token, start, got = twin.token_of(ID, SECRET), Barrier(6), []

    def read() -> None:
        start.wait()
        try:
            private_shares.opened(ID, token, "")
            got.append("opened")
        except private_shares.Refusal as refusal:
            got.append(refusal.code)
        finally:
            connection.close()

    readers = [Thread(target=read) for _ in range(6)]
    for one in readers:
        one.start()
    for one in readers:
        one.join()
    assert sorted(got) == ["opened", *["share_gone"] * 5]
