"""What ends by itself: each rule with its promise, and what the sweeper last did."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from privacy.models import SweepReport
from privacy.periods import period_of
from privacy.retention import AN_HOUR, rules
from privacy.sweeper import LATE_AFTER, REPORT_EVERY, last_jump, last_report

A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Row:
    """``went`` counts the last day; ``failed`` is about the last run."""

    label: str | Promise
    after: str
    went: int
    failed: bool


@never_cache
@require_safe
def sweeper(request: HttpRequest) -> HttpResponse:
    """No name of a machine and nothing of anybody: it is for everyone to read."""
    last, jumped, now = last_report(), last_jump(), timezone.now()
    context = {
        "last": last,
        "late": last is None or abs(now - last.finished_at) > LATE_AFTER,
        "every_seconds": round(REPORT_EVERY.total_seconds()),
        "jumped": jumped is not None and abs(now - jumped.finished_at) < AN_HOUR,
        "rows": _rows(last),
    }
    return render(request, "privacy/sweeper.html", context)


def _rows(last: SweepReport | None) -> list[Row]:
    went: Counter[str] = Counter()
    lately = SweepReport.objects.filter(finished_at__gte=timezone.now() - A_DAY)
    for gone in lately.values_list("gone", flat=True):
        went.update({rule_id: count for rule_id, count in gone.items() if count > 0})
    failed = {rule_id for rule_id, count in (last.gone if last else {}).items() if count < 0}
    return [
        Row(rule.label, period_of(rule), went[rule.id], rule.id in failed)
        for rule in rules()
        if rule.after is not None
    ]
