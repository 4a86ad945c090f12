"""Keep nothing, as a guest sees it: the words are in the browser, then nowhere."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.driver import Page
from tests.browser.test_main_job import JFK, TITLE
from tests.live import LiveSotto


@pytest.mark.parametrize(("look", "width"), [("light", 1440), ("dark", 360)])
def test_a_transcript_is_read_taken_and_destroyed(
    open_page: Callable[..., Page],
    live_sotto: LiveSotto,
    speech: Callable[[str], Path],
    pictures: Path,
    look: str,
    width: int,
) -> None:
    page = open_page(colorScheme=look, viewport={"width": width, "height": 900})
    page.goto(live_sotto.url + "/")
    page.wait_for("[data-options-now]:not(:empty)")
    page.click(".options > summary")
    page.click("label[for=option-keep-nothing]")
    assert page.text("[data-options-now]").endswith("Keep nothing: hand over and forget")
    assert page.violations() == []
    page.send("[data-files]", speech("en/jfk.flac"))
    page.wait_for(TITLE, seconds=60)
    assert page.path.endswith("/handover/")
    assert page.text(TITLE) == "jfk.flac"
    assert page.texts(".paragraph p") == [JFK]
    assert page.text(".handover").startswith("This transcript is stored nowhere. It waits in")
    assert page.violations() == []
    page.click("[data-play]")  # the file that was sent plays beside its words
    page.wait_until("document.querySelector('audio').currentTime > 0.1")
    page.expected = ("inline style",)  # playwright's own, while it takes a picture
    page.screenshot(pictures / f"handover-{width}-{look}.png")
    page.click("text=I have it: destroy it now")
    page.wait_for("text=The transcript was destroyed when you said so. It is stored nowhere.")
    assert page.violations() == []
    page.screenshot(pictures / f"handover-gone-{width}-{look}.png")
    page.call("page.goBack")
    page.wait_for("text=It is stored nowhere.")
    assert page.count(".paragraph") == 0
    page.goto(live_sotto.url + "/library/")
    assert page.text(".empty").startswith("Nothing here yet.")
