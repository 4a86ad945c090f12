"""Logging in, and what guessing meets (safety.md A01 to A04, A08 to A11)."""

import statistics
import time

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.hashers import get_hasher
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.accounts.conftest import Person, as_read_by_anyone

pytestmark = pytest.mark.django_db
WRONG = "not her password at all"


def guess(client: Client, email: str, password: str = WRONG, **extra):
    return client.post(reverse("account_login"), {"login": email, "password": password}, **extra)


def form_errors(response) -> object:
    return response.context["form"].errors.get_json_data()


def test_log_in_and_log_out(alice):
    assert alice.log_in().headers["Location"] == reverse("library")
    assert alice.is_logged_in
    assert alice.post("account_logout").status_code == 302
    assert not alice.is_logged_in


def test_getting_the_log_out_page_logs_nobody_out(alice):
    alice.log_in()
    assert alice.get("account_logout").status_code == 200
    assert alice.is_logged_in


@pytest.mark.parametrize("forged", [{}, {"headers": {"x-forwarded-for": "203.0.113.{n}"}}])
def test_A02_guessing_from_one_address_is_throttled_whatever_it_claims_to_be(hosted, db, forged):
    answers = []
    for n in range(12):
        headers = {k: v.format(n=n) for k, v in forged.get("headers", {}).items()}
        answers.append(guess(Client(), f"victim{n}@example.org", headers=headers))
    codes = [form_errors(answer)["__all__"][0]["code"] for answer in answers]
    assert codes == ["email_password_mismatch"] * 10 + ["too_many_login_attempts"] * 2


def test_A01_guessing_from_many_addresses_is_throttled_but_the_owner_gets_in(hosted, alice):
    alice.log_in()
    alice.post("account_logout")
    codes = []
    for n in range(8):
        answer = guess(Client(REMOTE_ADDR=f"203.0.113.{n}"), alice.email)
        codes.append(form_errors(answer)["__all__"][0]["code"])
    assert codes == ["email_password_mismatch"] * 5 + ["too_many_login_attempts"] * 3
    right = guess(Client(REMOTE_ADDR="198.51.100.7"), alice.email, alice.password)
    assert form_errors(right)["__all__"][0]["code"] == "too_many_login_attempts"
    assert alice.log_in().headers["Location"] == reverse("library")  # her own browser


def test_A01_a_known_browser_is_known_for_its_own_address_only(hosted, alice, bob):
    alice.log_in()
    alice.post("account_logout")
    for n in range(6):
        guess(Client(REMOTE_ADDR=f"203.0.113.{n}"), bob.email)
    answer = guess(alice.client, bob.email, bob.password)
    assert form_errors(answer)["__all__"][0]["code"] == "too_many_login_attempts"


def test_A01_a_known_browser_may_not_guess_for_ever_either(hosted, alice):
    alice.log_in()
    alice.post("account_logout")
    codes = [form_errors(guess(alice.client, alice.email))["__all__"][0]["code"] for _ in range(7)]
    assert codes == ["email_password_mismatch"] * 5 + ["too_many_login_attempts"] * 2


def test_A03_many_accounts_tried_at_once_do_not_wash_a_count_away(hosted, alice):
    for n in range(5):
        guess(Client(REMOTE_ADDR=f"203.0.113.{n}"), alice.email)
    for n in range(1000):
        cache.set(f"another-count-{n}", [n], 300)
    answer = guess(Client(REMOTE_ADDR="198.51.100.7"), alice.email)
    assert form_errors(answer)["__all__"][0]["code"] == "too_many_login_attempts"


def test_A04_log_in_tells_no_accounts_apart(hosted, alice):
    known, unknown = guess(Client(), alice.email), guess(Client(), "nobody@example.org")
    assert known.status_code == unknown.status_code == 200
    assert form_errors(known) == form_errors(unknown)
    assert as_read_by_anyone(known, alice.email) == as_read_by_anyone(unknown, "nobody@example.org")


def test_A04_log_in_takes_the_same_time(settings, db):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    settings.ACCOUNT_RATE_LIMITS = False
    assert get_hasher().algorithm == "argon2"
    User.objects.create_user("known@example.org", "nine horses cross the ford")
    times: dict[str, list[float]] = {"known@example.org": [], "unknown@example.org": []}
    for _ in range(9):
        for email, seconds in times.items():
            start = time.perf_counter()
            guess(Client(), email)
            seconds.append(time.perf_counter() - start)
    known, unknown = (statistics.median(seconds) for seconds in times.values())
    assert 0.6 < known / unknown < 1.6  # without a hash for the unknown: more than 3


def test_A08_log_out_kills_the_old_cookie(alice):
    alice.log_in()
    thief = Client()
    thief.cookies.load({django_settings.SESSION_COOKIE_NAME: alice.client.session.session_key})
    assert thief.get(reverse("account")).status_code == 200
    alice.post("account_logout")
    assert thief.get(reverse("account")).status_code == 302
    assert Session.objects.count() == 1  # the one of the farewell message, with nobody in it


def test_A08_pages_with_an_account_are_not_kept_by_the_browser(alice):
    alice.log_in()
    for name in ("account", "api-keys", "account-delete"):
        assert "no-store" in alice.get(name).headers["Cache-Control"]


def test_A09_the_session_changes_at_log_in(alice):
    planted = alice.client.session
    planted["by"] = "somebody"
    planted.save()
    before = planted.session_key
    alice.client.cookies[django_settings.SESSION_COOKIE_NAME] = before
    alice.log_in()
    assert alice.client.session.session_key != before
    assert not Session.objects.filter(session_key=before).exists()


def test_A10_posting_without_a_token_changes_nothing(alice):
    alice.log_in()
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = alice.client.cookies
    for name in ("account_logout", "api-keys", "account-delete", "usersessions_list"):
        assert strict.post(reverse(name)).status_code == 403
    assert alice.is_logged_in


ELSEWHERE = [
    "//evil.example",
    "///evil.example",
    "////evil.example/x",
    "https://evil.example",
    "http://evil.example/library/",
    "HTTPS://EVIL.EXAMPLE",
    "https:evil.example",
    "https:/evil.example",
    "https:///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "/\t/evil.example",
    "\t//evil.example",
    " //evil.example",
    "//evil.example\\@testserver",
    "https://testserver@evil.example",
    "https://testserver.evil.example",
    "https://evil.example#testserver",
    "https://evil.example?testserver",
    "javascript:alert(1)",
    "data:text/html,hello",
    "ftp://testserver/",
    "http://127.0.0.1:8000/",
    "http://localhost/",
]


@pytest.mark.parametrize("where", ELSEWHERE)
def test_A11_nobody_is_sent_elsewhere_after_logging_in(alice, where):
    assert alice.log_in(next=where).headers["Location"] == reverse("library")


@pytest.mark.parametrize("where", ELSEWHERE)
def test_A11_nor_after_logging_out(alice, where):
    alice.log_in()
    assert alice.post("account_logout", next=where).headers["Location"] == "/"


def test_A11_a_page_of_ours_is_fine(alice):
    assert alice.log_in(next="/accounts/keys/").headers["Location"] == "/accounts/keys/"


def test_an_account_that_was_shut_gets_nowhere(alice):
    alice.log_in()
    User.objects.filter(email=alice.email).update(is_active=False)
    assert not alice.is_logged_in
    assert alice.log_in().headers["Location"] == reverse("account_inactive")


def test_staff_come_in_by_the_same_door(alice):
    assert alice.get("admin:login").headers["Location"].startswith(reverse("account_login"))
    alice.log_in()
    assert alice.client.get("/admin/", follow=True).status_code == 403
    User.objects.filter(email=alice.email).update(is_staff=True, is_superuser=True)
    assert alice.client.get("/admin/").status_code == 200


def test_log_in_does_not_care_for_case_of_the_address(alice):
    loud = Person(alice.email, password=alice.password)
    answer = guess(loud.client, alice.email.upper(), alice.password)
    assert answer.headers["Location"] == reverse("library")
