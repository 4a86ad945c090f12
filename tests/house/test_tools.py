"""Linters, formatters, types and the JavaScript tests: green as one run says whether all is well."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.speech import ROOT

BIN = Path(sys.executable).parent


def test_ruff_check():
    _run(BIN / "ruff", "check", "--no-fix", ".")


def test_ruff_format():
    _run(BIN / "ruff", "format", "--check", ".")


def test_mypy():
    _run(BIN / "mypy")


def test_django_check():
    _run(sys.executable, "manage.py", "check", "--fail-level", "WARNING")


def test_no_migration_is_missing():
    _run(sys.executable, "manage.py", "makemigrations", "--check", "--dry-run")


def test_djade():
    _run(BIN / "djade", "--check", *_tracked("templates/*.html"))


def test_djhtml():
    _run(BIN / "djhtml", "--check", "--tabwidth", "2", *_tracked("templates/*.html"))


def test_packages_agree():
    _run(BIN / "uv", "pip", "check", "--python", sys.executable)


def test_constraints_pin_every_dependency():
    """``make constraints`` was run after the last change of ``pyproject.toml``."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = project["project"]["dependencies"] + project["dependency-groups"]["dev"]
    pinned = {pin.name: next(iter(pin.specifier)).version for pin in _pins_here()}
    missing = [
        requirement
        for requirement in map(Requirement, wanted)
        if pinned.get(requirement.name, "0") not in requirement.specifier
    ]
    assert missing == []


def test_javascript():
    if shutil.which("node") is None:
        pytest.skip("node is not installed here")
    _run("node", "--test", *_tracked("tests/js/*.test.mjs", "static/js/crypto/*.test.mjs"))


def test_shell_scripts_parse():
    for script in _tracked(".ci/*"):
        _run("bash", "-n", script)


def _pins_here() -> list[Requirement]:
    """Those that count on this Python and system."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [Requirement(line) for line in lines if line and not line.startswith("#")]
    return [pin for pin in pins if pin.marker is None or pin.marker.evaluate()]


def _tracked(*patterns: str) -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns],
        check=True,
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    files = [name for name in listed.stdout.split("\n") if name and (ROOT / name).is_file()]
    assert files, f"nothing matches {patterns}"
    return files


def _run(*command: object) -> None:
    done = subprocess.run(
        [str(part) for part in command], check=False, capture_output=True, text=True, cwd=ROOT
    )
    if done.returncode:
        pytest.fail(f"{command[0]} says:\n{done.stdout}{done.stderr}", pytrace=False)
