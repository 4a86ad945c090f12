"""The worker's one actor: take the next job, have it recognised, say how it went."""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from functools import cache
from typing import ParamSpec, TypeVar

import dramatiq
from django.conf import settings
from django.db import InterfaceError, InternalError, OperationalError, close_old_connections
from redis.exceptions import RedisError

from gpu.contract import Failure, ListeningFailed, Progress, Stage
from gpu.decode import Decoder
from gpu.supervisor import Recogniser, RecogniserCrashed, Stopped
from transcripts import jobs

logger = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

NEWS_EVERY_SECONDS = 0.25
BEAT_EVERY_SECONDS = 0.9  # a cancelled job is killed at the next beat
LONGEST_PAUSE_SECONDS = 2.0  # a lease outlives it
_OUTAGES = (OperationalError, InterfaceError, InternalError, RedisError)

stopping = threading.Event()
"""Take no more jobs."""
leaving = threading.Event()
"""Give the running job back now."""


# No retries: the row counts crashes and decides, and the sweeper sends wake-ups again. No time
# limit: a job may take hours; the lease in the row ends a dead one, the supervisor a stuck one.
@dramatiq.actor(actor_name=jobs.ACTOR, queue_name=jobs.QUEUE, max_retries=0)
def run_next() -> None:
    """Work until nothing waits: the message is only a wake-up, and one of many may be lost."""
    try:
        while not stopping.is_set() and (held := _patiently(jobs.claim, worker_name())):
            _Work(held).run()
    finally:
        close_old_connections()


@cache
def recogniser() -> Recogniser:
    return Recogniser(
        settings.MODELS_DIR,
        idle_seconds=settings.RECOGNISER_IDLE.total_seconds(),
        stall_seconds=settings.RECOGNISER_STALLED_AFTER.total_seconds(),
    )


@cache
def worker_name() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"[:80]


class _Work:
    """One job in work: its beats, its speed, its end."""

    def __init__(self, held: jobs.Claim) -> None:
        self._held = held
        self._latest: Progress | None = None
        self._shown: Progress | None = None
        self._first: tuple[float, float] | None = None
        self._beaten_at = time.monotonic()

    def run(self) -> None:
        try:
            media_fd = _patiently(self._open_audio)
        except Stopped:
            return
        if media_fd is None:
            _patiently(jobs.fail, self._held, Failure.AUDIO_LOST)
            return
        try:
            self._recognise(media_fd)
        finally:
            os.close(media_fd)
            if self._held.is_private:  # what was said is in the memory of the process that heard it
                recogniser().close()

    def _open_audio(self) -> int | None:
        """With a sign of life each time, as the vault may be away for long. Raises Stopped."""
        if not jobs.beat(self._held):
            raise Stopped
        return jobs.open_audio(self._held)

    def _recognise(self, media_fd: int) -> None:
        held, size_bytes = self._held, os.fstat(media_fd).st_size
        try:
            result = recogniser().transcribe(media_fd, size_bytes, held.options, self._go_on)
            document = jobs.written_down(result)
            _patiently(jobs.beat, held, Progress(Stage.SAVING, 1.0))
            self._archive(media_fd, size_bytes)
            _patiently(jobs.finish, held, document)
        except Stopped:
            if leaving.is_set():  # else it was cancelled, or another worker has it
                self._say_how_far()
                _patiently(jobs.hand_back, held)
        except RecogniserCrashed as crash:
            died_of = {"cause": crash.cause, "frames": crash.frames}
            logger.warning("the recogniser died", extra={"job": held.job_id, **died_of})
            self._say_how_far()
            _patiently(jobs.crashed, held)
        except ListeningFailed as failed:
            self._say_how_far()
            if failed.failure is Failure.ENGINE_FAILED:
                about = {"job": held.job_id, "cause": failed.detail}
                logger.warning("the engine failed", extra=about)
                _patiently(jobs.crashed, held, failed.failure)
            else:
                _patiently(jobs.fail, held, failed.failure)

    def _archive(self, media_fd: int, size_bytes: int) -> None:
        """Before the audio is destroyed. No reason to lose a transcript that is there."""

        def decoded() -> Iterator[bytes]:
            with Decoder(media_fd, size_bytes) as decoder:
                for block in decoder.blocks(jobs.PIECE_SECONDS):
                    if not self._go_on(self._shown):
                        raise Stopped
                    yield block

        try:
            _patiently(jobs.archive, self._held, decoded)
        except Stopped:
            raise
        except Exception:  # see above
            logger.exception("a recording is not archived", extra={"job": self._held.job_id})

    def _say_how_far(self) -> None:
        """The last news may have come too soon after the one before to be told."""
        if self._latest != self._shown:
            _patiently(jobs.beat, self._held, self._latest)

    def _go_on(self, progress: Progress | None) -> bool:
        """Called several times a second while the child works. False kills it."""
        self._latest = progress
        if leaving.is_set():
            return False
        news = progress if progress != self._shown else None
        waited_seconds = time.monotonic() - self._beaten_at
        if waited_seconds < (NEWS_EVERY_SECONDS if news else BEAT_EVERY_SECONDS):
            return True
        self._beaten_at = time.monotonic()
        self._shown = progress
        try:
            return jobs.beat(self._held, news, self._eta_seconds(progress))
        except _OUTAGES:
            # Not a reason to throw work away: if the job was given to another meanwhile, our
            # result will not count, and if not, it will.
            close_old_connections()
            return True

    def _eta_seconds(self, progress: Progress | None) -> float | None:
        """By the speed so far, without the time it took to load the engine."""
        if progress is None or progress.fraction <= 0:
            return None
        now = time.monotonic()
        self._first = self._first or (now, progress.fraction)
        started, at_first = self._first
        if progress.fraction <= at_first:
            return None
        return (now - started) / (progress.fraction - at_first) * (1 - progress.fraction)


def _patiently(do: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Again until the database, the queue and the vault are back, or this worker must go.

    Without a limit: there is nothing else to do meanwhile, and what was heard is not thrown away.
    """
    pause_seconds = 0.25
    while True:
        close_old_connections()
        try:
            return do(*args, **kwargs)
        except _OUTAGES:
            if leaving.is_set():
                raise
        leaving.wait(pause_seconds)
        pause_seconds = min(LONGEST_PAUSE_SECONDS, pause_seconds * 2)
