"""The locked keys of private transcripts: kept as their owner's browser made them, opened by nothing here.

What a ring is made of is in ``static/js/crypto/FORMAT.md``. The server sees to its shape, so that no
careless client locks somebody out, and that of two browsers which change it at once only one does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction

from accounts.models import User
from privacy import erasure
from privacy.models import Keyring, WrappedKey
from privacy.routers import KEYS

NONE_YET = 0
MOST_SLOTS, MOST_PAIRS = 8, 32
_locked: dict[str, Callable[[User], None]] = {}


class Overtaken(Exception):  # noqa: N818
    """Another ring has come meanwhile, or there is none any more; ``epoch`` is that of the one there."""

    def __init__(self, epoch: int) -> None:
        super().__init__(epoch)
        self.epoch = epoch


class Rotated(Overtaken):
    """The master key has changed since, or there is no ring any more."""


class LocksOut(Exception):  # noqa: N818
    """Another master key by itself, though there are texts whose keys the one before locks."""


@dataclass(frozen=True)
class Manifest:
    epoch: int
    env: dict[str, Any]


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
    with transaction.atomic(using=KEYS):
        before = _locked_row(user)
        if before is None or before.epoch != instead_of:
            raise Overtaken(before.epoch if before else NONE_YET)
        if ring["pk"] != before.ring["pk"]:  # its master key is another too
            if WrappedKey.objects.filter(owner_id=user.pk).exists():
                raise LocksOut
            before.keys_epoch, before.manifest = epoch, None
        before.ring, before.epoch = ring, epoch
        before.save()


def locked_ring(user: User, seen_epoch: int) -> Keyring:
    """Nobody changes it until the transaction on KEYS ends. Raises Rotated, unless its master key is
    the one that it had at that epoch.
    """
    found = _locked_row(user)
    if found is None or not found.keys_epoch <= seen_epoch <= found.epoch:
        raise Rotated(found.epoch if found else NONE_YET)
    return found


def keep_manifest(user: User, manifest: Manifest, ring_epoch: int | None = None) -> None:
    """Raises Overtaken with the epoch of the manifest that is there, or Rotated."""
    with transaction.atomic(using=KEYS):
        ring = _locked_row(user)
        if ring is None:
            raise Rotated(NONE_YET)
        if ring_epoch is not None:
            locked_ring(user, ring_epoch)
        take_manifest(ring, manifest)
        ring.save(update_fields=["manifest", "manifest_epoch"])


def take_manifest(ring: Keyring, manifest: Manifest | None, *, is_required: bool = True) -> None:
    """Upon the one before. A first one may begin higher: above what devices have seen of a ring before.

    Raises Overtaken.
    """
    if manifest is None:
        if is_required:
            raise Overtaken(ring.manifest_epoch)
        return
    least = ring.manifest_epoch + 1
    if manifest.epoch < least or (ring.manifest is not None and manifest.epoch > least):
        raise Overtaken(ring.manifest_epoch)
    ring.manifest, ring.manifest_epoch = manifest.env, manifest.epoch


def forget(user: User) -> None:
    """What it locked stays locked for ever."""
    with transaction.atomic(using=KEYS):
        Keyring.objects.filter(owner_id=user.pk).delete()
        WrappedKey.objects.filter(owner_id=user.pk).delete()


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
    erasure.declare(erasure.Erased("keyring", forget_keys_of, forget))


def forget_keys_of(transcript_ids: Sequence[str]) -> None:
    WrappedKey.objects.filter(transcript_id__in=transcript_ids).delete()


def _locked_row(user: User) -> Keyring | None:
    return Keyring.objects.select_for_update().filter(owner_id=user.pk).first()


def _epoch_of(user: User) -> int:
    found = keyring_of(user)
    return found.epoch if found else NONE_YET
