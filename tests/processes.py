"""Looking at processes from outside, through /proc."""

import os
import time
from collections.abc import Callable
from pathlib import Path

ENDED = ("Z", "X")
TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


def is_alive(pid: int) -> bool:
    """Whether it runs; a zombie does not."""
    return _state(pid) not in {"", *ENDED}


def cpu_seconds(pid: int) -> float:
    user, system = _fields(pid)[11:13]
    return (int(user) + int(system)) / TICKS_A_SECOND


def children(pid: int) -> list[int]:
    """All that still run, children of children included."""
    found = []
    for task in Path("/proc").glob("[0-9]*"):
        other = int(task.name)
        fields = _fields(other)  # once: it may be gone the next moment
        if fields and fields[0] not in ENDED and int(fields[1]) == pid:
            found += [other, *children(other)]
    return found


def peak_bytes(pid: int) -> int:
    return _memory(pid, "VmHWM")


def resident_bytes(pid: int) -> int:
    return _memory(pid, "VmRSS")


def restart_peak(pid: int) -> None:
    """Measure the peak from now on."""
    Path(f"/proc/{pid}/clear_refs").write_text("5", encoding="ascii")


def wait_until(condition: Callable[[], object], seconds: float) -> float:
    """How long it took; fails the test if it did not come true."""
    started = time.monotonic()
    while not condition():
        assert time.monotonic() - started < seconds, f"not within {seconds} s"
        time.sleep(0.02)
    return time.monotonic() - started


def _memory(pid: int, name: str) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * 1024
    raise ProcessLookupError(pid)


def _state(pid: int) -> str:
    fields = _fields(pid)
    return fields[0] if fields else ""


def _fields(pid: int) -> list[str]:
    """Those of stat(5) from the state on; none if the process is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []
