"""Keys of private transcripts are changed on their own page, and given up; the honest page is for everybody."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.browser.driver import Page
from tests.browser.private import PASSPHRASE, ring_of, unlock, with_ring
from tests.browser.test_every_page import log_in, too_wide
from tests.live import LiveSotto

RING = """async (first) => {
  const { ring } = await (await fetch('/v1/keyring')).json();
  return ring && { changes: ring.epoch - first, pairs: ring.pairs.length, slots: ring.slots.map(({ type, iter }) => [type, iter ?? 0]) };
}"""
OPEN_ALL = "document.querySelectorAll('main details').forEach((one) => { one.open = true; })"
LOOKS = pytest.mark.parametrize(("look", "width"), [("light", 1440), ("dark", 360)])


@dataclass
class Owner:
    """``code`` is the recovery code, ``first`` the epoch of the ring."""

    page: Page
    code: str
    first: int

    def ring(self) -> Any:
        return self.page.evaluate(RING, self.first)


@pytest.fixture
def owner(page: Page, live_sotto: LiveSotto, reader: tuple[str, str]) -> Owner:
    """On the page of the keys."""
    log_in(page, live_sotto, reader)
    code = with_ring(page, live_sotto)
    unlock(page, f"{live_sotto.url}/private/keys/")
    return Owner(page, code, ring_of(page)["epoch"])


def act(page: Page, name: str, secret: str) -> None:
    page.click(f"details:has([data-act={name}]) > summary")
    page.fill(f"#key-{name}", secret)
    page.click(f"[data-act={name}] [type=submit]")


def choose(page: Page) -> str:
    """The words that are drawn, in the part that setting up has too."""
    page.wait_for("[data-words-drawn]")
    passphrase = page.text("[data-words-drawn]")
    page.click("[data-use]")
    page.fill("[data-step=again] [name=again]", passphrase)
    page.click("[data-step=again] [type=submit]")
    return passphrase


def kept_code(page: Page) -> str:
    page.wait_for("[data-step=shown] .private-code")
    code = page.text("[data-step=shown] .private-code")
    page.click("[data-to-back]")
    page.fill("[data-step=back] [name=code]", code.lower())
    page.click("[data-step=back] [type=submit]")
    return code


def test_a_code_is_tried_without_consequences_and_replaced(owner: Owner) -> None:
    page, code = owner.page, owner.code
    page.wait_for(".keys-facts dd:has-text('and refuses an older one')")
    page.fill("#check-code", code.replace(code[0], "0" if code[0] != "0" else "1", 1))
    page.click("[data-check] [type=submit]")
    page.wait_for("[data-check] [data-said]:not(:empty)")
    page.fill("#check-code", code.lower())
    page.click("[data-check] [type=submit]")
    page.wait_for("text=It opens your keys. Put it back where it was.")
    assert owner.ring()["changes"] == 0
    assert page.violations() == []
    act(page, "code", code)
    fresh = kept_code(page)
    page.wait_for("[data-done]:has-text('Another recovery code opens your keys now.')")
    assert owner.ring() == {
        "changes": 1,
        "pairs": 1,
        "slots": [["code", 0], ["pass", 600_000]],
    }
    page.fill("#check-code", code)
    page.click("[data-check] [type=submit]")
    page.wait_for("text=This code does not open your keys.")
    page.fill("#check-code", fresh)
    page.click("[data-check] [type=submit]")
    page.wait_for("text=It opens your keys. Put it back where it was.")


def test_a_passphrase_is_strengthened_and_changed_by_whoever_knows_it(
    owner: Owner, live_sotto: LiveSotto
) -> None:
    page = owner.page
    page.wait_for("text=Your passphrase uses 600,000 iterations; new ones use 1,000,000.")
    page.fill("#key-strengthen", "not the passphrase at all")
    page.click("[data-act=strengthen] [type=submit]")
    page.wait_for("text=This passphrase does not open your keys.")
    page.fill("#key-strengthen", PASSPHRASE)
    page.click("[data-act=strengthen] [type=submit]")
    page.wait_for("[data-done]:has-text('Each guess at your passphrase costs more now.')")
    assert owner.ring()["slots"] == [["pass", 1_000_000], ["code", 0]]
    assert not page.evaluate("document.querySelector('[data-weak]').checkVisibility()")
    act(page, "passphrase", PASSPHRASE)
    other = choose(page)
    page.wait_for("[data-done]:has-text('Another passphrase opens your keys now')")
    assert owner.ring()["changes"] == 2
    page.click("[data-lock]")
    page.wait_for("[data-shown=locked]")
    unlock(page, f"{live_sotto.url}/private/keys/", other)


def test_new_keys_take_the_place_of_all_before(owner: Owner, live_sotto: LiveSotto) -> None:
    page = owner.page
    act(page, "rotation", PASSPHRASE)
    other = choose(page)
    kept_code(page)
    page.wait_for("[data-done]:has-text('Your keys are new')")
    assert owner.ring() == {
        "changes": 1,
        "pairs": 2,
        "slots": [["pass", 1_000_000], ["code", 0]],
    }
    unlock(page, f"{live_sotto.url}/private/keys/", other)


def test_starting_over_says_what_is_lost_and_wants_to_be_meant(owner: Owner) -> None:
    page = owner.page
    page.click("text=What would be lost")
    page.wait_for(
        "[data-shown=startover] [data-count]:has-text('There are no private transcripts now.')"
    )
    page.fill("[name=word]", "yes")
    page.press("Enter")
    page.wait_for("text=Type the word “delete”, so that nothing is lost by a slip.")
    assert page.violations() == []
    page.fill("[name=word]", " Delete ")
    page.press("Enter")
    page.wait_for("[data-shown=setup]")
    assert owner.ring() is None


@LOOKS
def test_how_the_keys_and_the_honest_page_look(
    open_page: Callable[..., Page],
    live_sotto: LiveSotto,
    reader: tuple[str, str],
    pictures: Path,
    look: str,
    width: int,
) -> None:
    page = open_page(colorScheme=look, viewport={"width": width, "height": 900})
    page.goto(f"{live_sotto.url}/private/honest/")  # without an account
    page.wait_for("[data-source] a")
    facts = page.texts("[data-fact]")
    assert facts[2].startswith(
        "1,000,000 for a new passphrase; fewer than 600,000 and more than 10,000,000"
    )
    assert not any("{" in words for words in page.texts("[data-shown]"))
    page.click("[data-measure]")
    page.wait_for("[data-measured]:has-text('seconds for 1,000,000 iterations')")
    assert page.evaluate("document.activeElement.matches('[data-measure]')")
    assert (page.violations(), too_wide(page)) == ([], [])
    page.expected = ("inline style",)  # playwright's own, while it takes a picture
    page.screenshot(pictures / f"private-honest-{width}-{look}.png")
    log_in(page, live_sotto, reader)
    with_ring(page, live_sotto)
    unlock(page, f"{live_sotto.url}/private/keys/")
    for place in ("keys", "startover"):
        page.wait_for(f"[data-shown={place}] h1")
        page.evaluate(OPEN_ALL)
        assert (page.violations(), too_wide(page)) == ([], [])
        page.screenshot(pictures / f"private-{place}-{width}-{look}.png")
        page.evaluate("document.querySelector('[href=\"/private/start-over/\"]')?.click()")
