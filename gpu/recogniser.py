"""The program that listens: takes one job after another, keeps its engine warm between them.

Started by ``gpu.supervisor``, in a session of its own, with a Unix socket as only way in and out
(``gpu.wire``). It may be killed at any time: that is how a job is cancelled. It ends when its
parent does, and after ``idle_seconds`` without work, which gives its memory back.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import os
import resource
import socket
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gpu import last_words, wire
from gpu.contract import Failure, ListeningFailed, Options, Progress, Result, Stage
from gpu.decode import Decoder
from gpu.engines import load_engine
from gpu.pipeline import listen
from gpu.sandbox import tie_to_parent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gpu.engines import Engine

PROGRESS_EVERY_SECONDS = 0.25
BLOCK_SECONDS = 60.0
# What falls free while listening lies scattered between what is kept: over hours it adds up.
BLOCKS_UNTIL_MEMORY_IS_GIVEN_BACK = 5

_PR_SET_DUMPABLE = 4


def main(connection_fd: int, mouth_fd: int, parent_pid: int, idle_seconds: float) -> None:
    tie_to_parent(parent_pid)
    _keep_memory_private()
    last_words.speak_through(mouth_fd)
    connection = socket.socket(fileno=connection_fd)
    with contextlib.suppress(wire.Closed, TimeoutError, OSError):
        _work(connection, idle_seconds)


def _work(connection: socket.socket, idle_seconds: float) -> None:
    inbox = wire.Inbox(connection)
    listener = Listener(connection)
    while True:
        connection.settimeout(idle_seconds)
        for job in inbox.read():
            connection.settimeout(None)
            wire.send(connection, {"accepted": True})
            try:
                listener.take(job, inbox.media_fd)
            finally:
                os.close(inbox.media_fd)
            _give_memory_back()


class Listener:
    """One engine, kept warm, and the conversation about the job at hand."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._engine: Engine | None = None
        self._engine_key: tuple[str, str] = ("", "")
        self._progress_at = 0.0
        self._stage = ""
        self._untold: Progress | None = None

    def take(self, job: dict[str, Any], media_fd: int) -> None:
        """Listen and tell the parent how it went. Raises OSError when the parent is gone."""
        try:
            result = self._listen(job, media_fd)
        except ListeningFailed as failed:
            self._tell_failure(failed.failure, failed.detail)
        except (ValueError, TypeError, LookupError, ArithmeticError, RuntimeError) as error:
            # The kind alone: an engine's message may quote what it heard.
            self._forget_engine()
            self._tell_failure(Failure.ENGINE_FAILED, type(error).__name__)
        else:
            for frame in wire.result_frames(result):
                wire.send(self._connection, frame)

    def _listen(self, job: dict[str, Any], media_fd: int) -> Result:
        options = Options.from_json(job["options"])
        self._tell_progress(Progress(Stage.DECODING, 0.0))
        with Decoder(media_fd, job["size_bytes"], options.max_seconds) as decoder:
            return listen(
                _giving_memory_back(decoder.blocks(BLOCK_SECONDS)),
                options,
                declared_seconds=decoder.info.declared_seconds,
                on_progress=self._tell_progress,
                check_cancelled=_never_cancelled,
                engine=self._warm_engine(options.model, job["models_dir"]),
            )

    def _warm_engine(self, model: str, models_dir: str) -> Engine:
        if self._engine is None or self._engine_key != (model, models_dir):
            self._forget_engine()
            self._engine = load_engine(model, Path(models_dir))
            self._engine_key = (model, models_dir)
        return self._engine

    def _forget_engine(self) -> None:
        if self._engine is not None:
            self._engine.close()
            self._engine = None

    def _tell_progress(self, progress: Progress) -> None:
        now = time.monotonic()
        if progress.stage == self._stage and now - self._progress_at < PROGRESS_EVERY_SECONDS:
            self._untold = progress
            return
        self._stage, self._progress_at, self._untold = progress.stage, now, None
        wire.send(self._connection, wire.progress_frame(progress))

    def _tell_failure(self, failure: Failure, detail: str) -> None:
        if self._untold:  # how far it came belongs to how it ended
            wire.send(self._connection, wire.progress_frame(self._untold))
        wire.send(self._connection, {"failure": failure, "detail": detail[:500]})


def _never_cancelled() -> None:
    """Cancelling is done from outside, by killing this process."""


def _keep_memory_private() -> None:
    """No core dump, and nobody but root may look into this process."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def _giving_memory_back(blocks: Iterator[bytes]) -> Iterator[bytes]:
    for number, block in enumerate(blocks, start=1):
        yield block
        if number % BLOCKS_UNTIL_MEMORY_IS_GIVEN_BACK == 0:
            _give_memory_back()


def _give_memory_back() -> None:
    """What was needed so far, before the next recording or the next minutes of this one."""
    gc.collect()
    with contextlib.suppress(AttributeError):  # not glibc
        ctypes.CDLL(None).malloc_trim(0)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]))
