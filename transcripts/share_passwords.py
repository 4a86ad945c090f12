"""Passwords of share links: how they are kept, and how often one may be wrong.

Argon2id with 19 MiB and two passes: the least that OWASP names, so that a small machine can
check some at once. What protects a short password here is the counting.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from django.core.cache import cache
from django.utils.translation import gettext as _

from transcripts.failures import FAILURES, Refusal
from transcripts.models import Share

MEMORY_KIB = 19 * 1024
PASSES = 2
LANES = 1
MIN_CHARS, MAX_CHARS = 8, 128
WRONG_ALLOWED = 5  # by link, and by address
WINDOW = timedelta(seconds=FAILURES["share_locked"].retry_after_seconds or 0)

_hasher = PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES)


def hashed(password: str) -> str:
    return _hasher.hash(password)


def problem_with(password: str) -> str:
    """In a sentence, or nothing."""
    if MIN_CHARS <= len(password) <= MAX_CHARS:
        return ""
    return _("A password has %(least)d to %(most)d characters.") % {
        "least": MIN_CHARS,
        "most": MAX_CHARS,
    }


def is_right(share: Share, password: str, address: str) -> bool:
    """Raises Refusal ``share_locked``."""

    def verified() -> bool:
        try:
            return _hasher.verify(share.password_hash, password[: MAX_CHARS + 1])
        except VerificationError:
            return False

    return tried(verified, address, share.pk)


def tried(is_right: Callable[[], bool], address: str, share_id: str = "") -> bool:
    """Each try counts before it is looked at, so that many at once are no way around.

    Without ``share_id`` by address alone. Raises Refusal ``share_locked``.
    """
    counters = [f"share-tries-from:{_disguised(address)}"]
    if share_id:
        counters.insert(0, f"share-tries:{share_id}")
    for counter in counters:
        if _count(counter) > WRONG_ALLOWED:
            raise Refusal("share_locked")
    if not is_right():
        return False
    for counter in counters:
        cache.incr(counter, -1)
    return True


def _count(counter: str) -> int:
    cache.add(counter, 0, WINDOW.total_seconds())
    try:
        return int(cache.incr(counter))
    except ValueError:  # its window ended between the two
        return 1


def _disguised(address: str) -> str:
    return hashlib.sha256(f"share {address}".encode()).hexdigest()
