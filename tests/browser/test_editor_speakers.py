"""Speakers in the editor: renamed, added, merged, given segments, by pointer and by keys."""

from tests.browser.desk import caret_behind, rows_of, saved, who_of
from tests.browser.driver import Page


def add_speaker(page: Page, name: str) -> None:
    page.click("[data-add]")
    page.fill("#speaker-name", name)
    page.press("Enter")
    page.wait_for(f".voice-label:has-text('{name}')")


def test_a_speaker_is_renamed_everywhere_and_back(desk: Page) -> None:
    desk.click(".voice [data-change]")
    desk.fill("#speaker-name", "John <b>F.</b> Kennedy")
    desk.press("Enter")
    desk.wait_for(".voice-label:has-text('John')")
    assert who_of(desk) == ["John <b>F.</b> Kennedy"] * 3
    desk.press("Control+z")
    assert who_of(desk) == ["Speaker 1"] * 3
    desk.press("Control+y")
    saved(desk)
    desk.call("page.reload")
    desk.wait_for("[data-segment]")
    assert who_of(desk) == ["John <b>F.</b> Kennedy"] * 3


def test_names_that_will_not_do_are_told_in_a_sentence(desk: Page) -> None:
    add_speaker(desk, "Ann")
    desk.click(".voice [data-change]")
    desk.fill("#speaker-name", " ")
    desk.press("Enter")
    assert desk.text("#speaker-problem") == "Type a name."
    desk.fill("#speaker-name", "ann")
    desk.press("Enter")
    assert desk.text("#speaker-problem").startswith("Somebody has this name already.")
    assert desk.violations() == []
    desk.press("Escape")
    assert who_of(desk) == ["Speaker 1"] * 3


def test_only_here_somebody_else_speaks(desk: Page) -> None:
    desk.click(".who >> nth=0")
    assert desk.text("[data-for]") == "This segment"
    assert desk.violations() == []
    desk.fill("#chooser-name", "Ann")
    desk.press("Enter")
    assert who_of(desk) == ["Ann", "Speaker 1", "Speaker 1"]
    assert desk.text("[data-status]") == "Changed; saved in a moment"
    desk.press("Control+z")
    desk.wait_until("document.querySelectorAll('.voice').length === 1")
    assert who_of(desk) == ["Speaker 1"] * 3


def test_a_range_is_chosen_and_given_with_keys_alone(desk: Page) -> None:
    add_speaker(desk, "Ann")
    caret_behind(desk, "for you,")
    desk.press("Shift+ArrowDown")
    assert desk.text("[data-chosen]") == "Segments chosen: 2"
    assert desk.violations() == []
    desk.press("Alt+2")
    assert who_of(desk) == ["Speaker 1", "Ann", "Ann"]
    assert desk.texts(".voice [data-sign]") == ["1", "2"]
    desk.press("Escape", "Alt+1")
    assert desk.text("[data-chosen]") == ""
    assert who_of(desk) == ["Speaker 1", "Speaker 1", "Ann"]
    desk.press("Control+z", "Control+z")
    assert who_of(desk) == ["Speaker 1"] * 3


def test_a_range_is_chosen_with_the_pointer(desk: Page) -> None:
    add_speaker(desk, "Ann")
    desk.evaluate(
        """() => { const [, from, to] = document.querySelectorAll('[data-text]');
             getSelection().setBaseAndExtent(to.firstChild, 4, from.firstChild, 3); }"""
    )
    desk.wait_for("text=Segments chosen: 2")
    desk.click(".voice:has-text('Ann') [data-assign]")
    assert who_of(desk) == ["Speaker 1", "Ann", "Ann"]


def test_speakers_become_one(desk: Page) -> None:
    desk.click(".who >> nth=0")
    desk.fill("#chooser-name", "Ann")
    desk.press("Enter")
    desk.wait_for(".voice-label:has-text('Ann')")
    desk.click(".voice:has-text('Ann') [data-change]")
    desk.call("page.selectOption", "[name=into]", {"label": "Speaker 1"})
    desk.click("[data-speaker-dialog] [value=save]")
    desk.wait_until("document.querySelectorAll('.voice').length === 1")
    assert who_of(desk) == ["Speaker 1"] * 3
    assert rows_of(desk)[0] == "And so my fellow Americans"
    desk.press("Control+z")
    assert who_of(desk) == ["Ann", "Speaker 1", "Speaker 1"]


def test_the_list_says_how_long_each_speaks(desk: Page) -> None:
    assert desk.texts(".voice [data-talk]") == ["0:08"]
