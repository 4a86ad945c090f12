"""A recording that was heard twice: where the two differ, by keys, with real speech."""

import random
import wave
from array import array
from pathlib import Path

import pytest

from gpu.contract import BYTES_PER_SAMPLE, SAMPLE_RATE_HZ
from tests.browser.desk import caret_behind, rows_of, saved
from tests.browser.driver import Page
from tests.browser.test_main_job import TITLE
from tests.sound import pcm_of
from tests.speech import clip

RECORDING = "en/jfk.flac"
NOISE = 3000
HEARD_IN_NOISE = (
    "And so my fellow Americans. And not what your country can do for you."
    " And what you can do for your country."
)
LEFT, WORD, WHY = ".doubt [data-left]", "[data-word]", "[data-why]"
BEFORE = "heard as “ask” by Moonshine tiny, before"


def in_noise(folder: Path) -> Path:
    """The same recording, in which the small model mistakes a word twice."""
    chance = random.Random(1)
    samples = (
        sample + int(chance.gauss(0, NOISE)) for sample in array("h", pcm_of(clip(RECORDING)))
    )
    path = folder / "noise.wav"
    with wave.open(str(path), "wb") as made:
        made.setnchannels(1)
        made.setsampwidth(BYTES_PER_SAMPLE)
        made.setframerate(SAMPLE_RATE_HZ)
        made.writeframes(array("h", (max(-32768, min(32767, one)) for one in samples)).tobytes())
    return path


@pytest.fixture
def twice(home: Page, tmp_path: Path) -> Page:
    home.send("[data-files]", clip(RECORDING))
    home.wait_for(TITLE, seconds=60)
    home.wait_for("[data-segment]")
    home.click("[data-act=again]")
    home.send("#again-file", in_noise(tmp_path))
    home.click("[data-again-go]")
    home.wait_for("[data-again-words]:has-text('What you had changed is still there')", seconds=60)
    home.press("Escape")
    assert " ".join(rows_of(home)) == HEARD_IN_NOISE
    return home


def test_the_other_reading_is_shown_and_taken_by_keys(twice: Page) -> None:
    twice.press("Alt+n")
    twice.wait_for("text=Doubtful words left: 2")
    assert (twice.text(WORD), twice.text(WHY)) == ("“And”", BEFORE)
    assert twice.evaluate("String(getSelection())") == "And"
    assert twice.violations() == []
    twice.press("Alt+o")
    twice.wait_for("text=Doubtful words left: 1")
    asked = HEARD_IN_NOISE.replace("And not", "ask not")
    assert " ".join(rows_of(twice)) == asked
    twice.press("Control+z")
    assert " ".join(rows_of(twice)) == HEARD_IN_NOISE
    twice.wait_for("text=Doubtful words left: 2")
    twice.press("Control+Shift+z")
    twice.wait_for("text=Doubtful words left: 1")
    twice.press("Alt+n", "Alt+a")
    assert twice.text(LEFT) != "Doubtful words left: 1"
    twice.press("Control+s")
    saved(twice)
    twice.call("page.reload")
    twice.wait_for("[data-segment]")
    twice.press("Alt+n")
    twice.wait_for("[name=doubted][value=reading]")
    assert " ".join(rows_of(twice)) == asked
    assert not twice.text(LEFT).startswith("Doubtful words left")


def test_what_somebody_typed_over_it_is_not_doubted_and_the_kind_can_be_switched_off(
    twice: Page,
) -> None:
    caret_behind(twice, "And not")
    twice.press(*["Backspace"] * len("And not"))
    twice.call("keyboard.type", "Inquire not")
    twice.press("Alt+n")
    twice.wait_for("text=Doubtful words left: 1")
    twice.call("page.focus", "[name=doubted][value=reading]")
    twice.press("Space")
    twice.wait_for(f"{LEFT}:not(:has-text('Doubtful words left'))")
    twice.press("Space")
    twice.wait_for("text=Doubtful words left: 1")


def test_after_going_back_it_says_what_was_heard_later(twice: Page) -> None:
    twice.press("Alt+v")
    twice.click("[data-list] > .version:last-child [data-restore]")
    twice.wait_until("!document.querySelector('[data-versions]').open")
    twice.press("Alt+n")
    twice.wait_for("text=Doubtful words left: 2")
    assert twice.text(WHY) == BEFORE.replace("ask", "And").replace("before", "later")
    twice.press("Alt+r")
    twice.wait_for("[data-found]:text-is('1 of 2')")
    assert twice.evaluate("document.querySelector('[name=replacement]').value") == "And"
