"""A receipt by mail, for those who have chosen it. It waits in its row, and the sweeper sends it.

So a mail server that is down holds up no job; what could not be sent for a day is given up, for
the receipt is on its page anyway.
"""

from __future__ import annotations

import logging
from datetime import timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.mail import MAIL_ERRORS
from privacy.consent import is_on
from privacy.models import Receipt
from privacy.receipt_words import in_words

logger = logging.getLogger(__name__)

SWITCH = "receipts_by_mail"
TRIED_FOR = timedelta(days=1)
AGAIN_AFTER = timedelta(minutes=5)
AT_ONCE = 20


def want(job_id: str) -> None:
    """The job is over and its audio is destroyed: its owner may want to be told."""
    receipt = Receipt.objects.select_related("owner").filter(pk=job_id).first()
    if receipt is not None and is_on(receipt.owner, SWITCH):
        now = timezone.now()
        Receipt.objects.filter(pk=job_id).update(mail_since=now, mail_next_at=now)


def waiting() -> QuerySet[Receipt]:
    return Receipt.objects.filter(mail_next_at__lte=timezone.now()).order_by("mail_next_at")


def next_few() -> list[str]:
    """Mail is slow, and other rules wait for this one."""
    return list(waiting().values_list("pk", flat=True)[:AT_ONCE])


def send(job_id: str) -> bool:
    """Of several sweepers one sends. Whoever has left since is told nothing."""
    later = timezone.now() + AGAIN_AFTER
    if waiting().filter(pk=job_id).update(mail_next_at=later) != 1:
        return False
    receipt = Receipt.objects.select_related("owner").get(pk=job_id)
    since = receipt.mail_since or timezone.now()
    if timezone.now() - since > TRIED_FOR or not is_on(receipt.owner, SWITCH):
        _forget(job_id)
        return False
    try:
        _send(receipt)
    except MAIL_ERRORS:
        logger.exception("a mail was not sent", extra={"mail": "receipt"})
        waiting().update(mail_next_at=later)  # one attempt tells enough about the server
        return False
    _forget(job_id)
    return True


def _forget(job_id: str) -> None:
    Receipt.objects.filter(pk=job_id).update(mail_since=None, mail_next_at=None)


def _send(receipt: Receipt) -> None:
    assert receipt.owner is not None
    context = {
        "entries": in_words(receipt),
        "address": f"{settings.PUBLIC_URL}{reverse('receipt', args=[receipt.pk])}",
        "settings_address": f"{settings.PUBLIC_URL}{reverse('privacy-settings')}",
    }
    text = render_to_string("receipts/mail.txt", context)
    send_mail(_("Receipt of a recording"), text, None, [receipt.owner.email])
