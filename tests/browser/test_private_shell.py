"""The frame of the private pages: unlocked, locked again, and left without a trace."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.driver import Page
from tests.browser.private import PASSPHRASE, ring_of, unlock, with_ring
from tests.browser.test_every_page import log_in
from tests.live import LiveSotto


@pytest.fixture
def owned(page: Page, live_sotto: LiveSotto, reader: tuple[str, str]) -> tuple[Page, str]:
    log_in(page, live_sotto, reader)
    return page, with_ring(page, live_sotto)


def test_unlocking_shows_what_the_address_asks_for_and_locking_takes_it_away(
    owned: tuple[Page, str], live_sotto: LiveSotto
) -> None:
    page, _code = owned
    unlock(page, f"{live_sotto.url}/private/keys/")
    assert page.text("h1") == "Keys and passphrase"
    page.click("nav [data-go]")
    page.wait_for("[data-shown=library]")
    assert (page.path, page.evaluate("document.activeElement.tagName")) == ("/private/", "H1")
    page.call("page.goBack")
    page.wait_for("[data-shown=keys]")
    page.click("[data-lock]")
    page.wait_for("[data-shown=locked]")
    assert page.text("[data-why=asked]") == "You locked them."
    assert page.evaluate("document.activeElement.name") == "passphrase"


def test_a_wrong_passphrase_says_what_to_look_at(
    owned: tuple[Page, str], live_sotto: LiveSotto, pictures: Path
) -> None:
    page, _code = owned
    page.goto(f"{live_sotto.url}/private/")
    page.fill("[name=passphrase]", "not what it is, for sure")
    page.press("Enter")
    page.wait_for("text=This passphrase does not open your keys.")
    page.screenshot(pictures / "private-locked-wrong.png")
    assert page.evaluate("document.activeElement.name") == "passphrase"
    page.fill("[name=passphrase]", PASSPHRASE)
    page.press("Enter")
    page.wait_for("[data-shown=library]")
    assert page.count("[type=password]:not(dialog *)") == 0


def test_the_recovery_code_sets_another_passphrase(
    owned: tuple[Page, str], live_sotto: LiveSotto, pictures: Path
) -> None:
    page, code = owned
    before = ring_of(page)["epoch"]
    page.goto(f"{live_sotto.url}/private/")
    page.click("[data-with=code]")
    page.fill("[name=code]", code[:-1])
    page.click("[data-stage=code] [type=submit]")
    page.wait_for("text=A code has 9 groups")
    page.screenshot(pictures / "private-locked-code.png")
    page.fill("[name=code]", code)
    page.click("[data-stage=code] [type=submit]")
    page.wait_for("[data-step=drawn]")
    words = page.text("[data-words-drawn]")
    page.click("[data-use]")
    page.fill("[name=again]", words)
    page.press("Enter")
    page.wait_for("[data-shown=library]")
    assert ring_of(page)["epoch"] == before + 1
    unlock(page, f"{live_sotto.url}/private/", words)


def test_a_log_out_in_another_tab_locks_this_one(
    owned: tuple[Page, str], live_sotto: LiveSotto
) -> None:
    page, _code = owned
    page.expected = ("401 (Unauthorized)",)
    unlock(page, f"{live_sotto.url}/private/")
    other = page.beside()
    other.goto(f"{live_sotto.url}/accounts/logout/")
    other.click("main [type=submit]")
    page.wait_for("[data-shown=trouble]")
    assert page.text("[data-reason=login]") == "You are logged out. Log in, and unlock again."


def test_whoever_comes_back_to_the_page_finds_it_locked(
    owned: tuple[Page, str], live_sotto: LiveSotto
) -> None:
    page, _code = owned
    unlock(page, f"{live_sotto.url}/private/keys/")
    page.goto(f"{live_sotto.url}/library/")
    page.call("page.goBack")
    page.wait_for("[data-shown=locked]")
    assert page.path == "/private/keys/"


@pytest.mark.parametrize(("look", "width"), [("light", 320), ("dark", 1440)])
def test_the_door_is_for_everybody(
    open_page: Callable[..., Page],
    live_sotto: LiveSotto,
    reader: tuple[str, str],
    pictures: Path,
    look: str,
    width: int,
) -> None:
    page = open_page(colorScheme=look, viewport={"width": width, "height": 800})
    page.expected = ("404 (Not Found)",)
    log_in(page, live_sotto, reader)
    with_ring(page, live_sotto)
    for address in ("", "no/such/page"):
        page.goto(f"{live_sotto.url}/private/{address}")
        page.wait_for("[data-shown]")
        assert page.violations() == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.screenshot(pictures / f"private-door-{look}-{bool(address)}.png")
