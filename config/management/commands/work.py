import signal
import threading
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, CommandParser
from django.db import connections

from config.process import log_what_nobody_catches
from privacy.sweeper import sweep_until
from transcripts import fleet, readiness

DRAIN_SECONDS = 5.0  # compose and systemd send SIGKILL after ten and ninety


class Command(BaseCommand):
    help = "A worker of its own: one job at a time. SIGTERM gives a long job back to the queue."
    requires_system_checks: list[str] = []  # run below, those of the servers included

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--drain",
            type=float,
            default=DRAIN_SECONDS,
            metavar="SECONDS",
            help="how long to wait for the running job when asked to stop",
        )

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        if not settings.REDIS_URL:
            raise CommandError("A worker alone needs a queue: set REDIS_URL, or use make run.")
        self.check(databases=list(connections))
        log_what_nobody_catches()
        if not fleet.models_here():
            engine = readiness.engine()
            raise CommandError(f"No model is installed here. {engine.detail}. {engine.mend}")
        self._work(options["drain"])

    def _work(self, drain_seconds: float) -> None:
        from config.worker import Worker

        asked = threading.Event()
        worker = Worker()
        worker.start()
        # A sweeper of its own, so that nothing outlives its time where nobody started one.
        sweeping = (asked, settings.SWEEP_EVERY)
        threading.Thread(target=sweep_until, args=sweeping, name="sweeper", daemon=True).start()

        def ask(*_: object) -> None:
            if asked.is_set():
                worker.stop_soon()  # asked twice
            asked.set()

        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, ask)
        self.stdout.write("A worker is ready.")
        self.stdout.flush()
        asked.wait()
        worker.stop(drain_seconds)
