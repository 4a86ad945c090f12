"""Signing up, confirming an address, resetting and changing a password (A04, A06, A07)."""

import statistics
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from tests.accounts.conftest import (
    PASSWORD,
    Person,
    as_read_by_anyone,
    code_in_mail,
    link_in_mail,
)
from tests.sweeping import sweep

pytestmark = pytest.mark.django_db
NEW_PASSWORD = "seven herons over the marsh"


def sign_up(email: str, password: str = PASSWORD) -> Person:
    newcomer = Person(email, password=password)
    newcomer.answer = newcomer.post("account_signup", email=email, password1=password)
    return newcomer


def test_the_service_wants_the_address_confirmed(hosted):
    carol = sign_up("carol@example.org")
    assert carol.answer.headers["Location"] == reverse("account_email_verification_sent")
    assert not carol.is_logged_in
    assert carol.post("account_email_verification_sent", code=code_in_mail()).status_code == 302
    assert carol.is_logged_in
    assert EmailAddress.objects.get(email=carol.email).verified


def test_three_wrong_codes_end_it(hosted):
    carol = sign_up("carol@example.org")
    right = code_in_mail()
    for _ in range(3):
        carol.post("account_email_verification_sent", code="BBBB-BBBB")
    carol.post("account_email_verification_sent", code=right)
    assert not carol.is_logged_in


def test_a_code_works_in_the_browser_that_asked_for_it_only(hosted):
    sign_up("carol@example.org")
    stranger = sign_up("dave@example.org")
    stranger.post("account_email_verification_sent", code=code_in_mail())
    assert stranger.is_logged_in
    assert not EmailAddress.objects.get(email="carol@example.org").verified


def test_at_home_nobody_waits_for_mail(db):
    carol = sign_up("carol@example.org")
    assert carol.answer.headers["Location"] == reverse("library")
    assert carol.is_logged_in
    assert carol.client.post(link_in_mail()).status_code == 302
    assert EmailAddress.objects.get(email=carol.email).verified


def test_at_home_an_address_is_taken_once_and_the_page_says_so(alice):
    again = sign_up(alice.email)
    assert again.answer.context["form"].errors["email"] == [
        "A user is already registered with this email address."
    ]
    assert User.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("edition", ["hosted", "at home"])
def test_a_click_too_many_makes_one_account(edition, request, settings):
    if edition == "hosted":
        request.getfixturevalue("hosted")
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    settings.ACCOUNT_RATE_LIMITS = False
    start = threading.Barrier(4)

    def click(_number: int) -> int:
        try:
            start.wait()
            return sign_up("carol@example.org").answer.status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        statuses = sorted(pool.map(click, range(4)))
    assert statuses == ([302] * 4 if edition == "hosted" else [200, 200, 200, 302])
    assert User.objects.count() == EmailAddress.objects.count() == 1


def test_A04_sign_up_tells_no_accounts_apart(hosted, alice):
    known, unknown = sign_up(alice.email), sign_up("carol@example.org")
    for answer in (known.answer, unknown.answer):
        assert (answer.status_code, answer.headers["Location"]) == (302, "/accounts/confirm-email/")
    pages = [one.get("account_email_verification_sent") for one in (known, unknown)]
    assert [page.status_code for page in pages] == [200, 200]
    assert as_read_by_anyone(pages[0], alice.email) == as_read_by_anyone(pages[1], unknown.email)
    assert [message.to for message in mail.outbox] == [[alice.email], [unknown.email]]
    assert User.objects.count() == 2


def test_A04_sign_up_takes_the_same_time(hosted, alice, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    settings.ACCOUNT_RATE_LIMITS = False
    times: tuple[list[float], list[float]] = ([], [])
    for n in range(9):
        for email, seconds in zip((alice.email, f"new{n}@example.org"), times, strict=True):
            start = time.perf_counter()
            sign_up(email)
            seconds.append(time.perf_counter() - start)
    known, unknown = (statistics.median(seconds) for seconds in times)
    assert 0.6 < known / unknown < 1.6


def test_A04_reset_tells_no_accounts_apart(hosted, alice):
    answers = {}
    for email in (alice.email, "nobody@example.org"):
        client = Client()
        answer = client.post(reverse("account_reset_password"), {"email": email}, follow=True)
        answers[email] = (
            answer.redirect_chain,
            answer.status_code,
            as_read_by_anyone(answer, email),
        )
    assert answers[alice.email] == answers["nobody@example.org"]
    assert len(mail.outbox) == 2


def test_A07_a_reset_link_works_once(alice):
    link = _reset_link(alice)
    assert _reset(Client(), link).status_code == 302
    assert _reset(Client(), link) is None
    assert not alice.log_in().headers.get("Location")
    alice.password = NEW_PASSWORD
    assert alice.log_in().headers["Location"] == reverse("library")


def test_A07_not_after_an_hour(alice, settings):
    link = _reset_link(alice)
    assert settings.PASSWORD_RESET_TIMEOUT == 3600
    settings.PASSWORD_RESET_TIMEOUT = -1
    assert _reset(Client(), link) is None


def test_A07_not_after_the_address_changed(alice):
    link = _reset_link(alice)
    EmailAddress.objects.filter(email=alice.email).update(email="elsewhere@example.org")
    User.objects.filter(email=alice.email).update(email="elsewhere@example.org")
    assert _reset(Client(), link) is None


def test_A07_not_for_somebody_else(alice, bob):
    link = _reset_link(alice)
    from allauth.account.utils import user_pk_to_url_str

    ours, theirs = user_pk_to_url_str(alice.user), user_pk_to_url_str(bob.user)
    assert _reset(Client(), link.replace(f"/{ours}-", f"/{theirs}-")) is None


def test_a_reset_logs_out_whoever_was_in(alice):
    alice.log_in()
    _reset(Client(), _reset_link(alice))
    assert not alice.is_logged_in


def _reset_link(someone: Person) -> str:
    Client().post(reverse("account_reset_password"), {"email": someone.email})
    return link_in_mail()


def _reset(client: Client, link: str):
    """The answer to the new password; None if the link leads to no form."""
    page = client.get(link, follow=True)
    if page.context.get("token_fail"):
        return None
    form = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    return client.post(page.redirect_chain[-1][0], form)


def test_changing_a_password_needs_the_current_one_and_ends_other_sessions(alice):
    alice.log_in()
    elsewhere = Person(alice.email)
    elsewhere.log_in()
    form = {"oldpassword": "wrong", "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    assert "oldpassword" in alice.post("account_change_password", **form).context["form"].errors
    assert elsewhere.is_logged_in
    alice.post("account_change_password", **form | {"oldpassword": PASSWORD})
    assert alice.is_logged_in
    assert not elsewhere.is_logged_in


def test_a_new_address_counts_once_it_is_confirmed(hosted, alice):
    alice.log_in()
    alice.prove()
    alice.post("account_email", email="new@example.org", action_add="")
    assert alice.user.email == "alice@example.org"
    alice.post("account_email_verification_sent", code=code_in_mail())
    assert User.objects.get().email == "new@example.org"
    told = [message for message in mail.outbox if message.to == ["alice@example.org"]]
    assert len(told) == 1


def test_a_new_address_needs_a_fresh_proof(hosted, alice):
    alice.log_in()
    answer = alice.post("account_email", email="new@example.org", action_add="")
    assert answer.headers["Location"].startswith(reverse("account_reauthenticate"))
    assert mail.outbox == []


def test_an_address_that_became_somebody_elses_meanwhile_is_refused(alice, bob):
    alice.log_in()
    alice.prove()
    alice.post("account_email", email="new@example.org", action_add="")
    link = link_in_mail()
    User.objects.filter(email=bob.email).update(email="new@example.org")
    assert alice.client.post(link).status_code in {200, 302}
    assert alice.user.email == "alice@example.org"


def test_when_mail_is_down_there_is_a_sentence_and_no_error_page(hosted, alice, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    for email in (alice.email, "nobody@example.org"):
        page = Client().post(reverse("account_reset_password"), {"email": email}, follow=True)
        assert page.status_code == 200
        assert [str(message) for message in page.context["messages"]] == [
            "We can't send mail at the moment. Try again later."
        ]


def test_accounts_that_nobody_confirmed_go(hosted, alice):
    sign_up("carol@example.org")
    assert sweep("unconfirmed") == 0
    User.objects.update(date_joined=timezone.now() - timedelta(days=4))
    sweep("unconfirmed")
    assert [user.email for user in User.objects.all()] == [alice.email]


def test_at_home_they_stay(db):
    sign_up("carol@example.org")
    User.objects.update(date_joined=timezone.now() - timedelta(days=400), last_login=None)
    assert sweep("unconfirmed") == 0


@pytest.mark.parametrize(
    "password",
    [
        "short 9ch",
        "password123",
        "1234567890",
        "sotto-sotto-12",
        "transcript2026",
        "carol@example.org",
        "carolexample77",
        "aaaaaaaaaaaaaaaa",
        "abababababababab",
        "x" * 60 + "yzwvu" * 20,
    ],
)
def test_weak_passwords_are_refused(db, password):
    assert sign_up("carol@example.org", password).answer.context["form"].errors["password1"]
    assert not User.objects.exists()


@pytest.mark.parametrize(
    "password",
    [
        "ten chars!",
        "alllowercaseletters",
        "  leading and trailing  ",
        "密码由九匹马过河组成啊",
        "🐎🐑🐐🦆🐖🐓🐈🐕🐇🐿",
        "sotto voce canto triste",
        "a sentence of sixty-four characters is a very good password, yes",
        "ab cd ef gh " * 10 + "12345678",
    ],
)
def test_long_passwords_of_any_composition_are_taken_as_they_are(db, password):
    sign_up("carol@example.org", password)
    user = User.objects.get()
    assert user.check_password(password)
    assert not user.check_password(password.strip() + "x")
    assert not user.check_password(password[:-1])
