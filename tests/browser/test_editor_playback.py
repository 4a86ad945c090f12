"""The reader's own recording beside the text: heard, followed, repeated, and its times moved."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.browser.driver import Page

ROWS = "[data-rows] [data-text]"
TIME = "document.querySelector('audio').currentTime"
PAUSED = "document.querySelector('audio').paused"
LIT = "[...CSS.highlights.get('sotto-lit')].map(String).join()"
SAVED = "document.querySelector('[data-status]').dataset.state === 'saved'"
CUT_AT = 4.0


@pytest.fixture
def editor(home: Page, speech: Callable[[str], Path]) -> Page:
    home.send("[data-files]", speech("en/jfk.flac"))
    home.wait_for(ROWS, seconds=60)
    return home


@pytest.fixture
def halves(editor: Page) -> Page:
    """The same in two segments that meet, saved."""
    row = segments(editor)[0]
    left, middle, right = row["text"].partition("ask not")
    split = {"op": "split", "segment": row["id"], "id": "half", "time": CUT_AT}
    change(editor, {**split, "left": left.strip(), "right": middle + right})
    return editor


def segments(page: Page) -> list[dict[str, Any]]:
    """What the server holds."""
    return page.evaluate(
        """async () => (await (await fetch(`/v1/transcripts/${location.pathname.split('/')[2]}/document`)).json()).segments"""
    )


def change(page: Page, *operations: dict[str, Any]) -> None:
    page.evaluate(
        """async (operations) => {
             const [{ StandardStore }, { newId }] = await Promise.all(['store', 'editing'].map((name) => import(`/static/js/editor/${name}.js`)));
             const store = new StandardStore(location.pathname.split('/')[2]);
             await store.save({ base: (await store.load()).version, batch: newId(), operations });
           }""",
        list(operations),
    )
    page.call("page.reload")
    page.wait_for(ROWS)


def attach(page: Page, speech: Callable[[str], Path]) -> None:
    page.send("[data-file]", speech("en/jfk.flac"))
    page.wait_for("[data-play]")


def test_it_plays_lights_the_words_and_comes_back_to_them(editor: Page) -> None:
    editor.press("Space")
    editor.wait_until(f"{TIME} > 0.6")
    editor.wait_until(f"{LIT} !== ''")
    editor.press("Space")
    assert editor.evaluate(PAUSED) is True
    editor.evaluate("document.querySelector('[data-set-back]').value = '0.5'")
    editor.call("page.dispatchEvent", "[data-set-back]", "input")
    stopped = editor.evaluate(TIME)
    editor.evaluate(
        """() => { const audio = document.querySelector('audio'), jumps = globalThis.jumps = [];
                   audio.addEventListener('seeking', () => jumps.push(audio.currentTime)); }"""
    )
    editor.press("Escape")
    editor.wait_until("jumps.length")
    assert editor.evaluate("jumps[0]") == pytest.approx(max(0, stopped - 0.5), abs=0.05)
    editor.press("Escape")


def test_a_click_on_a_word_goes_there_and_typing_is_left_alone(editor: Page) -> None:
    editor.click(ROWS)
    editor.evaluate(
        """() => { const text = document.querySelector('[data-rows] [data-text]').firstChild;
                   getSelection().collapse(text, text.data.lastIndexOf('country') + 2); }"""
    )
    editor.press("Control+Enter")
    start = segments(editor)[0]["words"][-1]["start"]
    editor.wait_until(f"{TIME} > {start}")
    editor.wait_until(f"{LIT}.startsWith('country')")
    editor.press("Escape", "x", "Space")
    assert editor.evaluate(PAUSED) is True
    assert "cox untry" in editor.text(ROWS)


def test_speed_goes_in_steps_keeps_the_pitch_and_is_remembered(editor: Page) -> None:
    rate = "[document.querySelector('audio').playbackRate, document.querySelector('audio').preservesPitch]"
    editor.press("F9", "F9", "F8", "F9")
    assert editor.evaluate(rate) == [1.2, True]
    assert editor.evaluate("document.querySelector('[data-speed]').value") == "1.2"
    speeds = editor.evaluate(
        "[...document.querySelector('[data-speed]').options].map((o) => +o.value)"
    )
    assert [speeds[0], speeds[-1], len(speeds)] == [0.5, 3, 26]
    editor.call("page.reload")
    editor.wait_for(ROWS)
    assert editor.evaluate(rate) == [1.2, True]


def test_a_segment_is_repeated_until_somebody_goes_elsewhere(
    halves: Page, speech: Callable[[str], Path]
) -> None:
    attach(halves, speech)
    halves.press("r")
    assert halves.evaluate("document.querySelector('[data-act=loop]').ariaPressed") == "true"
    halves.evaluate(
        f"() => {{ const audio = document.querySelector('audio'); audio.currentTime = {CUT_AT - 0.3}; audio.play(); }}"
    )
    halves.wait_until(f"{TIME} < 2 && !{PAUSED}")
    halves.click("[data-rows] [data-segment=half] .stamp")
    halves.wait_until(f"{TIME} > {CUT_AT}")
    assert halves.evaluate("document.querySelector('[data-act=loop]').ariaPressed") == "false"


def test_silences_are_left_out(halves: Page, speech: Callable[[str], Path]) -> None:
    first, second = segments(halves)
    change(
        halves,
        {"op": "times", "segment": first["id"], "start": 0, "end": 1},
        {"op": "times", "segment": second["id"], "start": 9, "end": second["end"]},
    )
    attach(halves, speech)
    halves.click("[data-act=skip-silence]")
    halves.evaluate(
        """() => { const audio = document.querySelector('audio'), heard = globalThis.heard = [];
                   audio.addEventListener('timeupdate', () => heard.push(audio.currentTime)); }"""
    )
    halves.press("Space")
    halves.wait_until(f"{TIME} > 9.2")
    assert halves.evaluate("heard.filter((t) => t > 1.5 && t < 8.5)") == []


def test_an_address_opens_at_its_second_without_the_file_and_with_it(
    halves: Page, speech: Callable[[str], Path]
) -> None:
    url = halves.evaluate("location.href")
    halves.goto("about:blank")
    halves.goto(f"{url}#t=6.5")
    halves.wait_for("[data-segment=half].is-arrived")
    assert halves.evaluate(LIT) != ""
    attach(halves, speech)
    halves.wait_until(f"Math.abs({TIME} - 6.5) < 0.01")


def test_keys_move_a_boundary_by_a_hundredth_and_it_is_one_step_back(halves: Page) -> None:
    before = segments(halves)
    halves.click("[data-segment=half] [data-text]")
    halves.press("Alt+Shift+ArrowRight", "Alt+Shift+ArrowRight")
    assert halves.text("[data-bounds-said]").startswith("From 0:04.020 to 0:1")
    halves.press("Control+s")
    halves.wait_until(SAVED)
    after = segments(halves)
    assert [after[0]["end"], after[1]["start"]] == [CUT_AT + 0.02, CUT_AT + 0.02]
    halves.press("Control+z", "Control+z", "Control+s")
    halves.wait_until(SAVED)
    assert segments(halves) == before
