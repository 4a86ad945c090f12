"""Worker and sweeper beside the web server, in one process: what ``manage.py serve`` adds."""

from __future__ import annotations

import contextlib
import fcntl
import os
import threading
from typing import TYPE_CHECKING
from weakref import WeakSet

from django.conf import settings
from django.db import connections
from django.db.backends.signals import connection_created

from privacy.sweeper import sweep_until
from transcripts import entries, stalled
from transcripts.models import LIVE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from django.db.backends.base.base import BaseDatabaseWrapper

    from config.worker import Worker


class AlreadyOpen(Exception):  # noqa: N818 - what is wrong
    """Another process serves this data directory: each would lose the other's recordings."""


class House:
    def __init__(self) -> None:
        self._stopped = threading.Event()
        self._sweeper = threading.Thread(
            target=sweep_until, args=(self._stopped, settings.SWEEP_EVERY), name="sweeper"
        )
        self._worker: Worker | None = None

    def open(self) -> None:
        """Jobs of a former process end here: their recordings died with it, and its videos."""
        from config.worker import Worker

        if not settings.REDIS_URL:
            for job_id in stalled.jobs_without_audio(LIVE):
                stalled.give_up(job_id)
            entries.videos_died()
            connections.close_all()
        self._worker = Worker()
        self._worker.start()
        self._sweeper.start()

    def close_soon(self) -> None:
        """Let go of the running job. Never waits."""
        self._stopped.set()
        if self._worker is not None:
            self._worker.stop_soon()

    def close(self) -> None:
        self.close_soon()
        if self._worker is not None:
            self._worker.stop()
            self._sweeper.join()


class ConnectionsOfAllThreads:
    """SQLite removes its log when the last connection is closed, and each thread has its own."""

    def __init__(self) -> None:
        self._opened: WeakSet[BaseDatabaseWrapper] = WeakSet()
        connection_created.connect(self._remember)

    def close(self) -> None:
        for connection in list(self._opened):
            connection.inc_thread_sharing()
            connection.close()

    def _remember(self, connection: BaseDatabaseWrapper, **_: object) -> None:
        self._opened.add(connection)


@contextlib.contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Hold the data directory for as long as this process lives. Raises AlreadyOpen.

    The lock is on the directory itself: nothing to leave behind.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise AlreadyOpen from None
    try:
        yield
    finally:
        os.close(descriptor)
