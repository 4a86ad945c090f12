"""Every page of accounts wears the house's look and needs no inline script or style."""

import re

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse

from tests.accounts.test_second_factor import SECRET, code

pytestmark = pytest.mark.django_db
EXECUTABLE = re.compile(r"<script(?![^>]*(\bsrc=|type=\"application/json\"|\bnonce=))[^>]*>")
INLINE = re.compile(r"\sstyle=|\son[a-z]+=\"|javascript:|<style")
NOT_PAGES = {"account-export-file", "mfa_download_recovery_codes", "mfa_login_webauthn"}


def addresses() -> list[str]:
    """Every address under /accounts/ that takes no argument."""
    found = set()
    for name in get_resolver().reverse_dict:
        if isinstance(name, str) and name not in NOT_PAGES:
            try:
                address = reverse(name)
            except NoReverseMatch:
                continue
            if address.startswith("/accounts/"):
                found.add(address)
    return sorted(found)


def check(client: Client) -> set[str]:
    """Look at every page. Returns the addresses that showed one."""
    shown = set()
    for address in addresses():
        page = client.get(address)
        assert page.status_code in {200, 302, 404, 405}, address
        if page.status_code != 200:
            continue
        text = page.content.decode()
        assert 'class="masthead"' in text, address
        assert len(re.findall("<h1>", text)) == 1, address
        assert EXECUTABLE.findall(text) == [], address
        assert INLINE.findall(text) == [], address
        assert "Menu:" not in text, address
        ids = re.findall(r'\sid="([^"]+)"', text)
        assert len(ids) == len(set(ids)), address
        shown.add(address)
    return shown


def test_for_strangers(db):
    assert {"/accounts/login/", "/accounts/signup/", "/accounts/password/reset/"} <= check(Client())


def test_for_somebody_logged_in_with_everything_set_up(alice):
    RecoveryCodes.activate(alice.user)
    TOTP.activate(alice.user, SECRET)
    alice.log_in()
    page = alice.get("mfa_authenticate")
    assert EXECUTABLE.findall(page.content.decode()) == []
    alice.post("mfa_authenticate", code=code())
    alice.prove()
    shown = check(alice.client)
    assert {"/accounts/", "/accounts/keys/", "/accounts/2fa/", "/accounts/sessions/"} <= shown
    assert {"/accounts/2fa/webauthn/add/", "/accounts/2fa/recovery-codes/"} <= shown


def test_for_somebody_who_waits_for_a_code(hosted):
    client = Client()
    form = {"email": "carol@example.org", "password1": "nine horses cross the ford"}
    page = client.post(reverse("account_signup"), form, follow=True)
    assert page.redirect_chain[-1][0] == reverse("account_email_verification_sent")
    assert INLINE.findall(page.content.decode()) == []


def test_the_overview_asks_few_questions(alice, django_assert_num_queries):
    alice.log_in()
    alice.get("account")  # the messages of the log-in are shown, and gone from the session
    with django_assert_num_queries(5):  # session, user, factors, address, keys
        alice.get("account")


def test_password_managers_know_their_fields():
    client = Client()
    log_in = client.get(reverse("account_login")).content.decode()
    sign_up = client.get(reverse("account_signup")).content.decode()
    assert 'autocomplete="current-password"' in log_in
    assert 'autocomplete="new-password"' in sign_up
    assert 'autocomplete="email"' in log_in
