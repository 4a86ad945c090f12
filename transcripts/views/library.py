"""What somebody has: transcripts, filtered, sorted and searched, and the jobs that are to become some."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Any

from django.core.paginator import Page, Paginator
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.callers import Caller, caller_of
from transcripts.access import jobs_of, transcripts_of
from transcripts.exports import EXPORTS
from transcripts.languages import language_name
from transcripts.library_query import Asked
from transcripts.models import LIVE, LONG_COLUMNS, Job, Status, Transcript
from transcripts.sealed import unlock
from transcripts.search import Facets, Row, facets, matching, plain_row, rows_of

logger = logging.getLogger(__name__)

A_PAGE = 25
FAILED_SHOWN = 5


@never_cache
@require_safe
def library(request: HttpRequest) -> HttpResponse:
    return library_page(request)


def library_page(request: HttpRequest) -> HttpResponse:
    """Of what the address asks for; the list alone where that is all that is to change."""
    caller, asked = caller_of(request), Asked.of(request.GET)
    context = {
        "asked": asked,
        "query": asked.words,
        "exports": EXPORTS,
        "export_url": reverse("library-export"),
        "export_formats": EXPORTS,
        **(_jobs(caller, asked) if asked.is_about_jobs else _transcripts(caller, asked)),
    }
    part = request.htmx and request.htmx.target == "results"  # type: ignore[attr-defined]
    template = "library.html#results" if part else "library.html"
    answer = render(request, template, context)
    if part and request.method == "GET":
        answer["HX-Replace-Url"] = _short(request)
    return answer


def _short(request: HttpRequest) -> str:
    """The address without the fields that nobody filled in."""
    given = QueryDict(mutable=True)
    for name in request.GET:
        if value := request.GET.get(name):
            given[name] = str(value)
    return f"{request.path}?{given.urlencode()}" if given else request.path


def _transcripts(caller: Caller, asked: Asked) -> dict[str, Any]:
    try:
        page, rows, filters = _from_the_index(caller, asked)
        is_down = False
    except DatabaseError:
        logger.exception("the index for searching is down: the library is shown without it")
        page, rows, filters = _without_an_index(caller, asked)
        is_down = True
    return {
        "page": page,
        "rows": [(row, language_name(row.listed.language)) for row in rows],
        "facets": filters,
        "language_names": [(code, language_name(code)) for code, _count in filters.languages],
        "index_is_down": is_down,
        **({} if asked.narrows else _unfinished(caller)),
    }


def _from_the_index(caller: Caller, asked: Asked) -> tuple[Page[Any], list[Row], Facets]:
    """Each row is looked up once more: what was deleted is not shown, whatever the index says."""
    page = Paginator(matching(caller, asked.wanted, asked.sort), A_PAGE).get_page(asked.page)
    rows = rows_of(caller, list(page), asked.wanted)
    mine = transcripts_of(caller).filter(pk__in=[row.id for row in rows])
    there = dict(mine.values_list("pk", "is_private"))
    shown = [replace(row, is_private=there[row.id]) for row in rows if row.id in there]
    return page, shown, facets(caller)


def _without_an_index(caller: Caller, asked: Asked) -> tuple[Page[Any], list[Row], Facets]:
    found = transcripts_of(caller).defer(*LONG_COLUMNS)
    page = Paginator(found, A_PAGE).get_page(asked.page)
    rows: list[Transcript] = unlock(page)
    return page, [plain_row(row) for row in rows], Facets([], [], [], [])


def _unfinished(caller: Caller) -> dict[str, list[Job]]:
    jobs = jobs_of(caller).order_by("-created_at")
    some = [
        *jobs.filter(status__in=LIVE)[:A_PAGE],
        *jobs.filter(status=Status.FAILED)[:FAILED_SHOWN],
    ]
    shown = unlock(some)
    return {
        "running": [job for job in shown if job.is_live],
        "failed": [job for job in shown if not job.is_live],
    }


def _jobs(caller: Caller, asked: Asked) -> dict[str, Any]:
    jobs = jobs_of(caller).filter(status=asked.status).order_by("-created_at")
    page = Paginator(jobs, A_PAGE).get_page(asked.page)
    return {"page": page, "jobs": unlock(page), "facets": facets(caller)}
