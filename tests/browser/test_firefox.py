"""The main job once more in Firefox: what Chromium forgives shows here."""

from collections.abc import Callable
from pathlib import Path

from tests.browser.firefox import in_firefox
from tests.live import LiveSotto

HEARD = (
    "And so my fellow Americans ask not what your country can do for you,"
    " ask what you can do for your country."
)


def test_a_recording_is_recognised_edited_kept_and_played(
    live_sotto: LiveSotto, speech: Callable[[str], Path]
) -> None:
    head, rest = HEARD[:26], HEARD[27:]
    assert in_firefox("firefox.mjs", live_sotto.url, speech("en/jfk.flac")) == {
        "heard": [HEARD],
        "kept": [head, f"He said: {rest}"],
        "troubles": [],
    }


def test_private_transcripts_of_every_set_open_and_nothing_changed_about_them_does(
    live_sotto: LiveSotto,
) -> None:
    assert in_firefox("firefox_crypto.mjs", live_sotto.url) == []
