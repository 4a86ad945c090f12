"""Share links: whoever has one reads one transcript, until it ends.

Of a link's token the server keeps the SHA-256 alone, so it can be shown once and never again.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.callers import Caller
from accounts.ids import ALPHABET, digest
from billing.limits import LimitReached, require_link_options
from billing.plans import plan_of
from privacy.content_keys import shred
from privacy.erasure import Erased, declare
from transcripts import entries, share_passwords
from transcripts.document import Document
from transcripts.failures import Refusal
from transcripts.models import IdempotencyKey, PrivateShare, Share, Transcript
from transcripts.progress import announce_share

Link = TypeVar("Link", Share, PrivateShare)

TOKEN_CHARS = 32  # 57**32 is 186 bits
HINT_CHARS = 4
DEFAULT_LIFETIME = timedelta(days=30)
LONGEST_LIFETIME = timedelta(days=365)
LINKS_EACH = 20


@dataclass(frozen=True)
class Wanted:
    """What a link should be. No ``expires_at`` is ``DEFAULT_LIFETIME`` from now."""

    expires_at: datetime | None = None
    is_permanent: bool = False
    password: str = ""
    allows_downloads: bool = False


def make(caller: Caller, transcript: Transcript, wanted: Wanted) -> tuple[Share, str]:
    """A new link and its token, which is kept nowhere.

    Raises Refusal ``validation_failed`` or ``plan_required``.
    """
    _require_sense(transcript, wanted)
    try:
        require_link_options(
            plan_of(caller), password=bool(wanted.password), permanent=wanted.is_permanent
        )
    except LimitReached:
        raise Refusal("plan_required") from None
    token = "".join(secrets.choice(ALPHABET) for _ in range(TOKEN_CHARS))
    share = Share(
        transcript=transcript,
        created_by=caller.user,
        token_digest=digest(token),
        hint=token[:HINT_CHARS],
        expires_at=None
        if wanted.is_permanent
        else wanted.expires_at or timezone.now() + DEFAULT_LIFETIME,
        password_hash=share_passwords.hashed(wanted.password) if wanted.password else "",
        allows_downloads=wanted.allows_downloads,
    )
    with transaction.atomic():
        if not Transcript.objects.select_for_update().filter(pk=transcript.pk).exists():
            raise Refusal("not_found")  # deleted meanwhile
        share.save(force_insert=True)
        entries.shared(share)
    return share, token


def links_of(transcript: Transcript) -> QuerySet[Share]:
    """Those that still open it, newest first."""
    return alive(Share.objects.filter(transcript=transcript)).order_by("-created_at", "pk")


def revoke(transcript: Transcript, share_id: str) -> None:
    """Raises Refusal ``not_found``: there is no such link of this transcript."""
    found = links_of(transcript).filter(pk=share_id).first() if share_id.isalnum() else None
    if found is None or not _end(found, "revoked"):
        raise Refusal("not_found")


def opened_by(token: str) -> Share:
    """The link with its transcript. Raises Refusal ``share_gone``, whatever the reason."""
    rows = Share.objects.select_related("transcript", "transcript__owner")
    share = alive(rows).filter(token_digest=digest(token)).first()
    if share is None or not share.transcript.content_key:
        raise Refusal("share_gone")
    return share


def count_view(share: Share) -> None:
    """Nothing of who looked, only that somebody did and when."""
    Share.objects.filter(pk=share.pk).update(views=F("views") + 1, last_viewed_at=timezone.now())


def shared_document(share: Share) -> Document:
    """As visitors get it: without what its owner has noted beside the words."""
    document = Document.from_json(share.transcript.document)
    segments = [replace(segment, note="") for segment in document.segments]
    return replace(document, segments=segments, marks=[])


def address_of_link(token: str) -> str:
    return f"{settings.PUBLIC_URL}{reverse('shared', args=[token])}"


def expired_links() -> QuerySet[Share]:
    return Share.objects.filter(expires_at__lte=timezone.now())


def end_expired(share_id: str) -> bool:
    share = expired_links().filter(pk=share_id).select_related("transcript").first()
    return share is not None and _end(share, "link_expired")


def end_with_transcripts(transcript_ids: Sequence[str]) -> None:
    """Who has one of their pages open is told as soon as the transcripts are gone."""
    shares = list(Share.objects.filter(transcript__in=transcript_ids).values_list("pk", flat=True))
    answers = IdempotencyKey.objects.filter(about__in=shares)
    shred(answers.values_list("key_id", flat=True))
    answers.delete()
    Share.objects.filter(pk__in=shares).delete()
    for share_id in shares:
        transaction.on_commit(partial(announce_share, share_id))


def declare_erasure() -> None:
    """An account's links go with its transcripts."""
    declare(Erased("shares", end_with_transcripts, lambda _user: None))


def alive(rows: QuerySet[Link]) -> QuerySet[Link]:
    """An account that was shut shows nothing to anybody."""
    unended = Q(expires_at=None) | Q(expires_at__gt=timezone.now())
    unshut = Q(transcript__owner=None) | Q(transcript__owner__is_active=True)
    return rows.filter(unended, unshut)


def _end(share: Share, why: str) -> bool:
    with transaction.atomic():
        ours = Share.objects.filter(pk=share.pk).delete()[0] > 0
        if ours:
            entries.share_ended(share, why)
            transaction.on_commit(partial(announce_share, share.pk))
    return ours


def _require_sense(transcript: Transcript, wanted: Wanted) -> None:
    errors = {}
    now = timezone.now()
    if wanted.expires_at and wanted.is_permanent:
        errors["expires_at"] = _("A permanent link has no end.")
    elif wanted.expires_at and wanted.expires_at <= now:
        errors["expires_at"] = _("The end must be in the future.")
    elif wanted.expires_at and wanted.expires_at > now + LONGEST_LIFETIME:
        errors["expires_at"] = _("A link lasts for %(days)d days at most, or is permanent.") % {
            "days": LONGEST_LIFETIME.days
        }
    if wanted.password and (problem := share_passwords.problem_with(wanted.password)):
        errors["password"] = problem
    if links_of(transcript).count() >= LINKS_EACH:
        errors["links"] = _("This transcript has %(most)d links. End one of them first.") % {
            "most": LINKS_EACH
        }
    if errors:
        raise Refusal("validation_failed", errors=errors)
