"""Deleting an account: everything, everywhere, at once (P10 as far as it exists)."""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.urls import reverse

from accounts.callers import BadApiKey, caller_from_key
from accounts.models import ApiKey, User
from billing.models import LedgerEntry
from tests.accounts.conftest import Person
from tests.accounts.test_guests import make_work
from tests.accounts.test_second_factor import SECRET
from transcripts.models import Job, Transcript, Upload
from transcripts.vault import vault

pytestmark = pytest.mark.django_db
EVERYTHING = (User, EmailAddress, Authenticator, ApiKey, UserSession, Job, Transcript, Upload)


@pytest.fixture
def settled(alice) -> Person:
    """Alice, logged in and proven, with work of every kind and audio in memory."""
    alice.log_in()
    alice.prove()
    make_work(owner=alice.user)
    return alice


def test_it_says_what_goes(settled):
    page = settled.get("account-delete")
    assert {str(label): count for label, count in page.context["goes"]} == {
        "Batches of recordings": 0,
        "Templates": 0,
        "Transcripts": 1,
        "Uploads under way": 1,
        "Jobs, running ones included": 1,
        "Minutes counted": 1,
        "Receipts": 0,
    }


def test_all_of_it_goes(settled, bob):
    make_work(owner=bob.user)
    TOTP.activate(settled.user, SECRET)
    _key, secret = ApiKey.issue(settled.user, "laptop")
    elsewhere = Person(settled.email)
    elsewhere.log_in()
    assert settled.post("account-delete", understood="on").headers["Location"] == reverse("home")
    left = {model.__name__: model.objects.count() for model in EVERYTHING}
    assert left == {
        "User": 1,
        "EmailAddress": 1,
        "Authenticator": 0,
        "ApiKey": 0,
        "UserSession": 0,
        "Job": 1,
        "Transcript": 1,
        "Upload": 1,
    }
    assert LedgerEntry.objects.get().owner == bob.user
    assert not settled.is_logged_in
    assert not elsewhere.is_logged_in
    with pytest.raises(BadApiKey):
        caller_from_key(secret)


def test_no_session_of_it_is_left(settled):
    Person(settled.email).log_in()
    settled.post("account-delete", understood="on")
    left = [session.get_decoded() for session in Session.objects.all()]
    assert [data for data in left if "_auth_user_id" in data or "email" in str(data)] == []


def test_audio_in_memory_is_destroyed(settled):
    upload, job = Upload.objects.get(), Job.objects.get()
    Job.objects.update(audio_id="running")
    for audio_id in (upload.pk, "running"):
        vault().reserve(audio_id, 4)
        vault().append(audio_id, b"k" * 32, b"RIFF", 0)
    settled.post("account-delete", understood="on")
    assert [vault().holds(audio_id) for audio_id in (upload.pk, "running")] == [False, False]
    assert not Job.objects.filter(pk=job.pk).exists()


def test_it_needs_a_fresh_proof(alice):
    alice.log_in()
    answer = alice.post("account-delete", understood="on")
    assert answer.headers["Location"].startswith(reverse("account_reauthenticate"))
    assert alice.is_logged_in
    alice.client.post(answer.headers["Location"], {"password": alice.password})
    assert not User.objects.exists()


def test_looking_deletes_nothing(settled):
    settled.client.get(reverse("account-delete"), {"understood": "on"})
    assert settled.is_logged_in
    assert settled.client.put(reverse("account-delete")).status_code == 405


def test_it_needs_the_tick(settled):
    assert settled.post("account-delete").status_code == 200
    assert settled.is_logged_in
