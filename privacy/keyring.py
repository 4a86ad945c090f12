"""The locked keys of private transcripts: kept as their owner's browser made them, opened by nothing here.

What a ring is made of is in ``static/js/crypto/FORMAT.md``. The server sees to its shape, so that no
careless client locks somebody out, and that of two browsers which change it at once only one does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from privacy import erasure
from privacy.models import Keyring
from privacy.routers import KEYS

NONE_YET = 0
MOST_SLOTS, MOST_PAIRS = 8, 32
_locked: dict[str, Callable[[User], None]] = {}
ITERATIONS_LEAST, ITERATIONS_MOST = 600_000, 10_000_000


class Overtaken(Exception):  # noqa: N818
    """Another ring has come meanwhile, or there is none any more; ``epoch`` is that of the one there."""

    def __init__(self, epoch: int) -> None:
        super().__init__(epoch)
        self.epoch = epoch


def uid_of(user: User) -> str:
    """The user as the format names them: everything in the ring is bound to it."""
    return f"u{user.pk}"


def keyring_of(user: User) -> Keyring | None:
    return Keyring.objects.filter(owner_id=user.pk).first()


def keep(user: User, ring: dict[str, Any], epoch: int, *, instead_of: int) -> None:
    """``instead_of``: the epoch of the ring that it replaces, or NONE_YET. Raises Overtaken."""
    if instead_of == NONE_YET:
        try:
            with transaction.atomic(using=KEYS):
                Keyring.objects.create(owner_id=user.pk, epoch=epoch, ring=ring)
        except IntegrityError:
            raise Overtaken(_epoch_of(user)) from None
        return
    ours = Keyring.objects.filter(owner_id=user.pk, epoch=instead_of)
    if ours.update(ring=ring, epoch=epoch, changed_at=timezone.now()) != 1:
        raise Overtaken(_epoch_of(user))


def forget(user: User) -> None:
    """What it locked stays locked for ever."""
    Keyring.objects.filter(owner_id=user.pk).delete()


def declare_locked(what: str, destroy: Callable[[User], None]) -> None:
    """Called from an app's ``ready()``. ``destroy``: all of a user's that only their ring opens."""
    _locked[what] = destroy


def start_over(user: User) -> None:
    """Without the ring, and without what it locked. Safe to repeat.

    The ring first: whatever comes of the rest, nothing new is sealed to it.
    """
    forget(user)
    for destroy in _locked.values():
        destroy(user)


def declare_endings() -> None:
    erasure.declare(erasure.Erased("keyring", lambda _ids: None, forget))


def _epoch_of(user: User) -> int:
    found = keyring_of(user)
    return found.epoch if found else NONE_YET
