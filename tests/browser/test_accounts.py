"""A person signs up, makes a passkey and comes back with it alone; every page can be read by all."""

from collections.abc import Iterator

import pytest

from tests import live
from tests.browser.driver import Page

EMAIL, PASSWORD = "alice@example.org", "nine horses cross the ford"
PAGES = ("", "email/", "password/change/", "2fa/", "2fa/webauthn/", "2fa/totp/activate/",
         "sessions/", "keys/", "deletion/", "logout/")  # fmt: skip
LOGGED_IN, LOGGED_OUT = "nav a[href='/accounts/']", "nav a[href='/accounts/login/']"
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Iterator[str]:
    """The house under the name localhost: browsers allow no passkeys at a number."""
    with live.serving(tmp_path_factory.mktemp("accounts"), ready="/accounts/login/") as running:
        yield f"http://localhost:{running.port}/accounts/"


def sign_up(page: Page, site: str, email: str) -> None:
    page.goto(f"{site}signup/")
    page.fill("input[name=email]", email)
    page.fill("input[name=password1]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for(LOGGED_IN)


def prove(page: Page) -> None:
    page.fill("input[name=password]", PASSWORD)
    page.click("main button[type=submit]")


def test_a_passkey_is_made_and_logs_in_alone(open_page, site):
    page = open_page()
    page.give_key()
    sign_up(page, site, EMAIL)
    page.goto(f"{site}2fa/webauthn/add/")
    prove(page)
    page.wait_for("input[name=passwordless]")
    page.click("main button[type=submit]")
    page.wait_for(".codes")
    page.goto(f"{site}logout/")
    page.click("main button[type=submit]")
    page.wait_for(LOGGED_OUT)
    page.click(LOGGED_OUT)  # swapped in, not loaded: scripts run once
    page.click("[data-ceremony=log-in] button")
    page.wait_for(LOGGED_IN)
    page.goto(site)
    assert EMAIL in page.text("main")


@pytest.mark.parametrize("viewport", [{"width": 1440, "height": 900}, PHONE])
@pytest.mark.parametrize("look", ["light", "dark"])
def test_every_page_is_within_reach_of_everybody(open_page, site, viewport, look):
    page = open_page(viewport=viewport, colorScheme=look)
    for name in ("login/", "signup/", "password/reset/", "password/reset/done/"):
        page.goto(site + name)
        assert page.violations() == [], name
    sign_up(page, site, f"{look}{viewport['width']}@example.org")
    page.goto(f"{site}2fa/totp/activate/")
    assert page.violations() == []
    prove(page)
    page.wait_for("img.qr")
    for name in PAGES:
        page.goto(site + name)
        assert page.violations() == [], name
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
