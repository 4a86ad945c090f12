"""What somebody has: running jobs and transcripts, newest first."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.callers import caller_of
from transcripts.access import jobs_of, transcripts_of
from transcripts.languages import language_name
from transcripts.models import LIVE, LONG_COLUMNS
from transcripts.sealed import unlock
from transcripts.search import Wanted, matching

A_PAGE = 25


@never_cache
@require_safe
def library(request: HttpRequest) -> HttpResponse:
    caller = caller_of(request)
    query = request.GET.get("q", "").strip()[:200]
    found = transcripts_of(caller)
    if query:
        named = matching(caller, Wanted(query, unfinished=True))
        found = found.filter(pk__in=list(named.values_list("transcript_id", flat=True)))
    page = Paginator(found.defer(*LONG_COLUMNS), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "query": query,
        "page": page,
        "rows": [(row, language_name(row.language)) for row in unlock(page)],
        "running": unlock(jobs_of(caller).filter(status__in=LIVE).order_by("-created_at")[:A_PAGE]),
    }
    part = request.htmx and request.htmx.target == "results"  # type: ignore[attr-defined]
    return render(request, "library.html#results" if part else "library.html", context)
