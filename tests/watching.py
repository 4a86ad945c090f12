"""What a process and its children write, seen from the kernel by strace."""

import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.processes import children

CALLS = "write,pwrite64,writev,pwritev,pwritev2,copy_file_range,sendfile,splice,tee,vmsplice"
OPENS = "open,openat,openat2,creat"
# With -y each descriptor is followed by what it is: 5</a/file>, 6<socket:[7]>, 8<pipe:[9]>.
_WRITE = re.compile(rf"\b(?:{CALLS.replace(',', '|')})\((?P<arguments>.*)")
_NAMED = re.compile(r"\d+<(?P<name>[^<>]*)(?:<[^>]*>)?>")
_OPEN = re.compile(rf"\b(?:{OPENS.replace(',', '|')})\((?P<rest>.*)")
_OPENED = re.compile(r'"(?P<path>[^"]*)", (?P<flags>[A-Z_|]*)')
_NO_FILE = re.compile(r"(socket|pipe|anon_inode|TCP|UNIX|NETLINK)|/memfd:|/dev/(null|pts/|tty)")
_COMPILED_CODE = re.compile(r"/__pycache__/[^/]+\.pyc(\.\d+)?$")


class Trace:
    """Filled when the watching has ended."""

    def __init__(self) -> None:
        self.lines: list[str] = []

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


@contextmanager
def watching(pid: int, into: Path) -> Iterator[Trace]:
    """Watch that process and all of its children, present and to come."""
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed")
    pids = [str(number) for number in (pid, *children(pid))]
    strace = subprocess.Popen(
        [
            *("strace", "-f", "-y", "-s", "0", "-e", "signal=none"),
            *("-e", f"trace={CALLS},{OPENS}", "-o", str(into)),
            *(f"--attach={number}" for number in pids),
        ],
        stderr=subprocess.PIPE,
        text=True,
    )
    attached = threading.Event()
    reader = threading.Thread(target=_wait_for, args=(strace, set(pids), attached))
    reader.start()
    trace = Trace()
    try:
        if not attached.wait(20):
            pytest.skip("this machine does not let strace attach to our own processes")
        yield trace
    finally:
        strace.send_signal(2)
        strace.wait(20)
        reader.join()
        strace.stderr.close()
        trace.lines = into.read_text(encoding="utf-8", errors="replace").splitlines()


def _wait_for(strace: subprocess.Popen[str], pids: set[str], attached: threading.Event) -> None:
    for line in strace.stderr:
        match = re.search(r"Process (\d+) attached", line)
        if match:
            pids.discard(match[1])
        if not pids:
            attached.set()


def files_with(marker: bytes, folder: Path) -> list[Path]:
    """Files below ``folder`` that hold those bytes anywhere."""
    return [path for path in folder.rglob("*") if path.is_file() and _holds(path, marker)]


def _holds(path: Path, marker: bytes) -> bool:
    tail = b""
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            if marker in tail + block:
                return True
            tail = block[-len(marker) :]
    return False
