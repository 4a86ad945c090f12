"""From Standard to Private and back, in the pages, with nothing plain on the way that was not meant to be."""

from collections.abc import Callable

from tests.browser.conftest import PICTURES
from tests.browser.driver import Page
from tests.browser.private import unlock, with_ring
from tests.browser.test_every_page import log_in, too_wide
from tests.browser.test_main_job import transcribe
from tests.live import LiveSotto

SAID = "fellow Americans"


def problems(page: Page) -> list[str]:
    return page.violations() + too_wide(page)


def test_a_transcript_is_made_private_and_standard_again(
    open_page: Callable[..., Page], live_sotto: LiveSotto, reader: tuple[str, str], speech
) -> None:
    page = open_page()
    log_in(page, live_sotto, reader)
    with_ring(page, live_sotto)
    page.goto(live_sotto.url + "/")
    page.wait_for("[data-options-now]:not(:empty)")
    transcribe(page, speech("en/jfk.flac"))
    address = page.path
    page.evaluate("document.querySelector('details.side').open = true")
    lock = page.evaluate("document.querySelector('[href^=\"/private/lock/\"]').pathname")

    unlock(page, live_sotto.url + lock)
    page.wait_for("[data-make]")
    found = {"lock": problems(page)}
    assert page.text("[data-name]") == "jfk.flac"
    page.screenshot(PICTURES / "private-lock.png")
    page.click("[data-make]")
    page.wait_for("[data-shown=transcript] [data-rows] >> text=fellow")
    assert page.path == address.replace("/t/", "/private/t/")
    shape = f"(await (await fetch('/v1/transcripts/{address.split('/')[2]}')).json())"
    told = page.evaluate(f"async () => {shape}")
    assert (told["private"], told["title"], told["version"]) == (True, "", 1)
    assert "document" not in told

    page.evaluate("document.querySelector('details.side').open = true")
    page.click("[data-standard]")
    page.wait_for("[data-standard-dialog][open]")
    found["dialog"] = problems(page)
    page.click("[data-standard-dialog] [data-make]")
    page.wait_for("[href^='/private/lock/']", state="attached")
    page.wait_for("[data-rows] >> text=fellow")
    assert page.path == address
    told = page.evaluate(f"async () => {shape}")
    assert (told["private"], told["title"], told["version"]) == (False, "jfk.flac", 1)
    assert SAID in " ".join(row["text"] for row in told["document"]["segments"])
    assert [state for state in found.items() if state[1]] == []
