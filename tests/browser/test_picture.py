"""The one picture of the README: `make picture` writes it, every run sees that it can be made."""

import wave
from pathlib import Path

from tests.browser.driver import Page
from tests.browser.test_main_job import LIT, transcribe
from tests.sound import SAMPLE_RATE_HZ, pcm_of, silence
from tests.speech import clip

# Two readers of LibriSpeech, in turns.
TURNS = ("2414-128291-0007", "2033-164914-0004", "2414-128291-0001", "2033-164914-0001")


def test_the_picture_of_the_readme(home: Page, tmp_path: Path, pictures: Path) -> None:
    recording = tmp_path / "Two readers.wav"
    with wave.open(str(recording), "wb") as file:
        file.setparams((1, 2, SAMPLE_RATE_HZ, 0, "NONE", ""))
        for name in TURNS:
            file.writeframes(pcm_of(clip(f"en/ls_{name}.flac")) + silence(0.5))
    transcribe(home, recording)
    assert home.texts(".says-who .who") == ["Speaker 1", "Speaker 2"] * 2
    home.click("[data-play]")
    home.wait_until("document.querySelector('audio').currentTime > 2")
    home.click("[data-play]")
    home.evaluate("scrollTo(0, 0)")
    assert home.evaluate(LIT) != ""
    home.screenshot(pictures / "editor.png", full=False)
