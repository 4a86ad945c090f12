"""Make .venv and put into it what `make` needs: `python3 tools/environment.py light|dev`.

Runs on a bare Debian or Ubuntu: standard library only. Packages come through uv, and through pip
where uv gets none: pip may know of mirrors and certificates (pip.conf) that uv does not read.
"""

import contextlib
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
CONSTRAINTS = ROOT / "constraints.txt"
NO_VENV = (
    "This Python cannot make virtual environments. Install that part with"
    " `sudo apt-get install python3-venv`, or put `uv` on the PATH, and try again."
)


def main(wanted: str) -> None:
    recipe = _recipe()
    if PYTHON.exists() and _installed_from(wanted) == recipe:
        return
    _say(f"Installing what Sotto needs ({wanted} set) into {VENV.name}…")
    _make_venv()
    _install(_requirements(wanted))
    for name in {"light", wanted}:
        _stamp(name).write_text(recipe, encoding="ascii")


def _stamp(wanted: str) -> Path:
    return VENV / f".installed-{wanted}"


def _installed_from(wanted: str) -> str:
    return _stamp(wanted).read_text(encoding="ascii") if _stamp(wanted).is_file() else ""


def _recipe() -> str:
    """What the installed set depends on; another recipe means installing again."""
    parts = [(ROOT / "pyproject.toml").read_bytes(), CONSTRAINTS.read_bytes()]
    return hashlib.sha256(b"".join([*parts, sys.version.encode()])).hexdigest()


def _requirements(wanted: str) -> list[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    light: list[str] = project["project"]["dependencies"]
    return light if wanted == "light" else light + project["dependency-groups"][wanted]


def _make_venv() -> None:
    if PYTHON.exists():
        return
    if importlib.util.find_spec("ensurepip") is None and not shutil.which("uv"):
        _install_venv_module()
    if shutil.which("uv"):
        with contextlib.suppress(subprocess.CalledProcessError):
            _run("uv", "venv", "--quiet", "--allow-existing", "--python", sys.executable, str(VENV))
            return
    _run(sys.executable, "-m", "venv", str(VENV))


def _install_venv_module() -> None:
    apt = shutil.which("apt-get")
    if apt is None or os.geteuid() != 0:
        sys.exit(NO_VENV)
    _say("Installing python3-venv…")
    version = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    quietly = [apt, "install", "-qq", "-y", "--no-install-recommends"]
    for command in ([apt, "update", "-qq"], [*quietly, version]):
        subprocess.run(
            command,
            check=False,
            stdout=subprocess.DEVNULL,
            env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
        )
    importlib.invalidate_caches()
    if not importlib.util.find_spec("ensurepip"):
        sys.exit(NO_VENV)


def _install(requirements: list[str]) -> None:
    arguments = ["install", "--quiet", "--constraint", str(CONSTRAINTS), *requirements]
    try:
        _run(_uv(), "pip", *arguments[:1], "--python", str(PYTHON), *arguments[1:])
    except (OSError, subprocess.CalledProcessError):
        _say("uv could not get the packages; trying pip…")
        _run(sys.executable, "-m", "venv", str(VENV))  # puts pip into it where uv made it
        _run(str(PYTHON), "-m", "pip", *arguments)


def _uv() -> str:
    on_path = shutil.which("uv")
    if on_path:
        return on_path
    own = VENV / "bin" / "uv"
    if not own.exists():
        _run(str(PYTHON), "-m", "pip", "install", "--quiet", "--constraint", str(CONSTRAINTS), "uv")
    return str(own)


def _run(*command: str) -> None:
    subprocess.run(command, check=True, cwd=ROOT)


def _say(line: str) -> None:
    print(line, file=sys.stderr)


if __name__ == "__main__":
    if not (3, 11) <= sys.version_info[:2] < (3, 14):
        sys.exit("Sotto needs Python 3.11, 3.12 or 3.13; name one: make run PYTHON=python3.12")
    try:
        main(sys.argv[1])
    except subprocess.CalledProcessError as failed:
        sys.exit(f"This did not work: {' '.join(map(str, failed.cmd))}")
