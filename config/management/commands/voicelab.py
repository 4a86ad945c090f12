"""Voice Lab for those who train: what there is, and the set that may be used now."""

import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from privacy.models import Contribution, DayKey, DoomedObject, HeldRecording
from privacy.voicelab import export, keys
from privacy.voicelab.objects import StorageDown


class Folder:
    def __init__(self, path: Path) -> None:
        self._path = path

    def add(self, name: str, content: bytes) -> None:
        file = self._path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)


class Archive:
    def __init__(self, file: zipfile.ZipFile) -> None:
        self._file = file

    def add(self, name: str, content: bytes) -> None:
        self._file.writestr(name, content)


class Command(BaseCommand):
    help = "Voice Lab: list how much was given, or export what may be used for training now."

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_subparsers(dest="what", required=True, metavar="list|export")
        what.add_parser("list", help="counts; nothing of what was given")
        into = what.add_parser("export", help="JSON lines and WAV files, into a folder or a ZIP")
        into.add_argument("target", type=Path, metavar="DIR|ZIP", help="must not exist yet")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        if options["what"] == "list":
            self._list()
        else:
            self._export(options["target"])

    def _list(self) -> None:
        fresh = Contribution.objects.filter(day__gt=keys.newest_over())
        counts = Counter(fresh.values_list("kind", "language", "model"))
        for (kind, language, model), count in sorted(counts.items()):
            self.stdout.write(f"{count}\t{kind}\t{language}\t{model}")
        self.stdout.write(f"{fresh.count()} contributions, {HeldRecording.objects.count()} waiting")
        self.stdout.write(
            f"{DayKey.objects.count()} days with a key, "
            f"{DoomedObject.objects.count()} objects to be deleted"
        )

    def _export(self, target: Path) -> None:
        if target.exists():
            # An older set may hold what was withdrawn since.
            raise CommandError(f"{target} is there already: export into something new.")
        try:
            counts = _write(target)
        except StorageDown:
            raise CommandError("The storage does not answer: the set is not whole.") from None
        self.stdout.write(f"{sum(counts.values())} contributions, {counts['audio']} with sound")


def _write(target: Path) -> Counter[str]:
    if target.suffix != ".zip":
        target.mkdir(parents=True)
        return export.write(Folder(target))
    with zipfile.ZipFile(target, "x", zipfile.ZIP_DEFLATED) as file:
        return export.write(Archive(file))
