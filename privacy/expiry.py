"""What of receipts, of deletions' notes and of the sweeper's own reports ends by itself."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import expiry
from privacy import journal, receipt_mail
from privacy.models import Deletion, Receipt, SweepReport
from privacy.receipts import KEPT_AFTER_THE_TRANSCRIPT
from privacy.retention import NO_REST, Rule

REPORTS_KEPT = timedelta(days=30)
BACKUP_MARGIN = timedelta(days=7)
"""A backup that should be gone may be restored all the same a few days later."""


def dead_receipts() -> QuerySet[Receipt]:
    return Receipt.objects.filter(expires_at__lt=timezone.now())


def end_receipt(job_id: str) -> bool:
    return dead_receipts().filter(pk=job_id).delete()[0] > 0


def old_deletions() -> QuerySet[Deletion]:
    before = timezone.now() - settings.BACKUPS_KEPT - BACKUP_MARGIN
    return Deletion.objects.filter(at__lt=before)


def end_deletion(pk: int) -> bool:
    return old_deletions().filter(pk=pk).delete()[0] > 0


def old_reports() -> QuerySet[SweepReport]:
    before = timezone.now() - REPORTS_KEPT
    return SweepReport.objects.filter(finished_at__lt=before)


def end_report(pk: int) -> bool:
    return old_reports().filter(pk=pk).delete()[0] > 0


# Accounts know no other app, so their rules stand here too.
RULES = (
    Rule("sessions", _("Log-ins that are over"), expiry.dead_sessions, expiry.end_session),
    Rule("keys", _("API keys past their end"), expiry.dead_keys, expiry.end_key),
    Rule(
        "unconfirmed",
        _("Accounts whose address was never confirmed"),
        expiry.unconfirmed_accounts,
        expiry.end_unconfirmed_account,
        after=settings.UNCONFIRMED_ACCOUNTS_KEPT if settings.HOSTED else None,
    ),
    Rule(
        "deletions",
        _("What a deletion that was cut short has left"),
        journal.cut_short,
        journal.finish,
        every=timedelta(minutes=5),
        rests=NO_REST,
    ),
    Rule(
        "receipts",
        _("Receipts whose transcript is gone"),
        dead_receipts,
        end_receipt,
        after=KEPT_AFTER_THE_TRANSCRIPT,
    ),
    Rule(
        "receipt_mails",
        _("Receipts that wait to be mailed"),
        receipt_mail.next_few,
        receipt_mail.send,
        after=receipt_mail.TRIED_FOR,
        every=settings.SWEEP_EVERY,
    ),
    Rule(
        "tombstones",
        _("Notes of what was deleted, once no backup holds it any more"),
        old_deletions,
        end_deletion,
        after=settings.BACKUPS_KEPT + BACKUP_MARGIN,
    ),
    Rule(
        "reports",
        _("The sweeper's own reports"),
        old_reports,
        end_report,
        after=REPORTS_KEPT,
    ),
)
