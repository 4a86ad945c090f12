"""Receipts: what happened to each recording, also long after its transcript is deleted."""

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.callers import caller_of
from privacy.models import Entry, Receipt
from privacy.receipt_words import RECIPE, in_words, said
from privacy.receipts import (
    KEPT_AFTER_THE_TRANSCRIPT,
    Event,
    faults,
    receipt_shape,
    receipts_of,
)
from transcripts.access import jobs_of, receipt_for
from transcripts.models import Job

A_PAGE = 25
# What the list needs of each receipt: where it began, and the last that is to be known at a glance.
TELLING = (Event.RECEIVED, Event.STORED, Event.HANDED_OVER, Event.ENDED, Event.DELETED)


@dataclass(frozen=True)
class Row:
    receipt: Receipt
    sentence: str
    job: Job | None


@never_cache
@require_safe
def receipts(request: HttpRequest) -> HttpResponse:
    caller = caller_of(request)
    telling = Entry.objects.filter(event__in=TELLING)
    found = receipts_of(caller).order_by("-created_at", "pk")
    found = found.prefetch_related(Prefetch("entries", telling, to_attr="telling"))
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    kept = jobs_of(caller).select_related(None).only("status", "transcript")
    kept_by_id = kept.in_bulk([row.pk for row in page])
    context = {
        "page": page,
        "rows": [Row(row, _gist(row), kept_by_id.get(row.pk)) for row in page],
        "days": KEPT_AFTER_THE_TRANSCRIPT.days,
    }
    return render(request, "receipts/receipts.html", context)


@never_cache
@require_safe
def receipt(request: HttpRequest, job_id: str) -> HttpResponse:
    caller = caller_of(request)
    found = receipt_for(caller, job_id)
    context = {
        "receipt": found,
        "entries": in_words(found),
        "faults": faults(found),
        "job": Job.objects.filter(caller.may_open(), pk=found.pk).first(),
        "recipe": RECIPE,
    }
    return render(request, "receipts/receipt.html", context)


@never_cache
@require_safe
def download(request: HttpRequest, job_id: str) -> HttpResponse:
    found = receipt_for(caller_of(request), job_id)
    name = f"sotto-receipt-{found.pk}.json"
    return JsonResponse(
        receipt_shape(found),
        json_dumps_params={"indent": 2, "ensure_ascii": False},
        headers={
            "Content-Disposition": content_disposition_header(as_attachment=True, filename=name),
            "X-Content-Type-Options": "nosniff",
        },
    )


def _gist(row: Receipt) -> str:
    entries: list[Entry] = getattr(row, "telling", [])
    return said(entries[-1]).sentence if entries else ""
