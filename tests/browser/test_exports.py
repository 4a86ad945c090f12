"""Text in and out by the pages: subtitles imported, a file taken with options, a template sent."""

from collections.abc import Callable
from pathlib import Path

import docx
import pytest

from tests.browser.driver import Page
from tests.browser.test_every_page import log_in, too_wide
from tests.live import LiveSotto

SRT = "1\n00:00:01,000 --> 00:00:02,000\nGood morning.\n\n2\n00:00:03,000 --> 00:00:04,000\n早上好。\n"
# What the form would send, as the file that comes back.
TAKEN = """async () => {
  const form = document.querySelector(".take-form");
  const answer = await fetch(`${form.action}?${new URLSearchParams(new FormData(form))}`);
  return [answer.headers.get("Content-Disposition"), await answer.text()];
}"""


def import_subtitles(page: Page, url: str, folder: Path) -> None:
    (folder / "morning.srt").write_text(SRT, encoding="utf-8")
    page.goto(f"{url}/library/")
    page.click("text=Import subtitles or text")
    page.wait_for("#import-file")
    assert page.violations() + too_wide(page) == []
    page.send("#import-file", folder / "morning.srt")
    page.click("text=Import >> visible=true >> nth=-1")
    page.wait_for("h1:has-text('morning.srt')")


@pytest.mark.parametrize(("look", "width"), [("light", 1440), ("dark", 360)])
def test_subtitles_go_in_and_come_out_as_asked(
    open_page: Callable[..., Page],
    live_sotto: LiveSotto,
    tmp_path: Path,
    pictures: Path,
    look: str,
    width: int,
) -> None:
    page = open_page(colorScheme=look, viewport={"width": width, "height": 900})
    import_subtitles(page, live_sotto.url, tmp_path)
    page.evaluate("document.querySelectorAll('details.side').forEach((e) => { e.open = true })")
    page.click(".take-options > summary")
    page.evaluate("document.querySelector('#export-format').value = 'txt'")
    page.click("#export-timestamps")
    assert page.violations() + too_wide(page) == []
    page.screenshot(pictures / f"export-options-{look}.png")
    name, text = page.evaluate(TAKEN)
    assert name == 'attachment; filename="morning.txt"'
    assert text == "[00:00:01] Good morning. 早上好。\n"


def test_a_file_that_is_none_says_so(page: Page, live_sotto: LiveSotto, tmp_path: Path) -> None:
    (tmp_path / "a.vtt").write_text(SRT, encoding="utf-8")
    page.expected = ("422",)
    page.goto(f"{live_sotto.url}/library/import/")
    page.send("#import-file", tmp_path / "a.vtt")
    page.click("button:has-text('Import')")
    page.wait_for("[role=alert]:has-text('This file is not what its name says')")
    assert page.violations() == []


def test_a_template_is_sent_chosen_and_deleted(
    open_page: Callable[..., Page],
    live_sotto: LiveSotto,
    reader: tuple[str, str],
    tmp_path: Path,
    pictures: Path,
) -> None:
    page = open_page()
    log_in(page, live_sotto, reader)
    made = docx.Document()
    made.add_paragraph("{{transcript}}")
    made.save(str(tmp_path / "firm.docx"))
    page.goto(f"{live_sotto.url}/templates/")
    page.send("#template-file", tmp_path / "firm.docx")
    page.click("text=Add the template")
    page.wait_for(".row-name:has-text('firm.docx')")
    assert page.violations() + too_wide(page) == []
    page.screenshot(pictures / "templates.png")
    import_subtitles(page, live_sotto.url, tmp_path)
    assert page.texts("#export-template option") == ["The one that comes with Sotto", "firm.docx"]
    page.goto(f"{live_sotto.url}/templates/")
    page.click(".row .button-danger")
    page.wait_for(".row-name", state="detached")


def test_what_came_without_a_recording_plays_any(
    home: Page, live_sotto: LiveSotto, speech: Callable[[str], Path], tmp_path: Path
) -> None:
    import_subtitles(home, live_sotto.url, tmp_path)
    home.wait_for("text=No recording came with this text.")
    home.send("[data-file]", speech("en/jfk.flac"))
    home.click("[data-play]")
    home.wait_until("document.querySelector('audio').currentTime > 0.3")
    home.press("Alt+N")
    home.wait_for("text=This text was brought in without the time of each word")
