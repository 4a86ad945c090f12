"""The frame of the private pages: unlocked, locked again, and left without a trace."""

from tests.browser.driver import Page
from tests.browser.private import unlock, with_ring
from tests.browser.test_every_page import log_in
from tests.live import LiveSotto


def test_unlocking_shows_what_the_address_asks_for_and_locking_takes_it_away(
    page: Page, live_sotto: LiveSotto, reader: tuple[str, str]
) -> None:
    log_in(page, live_sotto, reader)
    with_ring(page, live_sotto)
    unlock(page, f"{live_sotto.url}/private/keys/")
    assert page.text("h1") == "Keys and passphrase"
    page.click("nav [data-go]")
    page.wait_for("[data-shown=library]")
    assert page.path == "/private/"
    page.click("[data-lock]")
    page.wait_for("[data-shown=locked]")
    assert page.text("[data-why=asked]") == "You locked them."
