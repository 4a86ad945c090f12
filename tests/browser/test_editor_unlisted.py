"""Words that no list of the language has, in what was really heard, by keys."""

import re

import pytest

from tests.browser.desk import caret_behind, rows_of, saved, segments
from tests.browser.driver import Page
from tests.browser.test_main_job import TITLE
from tests.speech import clip

# A name that the small model hears as it can.
RECORDING = "en/ls_2033-164914-0008.flac"
LEFT, WORD, WHY = ".doubt [data-left]", "[data-word]", "[data-why]"
BOX = "[name=doubted][value=unlisted]"
ASKED = "performance.getEntriesByType('resource').map(({name}) => new URL(name).pathname)"


@pytest.fixture
def tale(home: Page) -> Page:
    home.evaluate("performance.setResourceTimingBufferSize(5000)")  # it forgets what is beyond
    home.send("[data-files]", clip(RECORDING))
    home.wait_for(TITLE, seconds=60)
    home.wait_for("[data-segment]")
    return home


def lists_asked(page: Page) -> list[str]:
    return [path for path in page.evaluate(ASKED) if path.startswith("/vocabulary/")]


def test_a_word_in_no_list_is_doubtful_until_somebody_says_it_is_right(tale: Page) -> None:
    assert "Nusad Alzaman" in " ".join(rows_of(tale))
    assert lists_asked(tale) == []
    tale.press("Alt+n")
    tale.wait_for("text=Doubtful words left: 2")
    assert (tale.text(WORD), tale.text(WHY)) == ("“Nusad”", "not in the word list for English")
    assert tale.evaluate("String(getSelection())") == "Nusad"
    (address,) = lists_asked(tale)
    assert re.fullmatch(r"/vocabulary/[\d.]+/en\.txt", address)
    assert tale.violations() == []
    tale.press("Alt+n")
    assert tale.text(WORD) == "“Alzaman”"
    caret_behind(tale, "wept")
    tale.call("keyboard.type", " for Alzaman")
    tale.press("Alt+p")
    tale.wait_for("text=Doubtful words left: 3")
    tale.press("Alt+Shift+A")
    tale.wait_for("text=Doubtful words left: 1")
    tale.press("Control+s")
    saved(tale)
    sure = [word["text"] for row in segments(tale) for word in row["words"] if word["confidence"]]
    assert sure == ["Alzaman", "Alzaman"]
    tale.call("page.reload")
    tale.wait_for("[data-segment]")
    tale.press("Alt+n")
    tale.wait_for("text=Doubtful words left: 1")
    assert tale.text(WORD) == "“Nusad”"


def test_what_somebody_types_or_has_in_the_glossary_is_not_doubted(tale: Page) -> None:
    tale.press("Alt+n")
    tale.wait_for("text=Doubtful words left: 2")
    tale.call("keyboard.type", "Nuzhat")
    tale.fill("[name=from]", "All's a man")
    tale.fill("[name=to]", "Alzaman")
    tale.press("Enter")
    tale.wait_for("text=The model that wrote this does not say how sure it is of its words.")
    assert "Nuzhat Alzaman" in " ".join(rows_of(tale))


def test_a_kind_that_is_switched_off_stays_off(tale: Page) -> None:
    tale.press("Alt+n")
    tale.wait_for("text=Doubtful words left: 2")
    tale.click(BOX)
    tale.wait_for(f"{LEFT}:not(:has-text('Doubtful words left'))")
    tale.call("page.reload")
    tale.wait_for("[data-segment]")
    tale.press("Alt+n")
    assert tale.evaluate(f"document.querySelector('{BOX}').checked") is False
    assert lists_asked(tale) == []
    tale.click(BOX)
    tale.wait_for("text=Doubtful words left: 2")


def test_without_the_list_the_other_kinds_go_on(tale: Page) -> None:
    tale.expected = ("ERR_INTERNET_DISCONNECTED", "ERR_NETWORK")
    tale.fill("[name=from]", "mother")
    tale.fill("[name=to]", "aunt")
    tale.press("Enter")
    tale.call("context.setOffline", True)
    tale.press("Alt+n")
    tale.wait_for("text=Doubtful words left: 1")
    assert (tale.text(WORD), tale.text(WHY)) == ("“mother”", "in your glossary: “aunt”")
    tale.call("context.setOffline", False)
