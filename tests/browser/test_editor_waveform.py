"""The waveform: drawn from the reader's own file, sought on, zoomed, and boundaries dragged."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.desk import attach, saved, segments
from tests.browser.driver import Page
from tests.live import LiveSotto
from tests.media import KINDS, media

CUT_AT = 4.0
TIME = "document.querySelector('audio').currentTime"
SAID = "document.querySelector('[data-wave-said]').textContent"
DRAWN = f"{SAID} === '' && document.querySelector('.has-audio')"
NOW = "+document.querySelector('[data-wave]').getAttribute('aria-valuenow')"
HEAD = (
    "document.querySelector('[data-wave-head]').style.transform.match(/[\\d.]+/)[0]"
    " / document.querySelector('[data-wave]').clientWidth"
)
# The share of columns that are inked well above the middle: none without a waveform.
HIGH = """() => { const { width, height } = document.querySelector('[data-wave-canvas]');
  const copy = new OffscreenCanvas(width, 1).getContext('2d', { willReadFrequently: true });
  copy.drawImage(document.querySelector('[data-wave-canvas]'), 0, -Math.round(height * .4));
  const { data } = copy.getImageData(0, 0, width, 1);
  let high = 0; for (let x = 0; x < width; x += 1) high += data[4 * x + 3] > 200; return high / width; }"""
# Whether the chosen file can be read, and how loud it is while nobody speaks, and while somebody does.
READ = """async () => { const { readPeaks } = await import('/static/js/wave/read.js');
  const [file] = document.querySelector('[data-file]').files, { signal } = new AbortController();
  let heard; const tell = (peaks) => { heard = peaks; };
  const isRead = await readPeaks({ file, seconds: 11, signal, tell });
  return isRead && [heard.between(2.4, 3) < 0.1, heard.between(3.3, 3.6) > 0.4]; }"""
DRAWABLE = (
    *("mp3", "wav pcm16", "wav pcm24", "wav float", "m4a", "aac", "flac", "ogg vorbis", "opus"),
    *("mp4, moov at the end", "mp4, fragmented", "mkv flac", "webm"),
)


@pytest.fixture
def whole(halves: Page) -> Page:
    """All of the recording is in sight."""
    halves.wait_until(f"{SAID} !== ''")
    return halves


def x_of(page: Page, seconds: float) -> tuple[float, float]:
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


def test_every_kind_of_recording_that_a_browser_plays_can_be_drawn(
    whole: Page, tmp_path: Path
) -> None:
    drawn = {}
    for name in DRAWABLE:
        file = tmp_path / f"{name}.{KINDS[name].suffix}"
        file.write_bytes(media(name))
        whole.send("[data-file]", file)
        drawn[name] = whole.evaluate(READ)
    assert drawn == {name: [True, True] for name in DRAWABLE}


def test_without_the_file_it_says_how_and_later_it_is_there_at_once(whole: Page) -> None:
    assert whole.evaluate(SAID) == "Attach your recording to see its waveform."
    assert whole.evaluate(HIGH) < 0.05
    attach(whole)
    whole.wait_until(DRAWN)
    whole.wait_until(f"({HIGH})() > 0.1")
    drawn = whole.evaluate(HIGH)
    whole.evaluate("() => { globalThis.Worker = null; }")
    whole.click("nav >> text=Library")
    whole.wait_for(".search")
    whole.call("page.goBack")
    whole.wait_for("[data-segment]")
    whole.wait_until(DRAWN)
    whole.wait_until(f"Math.abs(({HIGH})() - {drawn}) < 0.01")


def test_where_it_cannot_be_drawn_that_is_said(whole: Page) -> None:
    whole.evaluate(
        """() => { globalThis.OfflineAudioContext = null;
                   globalThis.Worker = class extends EventTarget { terminate() {}
                     postMessage() { this.dispatchEvent(new Event('error')); } }; }"""
    )
    attach(whole)
    whole.wait_until(f"{SAID}.startsWith('This browser cannot draw the waveform')")
    whole.press("Space")
    whole.wait_until(f"{TIME} > 0.2")
    whole.press("Space")


def test_a_click_seeks_and_keys_do_as_on_a_slider(whole: Page) -> None:
    whole.call("mouse.click", *x_of(whole, 8))
    whole.wait_until(f"{NOW} === 8")
    whole.call("page.focus", "[data-wave]")
    whole.press("Home")
    whole.wait_until(f"{NOW} === 0")
    whole.press("PageDown", "PageDown")
    whole.wait_until(f"{NOW} === 5")
    valuetext = "document.querySelector('[data-wave]').getAttribute('aria-valuetext')"
    assert whole.evaluate(valuetext) == "0:05, Speaker 1"


def test_zooming_shows_less_and_the_whole_again(whole: Page) -> None:
    whole.call("mouse.click", *x_of(whole, 8))
    before = whole.evaluate(HEAD)
    whole.press("+", "+", "+")
    whole.call("page.focus", "[data-wave]")
    whole.press("PageDown")
    whole.wait_until(f"Math.abs({HEAD} - {before}) > 0.1")
    whole.call("mouse.click", *x_of(whole, 8))
    whole.click("[data-act=zoom-whole]")
    whole.wait_until(f"Math.abs({HEAD} - {before}) < 0.3")
    assert whole.evaluate(f"{NOW} / 11 - {HEAD}") == pytest.approx(0, abs=0.1)


def test_a_dragged_boundary_moves_both_neighbours_and_is_one_step(whole: Page) -> None:
    before = segments(whole)
    drag(whole, CUT_AT, 5)
    whole.press("Control+s")
    saved(whole)
    first, second = segments(whole)
    assert first["end"] == second["start"] == pytest.approx(5, abs=0.05)
    whole.press("Control+z", "Control+s")
    saved(whole)
    assert segments(whole) == before


def test_a_stretch_that_is_drawn_open_is_repeated(whole: Page) -> None:
    attach(whole)
    drag(whole, 6, 7)
    whole.press("r", "Space")
    whole.wait_until(f"{TIME} > 6.7")
    whole.wait_until(f"{TIME} < 6.4")
    assert whole.evaluate(TIME) > 5.9
    whole.press("Space")


@pytest.mark.parametrize(("look", "width"), [("light", 1440), ("dark", 360)])
def test_it_is_for_everybody(
    open_page: Callable[..., Page],
    live_sotto: LiveSotto,
    speech: Callable[[str], Path],
    pictures: Path,
    look: str,
    width: int,
) -> None:
    page = open_page(colorScheme=look, viewport={"width": width, "height": 800})
    page.goto(f"{live_sotto.url}/")
    page.send("[data-files]", speech("en/jfk.flac"))
    page.wait_for("[data-segment]", seconds=60)
    page.wait_until(DRAWN)
    page.screenshot(pictures / f"editor-{look}-{width}.png", full=False)
    page.click(".player-more summary")
    page.screenshot(pictures / f"editor-{look}-{width}-more.png", full=False)
    assert page.violations() == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth") is True
