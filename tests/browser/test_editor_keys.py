"""Everything in the editor by keys: looked up, pressed, changed."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.driver import Page

ROWS = "[data-rows] [data-text]"
COUNT = f"document.querySelectorAll('{ROWS}').length"


@pytest.fixture
def editor(home: Page, speech: Callable[[str], Path]) -> Page:
    home.send("[data-files]", speech("en/jfk.flac"))
    home.wait_for(ROWS, seconds=60)
    return home


def split(page: Page) -> None:
    """Before "fellow", by typing."""
    page.click(ROWS)
    page.evaluate(
        """() => { const text = document.querySelector('[data-rows] [data-text]').firstChild;
                   getSelection().collapse(text, text.data.indexOf('fellow')); }"""
    )
    page.press("Enter")
    page.wait_until(f"{COUNT} === 2")


def chords(page: Page, act: str) -> str:
    return page.text(f"[data-key={act}] [data-chords]")


def test_the_keys_are_shown_searched_and_closed(editor: Page) -> None:
    editor.press("?")
    editor.wait_for("[data-keys-dialog][open]")
    assert chords(editor, "undo") == "Ctrl Z"
    editor.call("keyboard.type", "merge with the next")
    assert editor.texts("[data-keys-dialog] li:not([hidden]) [data-chords]") == ["CtrlJ"]
    assert editor.violations() == []
    editor.press("Escape", "Escape")  # the first empties the search, as browsers do
    editor.wait_for("[data-keys-dialog]", state="hidden")


def test_a_question_mark_in_a_text_is_text(editor: Page) -> None:
    editor.click(ROWS)
    editor.press("End", "?")
    assert editor.text(ROWS).endswith("?")
    assert editor.count("[data-keys-dialog][open]") == 0
    editor.press("F1")
    editor.wait_for("[data-keys-dialog][open]")


def test_keys_and_buttons_do_the_same_and_say_so(editor: Page) -> None:
    split(editor)
    undo = "[data-act=undo]"
    attributes = "(s) => ['title', 'aria-keyshortcuts'].map((a) => document.querySelector(s).getAttribute(a))"
    assert editor.evaluate(attributes, undo) == ["Undo (Ctrl+Z)", "Control+Z"]
    editor.click(undo)
    editor.wait_until(f"{COUNT} === 1")
    editor.press("Control+Shift+Z")
    editor.wait_until(f"{COUNT} === 2")
    editor.press("Control+z")
    editor.wait_until(f"{COUNT} === 1")


def test_changed_keys_outlive_a_reload_and_a_clash_is_told(editor: Page) -> None:
    editor.press("F1")
    editor.click("[data-key=undo] [data-change]")
    editor.press("Control+j")
    said = editor.text("[data-keys-said]")
    assert said.startswith("These keys are for: Merge with the next segment.")
    assert chords(editor, "undo") == "Ctrl Z"
    editor.press("Control+j")
    assert editor.text("[data-keys-said]") == "Changed: Undo"
    editor.call("page.reload")
    editor.wait_for(ROWS)
    split(editor)
    editor.press("Control+z")
    assert editor.count(ROWS) == 2
    editor.press("Control+j")
    editor.wait_until(f"{COUNT} === 1")
    editor.press("F1")
    assert chords(editor, "merge-next") == "no keys"
    editor.click("[data-keys-reset]")
    assert [chords(editor, "undo"), chords(editor, "merge-next")] == ["Ctrl Z", "Ctrl J"]


def test_escape_closes_what_is_open_and_plays_nothing(editor: Page) -> None:
    paused = "document.querySelector('audio').paused"
    editor.click(".player-more summary")
    editor.press("Escape")
    assert [editor.count(".player-more[open]"), editor.evaluate(paused)] == [0, True]
    editor.press("Control+f")
    editor.wait_for("[name=query]")
    editor.press("Tab", "Escape")
    assert editor.evaluate(paused) is True


def test_a_field_keeps_its_own_keys(editor: Page) -> None:
    split(editor)
    editor.press("F1")
    editor.call("keyboard.type", "undo?")
    editor.press("Control+z")
    assert editor.count(ROWS) == 2
    assert editor.count("[data-keys-dialog][open]") == 1
