"""The editor for those who hear it read out, use no mouse, or print it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.driver import Page
from tests.browser.test_editor_saving import SAVED, ask, edit, id_of, in_three, stored
from tests.browser.test_main_job import transcribe


@pytest.fixture
def talk(home: Page, speech: Callable[[str], Path]) -> Page:
    transcribe(home, speech("en/jfk.flac"))
    return in_three(home)


def test_a_screen_reader_meets_fields_with_their_text_speaker_and_time(talk: Page) -> None:
    edit(talk, 1, " More.")
    told = talk.call("readOut", "#words")
    fields = {one["name"]: one["value"] for one in told if one["role"] == "textbox"}
    assert fields == {
        "Speaker 1, 0:01": "One.",
        "Speaker 1, 0:02": "Two. More.",
        "Speaker 1, 0:03": "Three.",
    }
    stamps = [one["name"] for one in told if one["role"] == "button" and ":" in one["name"]]
    assert stamps == ["Play from 0:01", "Play from 0:02", "Play from 0:03"]
    assert talk.violations() == []


def test_it_is_edited_from_beginning_to_end_without_a_mouse(talk: Page) -> None:
    talk.call("page.focus", ".stamp")
    talk.press("Tab")
    assert talk.evaluate("document.activeElement.textContent") == "One."
    talk.press("Control+End")
    talk.call("keyboard.type", " First.")
    talk.press("ArrowDown")
    assert talk.evaluate("document.activeElement.textContent") == "Two."
    talk.press("Control+End", "ArrowRight")
    assert talk.evaluate("document.activeElement.textContent") == "Three."
    talk.press("Backspace", "Control+s")
    talk.wait_for(SAVED)
    assert stored(talk) == ["One. First.", "Two. Three."]
    talk.press("Shift+Tab", "Tab")
    assert talk.evaluate("document.activeElement.textContent") == "Two. Three."


def test_all_of_a_long_one_is_there_to_print_and_to_select(talk: Page) -> None:
    path = f"/v1/transcripts/{id_of(talk)}/document"
    document = ask(talk, "GET", path)
    row = document["segments"][0]
    document["segments"] = [
        {**row, "id": f"g{number}", "text": f"Number {number}.", "start": number, "end": number + 1}
        for number in range(2000)
    ]
    document["warnings"] = ["diarisation_failed"]
    document["unheard"] = [{"start": 1000.2, "end": 1000.8}]
    ask(talk, "PUT", path, document, '"2"')
    talk.call("page.reload")
    talk.wait_for(".segment-text")
    talk.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert talk.texts(".segment-text") == [f"Number {number}." for number in range(2000)]
    assert talk.texts(".segment:has(.gap) .segment-text") == ["Number 1001."]
    (gap,) = talk.texts(".gap")
    assert gap.endswith("Somebody speaks here, but no words came out.")
    assert talk.texts(".shortcomings li:not([hidden])") == [
        "The speakers could not be told apart, so all is in one voice.",
        "Places where somebody speaks but no words came out: 1. They are marked in the text.",
    ]
    talk.evaluate("getSelection().selectAllChildren(document.querySelector('#words'))")
    assert "Number 1999." in talk.evaluate("getSelection().toString()")
    talk.press("Alt+v")
    talk.click("[data-list] > .version:last-child [data-restore]")
    talk.wait_until("!document.querySelector('.shortcomings li:not([hidden])')")
