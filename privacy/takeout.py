"""What of this app goes into the export of an account."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.archive import File
from accounts.models import User
from accounts.takeout import Part, as_json, declare
from privacy.content_keys import Shredded
from privacy.keyring import keyring_of, uid_of
from privacy.models import Consent, Contribution, Receipt
from privacy.receipts import receipt_shape
from privacy.voicelab import contributions, keys, objects


def declare_parts() -> None:
    declare(Part("receipts", _("what happened to each recording, step by step"), receipts))
    declare(Part("consents", _("what you chose, when, and which words you were shown"), consents))
    declare(Part("keyring", _("the locked keys of your private transcripts"), ring))
    declare(Part("voice-lab", _("each correction that you gave, with its sound"), corrections))


def receipts(user: User) -> Iterator[File]:
    for receipt in Receipt.objects.filter(owner=user).order_by("created_at").iterator():
        yield f"{receipt.pk}.json", as_json(receipt_shape(receipt))


def consents(user: User) -> Iterator[File]:
    fields = ("switch", "value", "wording", "interface", "at")
    rows = Consent.objects.filter(owner=user).order_by("pk").values(*fields)
    yield "consents.json", as_json(list(rows))


def ring(user: User) -> Iterator[File]:
    """With the passphrase or the code it opens what was locked, without this server."""
    if found := keyring_of(user):
        manifest = found.manifest and {"epoch": found.manifest_epoch, "env": found.manifest}
        keys = {"uid": uid_of(user), "ring": found.ring, "manifest": manifest}
        yield "keyring.json", as_json(keys)
        page = settings.BASE_DIR / "static" / "offline" / "sotto-offline.html"
        yield page.name, page.read_bytes()


def corrections(user: User) -> Iterator[File]:
    """A sound that cannot be had now is left out; its text says that there is one."""
    rows = Contribution.objects.filter(owner=user).order_by("created_at", "pk")
    for opened in contributions.open_all(rows):
        row = opened.row
        facts = {
            "given_at": row.created_at,
            "deleted_at_the_latest": keys.end_of(row.day),
            "kind": row.kind,
            "language": row.language,
            "before": opened.before,
            "after": opened.after,
        }
        yield f"{row.pk}.json", as_json(facts)
        with contextlib.suppress(Shredded, objects.ObjectGone, objects.StorageDown):
            yield f"{row.pk}.wav", contributions.sound_of(row)
