"""What the door lets through once it is closed, tried from inside by the same function."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from gpu import sandbox
from gpu.decode import Decoder, sandbox_state
from tests.gpu.conftest import children, in_memory
from tests.media import media
from tests.speech import ROOT

PROGRAM = """
import ctypes, mmap, os, resource, signal, socket, subprocess, sys, threading
sys.path.insert(0, sys.argv[1])
from gpu import sandbox
libc = ctypes.CDLL(None)
spare, zeros = os.dup(1), os.open("/dev/zero", os.O_RDONLY)
state = sandbox.enter(cpu_seconds=1, more_memory_bytes=256 << 20)
try:
    exec(sys.argv[2])
except BaseException as error:
    os.write(1, f"{state} {type(error).__name__}".encode())
else:
    os.write(1, f"{state} done".encode())
os._exit(0)
"""
MIGHT = {
    "compute": "sum(range(100_000))",
    "take some memory": "bytearray(64 << 20)",
    "read what is open": "assert os.pread(zeros, 4, 0) == bytes(4)",
}
REFUSED = {
    "read a file": ("open('/etc/passwd')", "PermissionError"),
    "write a file": ("open('/tmp/planted', 'w')", "PermissionError"),
    "list a folder": ("os.listdir('/')", "PermissionError"),
    "fork": ("os.fork()", "PermissionError"),
    "start a thread": ("threading.Thread(target=print).start()", "RuntimeError"),
    "raise its limits": ("resource.setrlimit(resource.RLIMIT_CPU, (9, 9))", "PermissionError"),
    "take all memory": ("bytearray(1 << 30)", "MemoryError"),
}
DEADLY = {
    "make a socket": "socket.socket()",
    "start a program": "os.execv('/bin/true', ['true'])",
    "start a program by way of vfork": "libc.vfork()",
    "signal its parent": "os.kill(os.getppid(), 9)",
    "write to another descriptor": "os.write(spare, b'x')",
    "make a descriptor": "libc.dup(1)",
    "trace": "libc.ptrace(0, 0, 0, 0)",
    "map executable memory": "mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_EXEC)",
    "make memory executable": "libc.mprotect(ctypes.c_void_p(id(0) & ~4095), 4096, 7)",
    "open by way of io_uring": "libc.syscall(425, 8, 0)",
    "send a message": "libc.sendmsg(1, 0, 0)",
    "delete a file": "os.unlink('/tmp/planted')",
}


def behind_the_door(attempt: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", "-c", PROGRAM, str(ROOT), attempt],
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )


@pytest.mark.parametrize("name", MIGHT)
def test_behind_the_door_one_may(name):
    ended = behind_the_door(MIGHT[name])
    assert (ended.returncode, ended.stdout) == (0, "full done")


@pytest.mark.parametrize("name", REFUSED)
def test_behind_the_door_one_is_refused(name):
    attempt, error = REFUSED[name]
    ended = behind_the_door(attempt)
    assert (ended.returncode, ended.stdout) == (0, f"full {error}")


@pytest.mark.parametrize("name", DEADLY)
def test_behind_the_door_one_dies_trying(name):
    ended = behind_the_door(DEADLY[name])
    assert (ended.returncode, ended.stdout) == (-signal.SIGSYS, "")


def test_the_numbers_are_the_kernels():
    """libseccomp knows them too."""
    seccomp = pytest.importorskip("pyseccomp")
    both = {**sandbox._ALLOWED, **sandbox._WRITES, **sandbox._MAPS, **sandbox._REFUSED}
    architectures = (seccomp.Arch.X86_64, seccomp.Arch.AARCH64)
    known = {
        name: tuple(seccomp.resolve_syscall(one, name) for one in architectures) for name in both
    }
    assert known == both
    older = sandbox._REFUSED_ON_X86_64
    assert {name: seccomp.resolve_syscall(architectures[0], name) for name in older} == older


def test_a_loop_without_end_is_ended():
    ended = behind_the_door("while True: pass")
    assert ended.returncode == -signal.SIGXCPU


def test_the_decoder_reads_a_strangers_media_behind_the_door():
    data, before = media("wav float", 60), children()  # more than a pipe holds: it waits for us
    with in_memory(data) as media_fd, Decoder(media_fd, len(data)) as decoder:
        (child,) = children() - before
        process = Path(f"/proc/{child}")
        status = dict(
            line.split(":\t", 1) for line in (process / "status").read_text().splitlines()
        )
        descriptors = sorted(entry.name for entry in (process / "fd").iterdir())
        next(decoder.blocks(1.0))
    assert decoder.sandbox == "full"
    assert (status["Seccomp"].strip(), status["NoNewPrivs"].strip()) == ("2", "1")
    assert (status["Threads"].strip(), descriptors) == ("1", ["0", "1", "2"])


def test_the_doctor_is_told_of_the_whole_sandbox():
    assert sandbox_state() == "full"
