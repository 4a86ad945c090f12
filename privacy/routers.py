"""Which database a model lives in: the keys of contents in one of their own, all else in ours.

A backup of the one is worth nothing without the other, so a destroyed key is destroyed in every
backup of the contents too.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Model

KEYS = "keys"
IN_THE_KEY_STORE = frozenset(
    {
        "privacy.contentkey",
        "privacy.daykey",
        "privacy.deletion",
        "privacy.keyring",
        "privacy.wrappedkey",
    }
)


class KeyStoreRouter:
    def db_for_read(self, model: type[Model], **_hints: Any) -> str | None:
        return KEYS if model._meta.label_lower in IN_THE_KEY_STORE else None  # noqa: SLF001 - Django's own way

    db_for_write = db_for_read

    def allow_relation(self, *_objects: Model, **_hints: Any) -> bool | None:
        return None

    def allow_migrate(
        self, db: str, app_label: str, model_name: str | None = None, **_hints: Any
    ) -> bool | None:
        if model_name is None:  # a step in Python: it says itself which databases it is for
            return None if db != KEYS else False
        return (f"{app_label}.{model_name}".lower() in IN_THE_KEY_STORE) == (db == KEYS)
