"""Real speech: the folder named by ``SPEECH``, with a manifest like the one in the default place."""

import csv
import os
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SPEECH = Path(os.environ.get("SPEECH") or ROOT.parent / "shared" / "speech")


@dataclass(frozen=True)
class Clip:
    """A row of ``manifest.tsv``. ``reference`` is "" where nobody wrote the words down."""

    path: Path
    seconds: float
    language: str
    reference: str


def clip(name: str) -> Path:
    """The file of that name, such as ``en/jfk.flac``; skips the test where it is not to be had."""
    path = SPEECH / name
    if not path.is_file():
        pytest.skip(f"no {name} in the folder of speech (set SPEECH)")
    return path


def clips(language: str = "") -> list[Clip]:
    manifest = SPEECH / "manifest.tsv"
    if not manifest.is_file():
        pytest.skip("no manifest.tsv in the folder of speech (set SPEECH)")
    with manifest.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [
        Clip(SPEECH / row["file"], float(row["seconds"]), row["language"], row["reference"])
        for row in rows
        if language in {"", row["language"]}
    ]
