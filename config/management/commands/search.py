from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from transcripts.index import mending, writing

SAID_EVERY = 100


class Command(BaseCommand):
    help = (
        "The index for searching, made anew from the transcripts. May be cut short and run again "
        "at any time, also while Sotto runs: it does what is still to be done."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=("rebuild",))
        parser.add_argument("--from-nothing", action="store_true", help="empty it first")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        if options["from_nothing"]:
            writing.empty()
        done = failed = 0
        for transcript_id in mending.differing():
            if writing.follow(transcript_id):
                done += 1
            else:
                failed += 1
            if done % SAID_EVERY == 0:
                self.stderr.write(f"{done} …")
        writing.overwrite_stale()
        self.stdout.write(f"brought up to date\t{done}")
        if failed:
            raise CommandError(f"{failed} could not be written; run it again.")
