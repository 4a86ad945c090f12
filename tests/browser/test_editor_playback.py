"""The reader's own recording beside the text: heard, followed, repeated, and its times moved."""

import pytest

from tests.browser.desk import attach, caret_behind, change, saved, segments
from tests.browser.driver import Page

TIME = "document.querySelector('audio').currentTime"
PAUSED = "document.querySelector('audio').paused"
LIT = "[...CSS.highlights.get('sotto-lit')].map(String).join()"
REPEATS = "document.querySelector('[data-act=loop]').ariaPressed"


@pytest.fixture
def heard(halves: Page) -> Page:
    attach(halves)
    return halves


def listen(page: Page, event: str) -> None:
    """``heard`` of the page holds the time at each such event of its player."""
    page.evaluate(
        """(event) => { const audio = document.querySelector('audio'), heard = globalThis.heard = [];
                        audio.addEventListener(event, () => heard.push(audio.currentTime)); }""",
        event,
    )


def test_it_plays_lights_the_words_and_goes_back_a_little_when_it_goes_on(heard: Page) -> None:
    heard.press("Space")
    heard.wait_until(f"{TIME} > 1.1")
    heard.wait_until(f"{LIT} !== ''")
    heard.press("Space")
    assert heard.evaluate(PAUSED) is True
    heard.click(".player-more summary")
    heard.call("page.selectOption", "[data-set-back]", "0.5")
    stopped = heard.evaluate(TIME)
    listen(heard, "seeking")
    heard.press("Escape", "Escape")  # the first closes the list
    heard.wait_until("heard.length")
    assert heard.evaluate("heard[0]") == pytest.approx(stopped - 0.5, abs=0.05)
    heard.press("Escape")
    assert heard.evaluate(PAUSED) is True


def test_it_plays_from_the_caret_and_what_is_typed_is_text(heard: Page) -> None:
    caret_behind(heard, "your cou")
    heard.press("Control+Enter")
    start = segments(heard)[1]["words"][-1]["start"]
    heard.wait_until(f"{TIME} > 5")
    heard.press("Escape", "x", "Space")
    assert heard.evaluate(PAUSED) is True
    assert "your coux ntry" in heard.texts("[data-text]")[1]
    heard.press("Control+z")
    caret_behind(heard, "for your country")
    heard.press("Control+Enter")
    heard.wait_until(f"{TIME} > {start}")
    heard.wait_until(f"{LIT}.startsWith('country')")
    heard.press("Escape")


def test_a_click_on_a_word_goes_there(heard: Page) -> None:
    place = heard.evaluate(
        """() => { const text = document.querySelectorAll('[data-rows] [data-text]')[1].firstChild;
                   const range = new Range(), at = text.data.lastIndexOf('country');
                   range.setStart(text, at); range.setEnd(text, at + 7);
                   const { left, right, top, bottom } = range.getBoundingClientRect();
                   return [(left + right) / 2, (top + bottom) / 2]; }"""
    )
    heard.call("mouse.click", *place)
    start = segments(heard)[1]["words"][-1]["start"]
    heard.wait_until(f"Math.abs({TIME} - {start}) < 0.01")
    heard.wait_until(f"{LIT}.startsWith('country')")
    assert heard.evaluate(PAUSED) is True


def test_speed_goes_in_steps_keeps_the_pitch_and_is_remembered(heard: Page) -> None:
    rate = "(({ playbackRate, preservesPitch }) => [playbackRate, preservesPitch])(document.querySelector('audio'))"
    heard.press("F9", "F9", "F8", "F9")
    assert heard.evaluate(rate) == [1.2, True]
    assert heard.evaluate("document.querySelector('[data-speed]').value") == "1.2"
    speeds = heard.evaluate(
        "[...document.querySelector('[data-speed]').options].map((o) => +o.value)"
    )
    assert [speeds[0], speeds[-1], len(speeds)] == [0.5, 3, 26]
    heard.call("page.reload")
    attach(heard)
    assert heard.evaluate(rate) == [1.2, True]


def test_a_segment_is_repeated_until_somebody_goes_elsewhere(heard: Page) -> None:
    heard.press("r")
    assert heard.evaluate(REPEATS) == "true"
    heard.evaluate(
        "() => { const audio = document.querySelector('audio'); audio.currentTime = 3.7; audio.play(); }"
    )
    heard.wait_until(f"{TIME} < 2 && !{PAUSED}")
    heard.click("[data-segment]:nth-child(2) .stamp")
    heard.wait_until(f"{TIME} > 4")
    assert heard.evaluate(REPEATS) == "false"


def test_selected_words_are_repeated(heard: Page) -> None:
    caret_behind(heard, "for your ")
    heard.press("Control+Shift+ArrowRight", "Control+Shift+l")
    assert heard.evaluate(REPEATS) == "true"
    word = segments(heard)[1]["words"][-1]
    heard.wait_until(f"Math.abs({TIME} - {word['start']}) < 0.01")
    listen(heard, "seeking")
    heard.press("Escape")
    heard.wait_until("heard.length > 1")
    heard.press("Escape")
    assert heard.evaluate("heard") == pytest.approx([word["start"]] * 2, abs=0.05)


def test_silences_are_left_out(halves: Page) -> None:
    first, second = segments(halves)
    change(
        halves,
        {"op": "times", "segment": first["id"], "start": 0, "end": 1},
        {"op": "times", "segment": second["id"], "start": 9, "end": second["end"]},
    )
    attach(halves)
    halves.click("[data-act=skip-silence]")
    listen(halves, "timeupdate")
    halves.press("Space")
    halves.wait_until(f"{TIME} > 9.2")
    assert halves.evaluate("heard.filter((t) => t > 1.5 && t < 8.5)") == []


def test_an_address_opens_at_its_second_without_the_file_and_with_it(halves: Page) -> None:
    halves.evaluate("location.hash = 't=6.5'")
    halves.wait_for("[data-segment]:nth-child(2).is-arrived")
    halves.call("page.reload")
    halves.wait_for("[data-segment]:nth-child(2).is-arrived")
    assert halves.evaluate(LIT) != ""
    attach(halves)
    halves.wait_until(f"Math.abs({TIME} - 6.5) < 0.01")


def test_the_spoken_word_stays_in_sight_unless_somebody_types_or_does_not_want_it(
    heard: Page,
) -> None:
    away = "() => { document.body.style.paddingBlockEnd = '400vh'; scrollTo(0, document.body.scrollHeight); }"
    hidden = (
        "document.querySelector('[data-segment]:nth-child(2)').getBoundingClientRect().bottom < 0"
    )
    heard.evaluate(away)
    heard.evaluate("document.querySelector('audio').currentTime = 3.9")
    heard.press("Space")
    heard.wait_until(f"!({hidden})")
    heard.press("Space", "f")
    heard.evaluate(away)
    heard.evaluate("document.querySelector('audio').currentTime = 3.9")
    heard.press("Space")
    heard.wait_until(f"{TIME} > 4.4")
    assert heard.evaluate(hidden) is True
    heard.press("Space")


def test_keys_move_a_boundary_by_a_hundredth_each_a_step_back(halves: Page) -> None:
    before = segments(halves)
    caret_behind(halves, "ask what")
    halves.press("Alt+Shift+ArrowRight", "Alt+Shift+ArrowRight")
    assert halves.text("[data-listening-said]").startswith("From 0:04.020 to 0:1")
    halves.press("Control+s")
    saved(halves)
    first, second = segments(halves)
    assert [first["end"], second["start"]] == [4.02, 4.02]
    halves.press("Control+z", "Control+z", "Control+s")
    saved(halves)
    assert segments(halves) == before


def test_keys_go_from_segment_to_segment(halves: Page) -> None:
    caret_behind(halves, "fellow")
    inside = "[...document.querySelectorAll('[data-segment]')].findIndex((row) => row.contains(document.activeElement))"
    halves.press("Alt+ArrowDown")
    assert halves.evaluate(inside) == 1
    halves.press("Alt+ArrowUp")
    assert halves.evaluate(inside) == 0
