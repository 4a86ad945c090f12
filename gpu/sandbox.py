"""Close the door behind a process that is about to read bytes from a stranger.

``enter`` may be called once, in a process with one thread, after everything it will ever need
has been imported: from then on it cannot open a file, make a socket, start a process or thread,
map executable memory, signal anybody, or write anywhere but to the descriptors 1 and 2. It can
compute, ask for memory up to a limit, and read what is open already.

The filter is written out instead of built by libseccomp: nothing to install, nothing to find at
start-up (finding that library runs other programs), and the kernel's numbers never change.
Sources: seccomp(2), ``linux/filter.h``, ``linux/audit.h``, ``asm/unistd_64.h``,
``asm-generic/unistd.h``.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import signal
import struct
import sys

FULL = "full"

_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE = 4
_PR_SET_SECCOMP = 22
_PR_SET_NO_NEW_PRIVS = 38
_SECCOMP_MODE_FILTER = 2

_LOAD_WORD = 0x20
_JUMP_IF_EQUAL = 0x15
_JUMP_IF_AT_LEAST = 0x35
_JUMP_IF_ANY_BIT = 0x45
_RETURN = 0x06

_ALLOW = 0x7FFF0000
_KILL_PROCESS = 0x80000000
_REFUSE = 0x00050000  # or'ed with the errno that the caller sees

_NUMBER_OFFSET = 0
_ARCHITECTURE_OFFSET = 4
_FIRST_ARGUMENT_OFFSET = 16
_THIRD_ARGUMENT_OFFSET = 32
_X32_BIT = 0x40000000
_PROT_EXEC = 4
_EACCES = 13

_ARCHITECTURES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}
"""Machine name to (audit architecture, column in the tables below)."""

_ALLOWED = {
    "read": (0, 63),
    "pread64": (17, 67),
    "munmap": (11, 215),
    "mremap": (25, 216),
    "madvise": (28, 233),
    "brk": (12, 214),
    "futex": (202, 98),
    "clock_gettime": (228, 113),
    "getpid": (39, 172),
    "gettid": (186, 178),
    "rt_sigreturn": (15, 139),
    "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135),
    "sigaltstack": (131, 132),
    "exit": (60, 93),
    "exit_group": (231, 94),
    "sched_yield": (24, 124),
    "sched_getaffinity": (204, 123),
    "getrandom": (318, 278),
    "restart_syscall": (219, 128),
    "rseq": (334, 293),
}
_WRITES = {"write": (1, 64), "writev": (20, 66)}
_MAPS = {"mmap": (9, 222), "mprotect": (10, 226)}
# Asked for in passing by Python, libc or FFmpeg, which all take a no for an answer.
_REFUSED = {
    "openat": (257, 56),
    "newfstatat": (262, 79),
    "fstat": (5, 80),
    "statx": (332, 291),
    "readlinkat": (267, 78),
    "faccessat": (269, 48),
    "getcwd": (79, 17),
    "ioctl": (16, 29),
    "lseek": (8, 62),
    "close": (3, 57),
    "clone": (56, 220),
    "clone3": (435, 435),
    "sysinfo": (99, 179),
    "getrusage": (98, 165),
    "prlimit64": (302, 261),
    "uname": (63, 160),
    "clock_nanosleep": (230, 115),
    "fcntl": (72, 25),
    "prctl": (157, 167),
    "set_robust_list": (273, 99),
    "membarrier": (324, 283),
}
_REFUSED_ON_X86_64 = {"open": 2, "stat": 4, "lstat": 6, "access": 21, "readlink": 89, "fork": 57}


def tie_to_parent(parent_pid: int) -> None:
    """Die with the parent's thread that started this process; leave at once if it is gone."""
    if sys.platform != "linux":
        return
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent_pid:
        os._exit(1)


def enter(*, cpu_seconds: int, more_memory_bytes: int) -> str:
    """Close the door; say how well: ``FULL``, or what could not be had on this system.

    ``more_memory_bytes`` is address space on top of what the process has mapped already.
    """
    missing = _limit(cpu_seconds, more_memory_bytes)
    if sys.platform != "linux":
        return "no system call filter (not Linux)" + missing
    _prctl(_PR_SET_DUMPABLE, 0)
    if not _prctl(_PR_SET_NO_NEW_PRIVS, 1):
        return "no system call filter (no_new_privs refused)" + missing
    machine = os.uname().machine
    if machine not in _ARCHITECTURES:
        return f"no system call filter (none written for {machine})" + missing
    if not _install(_program(machine)):
        return "no system call filter (the kernel refused it)" + missing
    return missing.removeprefix(", ") or FULL


def _limit(cpu_seconds: int, more_memory_bytes: int) -> str:
    limits = {
        "RLIMIT_CORE": (0, 0),
        "RLIMIT_FSIZE": (0, 0),
        "RLIMIT_NOFILE": (16, 16),
        "RLIMIT_CPU": (cpu_seconds, cpu_seconds + 1),  # SIGXCPU first: it names its cause
        "RLIMIT_AS": (_mapped_bytes() + more_memory_bytes,) * 2,
    }
    refused = ""
    for name, limit in limits.items():
        try:
            resource.setrlimit(getattr(resource, name), limit)
        except (AttributeError, ValueError, OSError):
            refused += f", no {name}"
    return refused


def _mapped_bytes() -> int:
    with contextlib.suppress(OSError), open("/proc/self/statm", encoding="ascii") as statm:  # noqa: PTH123 - pathlib would be imported for it
        return int(statm.read().split()[0]) * resource.getpagesize()
    return 1 << 30


def _prctl(option: int, *values: int) -> bool:
    padded = [ctypes.c_ulong(value) for value in (*values, 0, 0, 0, 0)[:4]]
    status: int = ctypes.CDLL(None).prctl(ctypes.c_int(option), *padded)
    return status == 0


def _install(program: bytes) -> bool:
    instructions = ctypes.create_string_buffer(program, len(program))
    fields = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(instructions))
    header = ctypes.create_string_buffer(fields, len(fields))
    return _prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.addressof(header))


def _program(machine: str) -> bytes:
    """The filter as classic BPF, eight bytes an instruction."""
    architecture, column = _ARCHITECTURES[machine]
    steps = [
        _step(_LOAD_WORD, _ARCHITECTURE_OFFSET),
        _step(_JUMP_IF_EQUAL, architecture, if_true=1),
        _step(_RETURN, _KILL_PROCESS),
        _step(_LOAD_WORD, _NUMBER_OFFSET),
        _step(_JUMP_IF_AT_LEAST, _X32_BIT, if_false=1),
        _step(_RETURN, _KILL_PROCESS),
    ]
    for numbers in _ALLOWED.values():
        steps += _answer(numbers[column], _ALLOW)
    for numbers in _WRITES.values():
        steps += _only_to_stdout_and_stderr(numbers[column])
    for numbers in _MAPS.values():
        steps += _only_without_exec(numbers[column])
    for numbers in _REFUSED.values():
        steps += _answer(numbers[column], _REFUSE | _EACCES)
    for number in _REFUSED_ON_X86_64.values() if machine == "x86_64" else ():
        steps += _answer(number, _REFUSE | _EACCES)
    return b"".join([*steps, _step(_RETURN, _KILL_PROCESS)])


def _step(code: int, value: int, *, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("HBBI", code, if_true, if_false, value)


def _answer(number: int, verdict: int) -> list[bytes]:
    return [_step(_JUMP_IF_EQUAL, number, if_false=1), _step(_RETURN, verdict)]


def _only_to_stdout_and_stderr(number: int) -> list[bytes]:
    return [
        _step(_JUMP_IF_EQUAL, number, if_false=5),
        _step(_LOAD_WORD, _FIRST_ARGUMENT_OFFSET),
        _step(_JUMP_IF_EQUAL, 1, if_true=1),
        _step(_JUMP_IF_EQUAL, 2, if_false=1),
        _step(_RETURN, _ALLOW),
        _step(_RETURN, _KILL_PROCESS),
    ]


def _only_without_exec(number: int) -> list[bytes]:
    return [
        _step(_JUMP_IF_EQUAL, number, if_false=4),
        _step(_LOAD_WORD, _THIRD_ARGUMENT_OFFSET),
        _step(_JUMP_IF_ANY_BIT, _PROT_EXEC, if_true=1),
        _step(_RETURN, _ALLOW),
        _step(_RETURN, _KILL_PROCESS),
    ]
