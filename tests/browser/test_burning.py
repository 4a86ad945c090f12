"""A video goes to the server and comes back with subtitles in its picture, as a person does it."""

from pathlib import Path

import pytest

from tests.browser.driver import Page
from tests.browser.test_every_page import WIDTHS, too_wide
from tests.browser.test_main_job import transcribe
from tests.videos import Shot, seen_in, video

FOCUSED = "document.activeElement.textContent"


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "film.mp4"
    path.write_bytes(video(Shot(seconds=11.0)))
    return path


@pytest.fixture
def studio(home: Page, speech) -> Page:
    transcribe(home, speech("en/jfk.flac"))
    home.goto(home.evaluate("document.querySelector('a[href$=\"/burn-in/\"]').href"))
    home.wait_for("[data-part=start]:enabled")
    return home


def test_a_video_comes_back_with_its_subtitles(studio: Page, film: Path) -> None:
    studio.send("#burn-file", film)
    studio.click("text=Start")
    studio.wait_for("text=Download the video", seconds=120)
    assert studio.text("[data-part=words]") == (
        "Done. The server has destroyed the video; the result is in this page only."
    )
    assert studio.evaluate(FOCUSED) == "Download the video"
    made = film.with_name("made.mp4")
    assert studio.download("[data-part=download]", made) == "jfk.mp4"
    seen = seen_in(made.read_bytes())
    assert (seen.width, seen.height, seen.seconds) == (320, 240, 11.0)
    assert len(seen.lettered) > 100
    assert studio.violations() + too_wide(studio) == []


def test_cancelling_ends_the_work_at_once(studio: Page, tmp_path: Path) -> None:
    long = tmp_path / "long.mp4"
    long.write_bytes(video(Shot(seconds=90.0, width=640, height=480, sound="")))
    studio.send("#burn-file", long)
    studio.click("text=Start")
    studio.wait_for("text=Drawing the subtitles", seconds=60)
    assert studio.evaluate(FOCUSED) == "Cancel"
    studio.press("Enter")
    studio.wait_for("text=Cancelled. The server has destroyed the video.")
    assert studio.evaluate(FOCUSED) == "Start"
    assert studio.evaluate("document.querySelector('[data-part=start]').disabled") is False
    assert studio.violations() == []


def test_what_is_no_video_is_said_in_words(studio: Page, tmp_path: Path) -> None:
    studio.expected = ("422",)
    wrong = tmp_path / "wrong.mp4"
    wrong.write_bytes(b"not a video at all" * 100)
    studio.send("#burn-file", wrong)
    studio.click("text=Start")
    studio.wait_for("[data-part=trouble]:visible")
    assert studio.text("[data-part=trouble]").startswith("This file could not be read as a video.")
    assert studio.evaluate(FOCUSED) == "Start"
    assert studio.violations() == []


def test_the_page_shows_what_it_will_look_like_at_every_width(studio: Page) -> None:
    studio.evaluate(
        "(() => { const size = document.querySelector('#burn-size'); size.value = 10;"
        " size.dispatchEvent(new Event('input', { bubbles: true })); })()"
    )
    assert studio.text("output[for=burn-size]") == "10 %"
    sample = "document.querySelector('[data-part=sample]')"
    screen = "document.querySelector('.burn-screen')"
    share = f"parseFloat(getComputedStyle({sample}).fontSize) / {screen}.clientHeight"
    assert studio.evaluate(share) == pytest.approx(0.1, abs=0.002)
    for width in WIDTHS:
        studio.call("page.setViewportSize", {"width": width, "height": 900})
        assert too_wide(studio) == []
    studio.call("page.setViewportSize", {"width": 360, "height": 900})
    for look in ("light", "dark"):
        studio.call("page.emulateMedia", {"colorScheme": look})
        assert studio.violations() == []


def test_the_rules_that_the_browser_keeps_come_along(studio: Page) -> None:
    kept = """localStorage.setItem('sotto-subtitles', '{"max_chars": "30", "max_lines": "99"}')"""
    studio.evaluate(kept)
    studio.call("page.reload")
    studio.wait_for("[data-part=start]:enabled")
    values = (
        "['max_chars', 'max_lines'].map((name) => document.querySelector(`[name=${name}]`).value)"
    )
    assert studio.evaluate(values) == ["30", "2"]
