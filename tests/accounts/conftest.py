"""Accounts as the service has them, and a person who uses them through the pages."""

import re
import runpy
import secrets
from dataclasses import dataclass, field
from importlib import import_module

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.speech import ROOT

PASSWORD = "nine horses cross the ford"
PREFIXES = ("ACCOUNT_", "ALLAUTH_", "MFA_", "HOSTED", "EDITION", "MAIL")


@pytest.fixture
def hosted(settings, monkeypatch) -> None:
    """The service's own settings for accounts, read from the settings file as it reads them."""
    monkeypatch.setenv("EDITION", "hosted")
    monkeypatch.setenv("SECRET_KEY", secrets.token_urlsafe(50))
    import_module(settings.ROOT_URLCONF)  # allauth makes fewer addresses where it sends codes
    values = runpy.run_path(str(ROOT / "config" / "settings.py"))
    for name, value in values.items():
        if name.startswith(PREFIXES):
            setattr(settings, name, value)


@dataclass
class Person:
    email: str
    client: Client = field(default_factory=Client)
    password: str = PASSWORD
    answer: HttpResponse | None = None

    @property
    def user(self) -> User:
        return User.objects.get(email=self.email)

    def post(self, name: str, /, *args, **data):
        return self.client.post(reverse(name, args=args), data)

    def get(self, name: str, *args):
        return self.client.get(reverse(name, args=args))

    def log_in(self, **data):
        return self.post("account_login", login=self.email, password=self.password, **data)

    def prove(self) -> None:
        """The fresh proof that sensitive steps ask for."""
        self.post("account_reauthenticate", password=self.password)

    @property
    def is_logged_in(self) -> bool:
        return self.get("account").status_code == 200


def person(email: str) -> Person:
    """Somebody with a confirmed address, not logged in."""
    user = User.objects.create_user(email, PASSWORD)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return Person(email)


@pytest.fixture
def alice(db) -> Person:
    return person("alice@example.org")


@pytest.fixture
def bob(db) -> Person:
    return person("bob@example.org")


def as_read_by_anyone(page, email: str) -> str:
    """A page less the visitor's own address and what is new on every request."""
    text = page.content.decode().replace(email, "ADDRESS")
    context = page.context
    return text.replace(str(context["csrf_token"]), "TOKEN").replace(context["csp_nonce"], "NONCE")


def code_in_mail() -> str:
    """The code of the last mail."""
    found = re.search(r"^([A-Z0-9]{3,}(-[A-Z0-9]{3,})+)$", str(mail.outbox[-1].body), re.MULTILINE)
    assert found, mail.outbox[-1].body
    return found[1]


def link_in_mail() -> str:
    found = re.search(r"https?://\S+", str(mail.outbox[-1].body))
    assert found, mail.outbox[-1].body
    return found[0].removeprefix("http://testserver")
