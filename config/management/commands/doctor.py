import json
import sys
from dataclasses import asdict
from typing import Any

from django.core.management import BaseCommand, CommandParser

from config import doctor
from transcripts.readiness import Check, is_ready

MARKS = {True: "ok", False: "NOT OK", None: "not set"}


class Command(BaseCommand):
    help = "Say what works here, what does not, and the mend. Exit status 1: no transcripts."
    requires_system_checks: list[str] = []  # it must be able to speak when something is wrong

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="for programs")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        checks = doctor.examine()
        if options["json"]:
            body = {"ready": is_ready(checks), "checks": [asdict(check) for check in checks]}
            self.stdout.write(json.dumps(body, indent=2))
        else:
            for check in checks:
                self._say(check)
        if not is_ready(checks):
            sys.exit(1)

    def _say(self, check: Check) -> None:
        self.stdout.write(f"{MARKS[check.ok]:<8} {check.label:<22} {check.detail}".rstrip())
        if check.mend and not check.ok:
            self.stdout.write(f"{'':<8} → {check.mend}")
