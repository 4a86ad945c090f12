import os
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from privacy import journal
from transcripts import restored

SOMETHING_IS_THERE = 1
NOT_CHECKED = 2


class Command(BaseCommand):
    help = (
        "After a restore: delete again what was deleted since the backup, and rows that no key "
        "opens any more. Exits with 0 when all is well now, 1 when --dry-run found something, "
        "2 when nothing was checked."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--journal",
            type=Path,
            metavar="FILE",
            help="a saved journal of deletions to take over first",
        )
        parser.add_argument(
            "--save",
            type=Path,
            metavar="FILE",
            help="only save the journal, to be kept apart from the backups",
        )
        parser.add_argument("--dry-run", action="store_true", help="only say what is there")
        parser.add_argument(
            "--even-all",
            action="store_true",
            help="delete rows without a key even if not one transcript can be read",
        )

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        if options["save"]:
            self._save(options["save"])
            return
        if options["journal"]:
            self._take_over(options["journal"], only_look=options["dry_run"])
        self._check(only_look=options["dry_run"], even_all=options["even_all"])

    def _save(self, file: Path) -> None:
        """Whole or not at all, and readable by its owner only."""
        unfinished = file.with_name(f"{file.name}.unfinished")
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as out:
            count = sum(1 for line in journal.lines() if out.write(line))
            out.flush()
            os.fsync(out.fileno())
        unfinished.replace(file)
        self.stdout.write(f"saved\t{count}")

    def _take_over(self, file: Path, *, only_look: bool) -> None:
        if only_look:
            raise CommandError("A journal is not only looked at.", returncode=NOT_CHECKED)
        try:
            with file.open(encoding="ascii") as saved:
                self.stdout.write(f"taken over\t{journal.merge(saved)}")
        except (OSError, UnicodeDecodeError) as problem:
            kind = type(problem).__name__
            message = f"{file} cannot be read ({kind})."
            raise CommandError(message, returncode=NOT_CHECKED) from None
        except journal.Malformed as line:
            raise CommandError(
                f"{file} is no saved journal. This is none of its lines: {line}",
                returncode=NOT_CHECKED,
            ) from None

    def _check(self, *, only_look: bool, even_all: bool) -> None:
        try:
            found = restored.check(only_look=only_look, even_all=even_all)
        except restored.NoKeyFits:
            raise CommandError(
                "Not one transcript has its key: is this the right store of keys "
                "(KEYS_DATABASE_URL)? Only what the journal names was deleted. "
                "If they are lost for good: --even-all.",
                returncode=NOT_CHECKED,
            ) from None
        done = "found" if only_look else "deleted"
        self._say(f"deleted before, {done} now", found.back)
        self._say(f"without its key, {done}", found.unreadable)
        self.stdout.write(f"keys without rows, left alone\t{found.keys_without_rows}")
        if only_look and (found.back.total() or found.unreadable.total()):
            raise SystemExit(SOMETHING_IS_THERE)

    def _say(self, what: str, counts: Counter[str]) -> None:
        for kind, count in sorted(counts.items()):
            if count:
                self.stdout.write(f"{what}\t{kind}\t{count}")
