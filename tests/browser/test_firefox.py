"""The main job once more in Firefox: what Chromium forgives shows here."""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.driver import NODE_MODULES
from tests.live import LiveSotto

SCRIPT = Path(__file__).with_name("firefox.mjs")
HEARD = (
    "And so my fellow Americans ask not what your country can do for you,"
    " ask what you can do for your country."
)


def test_a_recording_is_recognised_edited_kept_and_played(
    live_sotto: LiveSotto, speech: Callable[[str], Path]
) -> None:
    firefox = shutil.which("firefox-esr") or shutil.which("firefox")
    if firefox is None or not (NODE_MODULES / "puppeteer-core").is_dir():
        pytest.skip("firefox is not installed here")
    done = subprocess.run(
        ["node", SCRIPT, firefox, live_sotto.url, speech("en/jfk.flac")],
        check=False,
        capture_output=True,
        text=True,
        timeout=150,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    head, rest = HEARD[:26], HEARD[27:]
    assert json.loads(done.stdout) == {
        "heard": [HEARD],
        "kept": [head, f"He said: {rest}"],
        "troubles": [],
    }
