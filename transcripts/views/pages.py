"""Pages that only say something, and the pages of errors."""

import sys

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from accounts.callers import caller_of
from billing.plans import plan_of
from privacy.promises import PROMISES, STEPS
from transcripts.failures import FAILURES
from transcripts.outages import OUTAGES


@require_safe
def how_it_works(request: HttpRequest) -> HttpResponse:
    """Every figure on it is read from what the server runs with."""
    context = {
        "plan": plan_of(caller_of(request)),
        "audio_hours": round(settings.AUDIO_MAX_AGE.total_seconds() / 3600),
        "crashes": settings.JOB_MAX_CRASHES,
        "https": settings.HTTPS,
        "public_url": settings.PUBLIC_URL,
        "split": bool(settings.REDIS_URL),
    }
    return render(request, "how_it_works.html", context)


@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """The promises, each with the tests that prove it."""
    steps = [
        (title, [promise for promise in PROMISES if promise.step == step])
        for step, title in STEPS.items()
    ]
    return render(request, "security.html", {"steps": steps})


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - same
    return _error(request, "bad_request")


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - same
    return _error(request, "forbidden")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - same
    return _error(request, "not_found")


def server_error(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Leans on nothing that may be broken: no database, no session, no context."""
    is_outage = isinstance(sys.exception(), OUTAGES)
    text = FAILURES["unavailable" if is_outage else "internal_error"]
    headers = {"Retry-After": text.retry_after_seconds} if text.retry_after_seconds else {}
    page = render_to_string("500.html", {"failure": text})
    return HttpResponse(page, status=text.status, headers=headers)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - same
    return render(request, "403_csrf.html", status=403)


def _error(request: HttpRequest, code: str) -> HttpResponse:
    text = FAILURES[code]
    return render(request, "error.html", {"failure": text}, status=text.status)
