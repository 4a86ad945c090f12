"""Bring in what the tests use beside Python packages; say in a line what cannot be had.

On Debian and Ubuntu, as root, missing programs come from apt. Node packages come from npm.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NODE_PROJECT = ROOT / "tests"
# Debian's package: (the program it brings, what cannot be tested without it)
PACKAGES = {
    "redis-server": ("redis-server", "the suite on Redis"),
    "postgresql": ("/usr/lib/postgresql/*/bin/initdb", "the suite on PostgreSQL"),
    "chromium": ("chromium", "the pages in a browser"),
    "firefox-esr": ("firefox-esr|firefox", "the main job in Firefox"),
    "strace": ("strace", "that audio touches no disk"),
    "nodejs": ("node", "the JavaScript"),
    "npm": ("npm", "the pages in a browser"),
    "gcc": ("cc", "clocks that jump"),
    "libreoffice-writer-nogui": ("soffice", "that a word processor opens DOCX"),
    "libc6-dev": ("/usr/include/stdlib.h", "clocks that jump"),
}


def main() -> None:
    missing = [package for package in PACKAGES if not _is_there(package)]
    if missing and shutil.which("apt-get") and os.geteuid() == 0:
        _say(f"Installing {', '.join(missing)} for the tests…")
        _install(missing)
    for package in PACKAGES:
        if not _is_there(package):
            _say(f"Not tested here: {PACKAGES[package][1]} ({package} is not installed).")
    if _is_there("npm"):
        _install_node_packages()


def _is_there(package: str) -> bool:
    program, _ = PACKAGES[package]
    if program.startswith("/"):
        on_path = shutil.which(Path(program).name)
        return any(Path("/").glob(program.removeprefix("/"))) or on_path is not None
    return any(shutil.which(name) for name in program.split("|"))


def _install(packages: list[str]) -> None:
    quietly = ["apt-get", "install", "-qq", "-y", "--no-install-recommends"]
    # Each by itself: Ubuntu lacks some, and one unknown name spoils a command.
    each = [[*quietly, package] for package in packages]
    for command in (["apt-get", "update", "-qq"], *each):
        done = subprocess.run(
            command,
            check=False,
            capture_output=True,
            text=True,
            env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"},
        )
        if done.returncode:
            _say(f"{' '.join(command)} failed: {done.stderr.strip()[-300:]}")


def _install_node_packages() -> None:
    """Exact versions stand in ``package.json``; a lock file would name a registry."""
    wanted = NODE_PROJECT / "package.json"
    if not wanted.is_file():
        return
    recipe = hashlib.sha256(wanted.read_bytes()).hexdigest()
    stamp = NODE_PROJECT / "node_modules" / ".installed-from"
    if stamp.is_file() and stamp.read_text(encoding="ascii") == recipe:
        return
    options = ["--no-save", "--no-package-lock", "--no-audit", "--no-fund", "--loglevel=error"]
    done = subprocess.run(
        ["npm", "install", *options],
        check=False,
        cwd=NODE_PROJECT,
        env=os.environ | {"PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD": "1"},
    )
    if done.returncode:
        _say("Not tested here: the pages in a browser (npm could not get its packages).")
    else:
        stamp.write_text(recipe, encoding="ascii")


def _say(line: str) -> None:
    print(line, file=sys.stderr)


if __name__ == "__main__":
    main()
