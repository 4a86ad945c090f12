"""The journal of deletions: finishes what a crash cut short, and repeats it after a restore.

It lies in the store of keys and names what was deleted by id and time alone. Saved outside as
lines of JSON, it also serves where both databases come back from a backup.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from accounts.models import User
from privacy.models import Deletion
from privacy.routers import KEYS

AT_ONCE = 500
_ID = re.compile(r"[A-Za-z0-9._]{1,64}")

StillThere = Callable[[list[Deletion]], Sequence[Any]]
Again = Callable[[Any], object]


class Malformed(ValueError):  # noqa: N818 - what is wrong
    """A line that is no entry of a journal."""


_kinds: dict[str, tuple[StillThere, Again]] = {}


def declare(kind: Deletion.Kind, still_there: StillThere, again: Again) -> None:
    """Called from an app's ``ready()``: which rows are there all the same, and how one goes."""
    _kinds[kind] = (still_there, again)


def note_account(user: User) -> None:
    """Before anything of it goes: from then on the account will go, whatever happens."""
    Deletion.objects.get_or_create(kind=Deletion.Kind.ACCOUNT, object_id=str(user.pk))


def replay(since: datetime | None = None) -> dict[str, int]:
    """Delete again what the journal says is deleted. Returns by kind how much came back."""
    found = dict.fromkeys(_kinds, 0)
    entries = Deletion.objects.filter(at__gte=since) if since else Deletion.objects.all()
    for page in _pages(entries):
        for kind, row in _still_there(page):
            _kinds[kind][1](row)
            found[kind] += 1
    return found


def cut_short() -> Iterator[tuple[str, str]]:
    """Kind and id of what should be gone: a process may have died between the key and the rows."""
    for page in _pages(Deletion.objects.all()):
        yield from ((kind, str(row.pk)) for kind, row in _still_there(page))


def finish(deletion: tuple[str, str]) -> bool:
    """Whether there was still anything to delete."""
    kind, object_id = deletion
    left = _still_there(Deletion.objects.filter(kind=kind, object_id=object_id))
    for _kind, row in left:
        _kinds[kind][1](row)
    return bool(left)


def accounts_still_there(entries: list[Deletion]) -> list[User]:
    """Ids are given anew after a restore, so an account that is younger than its entry stays."""
    deleted_at = {int(entry.object_id): entry.at for entry in entries}
    return [
        user
        for user in User.objects.filter(pk__in=deleted_at)
        if user.date_joined <= deleted_at[user.pk]
    ]


def lines() -> Iterator[str]:
    """The journal as lines of JSON, oldest first."""
    for page in _pages(Deletion.objects.all()):
        for entry in page:
            at = entry.at.isoformat()
            yield json.dumps({"kind": entry.kind, "id": entry.object_id, "at": at}) + "\n"


def merge(saved: Iterable[str]) -> int:
    """Take over entries that are not here. Returns how many. Raises Malformed, and keeps none."""
    entries = [_read(line) for line in saved if line.strip()]
    before = Deletion.objects.count()
    with transaction.atomic(using=KEYS):
        Deletion.objects.bulk_create(entries, ignore_conflicts=True, batch_size=AT_ONCE)
    return Deletion.objects.count() - before


def _still_there(entries: Iterable[Deletion]) -> list[tuple[str, Any]]:
    of_kinds: dict[str, list[Deletion]] = {}
    for entry in entries:
        of_kinds.setdefault(entry.kind, []).append(entry)
    return [(kind, row) for kind, some in of_kinds.items() for row in _kinds[kind][0](some)]


def _read(line: str) -> Deletion:
    try:
        entry = json.loads(line)
        at = parse_datetime(entry["at"])
        kind, object_id = Deletion.Kind(entry["kind"]), str(entry["id"])
    except (KeyError, TypeError, ValueError):
        raise Malformed(line[:200]) from None
    if at is None or timezone.is_naive(at) or not _ID.fullmatch(object_id):
        raise Malformed(line[:200])
    return Deletion(kind=kind, object_id=object_id, at=at)


def _pages(entries: QuerySet[Deletion]) -> Iterator[list[Deletion]]:
    """By key, for what is deleted on the way is noted in the same table."""
    last = 0
    while page := list(entries.filter(pk__gt=last).order_by("pk")[:AT_ONCE]):
        last = page[-1].pk
        yield page
