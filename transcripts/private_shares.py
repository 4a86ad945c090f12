"""Links to copies of private transcripts: ciphertext that a link alone opens, until it ends.

The copy is sealed in its owner's browser with a key that is made of what stands behind the ``#``
of the link, and of the password where there is one. Of both the server learns nothing; it gives
the ciphertext to whoever sends the token that is made of them too, of which it has the SHA-256.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.callers import Caller
from billing.limits import LimitReached, require_link_options
from billing.plans import plan_of
from privacy.content_keys import shred
from privacy.erasure import Erased, declare
from transcripts import entries, share_passwords
from transcripts.failures import Refusal
from transcripts.models import PrivateShare, Transcript
from transcripts.sharing import LINKS_EACH, LONGEST_LIFETIME, alive

ID_CHARS = 22  # the links of the others have 32
MOST_VIEWS = 1000
UNUSED = Q(max_views=None) | Q(views__lt=F("max_views"))


@dataclass(frozen=True)
class Copy:
    """As its owner's browser sealed it. No ``expires_at``: it ends when it is withdrawn."""

    id: str
    token_sha256: str
    envelope: dict[str, Any]
    kdf: dict[str, Any] | None = None
    expires_at: datetime | None = None
    max_views: int | None = None


def make(caller: Caller, transcript: Transcript, copy: Copy) -> PrivateShare:
    """Sent twice, it is there once.

    Raises Refusal ``validation_failed``, ``plan_required`` or ``not_found``.
    """
    _require_sense(transcript, copy)
    try:
        require_link_options(
            plan_of(caller), password=copy.kdf is not None, permanent=copy.expires_at is None
        )
    except LimitReached:
        raise Refusal("plan_required") from None
    earlier = PrivateShare.objects.filter(pk=copy.id).first()
    if earlier is not None:
        return _the_same(earlier, transcript, copy)
    share = PrivateShare(
        id=copy.id,
        transcript=transcript,
        token_digest=copy.token_sha256,
        kdf=copy.kdf,
        expires_at=copy.expires_at,
        max_views=copy.max_views,
    )
    share.envelope = copy.envelope
    try:
        with transaction.atomic():
            private = Transcript.objects.select_for_update().filter(pk=transcript.pk)
            if not private.filter(is_private=True).exists():
                raise Refusal("not_found")  # deleted meanwhile, or made standard
            share.save(force_insert=True)
            entries.shared(share)
    except IntegrityError:
        return _the_same(PrivateShare.objects.get(pk=copy.id), transcript, copy)
    return share


def links_of(transcript: Transcript) -> QuerySet[PrivateShare]:
    """Those that still open something, newest first."""
    rows = PrivateShare.objects.filter(transcript=transcript)
    return _unended(rows).order_by("-created_at", "pk")


def revoke(transcript: Transcript, share_id: str) -> None:
    """Raises Refusal ``not_found``: there is no such link of this transcript."""
    found = links_of(transcript).filter(pk=share_id).first() if share_id.isalnum() else None
    if found is None or not _end(found, "revoked"):
        raise Refusal("not_found")


def found(share_id: str) -> PrivateShare:
    """Raises Refusal ``share_gone``, whatever the reason."""
    rows = PrivateShare.objects.select_related("transcript", "transcript__owner")
    row = _unended(rows).filter(pk=share_id).first() if share_id.isalnum() else None
    if row is None or not row.content_key or not row.transcript.content_key:
        raise Refusal("share_gone")
    return row


def opened(share_id: str, token: str, address: str) -> dict[str, Any]:
    """The ciphertext, and one view more; nothing of who looked is kept.

    Raises Refusal ``share_gone``, ``share_key_wrong`` or ``share_locked``.
    """
    share = found(share_id)
    given = hashlib.sha256(token.encode()).hexdigest()

    def is_right() -> bool:
        return secrets.compare_digest(given, share.token_digest)

    # What no password guards cannot be guessed: there, nobody is to lock others out.
    if not share_passwords.tried(is_right, address, share.pk if share.has_password else ""):
        raise Refusal("share_key_wrong")
    envelope: dict[str, Any] = share.envelope
    # By the row alone: looked for through others, it would be found by two at once.
    if not PrivateShare.objects.filter(UNUSED, pk=share.pk).update(
        views=F("views") + 1, last_viewed_at=timezone.now()
    ):
        raise Refusal("share_gone")  # another reader's was the last view
    return envelope


def ended_links() -> QuerySet[PrivateShare]:
    return PrivateShare.objects.filter(
        Q(expires_at__lte=timezone.now()) | Q(views__gte=F("max_views"))
    )


def end_ended(share_id: str) -> bool:
    share = ended_links().filter(pk=share_id).select_related("transcript").first()
    if share is None:
        return False
    is_used_up = share.max_views is not None and share.views >= share.max_views
    return _end(share, "link_used_up" if is_used_up else "link_expired")


def end_of(transcript: Transcript, why: str) -> None:
    """All of them: the transcript is private no more."""
    for share in PrivateShare.objects.filter(transcript=transcript):
        _end(share, why)


def end_with_transcripts(transcript_ids: Sequence[str]) -> None:
    shares = PrivateShare.objects.filter(transcript__in=transcript_ids)
    if keys := list(shares.values_list("key_id", flat=True)):
        shred(keys)
        shares.delete()


def declare_erasure() -> None:
    declare(Erased("private_shares", end_with_transcripts, lambda _user: None))


def _unended(rows: QuerySet[PrivateShare]) -> QuerySet[PrivateShare]:
    return alive(rows).filter(UNUSED)


def _end(share: PrivateShare, why: str) -> bool:
    """The key first: from then on no copy of the ciphertext can be handed out."""
    shred([share.key_id])
    with transaction.atomic():
        ours = PrivateShare.objects.filter(pk=share.pk).delete()[0] > 0
        if ours:
            entries.share_ended(share, why)
    return ours


def _the_same(earlier: PrivateShare, transcript: Transcript, copy: Copy) -> PrivateShare:
    is_ours = earlier.transcript_id == transcript.pk
    if not is_ours or not secrets.compare_digest(earlier.token_digest, copy.token_sha256):
        raise Refusal("validation_failed", errors={"id": _("Another link has this id.")})
    return earlier


def _require_sense(transcript: Transcript, copy: Copy) -> None:
    errors = {}
    now = timezone.now()
    if not transcript.is_private:
        errors["id"] = _("This transcript is not private: it has links of another kind.")
    if copy.expires_at and copy.expires_at <= now:
        errors["expires_at"] = _("The end must be in the future.")
    elif copy.expires_at and copy.expires_at > now + LONGEST_LIFETIME:
        errors["expires_at"] = _("A link lasts for %(days)d days at most, or is permanent.") % {
            "days": LONGEST_LIFETIME.days
        }
    others = links_of(transcript).exclude(pk=copy.id)
    if others.count() >= LINKS_EACH:
        errors["links"] = _("This transcript has %(most)d links. End one of them first.") % {
            "most": LINKS_EACH
        }
    if errors:
        raise Refusal("validation_failed", errors=errors)
