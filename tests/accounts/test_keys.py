"""API keys: made after a fresh proof, shown once, worth nothing once revoked (A12)."""

from datetime import timedelta

import pytest
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from accounts.callers import BadApiKey, Caller, caller_of
from accounts.ids import digest
from accounts.models import ApiKey
from tests.accounts.test_guests import make_work
from tests.sweeping import sweep
from transcripts.models import Transcript

pytestmark = pytest.mark.django_db
FORM = {"name": "laptop", "scope": "write", "lifetime": "90"}


@pytest.fixture
def proven(alice):
    alice.log_in()
    alice.prove()
    return alice


def call(secret: str) -> Caller:
    request = RequestFactory().get("/v1/transcripts", headers={"authorization": f"Bearer {secret}"})
    return caller_of(request)


def make(someone, **changes) -> str:
    page = someone.post("api-keys", **FORM | changes)
    return page.context["secret"]


def test_a_key_is_shown_once_and_kept_as_a_digest(proven):
    page = proven.post("api-keys", **FORM)
    secret = page.context["secret"]
    assert page.content.decode().count(secret) == 1
    assert "no-store" in page.headers["Cache-Control"]
    key = ApiKey.objects.get()
    assert key.secret_digest == digest(secret)
    assert secret not in str(ApiKey.objects.values().get())
    assert (secret[:6], len(secret)) == ("sotto_", 54)
    listed = proven.get("api-keys").content.decode()
    assert secret not in listed
    assert f"{secret[:10]}…" in listed


def test_it_opens_what_its_owner_may_open(proven):
    assert call(make(proven)) == Caller(user=proven.user, can_write=True)
    assert ApiKey.objects.get().last_used_at is not None


def test_a_reading_key_may_not_write(proven):
    assert call(make(proven, scope="read")) == Caller(user=proven.user, can_write=False)


def test_A12_a_revoked_key_is_dead_at_once(proven):
    secret = make(proven)
    call(secret)
    answer = proven.post("api-key-revoke", ApiKey.objects.get().pk)
    assert answer.headers["Location"] == reverse("api-keys")
    with pytest.raises(BadApiKey):
        call(secret)


def test_A12_an_expired_key_is_dead_and_then_gone(proven):
    secret = make(proven)
    key = ApiKey.objects.get()
    assert timedelta(days=89) < key.expires_at - timezone.now() <= timedelta(days=90)
    ApiKey.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(BadApiKey):
        call(secret)
    assert sweep("keys") == 1


def test_a_key_may_have_no_end(proven):
    make(proven, lifetime="never")
    assert ApiKey.objects.get().expires_at is None
    assert sweep("keys") == 0


def test_A12_a_key_in_the_address_opens_nothing(proven, client):
    secret = make(proven)
    for name in ("api_key", "key", "access_token", "token"):
        assert client.get("/v1/transcripts", {name: secret}).status_code == 401
    assert ApiKey.objects.get().last_used_at is None


def test_A12_at_the_door_of_the_api(proven, client):
    make_work(owner=proven.user)
    transcript = Transcript.objects.get()
    address = f"/v1/transcripts/{transcript.pk}"
    reading, writing = make(proven, scope="read"), make(proven)
    assert _statuses(client, address, reading) == (200, 200, 403)
    ApiKey.objects.filter(can_write=False).delete()
    assert _statuses(client, address, reading) == (401, 401, 401)
    assert _statuses(client, address, writing) == (200, 200, 204)
    assert client.get(address).status_code == 404


def _statuses(client, address: str, secret: str) -> tuple[int, int, int]:
    headers = {"authorization": f"Bearer {secret}"}
    asked = [client.get(url, headers=headers) for url in ("/v1/transcripts", address)]
    deleted = client.delete(address, headers=headers)
    return asked[0].status_code, asked[1].status_code, deleted.status_code


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Basic abc", "sotto_abc", "Bearer sotto_abc"]
)
def test_what_is_no_key_is_refused(db, rf, header):
    request = rf.get("/", headers={"authorization": header})
    request.user, request.session = None, {}
    if not header:
        assert caller_of(request) == Caller()
        return
    with pytest.raises(BadApiKey):
        caller_of(request)


def test_a_key_of_a_shut_account_is_dead(proven):
    secret = make(proven)
    user = proven.user
    user.is_active = False
    user.save()
    with pytest.raises(BadApiKey):
        call(secret)


def test_making_one_needs_a_fresh_proof_and_then_goes_on(alice):
    alice.log_in()
    answer = alice.post("api-keys", **FORM)
    assert answer.headers["Location"].startswith(reverse("account_reauthenticate"))
    assert not ApiKey.objects.exists()
    page = alice.client.post(answer.headers["Location"], {"password": alice.password})
    assert call(page.context["secret"]).user == alice.user


def test_nobody_revokes_anothers_key(proven, bob):
    make(proven)
    bob.log_in()
    assert bob.post("api-key-revoke", ApiKey.objects.get().pk).status_code == 404
    assert ApiKey.objects.exists()
    assert "laptop" not in bob.get("api-keys").content.decode()


@pytest.mark.parametrize(
    "changes", [{"name": ""}, {"name": "x" * 81}, {"scope": "admin"}, {"lifetime": "9999"}]
)
def test_nonsense_is_refused(proven, changes):
    assert proven.post("api-keys", **FORM | changes).status_code == 422
    assert not ApiKey.objects.exists()


def test_there_is_an_end_to_keys(proven):
    ApiKey.objects.bulk_create(
        ApiKey(user=proven.user, name=str(n), secret_digest=str(n)) for n in range(50)
    )
    assert proven.post("api-keys", **FORM).status_code == 422


def test_names_are_shown_as_text(proven):
    make(proven, name="<img src=x onerror=alert(1)>")
    assert b"<img src=x" not in proven.get("api-keys").content


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_same_number_of_questions(proven, count, django_assert_num_queries):
    for _ in range(count):
        make(proven)
    with django_assert_num_queries(3):  # session, user, keys
        proven.get("api-keys")
