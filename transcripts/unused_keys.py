"""Keys that seal nothing: a recording was refused, or a process died, after its key was made.

Nothing is concluded where too much seems to be missing: contents that are not there by mistake
must cost no key.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.db.models import QuerySet
from django.utils import timezone

from privacy.content_keys import shred
from privacy.models import ContentKey

UNUSED_FOR = timedelta(days=2)
ASKED_AT_ONCE = 500
FEW_KEYS = 10


class ContentsMissing(Exception):  # noqa: N818 - what is wrong
    """Most keys seal nothing: it is the contents that are not there. No key is touched."""


def unused_keys() -> list[str]:
    """Raises ContentsMissing."""
    old = ContentKey.objects.filter(created_at__lt=_two_days_ago())
    unused: list[str] = []
    for ids in _some_at_once(old.order_by("pk").values_list("pk", flat=True)):
        unused += set(ids) - used_keys(ids)
    if not unused or not any(_rows(model).exists() for model in sealed_models()):
        return []
    if len(unused) > FEW_KEYS and 2 * len(unused) > old.count():
        raise ContentsMissing
    return unused


def end_key(key_id: str) -> bool:
    """Asked anew: a row may have come to use it meanwhile."""
    old = ContentKey.objects.filter(pk=key_id, created_at__lt=_two_days_ago())
    if used_keys([key_id]) or not old.exists():
        return False
    shred([key_id])
    return True


def used_keys(key_ids: Iterable[str]) -> set[str]:
    used: set[str] = set()
    for model in sealed_models():
        column = model.KEY_COLUMN
        rows = _rows(model).filter(**{f"{column}__in": list(key_ids)})
        used.update(rows.values_list(column, flat=True))
    return used


def sealed_models() -> list[type[Any]]:
    """Of every app: a new kind of sealed row must not lose its keys because it is new."""
    return [model for model in apps.get_models() if hasattr(model, "KEY_COLUMN")]


def _rows(model: type[Any]) -> QuerySet[Any]:
    rows: QuerySet[Any] = model._default_manager.all()  # noqa: SLF001 - Django's own way
    return rows


def _some_at_once(ids: Iterable[str]) -> Iterator[list[str]]:
    rest = list(ids)
    for start in range(0, len(rest), ASKED_AT_ONCE):
        yield rest[start : start + ASKED_AT_ONCE]


def _two_days_ago() -> datetime:
    return timezone.now() - UNUSED_FOR
