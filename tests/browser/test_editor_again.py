"""The recording transcribed again from the editor: what was typed stays, before, meanwhile and offline."""

import pytest

from tests.browser.desk import caret_behind, rows_of, saved, segments, who_of
from tests.browser.driver import Page
from tests.browser.test_main_job import TITLE
from tests.speech import clip

RECORDING = "multi/falcon_test.wav"


@pytest.fixture
def talk(home: Page) -> Page:
    """Three people, one after the other."""
    home.send("[data-files]", clip(RECORDING))
    home.wait_for(TITLE, seconds=60)
    home.wait_until("document.querySelectorAll('[data-segment]').length === 4")
    return home


def begin(page: Page) -> None:
    """Without telling the speakers apart, by keys alone."""
    page.call("page.focus", "[data-act=again]")
    page.press("Enter")
    page.wait_for("[data-again][open]")
    assert page.violations() == []
    page.call("page.focus", "#again-speakers")
    page.press("ArrowDown")
    page.call("page.focus", "[data-again-go]")
    page.press("Enter")
    page.wait_for("[data-again-progress]:not([hidden])")


def done(page: Page) -> None:
    page.wait_for(".toast:has-text('What you had changed is still there')", seconds=60)


def test_what_was_typed_before_and_meanwhile_stays(talk: Page) -> None:
    heard, who = rows_of(talk), who_of(talk)
    assert len(set(who)) == 3
    caret_behind(talk, "a crocodile")
    talk.call("keyboard.type", " (young)")
    talk.press("Control+s")
    saved(talk)
    begin(talk)
    talk.press("Escape")
    caret_behind(talk, "And so it")
    talk.call("keyboard.type", " really")
    done(talk)
    typed = [heard[0].replace("so it", "so it really"), heard[1].replace("dile", "dile (young)")]
    assert rows_of(talk)[:2] == typed
    assert " ".join(rows_of(talk)[2:]) == " ".join(heard[2:])
    talk.press("Control+s")
    saved(talk)
    speakers = [row["speaker"] for row in segments(talk)]
    assert (speakers[:2], set(speakers[2:])) == (["s1", "s2"], {None})
    talk.press("Alt+v")
    talk.wait_for("text=The machine: Moonshine tiny")
    talk.wait_for("text=transcribed again; what people had changed has stayed")
    talk.click(".version:has-text('The machine: Moonshine tiny') [data-compare]")
    talk.wait_for("[data-said]:not(:empty)")
    talk.click("[data-list] > .version:last-child [data-restore]")
    talk.wait_until("!document.querySelector('[data-versions]').open")
    assert rows_of(talk) == heard
    assert who_of(talk)[: len(who)] == who  # behind them, those of the comparison


def test_what_is_typed_offline_meanwhile_comes_in_when_the_line_is_back(talk: Page) -> None:
    talk.expected = ("ERR_INTERNET_DISCONNECTED", "ERR_NETWORK")
    heard = rows_of(talk)
    talk.press("Control+s")
    saved(talk)
    begin(talk)
    talk.wait_for("[data-again-words]:has-text('Waiting'), [data-again-bar][value]")
    talk.press("Escape")
    talk.call("context.setOffline", True)
    caret_behind(talk, "a crocodile")
    talk.call("keyboard.type", " (young)")
    talk.wait_for("[data-state=offline]")
    talk.call("context.setOffline", False)
    done(talk)
    saved(talk)
    typed = heard[1].replace("dile", "dile (young)")
    assert rows_of(talk)[:2] == [heard[0], typed]
    assert [row["text"] for row in segments(talk)] == rows_of(talk)


def test_another_recording_is_refused_and_cancelling_leaves_all_as_it_was(talk: Page) -> None:
    before = segments(talk)
    talk.call("page.reload")
    talk.wait_for("[data-segment]")
    talk.click("[data-act=again]")
    talk.send("#again-file", clip("en/jfk.flac"))
    talk.click("[data-again-go]")
    talk.wait_for("text=This is not the recording of the transcript", seconds=60)
    assert talk.violations() == []
    talk.send("#again-file", clip(RECORDING))
    talk.click("[data-again-go]")
    talk.click("[data-again-cancel]")
    talk.wait_for("[data-again-words]:has-text('ancelled')", seconds=30)
    assert segments(talk) == before
