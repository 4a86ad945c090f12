"""How long a log-in lasts, and where else it is."""

import time
from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from asgiref.sync import async_to_sync
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.callers import GUEST_SESSION_KEY, remember_guest
from accounts.sessions import BORN_AT, SAVED_AT, SessionStore
from tests.accounts.conftest import Person
from tests.sweeping import sweep

pytestmark = pytest.mark.django_db
DAY = 24 * 3600


def aged(store: SessionStore, **days: float) -> SessionStore:
    """The same session, as if it had been stored some days ago."""
    row = Session.objects.get(session_key=store.session_key)
    data = row.get_decoded() | {name: time.time() - ago * DAY for name, ago in days.items()}
    row.session_data = DatabaseStore().encode(data)
    row.save()
    return SessionStore(store.session_key)


@pytest.fixture
def session(db) -> SessionStore:
    store = SessionStore()
    store[SESSION_KEY] = "1"
    store["who"] = "somebody"
    store.save()
    return store


def test_it_lasts_while_it_is_used(session):
    assert aged(session, **{BORN_AT: 89, SAVED_AT: 13})["who"] == "somebody"


def test_it_ends_after_ninety_days_whatever_happens(session):
    old = aged(session, **{BORN_AT: 91})
    assert "who" not in old
    assert old.session_key is None


def test_it_ends_for_asynchronous_readers_too(session):
    old = aged(session, **{BORN_AT: 91})
    assert async_to_sync(old.aget)("who") is None


@pytest.mark.parametrize("days", [30, 400])
def test_a_guests_lasts_as_long_as_what_the_guest_made(settings, days):
    settings.GUEST_SESSION_AGE = timedelta(days=days)
    store = SessionStore()
    remember_guest(store)
    store.save()
    ends = Session.objects.get(session_key=store.session_key).expire_date
    assert timedelta(days=days, hours=-1) < ends - timezone.now() <= timedelta(days=days)
    assert aged(store, **{BORN_AT: 91})[GUEST_SESSION_KEY] == store[GUEST_SESSION_KEY]


def test_it_ends_after_fourteen_days_without_use(alice):
    alice.log_in()
    ends = Session.objects.get(session_key=alice.client.session.session_key).expire_date
    assert timedelta(days=13, hours=23) < ends - timezone.now() <= timedelta(days=14)
    Session.objects.update(expire_date=timezone.now())
    assert not alice.is_logged_in


def test_use_renews_it_once_a_day_and_not_on_every_request(alice, django_assert_num_queries):
    alice.log_in()
    alice.get("account")
    before = Session.objects.get(session_key=alice.client.session.session_key).expire_date
    assert "sotto_session" not in alice.get("account").cookies
    aged(alice.client.session, **{SAVED_AT: 2})
    Session.objects.update(expire_date=timezone.now() + timedelta(days=12))
    assert alice.get("account").cookies["sotto_session"]["max-age"] == 14 * DAY
    after = Session.objects.get(session_key=alice.client.session.session_key).expire_date
    assert after >= before


def test_a_guests_age_does_not_count_against_a_log_in(alice):
    alice.client.session.save()
    store = alice.client.session
    store["who"] = "guest"
    store.save()
    alice.client.cookies["sotto_session"] = store.session_key
    aged(store, **{BORN_AT: 89})
    alice.log_in()
    assert time.time() - alice.client.session[BORN_AT] < 60


def test_the_list_names_every_browser_and_ends_the_others(alice):
    alice.log_in()
    elsewhere = Person(alice.email)
    elsewhere.client.defaults["HTTP_USER_AGENT"] = "Another/1.0 <b>"
    elsewhere.log_in()
    page = alice.get("usersessions_list")
    assert "Another/1.0 &lt;b&gt;" in page.content.decode()
    assert len(page.context["sessions"]) == 2
    alice.post("usersessions_list")
    assert alice.is_logged_in
    assert not elsewhere.is_logged_in
    assert UserSession.objects.count() == 1


def test_expired_rows_are_swept(session):
    assert sweep("sessions") == 0
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert sweep("sessions") == 1


def test_the_sweeper_knows_the_rules_of_accounts():
    from privacy.retention import rules

    assert {"sessions", "keys", "unconfirmed"} <= {rule.id for rule in rules()}
