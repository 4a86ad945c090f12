"""Decode one recording in a process of its own, so that a hostile file can only hurt itself.

The parent's side: start the child (``gpu.decode_child``), read sound from its pipe, count it,
and kill it when it is too slow, too long, or not wanted any more.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import math
import os
import select
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from gpu.contract import BYTES_PER_SAMPLE, SAMPLE_RATE_HZ, Failure, ListeningFailed
from gpu.decode_report import MediaInfo, Report, cause, media_info, reported_failure

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

BYTES_PER_SECOND = SAMPLE_RATE_HZ * BYTES_PER_SAMPLE
PIPE_BYTES = 1 << 20
PATIENCE_SECONDS = 30.0
PATIENT_BYTES_PER_SECOND = 10_000_000
SLOWEST_SPEED = 10.0
"""A child that decodes slower than this many seconds of sound a second is given up."""

_CPU_SECONDS_PER_MEGABYTE = 20
_BOOTSTRAP = (
    "import sys; sys.path[:0] = sys.argv[1:3]; from gpu.decode_child import main; "
    "main(*map(int, sys.argv[3:6]))"
)


class Decoder:
    """``with Decoder(fd, size) as decoder: for block in decoder.blocks(): …``

    ``media_fd`` stays the caller's and its file offset is not touched. The child dies with the
    thread that entered the context, with ``kill``, and at the latest on exit. Every failure is a
    ``ListeningFailed``: ``UNREADABLE_MEDIA``, ``NO_AUDIO_TRACK``, ``TOO_LONG`` (as soon as more
    than ``max_seconds`` are decoded), ``DECODER_CRASH``, or ``CANCELLED`` after ``kill``.
    """

    info: MediaInfo

    def __init__(self, media_fd: int, size_bytes: int, max_seconds: float | None = None) -> None:
        self.decoded_seconds = 0.0
        self.sandbox = ""
        self.skipped_packets = 0
        self._media_fd = media_fd
        self._size_bytes = size_bytes
        self._max_seconds = max_seconds
        self._child: subprocess.Popen[bytes] | None = None
        self._sound_fd = -1
        self._sound_bytes = 0
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

    def blocks(self, seconds: float = 60.0) -> Iterator[bytes]:
        """Mono PCM, s16le at ``SAMPLE_RATE_HZ``, ``seconds`` at a time; the last may be shorter."""
        size = max(1, round(seconds * SAMPLE_RATE_HZ)) * BYTES_PER_SAMPLE
        gathered = bytearray()
        while data := self._read_sound():
            gathered += data
            while len(gathered) >= size:
                yield bytes(gathered[:size])
                del gathered[:size]
        if failed := self._ending():
            raise failed
        if gathered:
            yield bytes(gathered)

    def kill(self) -> None:
        """End the decoding from any thread, at any time; the reader gets ``CANCELLED``."""
        self._killed = True
        if self._child is not None:
            self._child.kill()

    def _start(self) -> None:
        self._sound_fd, child_sound_fd = os.pipe()
        self._report.fd, child_report_fd = os.pipe()
        media_fd = _own_read_only(self._media_fd)
        with contextlib.suppress(OSError, AttributeError):
            fcntl.fcntl(self._sound_fd, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
        try:
            self._child = subprocess.Popen(
                _command(self._size_bytes, _cpu_seconds(self._size_bytes, self._max_seconds)),
                stdin=media_fd,
                stdout=child_sound_fd,
                stderr=child_report_fd,
                env=_environment(),
            )
        finally:
            for descriptor in (media_fd, child_sound_fd, child_report_fd):
                os.close(descriptor)
        if self._killed:
            self._child.kill()

    def _read_header(self) -> None:
        while "info" not in self._report.values:
            self._wait_for(self._report.fd)
            if not self._report.read():
                raise self._ending() or ListeningFailed(Failure.DECODER_CRASH, "no report")
        self.sandbox = str(self._report.values.get("sandbox"))
        self.info = media_info(self._report.values["info"])

    def _read_sound(self) -> bytes:
        self._wait_for(self._sound_fd)
        data = os.read(self._sound_fd, PIPE_BYTES)
        self._sound_bytes += len(data)
        self.decoded_seconds = self._sound_bytes / BYTES_PER_SECOND
        if self._max_seconds is not None and self.decoded_seconds > self._max_seconds:
            detail = f"longer than the limit of {self._max_seconds:g} seconds"
            raise ListeningFailed(Failure.TOO_LONG, detail)
        return data

    def _wait_for(self, descriptor: int) -> None:
        """Until there is something to read. Only time spent here counts against the child."""
        patience_seconds = (
            PATIENCE_SECONDS
            + self._size_bytes / PATIENT_BYTES_PER_SECOND
            + self.decoded_seconds / SLOWEST_SPEED
            - self._waited_seconds
        )
        poller = select.poll()
        poller.register(descriptor, select.POLLIN)
        started = time.monotonic()
        ready = poller.poll(max(0.0, patience_seconds) * 1000)
        self._waited_seconds += time.monotonic() - started
        if not ready:
            raise ListeningFailed(Failure.DECODER_CRASH, "too slow, or it hangs")

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
            return ListeningFailed(Failure.DECODER_CRASH, "does not end")
        if self._killed:
            return ListeningFailed(Failure.CANCELLED)
        if status != 0:
            detail = f"{cause(status)} {self._report.last_words}".strip()
            return ListeningFailed(Failure.DECODER_CRASH, detail)
        return self._verdict(self._report.values)

    def _verdict(self, reported: dict[str, Any]) -> ListeningFailed | None:
        if "failure" in reported:
            return reported_failure(reported)
        ending = reported.get("end")
        if not isinstance(ending, dict) or self._sound_bytes % BYTES_PER_SAMPLE:
            return ListeningFailed(Failure.DECODER_CRASH, "malformed ending")
        if not self._sound_bytes:
            return ListeningFailed(Failure.UNREADABLE_MEDIA, "no sound in it")
        skipped = ending.get("skipped_packets")
        self.skipped_packets = skipped if isinstance(skipped, int) else 0
        return None

    def _close(self) -> None:
        if self._child is not None:
            self._child.kill()
            self._child.wait()
        for descriptor in (self._sound_fd, self._report.fd):
            if descriptor >= 0:
                os.close(descriptor)
        self._sound_fd = self._report.fd = -1


def sandbox_state() -> str:
    """``"full"``, or what the sandbox lacks on this system. Starts a child to find out."""
    try:
        ended = subprocess.run(
            _command(size_bytes=0, cpu_seconds=30),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=True,
            timeout=PATIENCE_SECONDS,
            env=_environment(),
        )
        return str(json.loads(ended.stderr.splitlines()[-1])["sandbox"])
    except (OSError, subprocess.SubprocessError, ValueError, LookupError, TypeError) as error:
        return f"the decoder does not start ({type(error).__name__})"


def _command(size_bytes: int, cpu_seconds: int) -> list[str]:
    """Without ``site``: it would read every package's start-up files for nothing."""
    packages = find_spec("av")
    if packages is None or packages.origin is None:
        raise ListeningFailed(Failure.DECODER_CRASH, "PyAV is not installed")
    paths = [str(Path(__file__).parents[1]), str(Path(packages.origin).parents[1])]
    numbers = [str(number) for number in (os.getpid(), size_bytes, cpu_seconds)]
    return [sys.executable, "-I", "-S", "-c", _BOOTSTRAP, *paths, *numbers]


def _environment() -> dict[str, str]:
    """No secrets; only what a Python built with shared libraries needs to start."""
    return {name: os.environ[name] for name in ("LD_LIBRARY_PATH",) if name in os.environ}


def _cpu_seconds(size_bytes: int, max_seconds: float | None) -> int:
    by_size = size_bytes / 1e6 * _CPU_SECONDS_PER_MEGABYTE
    by_length = math.inf if max_seconds is None else max_seconds / SLOWEST_SPEED
    return math.ceil(PATIENCE_SECONDS + min(by_size, by_length + size_bytes / 1e7))


def _own_read_only(media_fd: int) -> int:
    """A descriptor for the child that cannot write, where the system lets us reopen one."""
    try:
        return os.open(f"/proc/self/fd/{media_fd}", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return os.dup(media_fd)
