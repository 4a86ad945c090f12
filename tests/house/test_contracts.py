"""The import contracts hold, and each of them bites: a violation planted in a copy is caught."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from gpu.contract import MODELS
from tests.speech import ROOT

PACKAGES = ("config", "accounts", "billing", "privacy", "transcripts", "gpu")
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
    "importlinter"
]["contracts"]
PLANTED = {
    "layers": [
        ("accounts/models.py", "import billing.ledger"),
        ("billing/plans.py", "import privacy.retention"),
        ("privacy/sweeper.py", "import config.settings"),
        ("gpu/contract.py", "import accounts.callers"),
        ("gpu/pipeline.py", "import gpu.actors"),
    ],
    "numbers": [
        ("transcripts/jobs.py", "import numpy"),
        ("gpu/pipeline.py", "import torch"),
        ("gpu/decode.py", "import whisperx"),
        ("config/apps.py", "from moonshine_voice import transcriber"),
    ],
    "media": [("gpu/decode.py", "import av"), ("transcripts/jobs.py", "from av import open")],
    "light": [
        ("gpu/actors.py", "import gpu.pipeline"),
        ("gpu/supervisor.py", "from gpu.engines import load_engine"),
        ("config/broker.py", "import gpu.recogniser"),
        ("transcripts/vault/memory.py", "import gpu.decode_child"),
    ],
    "message": [
        ("transcripts/jobs.py", "from gpu.actors import run_next"),
        ("config/asgi.py", "import gpu.supervisor"),
    ],
    "door": [
        ("gpu/actors.py", "import transcripts.models"),
        ("gpu/supervisor.py", "from accounts.callers import Caller"),
        ("gpu/actors.py", "from transcripts.vault import vault"),
    ],
    "django": [
        ("gpu/contract.py", "import django.conf"),
        ("gpu/pipeline.py", "from django.utils import timezone"),
        ("gpu/engines/moonshine.py", "import dramatiq"),
        ("transcripts/exports/srt.py", "from django.utils.translation import gettext"),
        ("transcripts/imports/srt.py", "import django.conf"),
    ],
    "engines": [("gpu/engines/whisperx.py", "import gpu.engines.moonshine")],
    "formats": [
        ("transcripts/exports/srt.py", "import transcripts.exports.vtt"),
        ("transcripts/exports/json.py", "from transcripts.exports.txt import render"),
    ],
    "readers": [("transcripts/imports/srt.py", "import transcripts.imports.vtt")],
    "privacy": [("privacy/sweeper.py", "import transcripts.jobs")],
    "sockets": [
        ("transcripts/jobs.py", "import channels.layers"),
        ("privacy/sweeper.py", "import channels_redis"),
    ],
    "payments": [("billing/plans.py", "import stripe"), ("accounts/models.py", "import stripe")],
}


def test_every_contract_has_a_planted_violation():
    assert {contract["id"] for contract in CONTRACTS} == set(PLANTED)


def test_the_contracts_hold(tree):
    done = _lint(tree)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"Contracts: {len(CONTRACTS)} kept, 0 broken." in done.stdout


@pytest.mark.parametrize(
    ("contract", "file", "line"),
    [(contract, *violation) for contract, rows in PLANTED.items() for violation in rows],
)
def test_a_planted_violation_is_caught(tree, contract, file, line):
    name = next(row["name"] for row in CONTRACTS if row["id"] == contract)
    with (tree / file).open("a", encoding="utf-8") as module:
        module.write(f"\n\ndef planted() -> None:\n    {line}\n")
    done = _lint(tree, "--contract", contract)
    assert done.returncode == 1, done.stdout + done.stderr
    assert f"{name} BROKEN" in done.stdout


def test_every_engine_and_format_is_under_contract():
    under_contract = {row["id"]: set(row.get("modules", ())) for row in CONTRACTS}
    assert under_contract["engines"] == _variants("gpu/engines")
    assert under_contract["engines"] == {model.engine.partition(":")[0] for model in MODELS}
    assert under_contract["formats"] == _variants("transcripts/exports")
    assert under_contract["readers"] == _variants("transcripts/imports")


@pytest.fixture
def tree(tmp_path) -> Path:
    """A copy of what is linted."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for package in PACKAGES:
        ignored = shutil.ignore_patterns("__pycache__", "migrations", "locale")
        shutil.copytree(ROOT / package, tmp_path / package, ignore=ignored)
    return tmp_path


def _lint(tree: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("lint-imports")
    return subprocess.run(
        [program, "--no-logo", "--no-cache", *arguments],
        check=False,
        capture_output=True,
        text=True,
        cwd=tree,
        env={"COLUMNS": "200"},
    )


def _variants(folder: str) -> set[str]:
    """Modules that stand for one engine or format; names with an underscore are shared parts."""
    return {f"{folder.replace('/', '.')}.{file.stem}" for file in (ROOT / folder).glob("[!_]*.py")}
