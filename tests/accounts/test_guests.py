"""A guest's work follows its guest into an account, and nobody else."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts import holdings
from accounts.callers import GUEST_SESSION_KEY, Caller, caller_from_session, remember_guest
from billing.ledger import minutes_this_month, settle
from billing.models import LedgerEntry
from tests.accounts.conftest import PASSWORD, Person, code_in_mail
from transcripts.models import Job, Transcript, Upload

pytestmark = pytest.mark.django_db
OWNED = (Job, Transcript, Upload, LedgerEntry)


def make_guest(client: Client) -> str:
    session = client.session
    key = remember_guest(session)
    session.save()
    client.cookies["sotto_session"] = session.session_key
    return key


def make_work(**owner) -> None:
    transcript = Transcript.objects.create(
        title="Interview", language="en", model="m", duration_seconds=61, document={}, **owner
    )
    job = Job.objects.create(
        size_bytes=1, sha256="", options={}, audio_id="a", transcript=transcript, **owner
    )
    Upload.objects.create(length_bytes=1, key=b"k", expires_at="2099-01-01T00:00Z", **owner)
    settle(job.pk, owner.get("owner"), owner.get("guest_key", ""), 61)


def owners() -> list[object]:
    return [row.owner for model in OWNED for row in model.objects.order_by("pk")]


def test_logging_in_moves_everything(alice):
    key = make_guest(alice.client)
    make_work(guest_key=key)
    assert minutes_this_month(Caller(guest_key=key)) == 2
    alice.log_in()
    assert owners() == [alice.user] * 4
    assert not any(model.objects.exclude(guest_key="").exists() for model in OWNED)
    assert minutes_this_month(Caller(user=alice.user)) == 2
    assert GUEST_SESSION_KEY not in alice.client.session


def test_signing_up_moves_everything_once_the_address_is_confirmed(hosted):
    carol = Person("carol@example.org")
    make_work(guest_key=make_guest(carol.client))
    carol.post("account_signup", email=carol.email, password1=PASSWORD)
    assert owners() == [None] * 4
    carol.post("account_email_verification_sent", code=code_in_mail())
    assert owners() == [carol.user] * 4


def test_signing_up_at_home_moves_everything_at_once(db):
    carol = Person("carol@example.org")
    make_work(guest_key=make_guest(carol.client))
    carol.post("account_signup", email=carol.email, password1=PASSWORD)
    assert owners() == [carol.user] * 4


def test_a_second_factor_comes_before_the_move(alice):
    from tests.accounts.test_second_factor import SECRET, TOTP, code

    TOTP.activate(alice.user, SECRET)
    make_work(guest_key=make_guest(alice.client))
    alice.log_in()
    assert owners() == [None] * 4
    alice.post("mfa_authenticate", code=code())
    assert owners() == [alice.user] * 4


def test_what_others_made_stays_theirs(alice, bob):
    make_work(guest_key="another guest")
    make_work(owner=bob.user)
    make_work()
    make_guest(alice.client)
    alice.log_in()
    assert [owner for owner in owners() if owner] == [bob.user] * 4
    assert len(owners()) == 12


def test_no_key_is_nobodys_key(alice):
    make_work()
    holdings.adopt("", alice.user)
    assert owners() == [None] * 4


def test_wrong_passwords_move_nothing(alice):
    make_work(guest_key=make_guest(alice.client))
    alice.password = "wrong"
    alice.log_in()
    assert owners() == [None] * 4


def test_the_next_guest_of_the_same_browser_starts_fresh(alice):
    first = make_guest(alice.client)
    make_work(guest_key=first)
    alice.log_in()
    alice.post("account_logout")
    second = make_guest(alice.client)
    assert second != first
    caller = caller_from_session(None, alice.client.session)
    assert caller == Caller(guest_key=second)
    assert not Transcript.objects.filter(caller.may_open()).exists()


def test_a_move_is_whole_or_not_at_all(alice):
    make_work(guest_key="guest")
    broken = holdings.Holding("broken", "Broken", model=NoTable)
    holdings._holdings = {broken.id: broken, **(before := holdings._holdings)}
    try:
        with pytest.raises(RuntimeError):
            holdings.adopt("guest", alice.user)
    finally:
        holdings._holdings = before
    assert owners() == [None] * 4


class NoTable:
    class _default_manager:  # noqa: N801 - Django's name
        @staticmethod
        def filter(**_conditions):
            raise RuntimeError


def test_reading_pages_makes_no_session(db):
    client = Client()
    client.get(reverse("account_login"))
    assert "sotto_session" not in client.cookies
