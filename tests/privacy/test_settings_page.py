"""The page of privacy settings: what stands there, and what a click does."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from privacy import consent
from privacy.models import Consent
from privacy.switches import SWITCHES
from tests.transcripts.things import a_person

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true", "HX-Target": "settings"}


@pytest.fixture
def alice():
    return a_person("alice")


@pytest.fixture
def browser(alice):
    client = Client()
    client.force_login(alice.user)
    return client


def choose(client: Client, switch: str, value: str, **headers: str):
    return client.post(reverse("privacy-choice", args=[switch]), {"value": value}, headers=headers)


def shown(client: Client) -> list[tuple[str, str]]:
    """Each switch's label and how it stands, as the page says it."""
    text = client.get(reverse("privacy-settings")).content.decode()
    return re.findall(r'<h2 id="switch-\w+">([^<]+)</h2>\s*<p class="badge[^>]*>([^<]+)</p>', text)


EVERYBODY_BEGINS = [
    (str(row.label), "Standard" if row.id == "default_privacy" else "Off") for row in SWITCHES
]


def test_P11_everything_is_off_on_the_page_of_a_user_and_of_a_guest(browser):
    assert shown(browser) == EVERYBODY_BEGINS
    assert shown(Client()) == EVERYBODY_BEGINS


def test_a_guest_is_told_what_holds_and_is_offered_no_choice():
    page = Client().get(reverse("privacy-settings"))
    text = page.content.decode()
    assert "Without an account all of this is off" in text
    assert 'name="value"' not in text
    assert page.headers["Cache-Control"].count("no-store") == 1


def test_a_guest_can_choose_nothing():
    answer = choose(Client(), "voice_lab", "on")
    assert (answer.status_code, answer.url) == (
        302,
        "/accounts/login/?next=/privacy/settings/voice_lab/",
    )
    assert not Consent.objects.exists()


def test_one_click_turns_on_and_one_turns_off(alice, browser):
    answer = choose(browser, "voice_lab", "on")
    assert (answer.status_code, answer.url) == (302, "/privacy/settings/")
    assert dict(shown(browser))["Voice Lab: corrections with their sound"] == "On"
    choose(browser, "voice_lab", "off")
    assert shown(browser) == EVERYBODY_BEGINS
    rows = Consent.objects.order_by("id").values_list("owner", "switch", "value", "interface")
    assert list(rows) == [
        (alice.user.pk, "voice_lab", "on", "page"),
        (alice.user.pk, "voice_lab", "off", "page"),
    ]


def test_htmx_gets_the_part_with_what_was_deleted(browser, monkeypatch):
    monkeypatch.setattr(consent, "_leavings", {})
    consent.on_leave("voice_lab", lambda _user: "Three stretches are deleted.")
    choose(browser, "voice_lab", "on", **HTMX)
    answer = choose(browser, "voice_lab", "off", **HTMX)
    text = answer.content.decode()
    said = re.findall(r'<li class="message[^>]*>([^<]+)</li>', text)
    assert said == [
        "“Voice Lab: corrections with their sound” now stands at: Off. Three stretches are deleted."
    ]
    assert "<html" not in text


def test_the_history_names_each_choice(browser):
    choose(browser, "keep_nothing", "on")
    choose(browser, "keep_nothing", "off")
    text = browser.get(reverse("privacy-settings")).content.decode()
    assert re.findall(r"<td>(Keep nothing: \w+)</td>\s*<td>([^<]+)</td>", text) == [
        ("Keep nothing: Off", "On this page"),
        ("Keep nothing: On", "On this page"),
    ]


@pytest.mark.parametrize(
    ("switch", "value", "said"),
    [
        ("default_privacy", "secret", "This cannot be chosen."),
        ("voice_lab", "maybe", "This cannot be chosen."),
        ("is_superuser", "on", "This cannot be chosen."),
    ],
)
def test_what_is_not_offered_is_refused_in_words(browser, switch, value, said):
    answer = choose(browser, switch, value)
    assert answer.status_code == 400
    assert answer.content.decode().startswith(said)
    assert not Consent.objects.exists()


def test_private_is_offered_where_the_plan_has_it_and_else_with_the_reason(browser, settings):
    settings.HOSTED = True
    private = r'<input[^>]*value="private"([^>]*)>'
    text = browser.get(reverse("privacy-settings")).content.decode()
    assert " disabled " in re.search(private, text)[1]
    assert text.count(">Your plan does not have it.</p>") == 1
    answer = choose(browser, "default_privacy", "private")
    assert (answer.status_code, answer.content) == (400, b"Your plan does not have it.")
    settings.PRIVATE_TRANSCRIPTS = True
    choose(browser, "default_privacy", "private")
    assert dict(shown(browser))["Privacy of new transcripts"] == "Private"
    text = browser.get(reverse("privacy-settings")).content.decode()
    assert re.search(private, text)[1].startswith(" checked")


def test_a_form_of_another_site_changes_nothing(alice):
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice.user)
    assert choose(client, "voice_lab", "on").status_code == 403
    assert client.get(reverse("privacy-choice", args=["voice_lab"])).status_code == 405
    assert not Consent.objects.exists()
