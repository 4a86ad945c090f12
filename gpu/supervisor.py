"""The worker's side of recognising: a warm child process that can be killed at any time.

Killing is how a job is cancelled, and what makes a crash of an engine cost one job and not the
worker. Imports no engine and no numpy.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from gpu import last_words, wire
from gpu.contract import Failure, ListeningFailed, Options, Progress, Result, Segment

OnProgress = Callable[[Progress | None], bool]

TICK_SECONDS = 0.25

_ROOT = Path(__file__).resolve().parents[1]
_KEPT_VARIABLES = frozenset(
    "PATH HOME LANG LC_ALL TZ TMPDIR LD_LIBRARY_PATH PYTHONPATH PYTHONHOME VIRTUAL_ENV".split()
)
_KEPT_PREFIXES = ("CUDA_", "NVIDIA_", "HF_", "OMP_", "MKL_", "OPENBLAS_", "NLTK_", "PYANNOTE_")
# Else glibc learns to keep each large block it was ever given back: over hours the peak creeps up.
# Fewer heaps than threads that listen would make them wait for one another: measured 4 % slower.
_MALLOC = {
    "MALLOC_ARENA_MAX": "6",
    "MALLOC_MMAP_THRESHOLD_": str(4 << 20),
    "MALLOC_TRIM_THRESHOLD_": str(32 << 20),
}


class Stopped(Exception):  # noqa: N818 - what happened
    """``on_progress`` said no, and the work was killed."""


class RecogniserCrashed(Exception):  # noqa: N818
    """The child died under the job. ``cause`` is a code, such as ``signal-11``; ``frames`` say
    where in the code it was, if it could tell. Never content.
    """

    def __init__(self, cause: str, frames: Sequence[str] = ()) -> None:
        super().__init__(cause)
        self.cause = cause
        self.frames = list(frames)


class _NobodyHome(Exception):  # noqa: N818
    """The child ended before it took the job: nothing of the job is lost."""


class Recogniser:
    """One child at a time, started on the first job and kept warm between jobs.

    ``idle_seconds``: without work for so long the child ends and its memory is free.
    ``stall_seconds``: a child that reports nothing new for so long is taken for dead.
    """

    def __init__(
        self, models_dir: Path, *, idle_seconds: float = 45.0, stall_seconds: float = 900.0
    ) -> None:
        self._models_dir = models_dir
        self._idle_seconds = idle_seconds
        self._stall_seconds = stall_seconds
        self._child: _Child | None = None
        self._lock = threading.Lock()

    def transcribe(
        self, media_fd: int, size_bytes: int, options: Options, on_progress: OnProgress
    ) -> Result:
        """Blocks until the recording is recognised.

        ``on_progress`` gets the latest news (``None`` before the first) at least every half a
        second, silence of the child included; returning ``False`` kills the work. Raises
        ListeningFailed, RecogniserCrashed, or Stopped. ``media_fd`` stays the caller's.
        """
        job = {
            "size_bytes": size_bytes,
            "options": options.to_json(),
            "models_dir": str(self._models_dir),
        }
        with self._lock:
            try:
                return self._converse(job, media_fd, on_progress)
            except ListeningFailed as failed:
                if failed.failure is Failure.ENGINE_FAILED:
                    self._kill()  # the next job gets an engine that has not failed
                raise
            except BaseException:
                self._kill()
                raise

    def close(self) -> None:
        """End the child. Not while a job runs: stop that through ``on_progress``."""
        with self._lock:
            self._kill()

    def bury(self) -> None:
        """Collect a child that ended by itself, so that no zombie stays. Never waits."""
        if self._lock.acquire(blocking=False):
            try:
                if self._child is not None and self._child.has_ended():
                    self._kill()
            finally:
                self._lock.release()

    @property
    def child_pid(self) -> int | None:
        return self._child.pid if self._child else None

    def _converse(self, job: dict[str, Any], media_fd: int, on_progress: OnProgress) -> Result:
        """With the warm child; with a fresh one if that had just gone home."""
        for _ in range(2):
            self._child = self._child or _Child(self._idle_seconds)
            conversation = _Conversation(self._child, on_progress, self._stall_seconds)
            with contextlib.suppress(_NobodyHome):
                return conversation.result(job, media_fd)
            self._kill()
        raise RecogniserCrashed("does-not-start")

    def _kill(self) -> None:
        if self._child is not None:
            self._child.kill()
            self._child = None


class _Child:
    """The process, its socket, and the pipe for its last words."""

    def __init__(self, idle_seconds: float) -> None:
        self.connection, theirs = socket.socketpair()
        self._last_words_fd, mouth_fd = os.pipe()
        os.set_blocking(self._last_words_fd, False)
        numbers = (theirs.fileno(), mouth_fd, os.getpid(), idle_seconds)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "gpu.recogniser", *map(str, numbers)],
            cwd=_ROOT,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,  # an engine's complaints might quote what it heard
            pass_fds=[theirs.fileno(), mouth_fd],
            start_new_session=True,
        )
        theirs.close()
        os.close(mouth_fd)
        self.inbox = wire.Inbox(self.connection)

    @property
    def pid(self) -> int:
        return self._process.pid

    def has_ended(self) -> bool:
        return self._process.poll() is not None

    def death(self) -> RecogniserCrashed:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(1.0)
        error, frames = last_words.heard_from(self._last_words_fd)
        status = self._process.returncode
        if status is None:
            return RecogniserCrashed("closed-its-socket", frames)
        ending = f"exit-status-{status}" if status >= 0 else f"signal-{-status}"
        return RecogniserCrashed(error or ending, frames)

    def kill(self) -> None:
        """The whole session, decoder included."""
        if self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        os.close(self._last_words_fd)
        self.connection.close()


class _Conversation:
    """One job's frames, from the job itself to its result."""

    def __init__(self, child: _Child, on_progress: OnProgress, stall_seconds: float) -> None:
        self._child = child
        self._on_progress = on_progress
        self._stall_seconds = stall_seconds
        self._accepted = False
        self._latest: Progress | None = None
        self._segments: list[Segment] = []
        self._told_at = self._heard_at = time.monotonic()

    def result(self, job: dict[str, Any], media_fd: int) -> Result:
        try:
            wire.send(self._child.connection, job, media_fd)
        except OSError:
            raise _NobodyHome from None
        poller = select.poll()
        poller.register(self._child.connection, select.POLLIN)
        while True:
            if poller.poll(TICK_SECONDS * 1000) and (result := self._hear()):
                return result
            self._tell_if_due()

    def _hear(self) -> Result | None:
        try:
            for frame in self._child.inbox.read():
                if "accepted" in frame:
                    self._accepted = True
                elif "progress" in frame:
                    self._note(wire.progress_of(frame))
                elif "segments" in frame:
                    self._segments += wire.segments_of(frame)
                elif "failure" in frame:
                    raise ListeningFailed(Failure(frame["failure"]), frame["detail"])
                elif "result" in frame:
                    return wire.result_of(frame, self._segments)
        except wire.Closed:
            raise (self._child.death() if self._accepted else _NobodyHome()) from None
        return None

    def _note(self, progress: Progress) -> None:
        if progress != self._latest:
            self._heard_at = time.monotonic()
        self._latest = progress
        self._tell()

    def _tell_if_due(self) -> None:
        now = time.monotonic()
        if now - self._heard_at > self._stall_seconds:
            raise RecogniserCrashed("no-progress")
        if now - self._told_at >= TICK_SECONDS:
            self._tell()

    def _tell(self) -> None:
        self._told_at = time.monotonic()
        if not self._on_progress(self._latest):
            raise Stopped


def _environment() -> dict[str, str]:
    """No secret of ours goes to the process that handles strangers' recordings."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if (name in _KEPT_VARIABLES or name.startswith(_KEPT_PREFIXES))
        and "COREDUMP" not in name  # a graphics card's memory holds the recording too
    }
    return _MALLOC | kept
