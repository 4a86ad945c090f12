"""What of this app goes into the export of an account."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.takeout import File, Part, as_json, declare
from privacy.models import Consent, Receipt
from privacy.receipts import receipt_shape


def declare_parts() -> None:
    declare(Part("receipts", _("what happened to each recording, step by step"), receipts))
    declare(Part("consents", _("what you chose, when, and which words you were shown"), consents))


def receipts(user: User) -> Iterator[File]:
    for receipt in Receipt.objects.filter(owner=user).order_by("created_at").iterator():
        yield f"{receipt.pk}.json", as_json(receipt_shape(receipt))


def consents(user: User) -> Iterator[File]:
    fields = ("switch", "value", "wording", "interface", "at")
    rows = Consent.objects.filter(owner=user).order_by("pk").values(*fields)
    yield "consents.json", as_json(list(rows))
