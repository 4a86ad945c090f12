"""A process of its own for one stranger's file, so that a hostile one can only hurt itself.

The parent's side of every such child: start it, read what it makes from its pipe, and kill it
when it is too slow, or not wanted any more. What it says of itself is not believed unseen.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import select
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from gpu.contract import Failure, ListeningFailed
from gpu.decode_report import Report, cause

if TYPE_CHECKING:
    from types import TracebackType

PIPE_BYTES = 1 << 20
PATIENCE_SECONDS = 30.0


class ConfinedChild:
    """The child dies with the thread that entered the context, with ``kill``, and at the latest
    on exit. ``media_fd`` stays the caller's and its file offset is not touched.
    """

    def __init__(self, media_fd: int, size_bytes: int) -> None:
        self.sandbox = ""
        self._media_fd = media_fd
        self._size_bytes = size_bytes
        self._child: subprocess.Popen[bytes] | None = None
        self._made_fd = -1
        self._report = Report()
        self._waited_seconds = 0.0
        self._killed = False

    def __enter__(self) -> Self:
        if self._size_bytes <= 0:
            raise ListeningFailed(Failure.UNREADABLE_MEDIA, "empty")
        try:
            self._start()
            self._read_header()
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._close()

    def kill(self) -> None:
        """End the work from any thread, at any time; the reader gets ``CANCELLED``."""
        self._killed = True
        if self._child is not None:
            self._child.kill()

    def _program(self) -> tuple[list[str], list[int]]:
        """The command, and the descriptors that the child gets beside its first three."""
        raise NotImplementedError

    def _look_at(self, info: object) -> None:
        """What the child says of the file."""
        raise NotImplementedError

    def _verdict(self, reported: dict[str, Any]) -> ListeningFailed | None:
        """Of a child that ended well, by its own account."""
        raise NotImplementedError

    def _patience_seconds(self) -> float:
        """How long may be waited for it in all."""
        raise NotImplementedError

    def _start(self) -> None:
        command, descriptors = self._program()
        self._made_fd, child_made_fd = os.pipe()
        self._report.fd, child_report_fd = os.pipe()
        media_fd = _own_read_only(self._media_fd)
        with contextlib.suppress(OSError, AttributeError):
            fcntl.fcntl(self._made_fd, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
        try:
            self._child = subprocess.Popen(
                command,
                stdin=media_fd,
                stdout=child_made_fd,
                stderr=child_report_fd,
                env=environment(),
                pass_fds=descriptors,
            )
        finally:
            for descriptor in (media_fd, child_made_fd, child_report_fd):
                os.close(descriptor)
        if self._killed:
            self._child.kill()

    def _read_header(self) -> None:
        while "info" not in self._report.values:
            self._wait_for(self._report.fd)
            if not self._report.read():
                raise self._ending() or ListeningFailed(Failure.DECODER_CRASH, "no-report")
        self.sandbox = str(self._report.values.get("sandbox"))
        self._look_at(self._report.values["info"])

    def _read_made(self) -> bytes:
        self._wait_for(self._made_fd)
        return os.read(self._made_fd, PIPE_BYTES)

    def _wait_for(self, descriptor: int) -> None:
        """Until there is something to read. Only time spent here counts against the child."""
        patience_seconds = self._patience_seconds() - self._waited_seconds
        poller = select.poll()
        poller.register(descriptor, select.POLLIN)
        started = time.monotonic()
        ready = poller.poll(max(0.0, patience_seconds) * 1000)
        self._waited_seconds += time.monotonic() - started
        if not ready:
            raise ListeningFailed(Failure.DECODER_CRASH, "too-slow")

    def _ending(self) -> ListeningFailed | None:
        """Why the child ended, once its pipe is at an end; ``None`` if all is well."""
        child = self._child
        assert child is not None
        while self._report.fd >= 0:
            self._wait_for(self._report.fd)
            if not self._report.read():
                break
        try:
            status = child.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            return ListeningFailed(Failure.DECODER_CRASH, "does-not-end")
        if self._killed:
            return ListeningFailed(Failure.CANCELLED)
        if status != 0:
            detail = ":".join(filter(None, (cause(status), self._report.last_words)))
            return ListeningFailed(Failure.DECODER_CRASH, detail)
        return self._verdict(self._report.values)

    def _close(self) -> None:
        if self._child is not None:
            self._child.kill()
            self._child.wait()
        for descriptor in (self._made_fd, self._report.fd):
            if descriptor >= 0:
                os.close(descriptor)
        self._made_fd = self._report.fd = -1


def python(bootstrap: str, *numbers: int) -> list[str]:
    """The command that runs ``bootstrap`` with our code and PyAV in its path, as argv[1:3].

    The numbers follow. Without ``site``: it would read every package's start-up files for nothing.
    """
    packages = find_spec("av")
    if packages is None or packages.origin is None:
        raise ListeningFailed(Failure.DECODER_CRASH, "no-pyav")
    paths = [str(Path(__file__).parents[1]), str(Path(packages.origin).parents[1])]
    return [sys.executable, "-I", "-S", "-c", bootstrap, *paths, *map(str, numbers)]


def environment() -> dict[str, str]:
    """No secrets; only what a Python built with shared libraries needs to start."""
    return {name: os.environ[name] for name in ("LD_LIBRARY_PATH",) if name in os.environ}


def _own_read_only(media_fd: int) -> int:
    """A descriptor for the child that cannot write, where the system lets us reopen one."""
    try:
        return os.open(f"/proc/self/fd/{media_fd}", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return os.dup(media_fd)
