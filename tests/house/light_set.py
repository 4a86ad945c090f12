"""The light set of packages, as ``make run`` installs it, in an environment of its own."""

import subprocess
import sys
import time
import tomllib
from dataclasses import dataclass
from pathlib import Path

from tests.speech import ROOT

BYTES_PER_BLOCK = 512  # of st_blocks, whatever the file system's own blocks are


@dataclass(frozen=True)
class Installed:
    megabytes: float
    seconds: float


def install(folder: Path) -> Installed:
    """Raises CalledProcessError where packages cannot be had."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    started = time.monotonic()
    uv = [sys.executable, "-m", "uv"]
    subprocess.run([*uv, "venv", "--quiet", "--python", sys.executable, folder], check=True)
    wanted = ["--constraint", ROOT / "constraints.txt", *project["project"]["dependencies"]]
    how = ["--quiet", "--link-mode", "copy", "--python", folder / "bin" / "python"]
    subprocess.run([*uv, "pip", "install", *how, *wanted], check=True)
    return Installed(_size_bytes(folder) / 1e6, time.monotonic() - started)


def _size_bytes(folder: Path) -> int:
    files = (path for path in folder.rglob("*") if not path.is_symlink())
    return sum(path.lstat().st_blocks * BYTES_PER_BLOCK for path in files)
