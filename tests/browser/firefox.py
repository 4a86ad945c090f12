"""Firefox, driven by a script of its own for each test."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.browser.driver import NODE_MODULES


def in_firefox(script: str, *arguments: object) -> Any:
    """What the script says at its end. Skips where Firefox is not installed."""
    firefox = shutil.which("firefox-esr") or shutil.which("firefox")
    if firefox is None or not (NODE_MODULES / "puppeteer-core").is_dir():
        pytest.skip("firefox is not installed here")
    done = subprocess.run(
        ["node", Path(__file__).with_name(script), firefox, *map(str, arguments)],
        check=False,
        capture_output=True,
        text=True,
        timeout=150,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)
