"""After a restore: what was deleted since goes again, and so do rows that no key opens any more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from privacy import journal, receipts
from privacy.content_keys import keys_of
from privacy.models import ContentKey
from privacy.receipts import Event
from transcripts import jobs
from transcripts.editing import delete_transcript
from transcripts.models import LONG_COLUMNS, Job, Transcript
from transcripts.unused_keys import sealed_models, used_keys

AT_ONCE = 500


class NoKeyFits(Exception):  # noqa: N818 - what is wrong
    """Not one transcript can be read: more likely the wrong store of keys than so many deletions."""


@dataclass
class Findings:
    """``back`` by kind of deletion, ``unreadable`` by kind of row: what was there, and is gone now.

    ``keys_without_rows`` are left alone: a newer backup may bring their rows.
    """

    back: Counter[str] = field(default_factory=Counter)
    unreadable: Counter[str] = field(default_factory=Counter)
    keys_without_rows: int = 0


def check(*, only_look: bool = False, even_all: bool = False) -> Findings:
    """Raises NoKeyFits, unless ``even_all``, before it deletes a row that was not in the journal."""
    found = Findings()
    if only_look:
        found.back.update(kind for kind, _id in journal.cut_short())
    else:
        found.back.update(journal.replay())
        if not even_all and _no_key_fits():
            raise NoKeyFits
    for model in sealed_models():
        for row in _unreadable(model):
            found.unreadable[model.__name__] += 1
            if not only_look:
                _end(row)
    found.keys_without_rows = sum(_unused_of_each_page())
    return found


def _no_key_fits() -> bool:
    rows = Transcript.objects.values_list("pk", "key_id").order_by("pk")
    return rows.exists() and not any(keys_of(key for _, key in page) for page in _pages(rows))


def _unreadable(model: type[Any]) -> Iterator[Any]:
    rows = model._default_manager.order_by("pk")  # noqa: SLF001 - Django's own way
    for page in _pages(rows.values_list("pk", model.KEY_COLUMN)):
        keys = keys_of(key_id for _pk, key_id in page)
        ids = [pk for pk, key_id in page if key_id not in keys]
        yield from rows.filter(pk__in=ids).defer(*(LONG_COLUMNS if model is Transcript else ()))


def _end(row: Any) -> None:
    if isinstance(row, Transcript):
        delete_transcript(row, by="restore-check")
        return
    if isinstance(row, Job):
        jobs.cancel(row)
        receipts.note(row.pk, Event.DELETED, what="traces", by="restore-check")
        receipts.expire_later([row.pk])
    row.delete()


def _unused_of_each_page() -> Iterator[int]:
    for page in _pages(ContentKey.objects.order_by("pk").values_list("pk")):
        ids = [key_id for (key_id,) in page]
        yield len(set(ids) - used_keys(ids))


def _pages(rows: Any) -> Iterator[list[Any]]:
    """By key, for rows go on the way. The first column is the key."""
    page = list(rows[:AT_ONCE])
    while page:
        yield page
        page = list(rows.filter(pk__gt=page[-1][0])[:AT_ONCE])
