"""The keys of private transcripts and their list: kept, changed all at once, and never lost on the way."""

from __future__ import annotations

import io
import json
import zipfile
from contextlib import ExitStack
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import connections
from django.test.utils import CaptureQueriesContext

from accounts import holdings, takeout
from privacy import keyring, wrapped_keys
from privacy.models import ContentKey, Keyring, WrappedKey
from tests.accounts.conftest import person
from tests.accounts.test_keyring import a_ring, made_older
from tests.transcripts.locked import (
    FIRST,
    KEY,
    PUBLIC_KEY,
    a_private_transcript,
    envelope,
    locked,
    with_keyring,
)
from tests.transcripts.things import Api, Person, a_guest, a_person, a_transcript
from transcripts.models import Transcript

pytestmark = pytest.mark.django_db
HOUR_SECONDS = 3600
ENVELOPE = envelope(KEY, b"{}", b"manifest")
NEXT = a_ring("made_by_python", epoch=2)


@dataclass
class Owner(Person):
    """With a browser that was just logged in with, and a ring."""

    ask: Any = None

    @property
    def uid(self) -> str:
        return keyring.uid_of(self.user)

    def texts(self, count: int) -> list[Transcript]:
        """Saved as version 1 by a browser."""
        return [self.saved(a_private_transcript(self)) for _ in range(count)]

    def saved(self, transcript: Transcript) -> Transcript:
        assert self.put(transcript, self.text(transcript, 1)).status_code == 200
        transcript.refresh_from_db()
        return transcript

    def text(self, transcript: Transcript, version: int, *, dek: int = 1) -> dict[str, Any]:
        return locked(self.uid, transcript.pk, version, f"version {version}", dek=dek)

    def put(
        self, transcript: Transcript, text: dict[str, Any], ring_epoch: int = 1, **beside: Any
    ) -> Any:
        base = text["version"] - 1
        upon = {"If-Match": f'"{base}"'} if base else FIRST
        sent = {**text, "ring_epoch": ring_epoch, **beside}
        return self.ask("PUT", f"/v1/transcripts/{transcript.pk}/document", sent, **upon)

    def document(self, transcript: Transcript, query: str = "") -> Any:
        return self.ask("GET", f"/v1/transcripts/{transcript.pk}/document{query}")

    def rotate(self, deks: list[dict[str, Any]], before: int = 1, **beside: Any) -> Any:
        body = {"ring": NEXT, "deks": deks, "manifest": None, **beside}
        return self.ask("PUT", "/v1/keyring/rotation", body, **{"If-Match": f'"{before}"'})


@pytest.fixture
def alice() -> Owner:
    somebody = person("alice@example.org")
    somebody.log_in()
    owner = Owner(somebody.user, Api(client=somebody.client))
    with_keyring(owner)
    return owner


def rewrapped(*transcripts: Transcript, dek: int = 1) -> list[dict[str, Any]]:
    env = envelope(KEY, KEY, b"anew")
    return [{"id": one.pk, "version": dek, "env": env} for one in transcripts]


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def refused_field(answer: Any) -> tuple[int, list[str]]:
    return answer.status_code, list(answer.json()["errors"])


# --- what the machine heard


def test_what_was_saved_first_stays_what_the_machine_heard(alice):
    [text] = alice.texts(1)
    first = alice.text(text, 1)
    heard = {"version": 1, "dek": first["dek"], "document": alice.document(text).json()["document"]}
    for version in (2, 3):
        assert alice.put(text, alice.text(text, version)).status_code == 200
        assert alice.document(text, "?version=1").json() == heard
    assert alice.document(text).json()["version"] == 3


def test_until_it_is_changed_it_is_that_itself(alice):
    sealed = a_private_transcript(alice)
    assert alice.document(sealed, "?version=1").status_code == 404
    text = alice.saved(sealed)
    assert alice.document(text, "?version=1").json() == alice.document(text).json()
    assert alice.document(text, "?version=2").status_code == 422
    assert alice.document(a_transcript(alice.caller), "?version=1").status_code == 404


def test_others_do_not_find_it(alice):
    [text] = alice.texts(1)
    assert (
        a_person("bob").api("GET", f"/v1/transcripts/{text.pk}/document?version=1").status_code
        == 404
    )


# --- another key of a text


def test_with_a_new_key_comes_version_1_sealed_again(alice):
    [text] = alice.texts(1)
    second = alice.text(text, 2, dek=2)
    again = alice.text(text, 1, dek=2)["document"]
    assert refused_field(alice.put(text, second)) == (422, ["machine"])
    assert alice.put(text, second, machine=again).status_code == 200
    heard = {"version": 1, "dek": second["dek"], "document": again}
    assert (alice.document(text).json(), alice.document(text, "?version=1").json()) == (
        second,
        heard,
    )
    assert alice.put(text, alice.text(text, 3, dek=2)).status_code == 200
    assert alice.document(text, "?version=1").json() == heard


def test_version_1_is_replaced_with_a_new_key_only(alice):
    sealed = a_private_transcript(alice)
    again = alice.text(sealed, 1)["document"]
    assert refused_field(alice.put(sealed, alice.text(sealed, 1), machine=again)) == (
        422,
        ["machine"],
    )
    text = alice.saved(sealed)
    assert refused_field(alice.put(text, alice.text(text, 2), machine=again)) == (422, ["machine"])


def test_no_key_of_before_comes_back(alice):
    [text] = alice.texts(1)
    again = alice.text(text, 1, dek=2)["document"]
    alice.put(text, alice.text(text, 2, dek=2), machine=again)
    assert refused_field(alice.put(text, alice.text(text, 3, dek=1))) == (422, ["dek"])


def test_what_a_process_left_that_died_between_two_databases_is_in_nobodys_way(alice):
    """Its key is there, its text is not."""
    sealed = a_private_transcript(alice)
    wrapped_keys.put(alice.user, 1, sealed.pk, wrapped_keys.Dek(1, ENVELOPE), 0)
    text = alice.saved(sealed)
    assert alice.document(text).json() == alice.text(text, 1) | alice.document(text).json()
    assert alice.document(text).json()["dek"] == alice.text(text, 1)["dek"]
    wrapped_keys.put(alice.user, 1, text.pk, wrapped_keys.Dek(2, ENVELOPE), 1)
    assert alice.document(text).json()["dek"] == alice.text(text, 1)["dek"]
    assert alice.rotate(rewrapped(text)).status_code == 200
    assert list(WrappedKey.objects.values_list("transcript_id", "version")) == [(text.pk, 1)]


# --- rotation


def test_a_rotation_changes_the_ring_all_keys_and_the_manifest(alice):
    bobs = with_keyring(a_person("bob"))
    wrapped_keys.put(bobs.user, 1, "theirs", wrapped_keys.Dek(1, ENVELOPE), 0)
    texts, sealed = alice.texts(2), a_private_transcript(alice)
    anew = rewrapped(*texts)
    manifest = {"epoch": 7, "env": ENVELOPE}
    answer = alice.rotate(anew, manifest=manifest)
    assert (answer.status_code, answer["ETag"]) == (200, '"2"')
    assert answer.json() == alice.ask("GET", "/v1/keyring").json()
    assert (answer.json()["uid"], answer.json()["ring"]) == (alice.uid, NEXT)
    listed = alice.ask("GET", "/v1/private").json()
    assert (listed["epoch"], listed["manifest"]) == (2, manifest)
    assert {row["id"]: row.get("dek") for row in listed["results"]} == {
        sealed.pk: None,
        **{one["id"]: {"version": 1, "env": one["env"]} for one in anew},
    }
    assert alice.document(texts[0]).json()["dek"]["env"] == anew[0]["env"]
    assert WrappedKey.objects.get(owner_id=bobs.user.pk).env == ENVELOPE
    assert Keyring.objects.get(owner_id=bobs.user.pk).ring == a_ring()


def test_it_takes_all_keys_and_no_others_or_none(alice):
    one, two = alice.texts(2)
    standard = a_transcript(alice.caller)
    bob = with_keyring(a_person("bob"))
    a_private_transcript(bob)
    for deks in (
        [],
        rewrapped(one),
        rewrapped(one, two, standard),
        rewrapped(one, two, Transcript.objects.get(owner=bob.user)),
        rewrapped(one) + rewrapped(two, dek=2),
    ):
        answer = alice.rotate(deks)
        assert (*code(answer), answer.json()["current_version"]) == (409, "conflict", 1)
    assert refused_field(alice.rotate(rewrapped(one, one, two)))[0] == 422
    assert Keyring.objects.get(owner_id=alice.user.pk).ring == a_ring()
    assert alice.document(one).json()["dek"] == alice.text(one, 1)["dek"]


def test_it_names_the_ring_before(alice):
    [text] = alice.texts(1)
    deks = rewrapped(text)
    body = {"ring": NEXT, "deks": deks, "manifest": None}
    assert code(alice.ask("PUT", "/v1/keyring/rotation", body)) == (428, "precondition_required")
    assert code(alice.rotate(deks, before=3)) == (409, "conflict")
    assert refused_field(alice.rotate(deks, ring=a_ring("made_by_python", 1))) == (422, ["epoch"])
    assert alice.rotate(deks).status_code == 200
    late = alice.rotate(deks, ring=a_ring("made_by_chrome", 3))
    assert (*code(late), late.json()["current_version"]) == (409, "conflict", 2)


def test_where_there_is_a_manifest_the_next_comes_with_it(alice):
    [text] = alice.texts(1)
    alice.ask("PUT", "/v1/private/manifest", {"epoch": 4, "env": ENVELOPE})
    for manifest in (None, {"epoch": 4, "env": ENVELOPE}, {"epoch": 6, "env": ENVELOPE}):
        assert code(alice.rotate(rewrapped(text), manifest=manifest)) == (409, "conflict")
    assert alice.rotate(rewrapped(text), manifest={"epoch": 5, "env": ENVELOPE}).status_code == 200


def test_E11_after_a_rotation_no_key_comes_under_the_ring_before(alice):
    [text], sealed = alice.texts(1), a_private_transcript(alice)
    assert alice.rotate(rewrapped(text)).status_code == 200
    for late in (
        alice.put(text, alice.text(text, 2)),
        alice.put(sealed, alice.text(sealed, 1)),
        alice.ask("PUT", "/v1/private/manifest", {"epoch": 1, "env": ENVELOPE, "ring_epoch": 1}),
    ):
        assert (*code(late), list(late.json()["errors"])) == (409, "conflict", ["ring_epoch"])
    assert [row.version for row in Transcript.objects.order_by("version")] == [0, 1]
    assert (
        alice.put(text, alice.text(text, 2), ring_epoch=3).status_code == 409
    )  # there is none yet
    assert alice.put(text, alice.text(text, 2), ring_epoch=2).status_code == 200
    assert alice.put(sealed, alice.text(sealed, 1), ring_epoch=2).status_code == 200


def test_E11_after_another_passphrase_the_keys_are_the_same(alice):
    [text] = alice.texts(1)
    changed = {**a_ring(), "epoch": 2}
    assert alice.ask("PUT", "/v1/keyring", changed, **{"If-Match": '"1"'}).status_code == 200
    assert alice.put(text, alice.text(text, 2), ring_epoch=1).status_code == 200
    assert alice.put(text, alice.text(text, 3), ring_epoch=2).status_code == 200


def test_another_ring_by_itself_does_not_lock_texts_out(alice):
    alice.texts(1)
    answer = alice.ask("PUT", "/v1/keyring", NEXT, **{"If-Match": '"1"'})
    assert refused_field(answer) == (422, ["pk"])
    assert Keyring.objects.get().ring == a_ring()


def test_without_a_ring_nothing_is_saved(alice):
    sealed = a_private_transcript(alice)
    keyring.forget(alice.user)
    assert refused_field(alice.put(sealed, alice.text(sealed, 1))) == (409, ["ring_epoch"])
    manifest = alice.ask("PUT", "/v1/private/manifest", {"epoch": 1, "env": ENVELOPE})
    assert refused_field(manifest) == (409, ["ring_epoch"])
    assert code(alice.rotate([])) == (409, "conflict")


# --- the list and its manifest


def test_all_are_listed_with_their_keys(alice):
    [text], sealed = alice.texts(1), a_private_transcript(alice)
    a_transcript(alice.caller)
    answer = alice.ask("GET", "/v1/private")
    listed = answer.json()
    assert answer["Cache-Control"] == "no-store"
    for row in listed["results"]:
        assert row.pop("created_at") <= row.pop("updated_at")
    same = {"duration": 61.0, "language": "en", "model": "moonshine-tiny-en", "favourite": False}
    locked_text = alice.text(text, 1)
    about = alice.document(text).json()["about"]
    assert listed == {
        "uid": alice.uid,
        "epoch": 1,
        "manifest": None,
        "results": [
            {
                **same,
                "id": sealed.pk,
                "version": 0,
                "is_sealed": True,
                "job": sealed.job.pk,
                "public_key": PUBLIC_KEY,
            },
            {
                **same,
                "id": text.pk,
                "version": 1,
                "is_sealed": False,
                "dek": locked_text["dek"],
                "about": about,
            },
        ],
        "next": None,
    }


def counted(owner: Owner, address: str) -> tuple[list[int], Any]:
    """How often each database was asked, and the answer."""
    with ExitStack() as stack:
        asked = [
            stack.enter_context(CaptureQueriesContext(connections[name]))
            for name in ("default", "keys")
        ]
        answer = owner.ask("GET", address).json()
    return [len(queries) for queries in asked], answer


def test_it_comes_in_pages_that_cost_the_same(alice):
    texts = alice.texts(1)
    of_one, _page = counted(alice, "/v1/private")
    texts += alice.texts(3)
    of_three, first = counted(alice, "/v1/private?limit=3")
    assert (of_one, of_three) == ([3, 3], [3, 3])
    second = alice.ask("GET", first["next"]).json()
    ids = [row["id"] for row in (*first["results"], *second["results"])]
    assert (ids, second["next"]) == ([one.pk for one in reversed(texts)], None)
    assert alice.ask("GET", "/v1/private?limit=201").status_code == 422


def test_it_is_for_its_owners_browser_alone(alice):
    alice.texts(1)
    bob = person("bob@example.org")
    bob.log_in()
    assert Api(client=bob.client)("GET", "/v1/private").json() == {
        "uid": f"u{bob.user.pk}",
        "epoch": None,
        "manifest": None,
        "results": [],
        "next": None,
    }
    guest, _ = a_guest()
    asked = (
        ("GET", "/v1/private", None),
        ("PUT", "/v1/private/manifest", {"epoch": 1, "env": ENVELOPE}),
        ("PUT", "/v1/keyring/rotation", {"ring": NEXT, "deks": [], "manifest": None}),
    )
    for method, path, body in asked:
        answers = [api(method, path, body).status_code for api in (Api(), guest, alice.api)]
        assert answers == [401, 401, 403]


def test_a_login_of_long_ago_is_not_enough(alice):
    [text] = alice.texts(1)
    somebody = person("carol@example.org")
    somebody.client = alice.ask.client
    for hours, listed, kept in ((0.1, 200, 200), (13, 403, 200)):
        made_older(somebody, hours * HOUR_SECONDS)
        assert alice.ask("GET", "/v1/private").status_code == listed
        epoch = Keyring.objects.get().manifest_epoch + 1
        answer = alice.ask("PUT", "/v1/private/manifest", {"epoch": epoch, "env": ENVELOPE})
        assert answer.status_code == kept
        assert code(alice.rotate(rewrapped(text))) == (403, "reauthentication_required")


def test_whoever_has_texts_keeps_them_when_the_plan_ends(alice, settings):
    [text], sealed = alice.texts(1), a_private_transcript(alice)
    settings.HOSTED = True
    assert alice.ask("GET", "/v1/private").status_code == 200
    assert alice.put(sealed, alice.text(sealed, 1)).status_code == 200
    assert alice.rotate(rewrapped(text, sealed)).status_code == 200


def test_a_manifest_follows_the_one_before(alice):
    def put(epoch: int, **beside: Any) -> Any:
        return alice.ask("PUT", "/v1/private/manifest", {"epoch": epoch, "env": ENVELOPE, **beside})

    assert (put(3).status_code, put(4).json()) == (200, {"epoch": 4, "env": ENVELOPE})
    for epoch in (3, 4, 6):
        answer = put(epoch)
        assert (*code(answer), answer.json()["current_version"]) == (409, "conflict", 4)
    assert put(5, ring_epoch=1).status_code == 200
    assert alice.ask("GET", "/v1/private").json()["manifest"] == {"epoch": 5, "env": ENVELOPE}


BROKEN: dict[str, dict[str, Any]] = {
    "no epoch": {"epoch": 0},
    "a truth for an epoch": {"epoch": True},
    "no envelope": {"env": None},
    "ids in clear": {"env": {"t1": [1, 1]}},
    "something beside": {"titles": ["interview"]},
}


@pytest.mark.parametrize("change", BROKEN.values(), ids=BROKEN)
def test_what_is_no_manifest_is_not_kept(alice, change):
    body = {"epoch": 1, "env": ENVELOPE} | change
    assert code(alice.ask("PUT", "/v1/private/manifest", body)) == (422, "validation_failed")
    assert Keyring.objects.get().manifest is None


# --- ends


def test_a_key_ends_with_its_text(alice):
    one, two = alice.texts(2)
    assert alice.ask("DELETE", f"/v1/transcripts/{one.pk}").status_code == 204
    assert list(WrappedKey.objects.values_list("transcript_id", flat=True)) == [two.pk]
    assert alice.rotate(rewrapped(two)).status_code == 200


@pytest.mark.parametrize("end", [holdings.erase, keyring.start_over])
def test_with_the_ring_all_keys_and_the_manifest_end(alice, end):
    alice.texts(2)
    alice.ask("PUT", "/v1/private/manifest", {"epoch": 1, "env": ENVELOPE})
    end(alice.user)
    left = [model.objects.count() for model in (Keyring, WrappedKey, Transcript, ContentKey)]
    assert left == [0, 0, 0, 0]


def test_the_export_of_the_account_opens_without_us(alice):
    """With all that it takes: the ring, the keys, the texts as they are and as they were heard."""
    [text], sealed = alice.texts(1), a_private_transcript(alice)
    alice.put(text, alice.text(text, 2))
    manifest = {"epoch": 1, "env": ENVELOPE}
    alice.ask("PUT", "/v1/private/manifest", manifest)
    with zipfile.ZipFile(io.BytesIO(b"".join(takeout.zip_of(alice.user)))) as archive:
        taken = {
            name: json.loads(archive.read(name))
            for name in archive.namelist()
            if name.startswith(("transcripts/", "keyring/")) and name.endswith(".json")
        }
        assert archive.read("keyring/sotto-offline.html").startswith(b"<!doctype html>")
    names = ("keyring/keyring", "transcripts/00001-private", "transcripts/00002-private")
    ring, saved, unsaved = (taken.pop(f"{name}.json") for name in names)
    assert taken == {}
    assert ring == {"uid": alice.uid, "ring": a_ring(), "manifest": manifest}
    of_it = {"format": "sotto-private-1", "uid": alice.uid, "id": text.pk}
    heard = {"machine": alice.document(text, "?version=1").json()}
    assert saved == saved | of_it | alice.document(text).json() | heard
    assert unsaved == unsaved | alice.document(sealed).json() | {"id": sealed.pk}


# --- what was kept before keys had a place of their own


def test_what_was_saved_with_its_key_inside_has_it_apart_now(alice):

    old, sealed = a_private_transcript(alice), a_private_transcript(alice)
    text = alice.text(old, 4)
    columns = old.sealed(document=text)
    Transcript.objects.filter(pk=old.pk).update(**columns, version=4)
    step = import_module("transcripts.migrations.0020_wrapped_keys_apart")
    for _ in range(2):
        step.move_keys(apps, None)
    assert alice.document(old).json() == text
    assert sorted(alice.document(sealed).json()) == ["job", "public_key", "sealed"]
    assert alice.document(old, "?version=1").status_code == 404  # nobody kept it then
    assert alice.put(old, alice.text(old, 5)).status_code == 200
