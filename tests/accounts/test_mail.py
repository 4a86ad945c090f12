"""Where mail goes, as MAIL_URL says and as the doctor reports."""

import socket

import pytest
from django.core.exceptions import ImproperlyConfigured

from accounts.mail import mail_state
from config import env
from config.env import MailServer

SMTP = "django.core.mail.backends.smtp.EmailBackend"


@pytest.mark.parametrize(
    ("url", "server"),
    [
        (None, MailServer()),
        ("console", MailServer()),
        ("smtp://u:p%40ss@mail.example", MailServer(SMTP, "mail.example", 587, "u", "p@ss", True)),
        (
            "smtps://mail.example:4650",
            MailServer(SMTP, "mail.example", 4650, starttls=False, tls=True),
        ),
        ("smtp+plain://localhost", MailServer(SMTP, "localhost", 25)),
    ],
)
def test_the_address_says_it_all(monkeypatch, url, server):
    monkeypatch.delenv("MAIL_URL", raising=False)
    if url is not None:
        monkeypatch.setenv("MAIL_URL", url)
    assert env.mail("MAIL_URL") == server


@pytest.mark.parametrize("url", ["mail.example", "http://mail.example", "smtp://", "imap://x"])
def test_anything_else_stops_the_start_and_says_why(monkeypatch, url):
    monkeypatch.setenv("MAIL_URL", url)
    with pytest.raises(ImproperlyConfigured, match="MAIL_URL must look like smtp://"):
        env.mail("MAIL_URL")


def test_printed_mail_is_well_at_home_and_a_fault_in_the_service(settings):
    settings.MAIL = MailServer()
    settings.HOSTED = False
    assert mail_state()[0] is True
    settings.HOSTED = True
    assert mail_state() == (
        False,
        "Mail is only printed. Set MAIL_URL=smtp://user:password@host:587.",
    )


def test_a_server_that_is_not_there_is_named(settings):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
        settings.MAIL = MailServer(SMTP, "127.0.0.1", port)
        settings.EMAIL_BACKEND = SMTP
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        works, sentence = mail_state()
    assert works is False
    assert sentence == (
        f"127.0.0.1:{port} does not take mail (ConnectionRefusedError). Check MAIL_URL."
    )
