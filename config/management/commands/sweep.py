import signal
import threading
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandParser

from config.process import log_what_nobody_catches
from privacy.periods import period_of
from privacy.retention import rules
from privacy.sweeper import due_now, sweep_once, sweep_until


class Command(BaseCommand):
    help = "Enforce what must end by itself: dead leases, old recordings, guests' transcripts."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="one round, then say what went")
        parser.add_argument("--dry-run", action="store_true", help="say what is due; end nothing")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        if options["dry_run"]:
            self._say("due", due_now())
            return
        if options["once"]:
            self._say("gone", sweep_once())
            return
        log_what_nobody_catches()
        stopped = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stopped.set())
        self.stdout.write("The sweeper is ready.")
        self.stdout.flush()
        sweep_until(stopped, settings.SWEEP_EVERY)

    def _say(self, what: str, counts: dict[str, int]) -> None:
        lines = [("rule", what, "after", "what")]
        for rule in rules():
            count = counts.get(rule.id)
            said = "rests" if count is None else "failed" if count < 0 else str(count)
            lines.append((rule.id, said, period_of(rule), str(rule.label)))
        for rule_id, count_said, after, label in lines:
            self.stdout.write(f"{rule_id:<14}{count_said:>7}  {after:<24}{label}")
