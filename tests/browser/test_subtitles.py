"""The view of the subtitles: the cues of the file, what they break, and what mends them."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.desk import attach, change, saved, segments
from tests.browser.driver import Page
from tests.browser.test_every_page import too_wide
from tests.media import media

TO = " \u2013 "
TIMES = re.compile(r"(\d\d):(\d\d):(\d\d),(\d{3})")


def srt(page: Page, query: str = "") -> list[tuple[str, str]]:
    """What the server's file has: (times as the page writes them, lines)."""
    text = page.evaluate(
        "async (query) => (await fetch(location.pathname.replace('subtitles/', 'export/srt') + query)).text()",
        query,
    )
    blocks = [block.splitlines() for block in text.strip().split("\n\n")]
    return [(_short(block[1]), "\n".join(block[2:])) for block in blocks]


def _short(times: str) -> str:
    """``00:00:07,250 --> 00:01:09,000`` as the page has it."""
    found = TIMES.findall(times)
    return TO.join(f"{int(minutes)}:{seconds}.{ms}" for _, minutes, seconds, ms in found)


def cues(page: Page) -> list[tuple[str, str]]:
    return list(zip(page.texts(".cue [data-times]"), page.texts(".cue [data-lines]"), strict=True))


IDLE = "['broken-next', 'mend-all'].map((act) => document.querySelector(`[data-act=${act}]`).ariaDisabled)"
SHORT = "And so my fellow Americans"


@pytest.fixture
def view(desk: Page) -> Iterator[Page]:
    """Two segments, of which the first is seen for half a second: the second follows at once."""
    first, second, third = segments(desk)
    desk.evaluate("localStorage.clear()")
    change(
        desk,
        {"op": "merge", "segment": second["id"], "next": third["id"]},
        {"op": "times", "segment": first["id"], "start": 1, "end": 1.5},
        {"op": "times", "segment": second["id"], "start": 1.5, "end": third["end"]},
    )
    desk.click("text=Subtitles")
    desk.wait_for(".cue")
    yield desk
    desk.press("Control+s")
    saved(desk)
    desk.goto(desk.evaluate("document.querySelector('[data-back]').href"))


def at_hand(page: Page) -> str:
    """The lines of the cue at hand."""
    return page.text("[aria-current] [data-lines]")


def test_the_cues_are_those_of_the_file_by_every_rule(view: Page) -> None:
    assert cues(view) == srt(view)
    assert view.text("[data-count]") == "Subtitles: 3. Of these break a rule: 1."
    view.call("page.selectOption", "[data-preset]", "vertical")
    rules = "?max_chars=24&max_lines=2&max_cps=17&min_seconds=0.7&max_seconds=4&gap_seconds=0.083"
    assert cues(view) == srt(view, rules)
    view.fill("[name=max_chars]", "16")
    view.call("page.selectOption", "[name=speakers]", "true")
    assert view.evaluate("document.querySelector('[data-preset]').value") == ""
    asked = rules.replace("24", "16") + "&speakers=true"
    assert cues(view) == srt(view, asked)
    assert view.texts("[data-figures]")[0].endswith(" in a line: 13 · 12")
    view.fill("[name=max_chars]", "2")
    assert cues(view) == srt(view, asked)
    assert view.evaluate("document.querySelector('[name=max_chars]').ariaInvalid") == "true"
    view.call("page.reload")
    view.wait_for(".cue")
    assert cues(view) == srt(view, asked)


def test_what_breaks_a_rule_is_said_found_repaired_and_undone(view: Page) -> None:
    before = cues(view)
    problems = view.texts(".cue-problems li")
    assert problems == [
        "Too fast to read: 52 characters a second, 20 are allowed.",
        "Too short: 0.5 s, at least 0.833 s are asked for.",
        "Let the next begin 0.3 s later · Begin 0.5 s earlier",
    ]
    assert view.violations() == []
    view.press("End", "n")
    assert at_hand(view) == SHORT
    view.press("m")
    view.wait_until("!document.querySelector('.cue.is-broken')")
    assert view.text("[data-count]") == "Subtitles: 3. All keep the rules."
    assert [times for times, _ in cues(view)][:2] == [
        f"0:00.500{TO}0:01.800",
        f"0:01.800{TO}0:07.648",
    ]
    assert view.evaluate("document.activeElement.closest('.cue').dataset.cue") == "0"
    assert view.evaluate(IDLE) == ["true", "true"]
    assert view.violations() == []
    view.press("n")
    assert view.text("[data-said]") == "No subtitle breaks a rule."
    view.press("Alt+Shift+R")
    assert view.count("dialog[open]") == 0
    view.press("Control+s")
    saved(view)
    assert cues(view) == srt(view)
    assert [row["start"] for row in segments(view)] == [0.5, 1.8]
    view.press("Control+z")
    assert cues(view) == before
    assert view.evaluate(IDLE) == ["false", "false"]
    view.press("Control+Shift+z")
    view.click("[data-act=undo]")
    view.click(".cue [data-mend]")
    view.wait_until("!document.querySelector('.cue.is-broken')")


def test_all_are_repaired_as_one_step_after_a_look(view: Page) -> None:
    before = cues(view)
    view.press("Alt+Shift+R")
    view.wait_for("[data-make]:not([disabled])")
    assert view.text("[data-mend-said]") == "Subtitles that break a rule: 1. After the repair: 0."
    assert view.texts("[data-mend-ways] li") == [
        "Begin later, so that the one before stays longer: 1",
        "Begin earlier: 1",
    ]
    assert view.violations() == []
    view.press("Escape")
    assert cues(view) == before
    view.click("[data-act=mend-all]")
    view.wait_for("[data-make]:not([disabled])")
    view.press("Enter")
    view.wait_until("!document.querySelector('.cue.is-broken')")
    view.press("Control+s")
    saved(view)
    assert cues(view) == srt(view)
    view.press("Control+z")
    assert cues(view) == before


def test_keys_move_the_edges_of_a_cue_each_a_step_back(view: Page) -> None:
    before = cues(view)
    view.press("Home", "Alt+ArrowDown", "Alt+Shift+ArrowRight")
    assert view.texts("[data-said]") == ["From 0:01.510 to 0:07.648"]
    view.press("Alt+Shift+ArrowDown")
    assert [times for times, _ in cues(view)][:2] == [
        f"0:01.000{TO}0:01.510",
        f"0:01.510{TO}0:07.638",
    ]
    view.press("Alt+ArrowUp", "Alt+Shift+ArrowDown")
    assert view.texts("[data-said]")[0].startswith("The rules or its neighbours keep it")
    view.press("Control+s")
    saved(view)
    assert cues(view) == srt(view)
    view.press("Control+z", "Control+z")
    assert cues(view) == before


def test_the_cue_of_the_moment_stands_over_the_picture(view: Page) -> None:
    attach(view)
    view.click(".cue:nth-child(2) [data-lines]")
    view.wait_until("Math.abs(document.querySelector('video').currentTime - 1.5) < 0.01")
    over_the_picture(view, "ask not what your country can do for you,")
    view.press("ArrowDown")
    over_the_picture(view, "ask what you can do for your country.")
    view.press("Alt+ArrowUp", "ArrowUp")
    over_the_picture(view, SHORT)
    view.press("k")
    view.wait_until("document.querySelector('[aria-current]').dataset.cue === '1'")
    over_the_picture(view, "ask not what your country can do for you,")
    view.press("k")


def over_the_picture(page: Page, lines: str) -> None:
    shown = "document.querySelector('[data-stage-lines]').textContent"
    page.wait_until(f"{shown} === '{lines}'")
    assert at_hand(page) == lines


def test_the_readers_own_video_goes_along_into_the_subtitles(
    home: Page, pictures: Path, tmp_path: Path
) -> None:
    (tmp_path / "film.webm").write_bytes(media("webm", 5))
    home.send("[data-files]", tmp_path / "film.webm")
    home.wait_for("[data-segment]", seconds=60)
    home.click("text=Subtitles")
    home.wait_for(".subtitle-stage.has-picture")
    home.press("ArrowDown", "n")
    home.click(".cue [data-go]")
    home.wait_until("document.querySelector('[data-stage-lines]').textContent.includes('fellow')")
    shape = "getComputedStyle(document.querySelector('.subtitle-stage')).aspectRatio"
    assert home.evaluate(shape) == "64 / 48"
    assert home.violations() == []
    home.screenshot(pictures / "subtitles-video.png", full=False)


def test_a_cue_opens_in_the_text_and_the_text_in_the_cues(view: Page) -> None:
    view.press("n", "e")
    view.wait_for("[data-segment]:nth-child(1).is-arrived")
    assert view.evaluate("location.hash") == "#t=1"
    view.call("page.focus", "[data-segment] [data-text]")
    view.press("End", "Backspace")
    view.click("text=Subtitles")
    view.wait_for(".cue")
    assert view.texts("[data-lines]")[0] == SHORT[:-1]


def test_the_file_has_what_is_not_saved_yet(view: Page) -> None:
    view.press("n", "m")
    text = view.evaluate(
        """async () => {
          const form = document.querySelector('[data-rules]');
          const sent = new Promise((done) => { form.submit = () => done(new URLSearchParams(new FormData(form)).toString()); });
          form.requestSubmit();
          return (await fetch(`${form.getAttribute('action')}?${await sent}`)).text();
        }"""
    )
    assert text.splitlines()[1] == "00:00:00,500 --> 00:00:01,800"


def test_a_repair_without_a_line_is_kept_and_no_file_is_taken_before_it_is_saved(
    view: Page,
) -> None:
    view.expected = ("ERR_INTERNET_DISCONNECTED",)
    view.call("context.setOffline", True)
    view.press("n", "m", "Control+s")
    view.wait_for("text=Offline: edits kept in this browser: 1")
    view.click("[data-download]")
    view.wait_for("text=Your last changes are not on the server yet.")
    assert view.violations() == []
    view.call("context.setOffline", False)
    saved(view)
    assert cues(view) == srt(view)


def test_what_somebody_else_changed_is_shown_with_the_next_save(view: Page) -> None:
    other = view.beside()
    other.goto(view.evaluate("document.querySelector('[data-back]').href"))
    other.wait_for("[data-segment]")
    change(other, {"op": "text", "segment": segments(other)[1]["id"], "text": "ask much."})
    other.call("page.close")
    view.press("Home", "Alt+Shift+ArrowLeft", "Control+s")
    view.wait_for("[data-lines]:text-is('much.')")
    saved(view)
    assert cues(view) == srt(view)


@pytest.mark.parametrize(("look", "width"), [("light", 1440), ("dark", 360)])
def test_the_subtitles_keep_nobody_out(view: Page, pictures: Path, look: str, width: int) -> None:
    view.call("page.emulateMedia", {"colorScheme": look})
    view.call("page.setViewportSize", {"width": width, "height": 800})
    if width < 900:
        view.click(".rules-side summary")
    assert view.violations() == []
    assert too_wide(view) == []
    view.screenshot(pictures / f"subtitles-{width}-{look}.png")
    view.press("?")
    view.wait_for("[data-keys-dialog][open]")
    assert view.violations() == []
