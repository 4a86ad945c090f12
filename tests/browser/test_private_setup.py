"""Setting up private transcripts: nothing is private before the recovery code was typed back."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.driver import Page
from tests.browser.private import no_ring, ring_of
from tests.browser.test_every_page import log_in
from tests.live import LiveSotto, manage


@pytest.fixture
def begun(page: Page, live_sotto: LiveSotto, reader: tuple[str, str]) -> Page:
    log_in(page, live_sotto, reader)
    no_ring(page, live_sotto)
    page.goto(f"{live_sotto.url}/private/")
    page.wait_for("[data-shown=setup] [data-begin]")
    page.click("[data-begin]")
    return page


def test_drawn_words_and_a_code_that_is_typed_back(
    begun: Page, tmp_path: Path, pictures: Path
) -> None:
    page = begun
    page.wait_for("[data-step=drawn]")
    first = page.text("[data-words-drawn]")
    page.click("[data-draw]")
    words = page.text("[data-words-drawn]")
    assert (len(words.split()), first == words) == (5, False)
    assert page.text("[data-strength]").startswith("To find it by guessing")
    page.screenshot(pictures / "private-setup-drawn.png")
    page.click("[data-use]")
    page.fill("[name=again]", words.upper())
    page.press("Enter")
    page.wait_for("text=This is not what it was before")
    page.fill("[name=again]", words)
    page.press("Enter")
    page.wait_for("[data-step=shown]")
    code = page.text(".private-code")
    assert page.text("[data-cost]").startswith("Made with 1,000,000 rounds of PBKDF2-SHA256.")
    page.screenshot(pictures / "private-setup-code.png")
    page.download("[data-save]", tmp_path / "code.txt")
    assert code in (tmp_path / "code.txt").read_text("utf-8")
    page.click("[data-to-back]")
    slips = {
        code[:-3]: "A code has 9 groups",
        f"u{code[1:]}": "Group 1 has a character",
        f"{code[:3]}{code[4:]}": "Group 1 is too long or too short",
        f"{code[1]}{code[0]}{code[2:]}": "There is a slip in it",
    }
    if code[0] == code[1]:
        slips.popitem()
    for slip, said in slips.items():
        page.fill("[name=code]", slip)
        page.click("[data-step=back] [type=submit]")
        assert page.text("#code-said").startswith(said)
    assert ring_of(page) is None
    page.fill("[name=code]", code.lower().replace("-", " "))
    page.click("[data-step=back] [type=submit]")
    page.wait_for("[data-shown=library]")
    assert ring_of(page)["slots"][0]["iter"] == 1_000_000
    left = page.evaluate("document.documentElement.outerHTML")
    assert [secret for secret in (words, code) if secret in left] == []
    page.click("[data-lock]")
    page.fill("[name=passphrase]", words)
    page.press("Enter")
    page.wait_for("[data-shown=library]")


def test_an_own_passphrase_is_judged_and_never_the_login_password(
    begun: Page, reader: tuple[str, str], pictures: Path
) -> None:
    page = begun
    page.click("[data-to-own]")
    said = "[data-step=own] [data-said]"
    page.fill("[data-step=own] [name=password]", "not the password")
    page.fill("[data-step=own] [name=passphrase]", "tall penguins argue about tea")
    assert page.text("#own-strength").startswith(("Fair", "Good", "Strong"))
    page.click("[data-step=own] [type=submit]")
    page.wait_for("text=That is not the password of your account.")
    page.fill("[data-step=own] [name=password]", reader[1])
    for passphrase, answer in (
        ("short", "It has 5 characters; at least 15 are needed."),
        (reader[1].upper(), "This is the password of your account."),
        ("passwordpassword", "This is in lists of passwords"),
        (f"{reader[0]} {reader[0]}", "This is little more than your own address"),
        ("qwertyuiopasdfghjkl", "This is found quickly"),
    ):
        page.fill("[data-step=own] [name=passphrase]", passphrase)
        page.click("[data-step=own] [type=submit]")
        page.wait_until(f"document.querySelector('{said}').textContent.startsWith('{answer}')")
    page.screenshot(pictures / "private-setup-own.png")
    page.fill("[data-step=own] [name=passphrase]", "tall penguins argue about tea")
    page.click("[data-step=own] [type=submit]")
    page.wait_for("[data-step=again]")
    assert page.evaluate("document.querySelector('#own-password').value") == ""


def test_every_step_of_it_is_for_everybody(
    open_page: Callable[..., Page], live_sotto: LiveSotto, reader: tuple[str, str], pictures: Path
) -> None:
    for look, width in (("light", 320), ("dark", 1440)):
        page = open_page(colorScheme=look, viewport={"width": width, "height": 800})
        log_in(page, live_sotto, reader)
        no_ring(page, live_sotto)
        page.goto(f"{live_sotto.url}/private/")
        page.wait_for("[data-begin]")
        seen = [looked_at(page, pictures / f"private-setup-1-{look}.png")]
        page.click("[data-begin]")
        page.wait_for("[data-step=drawn]")
        words = page.text("[data-words-drawn]")
        seen.append(looked_at(page, pictures / f"private-setup-2-{look}.png"))
        page.click("[data-to-own]")
        seen.append(looked_at(page, pictures / f"private-setup-3-{look}.png"))
        page.click("[data-step=own] [data-to-drawn]")
        page.click("[data-use]")
        seen.append(looked_at(page, pictures / f"private-setup-4-{look}.png"))
        page.fill("[name=again]", words)
        page.press("Enter")
        page.wait_for("[data-step=shown]")
        seen.append(looked_at(page, pictures / f"private-setup-5-{look}.png"))
        page.click("[data-to-back]")
        seen.append(looked_at(page, pictures / f"private-setup-6-{look}.png"))
        assert seen == [([], 0)] * 6


def looked_at(page: Page, picture: Path) -> tuple[list[str], int]:
    page.screenshot(picture)
    beyond = page.evaluate("Math.max(0, document.documentElement.scrollWidth - innerWidth)")
    return page.violations(), beyond


AN_HOUR_AGO = """
from accounts.sessions import SessionStore
from django.contrib.sessions.models import Session
for row in Session.objects.all():
    session = SessionStore(row.session_key)
    for record in session.get("account_authentication_methods", []):
        record["at"] -= 3600
        session.modified = True
    session.save()
"""


def test_whoever_took_their_time_proves_who_they_are_without_losing_a_word(
    begun: Page, live_sotto: LiveSotto, reader: tuple[str, str], pictures: Path
) -> None:
    page = begun
    page.expected = ("403 (Forbidden)",)
    page.wait_for("[data-step=drawn]")
    words = page.text("[data-words-drawn]")
    page.click("[data-use]")
    page.fill("[name=again]", words)
    page.press("Enter")
    page.wait_for("[data-step=shown]")
    code = page.text(".private-code")
    page.click("[data-to-back]")
    page.fill("[name=code]", code)
    manage(live_sotto.data, "shell", "-c", AN_HOUR_AGO)
    page.click("[data-step=back] [type=submit]")
    page.wait_for("[data-prove][open]")
    page.fill("#prove-password", "something else")
    page.press("Enter")
    page.wait_for("text=That is not the password of your account.")
    page.screenshot(pictures / "private-setup-proof.png")
    page.fill("#prove-password", reader[1])
    page.press("Enter")
    page.wait_for("[data-shown=library]")
    assert ring_of(page)["epoch"] >= 1
