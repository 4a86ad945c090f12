"""The two keys of what was given: one of its day, for all of that day, and one of its own.

What is sealed is sealed under both at once. A day's key is destroyed when the day is 90 days
old, one's own when somebody takes back what they gave; each alone ends every copy, in the
archive and in backups, also one that could not be deleted.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterable
from datetime import UTC, date, datetime, time

from django.utils import timezone

from privacy import content_keys
from privacy.content_keys import ASKED_AT_ONCE, KEY_BYTES, Shredded
from privacy.models import ContentKey, DayKey, Deletion, Given
from privacy.switches import CONTRIBUTIONS_KEPT

PURPOSE = b"sotto voice lab 1"


def today() -> date:
    """Days begin and end in UTC."""
    return timezone.now().astimezone(UTC).date()


def newest_over() -> date:
    """What was given on this day or before is past its time, whatever keys there still are."""
    return today() - CONTRIBUTIONS_KEPT


def end_of(day: date) -> datetime:
    """When all that was given on that day is unreadable at the latest."""
    return datetime.combine(day + CONTRIBUTIONS_KEPT, time(), UTC)


def make_keys(day: date, given_ids: Iterable[str]) -> dict[str, bytes]:
    """Keys for new things of that day. Raises Shredded when the day is over."""
    if day <= newest_over():
        raise Shredded
    DayKey.objects.get_or_create(pk=day, defaults={"key": secrets.token_bytes(KEY_BYTES)})
    ids = list(given_ids)
    rows = [ContentKey(pk=pk, key=secrets.token_bytes(KEY_BYTES)) for pk in ids]
    ContentKey.objects.bulk_create(rows, ignore_conflicts=True, batch_size=ASKED_AT_ONCE)
    return _joined(day, content_keys.keys_of(ids))


def keys_of(rows: Iterable[Given]) -> dict[str, bytes]:
    """The keys of those rows that can still be read, by id. The age is asked of the clock."""
    own: dict[date, list[str]] = {}
    for row in rows:
        if row.day > newest_over():
            own.setdefault(row.day, []).append(row.pk)
    keys = content_keys.keys_of(pk for ids in own.values() for pk in ids)
    found: dict[str, bytes] = {}
    for day, ids in own.items():
        found |= _joined(day, {pk: keys[pk] for pk in ids if pk in keys})
    return found


def key_of(row: Given) -> bytes:
    """Raises Shredded."""
    key = keys_of([row]).get(row.pk)
    if key is None:
        raise Shredded
    return key


def destroy(given_ids: Iterable[str]) -> None:
    """Before the rows go; the journal finishes what is cut short here."""
    ids = list(given_ids)
    content_keys.shred(ids, [(Deletion.Kind.GIVEN, pk) for pk in ids])


def _joined(day: date, own: dict[str, bytes]) -> dict[str, bytes]:
    row = DayKey.objects.filter(pk=day).first()
    if row is None:
        return {}
    of_the_day = bytes(row.key)
    return {pk: hmac.digest(of_the_day, PURPOSE + key, "sha256") for pk, key in own.items()}
