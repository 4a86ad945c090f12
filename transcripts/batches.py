"""Recordings that were sent together: how far they are, and one mail when the last has ended.

A batch holds no content. It is settled once, in the transaction in which its last job ends, so
that no restart loses its mail or sends a second one; the sweeper sends what waits.
"""

from __future__ import annotations

import logging
from collections import Counter
from datetime import timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.callers import Caller
from accounts.mail import MAIL_ERRORS
from transcripts.failures import Refusal
from transcripts.models import LIVE, Batch, Job, Status

logger = logging.getLogger(__name__)

MOST_RECORDINGS = 1000
KEPT_FOR = timedelta(days=30)
MAIL_TRIED_FOR = timedelta(days=1)
MAIL_AGAIN_AFTER = timedelta(minutes=5)
MAILS_AT_ONCE = 20


def begin(caller: Caller, expected: int, *, wants_mail: bool = False) -> Batch:
    """Raises Refusal ``validation_failed``: there is nobody to write to."""
    if wants_mail and caller.user is None:
        errors = {"mail": _("Mail is for those who have an account.")}
        raise Refusal("validation_failed", errors=errors)
    return Batch.objects.create(**caller.fields, expected=expected, wants_mail=wants_mail)


def expect(batch: Batch, expected: int) -> None:
    """Fewer will come, or more, than was said at first."""
    with transaction.atomic():
        Batch.objects.filter(pk=batch.pk).update(expected=expected)
        settle_if_over(batch.pk)


def leave(job_id: str, batch: Batch) -> None:
    """A job that ended badly is tried again as another, which takes its place."""
    Job.objects.filter(pk=job_id, batch=batch).exclude(status__in=LIVE).update(batch=None)


def job_ended(job_id: str) -> None:
    """Call in the transaction in which it ends. The batch's row is the last that is locked."""
    batch_id = Job.objects.filter(pk=job_id).values_list("batch", flat=True).first()
    if batch_id:
        settle_if_over(batch_id)


def settle_if_over(batch_id: str) -> bool:
    batch = Batch.objects.select_for_update().filter(pk=batch_id, settled_at=None).first()
    if batch is None:
        return False
    tally = tally_of(batch)
    is_over = tally.total() >= batch.expected and not any(tally[status] for status in LIVE)
    if is_over:
        _settle(batch, tally)
    return is_over


def tally_of(batch: Batch) -> Counter[str]:
    """How many of its jobs there are, by status."""
    return Counter(batch.jobs.values_list("status", flat=True))


# --- for the sweeper -----------------------------------------------------------------------


def abandoned() -> QuerySet[Batch]:
    """Whoever sent them has gone, and what was expected will not come."""
    before = timezone.now() - settings.UPLOAD_ABANDONED_AFTER
    waiting = Batch.objects.filter(settled_at=None, created_at__lt=before)
    at_work = Job.objects.filter(batch__isnull=False, status__in=LIVE)
    lately = Job.objects.filter(batch__isnull=False, finished_at__gte=before)
    return waiting.exclude(pk__in=at_work.values("batch")).exclude(pk__in=lately.values("batch"))


def end_abandoned(batch_id: str) -> bool:
    with transaction.atomic():
        batch = Batch.objects.select_for_update().filter(pk=batch_id, settled_at=None).first()
        if batch is not None:
            _settle(batch, tally_of(batch))
    return batch is not None


def old() -> QuerySet[Batch]:
    return Batch.objects.filter(settled_at__lt=timezone.now() - KEPT_FOR)


def end_old(batch_id: str) -> bool:
    return old().filter(pk=batch_id).delete()[0] > 0


def mails_waiting() -> QuerySet[Batch]:
    return Batch.objects.filter(mail_next_at__lte=timezone.now()).order_by("mail_next_at")


def next_mails() -> list[str]:
    """Mail is slow, and other rules wait for this one."""
    return list(mails_waiting().values_list("pk", flat=True)[:MAILS_AT_ONCE])


def send_mail_of(batch_id: str) -> bool:
    """Of several sweepers one sends. What could not be sent for a day is given up."""
    later = timezone.now() + MAIL_AGAIN_AFTER
    if mails_waiting().filter(pk=batch_id).update(mail_next_at=later) != 1:
        return False
    batch = Batch.objects.select_related("owner").get(pk=batch_id)
    settled_at = batch.settled_at or timezone.now()
    if batch.owner is None or timezone.now() - settled_at > MAIL_TRIED_FOR:
        return _no_more_mail(batch_id) and False
    try:
        _send(batch, batch.owner.email)
    except MAIL_ERRORS:
        logger.exception("a mail was not sent", extra={"mail": "batch"})
        mails_waiting().update(mail_next_at=later)  # one attempt tells enough about the server
        return False
    return _no_more_mail(batch_id)


def _settle(batch: Batch, tally: Counter[str]) -> None:
    now = timezone.now()
    batch.settled_at = now
    if batch.wants_mail and tally.total():
        batch.mail_next_at = now
    batch.save(update_fields=["settled_at", "mail_next_at"])


def _no_more_mail(batch_id: str) -> bool:
    return Batch.objects.filter(pk=batch_id).update(mail_next_at=None) == 1


def _send(batch: Batch, address: str) -> None:
    tally = tally_of(batch)
    ready, total = tally[Status.DONE], max(batch.expected, tally.total())
    context = {
        "ready": ready,
        "total": total,
        "missing": total - ready,
        "address": f"{settings.PUBLIC_URL}{reverse('library')}",
    }
    subject = _("%(ready)d of %(total)d recordings are ready") % context
    send_mail(subject, render_to_string("jobs/batch_mail.txt", context), None, [address])
