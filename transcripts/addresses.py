"""Whoever has no account is also known by an address: a dropped cookie is no new allowance."""

from __future__ import annotations

import hashlib

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils import timezone

from accounts.callers import Caller
from billing.plans import plan_of
from transcripts.failures import Refusal

# Many people may share an address, so it is allowed what so many guests are.
GUESTS_AT_AN_ADDRESS = 10
DAY_SECONDS = 24 * 3600


def address_of(request: HttpRequest) -> str:
    """The client's, behind as many proxies as are trusted; "" where there is none."""
    try:
        return str(get_adapter(request).get_client_ip(request))
    except PermissionDenied:
        return ""


def count_at(address: str, caller: Caller) -> None:
    """Count a recording that comes from there today. Raises Refusal ``files_exhausted``."""
    allowed = plan_of(caller).files_a_day
    if caller.user is not None or allowed is None:
        return
    # Hashed with the day: what is kept for a day cannot be followed into the next.
    name = hashlib.sha256(f"{timezone.now():%Y-%m-%d} {address}".encode()).hexdigest()
    key = f"recordings-from:{name}"
    cache.add(key, 0, DAY_SECONDS)
    if cache.incr(key) > allowed * GUESTS_AT_AN_ADDRESS:
        raise Refusal("files_exhausted")
