"""Bring the database and the static files up to date; quick where they are."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import BaseCommand, call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

KEYS_FIRST = ("keys", "default", "search")  # contents are sealed with them on the way


class Command(BaseCommand):
    help = "Bring the database and the static files up to date; quick where they are."

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        behind = [name for name in KEYS_FIRST if _has_migrations_to_run(name)]
        for name in behind:
            call_command("migrate", database=name, interactive=False, verbosity=0)
        if behind:
            self.stderr.write("The database is up to date.")
        source = _digest_of_sources()
        stamp = Path(settings.STATIC_ROOT) / ".made-from"
        if not stamp.is_file() or stamp.read_text(encoding="ascii") != source:
            call_command("collectstatic", interactive=False, clear=True, verbosity=0)
            stamp.write_text(source, encoding="ascii")
            self.stderr.write("The static files are up to date.")


def _has_migrations_to_run(database: str) -> bool:
    executor = MigrationExecutor(connections[database])
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _digest_of_sources() -> str:
    """Of names, sizes and times: reading every file would cost what it is meant to save."""
    return hashlib.sha256("\n".join(sorted(_sources())).encode()).hexdigest()


def _sources() -> Iterator[str]:
    for finder in get_finders():
        for name, storage in finder.list([]):
            found = Path(storage.path(name)).stat()
            yield f"{storage.path(name)} {found.st_size} {found.st_mtime_ns}"
