"""The ring of locked keys: who may have it, who may change it, and how it ends."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest
from django.utils.dateparse import parse_datetime

from accounts import holdings, takeout
from accounts.models import ApiKey
from privacy import keyring
from privacy.keyring import Overtaken
from privacy.models import Keyring
from tests.accounts.conftest import Person
from tests.speech import ROOT
from tests.transcripts.things import Api, a_guest
from tools import offline_page

pytestmark = pytest.mark.django_db
VECTORS = json.loads((ROOT / "static/js/crypto/vectors.json").read_text(encoding="utf-8"))
HOUR_SECONDS = 3600


def a_ring(maker: str = "made_by_node", epoch: int = 1) -> dict[str, Any]:
    """As a browser would send it: the server cannot tell whether it opens."""
    made = VECTORS[maker]
    pairs = [{"pk": made["pk"], "env": made["priv"]}]
    ring = {name: made[name] for name in ("pk", "slots", "state")}
    return {"epoch": epoch, "pairs": pairs, **ring}


FIRST = {"If-None-Match": "*"}


@pytest.fixture
def browser(alice: Person) -> Api:
    alice.log_in()
    return Api(client=alice.client)


def made_older(somebody: Person, seconds: float) -> None:
    session = somebody.client.session
    for proof in session["account_authentication_methods"]:
        proof["at"] -= seconds
    session.save()


def put(api: Api, ring: object, **headers: str) -> Any:
    return api("PUT", "/v1/keyring", ring, **headers)


def test_a_first_ring_is_kept_and_comes_back_as_it_was(browser, alice):
    assert browser("GET", "/v1/keyring").json() == {"uid": f"u{alice.user.pk}", "ring": None}
    answer = put(browser, a_ring(), **FIRST)
    assert (answer.status_code, answer["ETag"]) == (200, '"1"')
    again = browser("GET", "/v1/keyring")
    since = Keyring.objects.get().created_at
    assert parse_datetime(again.json()["created_at"]) == since.replace(
        microsecond=since.microsecond // 1000 * 1000
    )
    assert again.json().items() >= {"uid": f"u{alice.user.pk}", "ring": a_ring()}.items()
    assert (again["ETag"], again["Cache-Control"]) == ('"1"', "no-store")


def test_of_two_first_rings_one_is_kept(browser):
    put(browser, a_ring(), **FIRST)
    answer = put(browser, a_ring("made_by_python"), **FIRST)
    assert (answer.status_code, answer.json()["current_version"]) == (409, 1)
    assert Keyring.objects.get().ring == a_ring()


def test_another_ring_names_the_one_before(browser):
    put(browser, a_ring(), **FIRST)
    other = a_ring("made_by_python", epoch=2)
    assert put(browser, other).status_code == 428
    assert put(browser, a_ring("made_by_python"), **{"If-Match": '"1"'}).status_code == 422
    assert put(browser, other, **{"If-Match": '"1"'}).status_code == 200
    late = put(browser, a_ring("made_by_chrome", epoch=3), **{"If-Match": '"1"'})
    assert (late.status_code, late.json()["current_version"]) == (409, 2)
    assert browser("GET", "/v1/keyring").json()["ring"] == other


def test_where_there_is_none_none_is_replaced(browser):
    answer = put(browser, a_ring(epoch=2), **{"If-Match": '"1"'})
    assert (answer.status_code, answer.json()["current_version"]) == (409, None)
    assert not Keyring.objects.exists()


def test_whoever_comes_second_at_the_same_time_is_told(alice):
    keyring.keep(alice.user, a_ring(), 1, instead_of=keyring.NONE_YET)
    keyring.keep(alice.user, a_ring(epoch=2), 2, instead_of=1)
    with pytest.raises(Overtaken) as told:
        keyring.keep(alice.user, a_ring("made_by_python", epoch=2), 2, instead_of=1)
    assert told.value.epoch == 2


def test_nobody_else_gets_it(browser, bob):
    put(browser, a_ring(), **FIRST)
    bob.log_in()
    others = Api(client=bob.client)
    assert others("GET", "/v1/keyring").json()["ring"] is None
    assert others("DELETE", "/v1/keyring").status_code == 204
    assert Keyring.objects.count() == 1


def test_strangers_guests_and_keys_have_none(alice):
    guest, _ = a_guest()
    key = Api(ApiKey.issue(alice.user, "all")[1])
    for api, status in ((Api(), 401), (guest, 401), (key, 403)):
        assert api("GET", "/v1/keyring").status_code == status
        assert put(api, a_ring(), **FIRST).status_code == status
        assert api("DELETE", "/v1/keyring").status_code == status
    assert not Keyring.objects.exists()


@pytest.mark.parametrize(
    ("age_seconds", "reads", "changes"),
    [
        (250, 200, 200),
        (310, 200, 403),
        (11 * HOUR_SECONDS, 200, 403),
        (13 * HOUR_SECONDS, 403, 403),
    ],
)
def test_a_login_of_long_ago_is_not_enough(browser, alice, age_seconds, reads, changes):
    made_older(alice, age_seconds)
    assert browser("GET", "/v1/keyring").status_code == reads
    answer = put(browser, a_ring(), **FIRST)
    assert answer.status_code == changes
    if changes == 403:
        assert answer.json()["code"] == "reauthentication_required"
        assert browser("DELETE", "/v1/keyring").status_code == 403
        alice.prove()
        assert put(browser, a_ring(), **FIRST).status_code == 200


def _slot(at: int, **change: Any) -> dict[str, Any]:
    slots = [dict(slot) for slot in a_ring()["slots"]]
    slots[at] |= change
    return {"slots": slots}


ENVELOPE = a_ring()["slots"][0]["env"]
BROKEN: dict[str, dict[str, Any]] = {
    "too few iterations": _slot(0, iter=599_999),
    "too many iterations": _slot(0, iter=10_000_001),
    "iterations as text": _slot(0, iter="600000"),
    "a passphrase without iterations": _slot(0, iter=None),
    "a code with iterations": _slot(1, iter=600_000),
    "a short salt": _slot(0, salt="AAAA"),
    "no base64": _slot(0, salt="=" * 43),
    "a longer key": _slot(0, env=a_ring()["state"]),
    "another version": _slot(0, env=ENVELOPE | {"v": 2}),
    "another algorithm": _slot(0, env=ENVELOPE | {"alg": "A128GCM"}),
    "a short IV": _slot(0, env=ENVELOPE | {"iv": "AAAA"}),
    "something beside": _slot(0, passphrase="nine horses"),
    "the same id twice": _slot(1, id="k1"),
    "an odd id": _slot(0, id="K 1"),
    "no code": {"slots": a_ring()["slots"][:1]},
    "no slot": {"slots": []},
    "too many slots": {"slots": a_ring()["slots"] * 5},
    "no point": {"pk": "AAAA"},
    "a point off the curve": {"pk": "BA" + "A" * 85},
    "the key of another pair": {"pk": a_ring("made_by_python")["pk"]},
    "no pair": {"pairs": []},
    "no state": {"state": None},
    "no epoch": {"epoch": 0},
    "a truth for an epoch": {"epoch": True},
    "a master key beside": {"mk": "AAAA"},
}


@pytest.mark.parametrize("change", BROKEN.values(), ids=BROKEN)
def test_what_no_client_could_open_is_not_kept(browser, change):
    answer = put(browser, a_ring() | change, **FIRST)
    assert (answer.status_code, answer.json()["code"]) == (422, "validation_failed")
    assert not Keyring.objects.exists()


def test_in_the_service_a_plan_or_a_setting_gives_it(browser, settings):
    settings.HOSTED = True
    refused = put(browser, a_ring(), **FIRST)
    assert (refused.status_code, refused.json()["code"]) == (403, "plan_required")
    settings.PRIVATE_TRANSCRIPTS = True
    assert put(browser, a_ring(), **FIRST).status_code == 200
    settings.PRIVATE_TRANSCRIPTS = False  # what is there already stays its owner's
    assert put(browser, a_ring(epoch=2), **{"If-Match": '"1"'}).status_code == 200


def test_it_ends_when_asked_and_with_the_account(browser, alice):
    put(browser, a_ring(), **FIRST)
    assert browser("DELETE", "/v1/keyring").status_code == 204
    assert not Keyring.objects.exists()
    put(browser, a_ring(), **FIRST)
    holdings.erase(alice.user)
    assert not Keyring.objects.exists()


def test_it_is_in_the_export_of_the_account(browser, alice):
    put(browser, a_ring(), **FIRST)
    with zipfile.ZipFile(io.BytesIO(b"".join(takeout.zip_of(alice.user)))) as archive:
        taken = json.loads(archive.read("keyring/keyring.json"))
        assert archive.read("keyring/sotto-offline.html") == offline_page.PAGE.read_bytes()
    assert taken == {"uid": f"u{alice.user.pk}", "ring": a_ring(), "manifest": None}


def test_it_lies_with_the_keys_and_not_with_the_texts(alice):
    keyring.keep(alice.user, a_ring(), 1, instead_of=keyring.NONE_YET)
    assert Keyring.objects.get().__class__.objects.db == "keys"
