"""Minutes: rounded up once per file, counted once per job."""

import math
from collections.abc import Iterator

from django.db.models import Sum
from django.utils import timezone

from accounts.archive import File
from accounts.callers import Caller
from accounts.models import User
from accounts.takeout import as_json
from billing.models import LedgerEntry


def minutes_for(seconds: float) -> int:
    """Whole minutes for decoded seconds: one minute of audio is one minute, rounded up."""
    return math.ceil(seconds / 60)


def settle(job_id: str, owner: User | None, guest_key: str, seconds: float) -> int:
    """Write what a finished job cost; a re-delivered job changes nothing. Returns the minutes."""
    minutes = minutes_for(seconds)
    LedgerEntry.objects.get_or_create(
        job_id=job_id,
        kind=LedgerEntry.Kind.SETTLE,
        defaults={"owner": owner, "guest_key": guest_key, "minutes": minutes},
    )
    return minutes


def entries_to_keep(user: User) -> Iterator[File]:
    """For the export of an account."""
    fields = ("job_id", "kind", "minutes", "created_at")
    rows = LedgerEntry.objects.filter(owner=user).order_by("pk").values(*fields)
    yield "minutes.json", as_json(list(rows))


def minutes_this_month(caller: Caller) -> int:
    start = timezone.now().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    rows = LedgerEntry.objects.filter(caller.owns(), created_at__gte=start)
    return int(rows.aggregate(total=Sum("minutes"))["total"] or 0)
