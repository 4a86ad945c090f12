"""What a process and its children write, seen from the kernel by strace."""

import re
import shutil
from contextlib import suppress
from functools import cached_property
from pathlib import Path

import pytest

CALLS = "write,pwrite64,writev,pwritev,pwritev2,copy_file_range,sendfile,splice,tee,vmsplice"
OPENS = "open,openat,openat2,creat"
# With -y each descriptor is followed by what it is: 5</a/file>, 6<socket:[7]>, 8<pipe:[9]>.
_WRITE = re.compile(rf"\b(?:{CALLS.replace(',', '|')})\((?P<arguments>.*)")
_NAMED = re.compile(r"\d+<(?P<name>[^<>]*)(?:<[^>]*>)?>")
_OPEN = re.compile(rf"\b(?:{OPENS.replace(',', '|')})\((?P<rest>.*)")
_OPENED = re.compile(r'"(?P<path>[^"]*)", (?P<flags>[A-Z_|]*)')
_NO_FILE = re.compile(r"(socket|pipe|anon_inode|TCP|UNIX|NETLINK)|/memfd:|/dev/(null|pts/|tty)")
_COMPILED_CODE = re.compile(r"/__pycache__/[^/]+\.pyc(\.\d+)?$")


def under_strace(into: Path) -> list[str]:
    """A command to run a server under; it and all of its children are written down."""
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed")
    # -D: the server keeps the number that we know it by, and gets our signals.
    return [
        *("strace", "-D", "-f", "-y", "-s", "0", "--seccomp-bpf", "-e", "signal=none"),
        *("-e", f"trace={CALLS},{OPENS}", "-o", str(into)),
    ]


class Trace:
    """What strace wrote down from here on."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._begin = file.stat().st_size

    @cached_property
    def lines(self) -> list[str]:
        """Read once, when first asked for."""
        with self._file.open("rb") as file:
            file.seek(self._begin)
            return file.read().decode("utf-8", "replace").splitlines()

    @property
    def written(self) -> set[str]:
        """Everything with a name on a file system that was written to."""
        found = (_WRITE.search(line) for line in self.lines)
        names = [_NAMED.findall(match["arguments"]) for match in found if match]
        return {name for row in names for name in row if _is_file(name)}

    @property
    def opened_for_writing(self) -> set[str]:
        found = (_OPEN.search(line) for line in self.lines if " = -1 " not in line)
        opened = (_OPENED.search(match["rest"]) for match in found if match)
        return {
            match["path"]
            for match in opened
            if match
            and re.search(r"O_WRONLY|O_RDWR|O_CREAT|O_TMPFILE", match["flags"])
            and _is_file(match["path"])
        }


def _is_file(name: str) -> bool:
    return not _NO_FILE.match(name) and not _COMPILED_CODE.search(name)


def files_with(marker: bytes, folder: Path) -> list[Path]:
    """Files below ``folder`` that hold those bytes anywhere."""
    return [path for path in folder.rglob("*") if path.is_file() and holds(path, marker)]


def holds(path: Path, marker: bytes) -> bool:
    tail = b""
    with suppress(FileNotFoundError), path.open("rb") as file:  # a database puts its log away
        while block := file.read(1 << 20):
            if marker in tail + block:
                return True
            tail = block[-len(marker) :]
    return False
