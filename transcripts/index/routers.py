"""What holds words in the clear lives in a database of its own, and nothing else lives there."""

from __future__ import annotations

from typing import Any

from django.db.models import Model

SEARCH = "search"
APP_LABEL = "search"


class SearchRouter:
    def db_for_read(self, model: type[Model], **_hints: Any) -> str | None:
        return SEARCH if model._meta.app_label == APP_LABEL else None  # noqa: SLF001 - Django's own way

    db_for_write = db_for_read

    def allow_relation(self, *_objects: Model, **_hints: Any) -> bool | None:
        return None

    def allow_migrate(self, db: str, app_label: str, **_hints: Any) -> bool | None:
        is_ours = app_label == APP_LABEL
        return None if db != SEARCH and not is_ours else is_ours == (db == SEARCH)
