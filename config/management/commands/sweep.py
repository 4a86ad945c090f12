import signal
import threading
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandParser

from config.process import log_what_nobody_catches
from privacy.sweeper import sweep_once, sweep_until


class Command(BaseCommand):
    help = "Enforce what must end by itself: dead leases, old recordings, guests' transcripts."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="one round, then say what went")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        if options["once"]:
            for rule, count in sweep_once().items():
                self.stdout.write(f"{rule}\t{'failed' if count < 0 else count}")
            return
        log_what_nobody_catches()
        stopped = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stopped.set())
        self.stdout.write("The sweeper is ready.")
        self.stdout.flush()
        sweep_until(stopped, settings.SWEEP_EVERY)
