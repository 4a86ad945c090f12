"""The keys of private transcripts, each locked by its owner's master key, and how all of them change at once.

Texts and keys lie in two databases, which cannot commit together. So a new key comes under a version
of its own before the text that it locks, and the one before it stays until the next one comes: whenever
a process dies, what locks the text is there. Whoever adds one holds the lock of its transcript's
row, and takes that of the ring after it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from accounts.models import User
from privacy.keyring import Manifest, Overtaken, locked_ring, take_manifest
from privacy.models import WrappedKey
from privacy.routers import KEYS

ASKED_AT_ONCE = 500


@dataclass(frozen=True)
class Dek:
    """``version`` counts the keys that a transcript has had, ``env`` is its envelope."""

    version: int
    env: dict[str, Any]


def put(user: User, ring_epoch: int, transcript_id: str, dek: Dek, before: int) -> None:
    """Under the ring as of ``ring_epoch``; ``before`` is the version of the key that locks it now, or 0.

    The key that is in use stays as it is. Raises Overtaken: other keys lock everything by now.
    """
    with transaction.atomic(using=KEYS):
        locked_ring(user, ring_epoch)
        of_it = WrappedKey.objects.filter(transcript_id=transcript_id)
        if dek.version == before:
            fields = {"owner_id": user.pk, "env": dek.env}
            of_it.get_or_create(transcript_id=transcript_id, version=dek.version, defaults=fields)
            return
        of_it.exclude(version=before).delete()
        WrappedKey.objects.create(
            transcript_id=transcript_id, owner_id=user.pk, version=dek.version, env=dek.env
        )


def of(used: Iterable[tuple[str, int]]) -> dict[str, Dek]:
    """By transcript, of transcripts and the versions of their keys. One that is missing is no error."""
    wanted = dict(used)
    rows = WrappedKey.objects.filter(transcript_id__in=list(wanted))
    return {
        row.transcript_id: Dek(row.version, row.env)
        for row in rows
        if wanted[row.transcript_id] == row.version
    }


def owned_by(user: User) -> list[str]:
    """Ids of transcripts."""
    theirs = WrappedKey.objects.filter(owner_id=user.pk)
    return list(theirs.values_list("transcript_id", flat=True).distinct())


@dataclass(frozen=True)
class Rotation:
    """Another ring, all keys of transcripts under it, and the manifest where there is one."""

    ring: dict[str, Any]
    deks: dict[str, Dek]
    manifest: Manifest | None


def rotate(
    user: User, new: Rotation, *, instead_of: int, in_use: dict[str, int], known: Sequence[str]
) -> None:
    """``in_use``: the version of the key of each saved transcript; ``known``: transcripts whose rows
    the caller has locked, or that are gone. Keys that no text needs any more end.

    Raises Overtaken unless the keys are exactly those in use, under the ring of that epoch.
    """
    with transaction.atomic(using=KEYS):
        ring = locked_ring(user, instead_of)
        theirs = list(WrappedKey.objects.select_for_update().filter(owner_id=user.pk))
        offered = {pk: dek.version for pk, dek in new.deks.items()}
        kept = [row for row in theirs if in_use.get(row.transcript_id) == row.version]
        is_whole = offered == in_use and len(kept) == len(in_use)
        if ring.epoch != instead_of or not is_whole or _unknown(theirs, known):
            raise Overtaken(ring.epoch)
        take_manifest(ring, new.manifest, is_required=ring.manifest is not None)
        ring.ring, ring.epoch = new.ring, new.ring["epoch"]
        ring.keys_epoch = ring.epoch
        ring.save()
        for row in kept:
            row.env = new.deks[row.transcript_id].env
        WrappedKey.objects.bulk_update(kept, ["env"], batch_size=ASKED_AT_ONCE)
        for row in theirs:
            if row not in kept:
                row.delete()


def _unknown(rows: Iterable[WrappedKey], known: Sequence[str]) -> bool:
    """A text that is being saved this moment for the first time: its key must not be taken for a leftover."""
    return not {row.transcript_id for row in rows} <= set(known)
