"""The waveform: drawn from the reader's own file, sought on, zoomed, and boundaries dragged."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.driver import Page
from tests.browser.test_editor_playback import (  # noqa: F401 - fixtures
    CUT_AT,
    ROWS,
    SAVED,
    TIME,
    attach,
    editor,
    halves,
    segments,
)

SECONDS = 11
SAID = "document.querySelector('[data-wave-said]').textContent"
DRAWN = f"{SAID} === '' && document.querySelector('.has-audio')"
NOW = "+document.querySelector('[data-wave]').getAttribute('aria-valuenow')"
# How many columns of the middle are inked higher than a flat line: none without a waveform.
HIGH = """() => { const canvas = document.querySelector('[data-wave-canvas]');
  const { width, height } = canvas, top = Math.round(height * .35);
  const pixels = canvas.getContext('2d').getImageData(0, top, width, 1).data;
  let high = 0; for (let x = 0; x < width; x += 1) high += pixels[4 * x + 3] > 200; return high / width; }"""


def x_of(page: Page, seconds: float) -> tuple[float, float]:
    """Where that time is in the window, while the whole recording is in sight."""
    left, top, width, height = page.evaluate(
        """() => { const { left, top, width, height } = document.querySelector('[data-wave]').getBoundingClientRect();
                   return [left + 1, top, width - 2, height]; }"""
    )
    duration = page.evaluate("+document.querySelector('[data-duration]').dataset.duration")
    return left + width * seconds / duration, top + height / 2


def drag(page: Page, start: float, end: float) -> None:
    x, y = x_of(page, start)
    page.call("mouse.move", x, y)
    page.call("mouse.down")
    page.call("mouse.move", (x + x_of(page, end)[0]) / 2, y)
    page.call("mouse.move", x_of(page, end)[0], y)
    page.call("mouse.up")


@pytest.mark.parametrize("name", ["jfk.flac", "jfk.mp3", "jfk.m4a", "jfk.ogg", "jfk.wav"])
def test_the_waveform_of_each_kind_of_file_is_drawn(
    home: Page, speech: Callable[[str], Path], name: str
) -> None:
    home.send("[data-files]", speech(f"en/{name}"))
    home.wait_for(ROWS, seconds=60)
    home.wait_until(DRAWN)
    home.wait_until(f"({HIGH})() > 0.1")


def test_without_the_file_it_says_how_and_later_it_is_there_at_once(
    editor: Page, speech: Callable[[str], Path]
) -> None:
    editor.wait_until(DRAWN)
    drawn = editor.evaluate(HIGH)
    editor.call("page.reload")
    editor.wait_until(f"{SAID} === 'Attach your recording to see its waveform.'")
    assert editor.evaluate(HIGH) < 0.05
    editor.evaluate("() => { globalThis.Worker = null; }")
    attach(editor, speech)
    editor.wait_until(DRAWN)
    editor.wait_until(f"Math.abs(({HIGH})() - {drawn}) < 0.01")


def test_a_click_seeks_and_keys_do_as_on_a_slider(halves: Page) -> None:
    halves.call("mouse.click", *x_of(halves, 8))
    halves.wait_until(f"{NOW} === 8")
    halves.call("page.focus", "[data-wave]")
    halves.press("Home")
    halves.wait_until(f"{NOW} === 0")
    halves.press("PageDown", "PageDown")
    halves.wait_until(f"{NOW} === 5")
    valuetext = "document.querySelector('[data-wave]').getAttribute('aria-valuetext')"
    assert halves.evaluate(valuetext) == "0:05, Speaker 1"


def test_zooming_shows_less_and_the_whole_again(halves: Page) -> None:
    halves.call("mouse.click", *x_of(halves, 8))
    head = "document.querySelector('[data-wave-head]').style.transform.match(/[\\d.]+/)[0] / document.querySelector('[data-wave]').clientWidth"
    whole = halves.evaluate(head)
    halves.press("+", "+", "+")
    halves.call("page.focus", "[data-wave]")
    halves.press("ArrowRight")
    halves.wait_until(f"Math.abs({head} - {whole}) > 0.005")
    halves.click("[data-act=zoom-whole]")
    halves.wait_until(f"Math.abs({head} - {whole}) < 0.01")


def test_a_dragged_boundary_moves_both_neighbours_and_is_one_step(halves: Page) -> None:
    before = segments(halves)
    drag(halves, CUT_AT, 5)
    halves.press("Control+s")
    halves.wait_until(SAVED)
    first, second = segments(halves)
    assert first["end"] == second["start"] == pytest.approx(5, abs=0.05)
    halves.press("Control+z", "Control+s")
    halves.wait_until(SAVED)
    assert segments(halves) == before


def test_a_stretch_that_is_drawn_open_is_repeated(
    halves: Page, speech: Callable[[str], Path]
) -> None:
    attach(halves, speech)
    drag(halves, 6, 7)
    halves.press("r", "Space")
    halves.wait_until(f"{TIME} >= 6 && {TIME} < 6.3 && !document.querySelector('audio').paused")
    halves.wait_until(f"{TIME} > 6.7")
    halves.wait_until(f"{TIME} < 6.3")
    assert halves.evaluate(TIME) > 5.9


@pytest.mark.parametrize(("look", "width"), [("light", 1440), ("dark", 360)])
def test_it_is_for_everybody(
    open_page: Callable[..., Page],
    live_sotto: object,
    speech: Callable[[str], Path],
    pictures: Path,
    look: str,
    width: int,
) -> None:
    page = open_page(colorScheme=look, viewport={"width": width, "height": 800})
    page.goto(live_sotto.url + "/")  # type: ignore[attr-defined]
    page.send("[data-files]", speech("en/jfk.flac"))
    page.wait_for(ROWS, seconds=60)
    page.wait_until(DRAWN)
    page.click(".player-more summary")
    assert page.violations() == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth") is True
    page.screenshot(pictures / f"editor-{look}-{width}.png", full=False)
