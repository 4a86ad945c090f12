"""Receipts: what happened to a job's data, written as it happens and chained, without content.

An entry's digest is SHA-256 over its own canonical JSON, the digest before it included, so that
an entry that is missing or changed shows; the receipt's ``head`` shows a missing end. Facts are
whole numbers and short words from the table below: no title, no file name, no text.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.callers import Caller
from accounts.models import User
from privacy.models import Entry, Receipt

KEPT_AFTER_THE_TRANSCRIPT = timedelta(days=90)
FACT_MAX_CHARS = 120
START = "0" * 64

Fact = str | int
Given = Fact | datetime | None


@dataclass(frozen=True)
class Sparing:
    """Once a receipt has ``from_entries``, the same event is an entry only ``every`` so often."""

    from_entries: int
    every: timedelta


class Event(StrEnum):
    """What can happen, with the facts that each may carry in ``FACTS``."""

    RECEIVED = "received"
    HELD = "held"
    TAKEN = "taken"
    PUT_BACK = "put_back"
    DECODED = "decoded"
    RECOGNISED = "recognised"
    STORED = "stored"
    CHANGED = "changed"
    ENDED = "ended"
    DESTROYED = "destroyed"
    HANDED_OVER = "handed_over"
    ARCHIVED = "archived"
    CONTRIBUTED = "contributed"
    WITHDRAWN = "withdrawn"
    EXPORTED = "exported"
    SHARED = "shared"
    SHARE_ENDED = "share_ended"
    READ_BY_STAFF = "read_by_staff"
    DELETED = "deleted"


FACTS: dict[Event, frozenset[str]] = {
    Event.RECEIVED: frozenset({"bytes", "sha256", "transport", "began_at"}),
    Event.HELD: frozenset({"what", "where", "machine", "process", "until"}),
    Event.TAKEN: frozenset({"worker", "attempt"}),
    Event.PUT_BACK: frozenset({"why", "attempt"}),
    Event.DECODED: frozenset({"milliseconds"}),
    Event.RECOGNISED: frozenset({"engine", "version", "model", "machine"}),
    Event.STORED: frozenset({"what", "form", "sealed_bytes"}),
    Event.CHANGED: frozenset({"what", "version"}),
    Event.ENDED: frozenset({"how", "why"}),
    Event.DESTROYED: frozenset({"what", "why"}),
    Event.HANDED_OVER: frozenset({"to", "format"}),
    Event.ARCHIVED: frozenset({"what", "form", "until"}),
    Event.CONTRIBUTED: frozenset({"what", "count", "milliseconds"}),
    Event.WITHDRAWN: frozenset({"what", "count", "why"}),
    Event.EXPORTED: frozenset({"format", "to"}),
    Event.SHARED: frozenset({"link", "form", "until", "guard"}),
    Event.SHARE_ENDED: frozenset({"link", "why"}),
    Event.READ_BY_STAFF: frozenset({"who", "why"}),
    Event.DELETED: frozenset({"what", "by"}),
}


# What somebody may do again and again; nothing else is ever left out.
SPARED: dict[Event, Sparing] = {
    Event.CHANGED: Sparing(0, timedelta(hours=1)),
    Event.HANDED_OVER: Sparing(0, timedelta(hours=1)),
    Event.EXPORTED: Sparing(500, timedelta(days=1)),
}


class Unfit(ValueError):  # noqa: N818
    """A fact that no receipt may hold: not in the table, too long, or not a plain value."""


def begin(caller: Caller, job_id: str) -> None:
    """Start the receipt of a new job."""
    Receipt.objects.create(job_id=job_id, head=START, **caller.fields)


def note(job_id: str, event: Event, **facts: Given) -> bool:
    """Add an entry. Facts that are None are left out. False: there is no such receipt.

    Takes the receipt's lock until the transaction ends: after the job's row, never before it.
    Raises Unfit.
    """
    plain = _fit(event, facts)
    with transaction.atomic():
        receipt = Receipt.objects.select_for_update().filter(pk=job_id).first()
        if receipt is None:
            return False
        if _is_spared(receipt, event, plain):
            return True
        entry = Entry(
            receipt=receipt,
            number=receipt.length + 1,
            at=timezone.now(),
            event=event,
            facts=plain,
            previous=receipt.head,
        )
        entry.digest = digest_of(entry)
        entry.save(force_insert=True)
        receipt.length, receipt.head = entry.number, entry.digest
        receipt.save(update_fields=["length", "head"])
    return True


def expire_later(job_ids: Iterable[str]) -> None:
    """The transcript is gone, or there never will be one: the receipt follows in 90 days."""
    until = timezone.now() + KEPT_AFTER_THE_TRANSCRIPT
    Receipt.objects.filter(pk__in=list(job_ids), expires_at=None).update(expires_at=until)


def hold_still(user: User) -> None:
    """Whoever would write into this user's receipts waits until they are gone with the account."""
    list(Receipt.objects.select_for_update().filter(owner=user).order_by("pk"))


def first_with(job_ids: Iterable[str], event: Event) -> str:
    """The first of these receipts that tells of the event, by its job's id; "" if none does."""
    telling = Entry.objects.filter(receipt__in=list(job_ids), event=event)
    return telling.order_by("receipt").values_list("receipt", flat=True).first() or ""


def still_held(what: str) -> list[str]:
    """Of all receipts, those that tell of such a thing held and not destroyed; once for each."""
    told = Entry.objects.filter(event__in=(Event.HELD, Event.DESTROYED), facts__what=what)
    held: Counter[str] = Counter()
    for job_id, event in told.values_list("receipt", "event"):
        held[job_id] += 1 if event == Event.HELD else -1
    return sorted(held.elements())


def receipts_of(caller: Caller) -> QuerySet[Receipt]:
    return Receipt.objects.filter(caller.owns())


def receipt_for(caller: Caller, job_id: str) -> Receipt | None:
    """The receipt if this caller may see it. Looking up is authorising."""
    if not job_id.isalnum():
        return None
    return Receipt.objects.filter(caller.may_open(), pk=job_id).first()


def entry_shape(entry: Entry) -> dict[str, Any]:
    """An entry as the API and the download give it; all but ``digest`` is what is digested."""
    return {**_digested(entry), "digest": entry.digest}


def receipt_shape(receipt: Receipt) -> dict[str, Any]:
    entries = list(receipt.entries.all())
    return {
        "job": receipt.pk,
        "created_at": receipt.created_at,
        "expires_at": receipt.expires_at,
        "entries": [entry_shape(entry) for entry in entries],
        "head": receipt.head,
        "intact": not faults(receipt, entries),
    }


def faults(receipt: Receipt, entries: Iterable[Entry] | None = None) -> list[str]:
    """What is wrong with the chain, in words; an intact receipt gives none."""
    found, expected, number = [], START, 0
    for entry in receipt.entries.all() if entries is None else entries:
        number += 1
        if entry.number != number:
            found.append(f"entry {number} is missing")
            number = entry.number
        if entry.previous != expected:
            found.append(f"entry {entry.number} does not follow the one before it")
        if digest_of(entry) != entry.digest:
            found.append(f"entry {entry.number} was changed")
        expected = entry.digest
    if (number, expected) != (receipt.length, receipt.head):
        found.append("the end is missing")
    return found


def digest_of(entry: Entry) -> str:
    """SHA-256, in hex, over the entry as JSON: sorted names, no spaces, UTF-8."""
    text = json.dumps(_digested(entry), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _digested(entry: Entry) -> dict[str, Any]:
    return {
        "job": entry.receipt_id,
        "number": entry.number,
        "at": _moment(entry.at),
        "event": str(entry.event),
        "facts": entry.facts,
        "previous": entry.previous,
    }


def _is_spared(receipt: Receipt, event: Event, facts: dict[str, Fact]) -> bool:
    rule = SPARED.get(event)
    if rule is None or receipt.length < rule.from_entries:
        return False
    lately = receipt.entries.filter(event=event, at__gt=timezone.now() - rule.every)
    return any(_kind_of(entry.facts) == _kind_of(facts) for entry in lately)


def _kind_of(facts: dict[str, Fact]) -> dict[str, Fact]:
    return {name: value for name, value in facts.items() if name != "version"}


def _fit(event: Event, facts: dict[str, Any]) -> dict[str, Fact]:
    if not facts.keys() <= FACTS[event]:
        raise Unfit(f"{event} holds no {', '.join(facts.keys() - FACTS[event])}")
    plain: dict[str, Fact] = {}
    for name, value in facts.items():
        if isinstance(value, datetime):
            plain[name] = _moment(value)
        elif value is not None:
            plain[name] = value if type(value) is int else str(value)
    if any(isinstance(value, str) and len(value) > FACT_MAX_CHARS for value in plain.values()):
        raise Unfit(f"a fact of {event} is too long to be one")
    return plain


def _moment(at: datetime) -> str:
    """RFC 3339 in UTC with six decimals: the same text whatever database it was in."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")
