"""The worker inside this process: one thread, one job at a time, and a pulse that says so."""

import logging
import threading

import dramatiq
import dramatiq.worker
from redis.exceptions import RedisError

from gpu import actors
from transcripts import fleet, moves

logger = logging.getLogger(__name__)

PULSE_EVERY_SECONDS = 3.0
POLL_EVERY_MS = 100
LETTING_GO_MS = 2_000


class Worker:
    """Start and stop it once, from any thread."""

    def __init__(self) -> None:
        # Read when a worker is made. One message at a time: none waits behind a long job.
        dramatiq.worker.QUEUE_PREFETCH = 1
        self._worker = dramatiq.Worker(
            dramatiq.get_broker(), worker_threads=1, worker_timeout=POLL_EVERY_MS
        )
        self._stopped = threading.Event()
        self._pulse = threading.Thread(target=self._beat, name="pulse", daemon=True)

    def start(self) -> None:
        actors.stopping.clear()
        actors.leaving.clear()
        self._worker.broker.emit_after("process_boot")
        self._worker.start()
        self._pulse.start()
        moves.wake_a_worker()

    def stop_soon(self) -> None:
        """Take no more jobs and let go of the running one. Never waits."""
        actors.stopping.set()
        actors.leaving.set()

    def stop(self, drain_seconds: float = 0.0) -> None:
        """Wait up to ``drain_seconds`` for the running job, then give it back, then end."""
        actors.stopping.set()
        patience = threading.Timer(drain_seconds, actors.leaving.set)
        patience.start()
        self._worker.stop(timeout=int(drain_seconds * 1000) + LETTING_GO_MS)
        patience.cancel()
        actors.leaving.set()
        actors.recogniser().close()
        self._stopped.set()
        self._pulse.join()

    def _beat(self) -> None:
        """Tell ``/ready`` that work gets done here, and bury a recogniser that went home."""
        while True:
            actors.recogniser().bury()
            if any(thread.is_alive() for thread in self._worker.workers):
                try:
                    fleet.pulse(actors.worker_name())
                except RedisError:
                    logger.warning("the queue is down; nobody can see that this worker lives")
            if self._stopped.wait(PULSE_EVERY_SECONDS):
                return
