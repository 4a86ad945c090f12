"""A recording that was heard twice: where the two differ, by keys, with real speech."""

import wave
from array import array
from pathlib import Path

import pytest

from gpu.contract import BYTES_PER_SAMPLE, SAMPLE_RATE_HZ
from tests.browser.desk import rows_of, saved
from tests.browser.driver import Page
from tests.browser.test_main_job import TITLE
from tests.sound import pcm_of
from tests.speech import clip

RECORDING = "en/jfk.flac"
MUTED_SECONDS = (3.3, 4.2)  # "ask not" is said there
HEARD_AT_FIRST = (
    "And so my fellow Americans ask not what your country can do for you,"
    " ask what you can do for your country."
)
HEARD_WITHOUT = (
    "And so my fellow Americans. What your country can do for you,"
    " ask what you can do for your country."
)
LEFT, WORD, WHY = ".doubt [data-left]", "[data-word]", "[data-why]"
TAKEN = HEARD_WITHOUT.replace("Americans.", "Americans ask not.")
UNTOLD = "The model that wrote this does not say how sure it is of its words."
BEFORE = "heard as “Americans ask not” by Moonshine tiny, before"


def muted(folder: Path) -> Path:
    """The same recording, without two of its words."""
    samples = array("h", pcm_of(clip(RECORDING)))
    start, end = (int(seconds * SAMPLE_RATE_HZ) for seconds in MUTED_SECONDS)
    samples[start:end] = array("h", bytes(BYTES_PER_SAMPLE * (end - start)))
    path = folder / "muted.wav"
    with wave.open(str(path), "wb") as made:
        made.setnchannels(1)
        made.setsampwidth(BYTES_PER_SAMPLE)
        made.setframerate(SAMPLE_RATE_HZ)
        made.writeframes(samples.tobytes())
    return path


@pytest.fixture
def twice(home: Page, tmp_path: Path) -> Page:
    home.send("[data-files]", clip(RECORDING))
    home.wait_for(TITLE, seconds=60)
    home.wait_for("[data-segment]")
    home.call("page.reload")  # else the tab still has the recording as it was
    home.wait_for("[data-segment]")
    home.click("[data-act=again]")
    home.send("#again-file", muted(tmp_path))
    home.click("[data-again-go]")
    home.wait_for("[data-again-words]:has-text('What you had changed is still there')", seconds=60)
    home.press("Escape")
    assert " ".join(rows_of(home)) == HEARD_WITHOUT
    return home


def test_the_other_reading_is_shown_and_taken_by_keys(twice: Page) -> None:
    twice.press("Alt+n")
    twice.wait_for("text=Doubtful words left: 1")
    twice.wait_for(f"{WORD}:text-is('“Americans.”')")
    assert twice.text(WHY) == BEFORE
    assert twice.evaluate("String(getSelection())") == "Americans."
    assert twice.violations() == []
    twice.press("Alt+o")
    assert " ".join(rows_of(twice)) == TAKEN
    assert twice.text(LEFT) == UNTOLD
    twice.press("Control+z")
    assert " ".join(rows_of(twice)) == HEARD_WITHOUT
    twice.wait_for("text=Doubtful words left: 1")
    twice.press("Control+Shift+z", "Control+s")
    saved(twice)
    twice.call("page.reload")
    twice.wait_for("[data-segment]")
    twice.press("Alt+n")
    twice.wait_for("label:has([name=doubted][value=reading])")
    assert " ".join(rows_of(twice)) == TAKEN
    assert twice.text(LEFT) == UNTOLD


def test_what_is_accepted_or_typed_over_is_settled_and_the_kind_can_be_switched_off(
    twice: Page,
) -> None:
    twice.press("Alt+n")
    twice.wait_for("text=Doubtful words left: 1")
    twice.call("page.focus", "[name=doubted][value=reading]")
    twice.press("Space")
    twice.wait_for(f"text={UNTOLD}")
    twice.press("Space")
    twice.wait_for("text=Doubtful words left: 1")
    twice.press("Alt+n", "Alt+a")
    assert twice.text(LEFT) == UNTOLD
    twice.press("Control+z", "Alt+n")
    assert twice.text(LEFT) == "Doubtful words left: 1"
    twice.call("keyboard.type", "citizens.")
    twice.press("Alt+n")
    assert twice.text(LEFT) == UNTOLD
    assert " ".join(rows_of(twice)) == HEARD_WITHOUT.replace("Americans", "citizens")


def test_after_going_back_it_says_what_was_not_heard_later(twice: Page) -> None:
    twice.press("Alt+v")
    twice.click("[data-list] > .version:last-child [data-restore]")
    twice.wait_until("!document.querySelector('[data-versions]').open")
    twice.press("Alt+n")
    twice.wait_for("text=Doubtful words left: 1")
    assert twice.text(WHY) == "not heard by Moonshine tiny later"
    twice.press("Alt+o")
    assert " ".join(rows_of(twice)) == HEARD_AT_FIRST.replace("ask not ", "")
