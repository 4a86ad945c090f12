import json
import sys
from typing import Any

from django.core.management import BaseCommand, CommandParser

from config import integrity


class Command(BaseCommand):
    help = (
        "Print the hashes of what the private pages consist of, as JSON; or, --against a live "
        "server, what differs there. Exit status 1: something does."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--against", metavar="URL", help="a server, such as https://example.org"
        )

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        if not options["against"]:
            self.stdout.write(json.dumps(integrity.release(), indent=2))
            return
        found = list(integrity.differences(options["against"].rstrip("/")))
        for difference in found:
            self.stdout.write(f"differs: {difference}")
        if found:
            sys.exit(1)
        self.stdout.write("All of it is as released.")
