"""The web process loads nothing that listens: no numbers, no media library, no engine."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.speech import ROOT

HEAVY = ("av", "ctranslate2", "moonshine_voice", "numpy", "pocketsphinx", "torch", "whisperx")
EVERYTHING_OF_THE_WEB = """
import os, pkgutil, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
import django
django.setup()
import config.asgi, config.server, config.house, config.worker, gpu.actors
import accounts, billing, privacy, transcripts
for package in (accounts, billing, privacy, transcripts):
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        # The library that draws PDF looks whether numpy is there; the first PDF imports it.
        if ".migrations" not in module.name and module.name != "transcripts.exports.pdf":
            __import__(module.name)
from django.urls import get_resolver
get_resolver().url_patterns
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""


def test_importing_all_of_the_web_imports_nothing_heavy():
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", EVERYTHING_OF_THE_WEB],
        check=True,
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    loaded = done.stdout.split()
    assert "django" in loaded
    assert [name for name in HEAVY if name in loaded] == []


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_the_running_server_maps_nothing_heavy(live_sotto):
    maps = Path(f"/proc/{live_sotto.process.pid}/maps").read_text(encoding="utf-8")
    mapped = {
        line.split("/site-packages/")[1].split("/")[0]
        for line in maps.splitlines()
        if "/site-packages/" in line
    }
    assert mapped, "nothing compiled is mapped: this test looks at the wrong process"
    assert sorted(mapped & {*HEAVY, "av.libs", "numpy.libs"}) == []


def test_one_door_to_the_browsers_cryptography():
    outside = [
        str(path.relative_to(ROOT))
        for path in sorted((ROOT / "static/js").rglob("*.js"))
        if path.parent.name != "crypto" and "subtle" in path.read_text(encoding="utf-8")
    ]
    assert outside == []
