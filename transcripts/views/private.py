"""The one page in which private transcripts are unlocked. Its bytes are the same for everybody.

Whose it is, what there is and what it says come to the browser from the API, as ciphertext.
"""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

from accounts.callers import caller_of
from billing.plans import plan_of
from transcripts.failures import Refusal
from transcripts.views.hardened import hardened


@require_safe
@hardened
@login_required
@ensure_csrf_cookie
def private(request: HttpRequest, tid: str = "") -> HttpResponse:  # noqa: ARG001 - for the browser
    """Nothing is looked up: the same page also for ids that are not there, or somebody else's."""
    if not plan_of(caller_of(request)).private_transcripts:
        raise Refusal("plan_required")
    return _page(request)


@require_safe
@hardened
@ensure_csrf_cookie
def honest(request: HttpRequest) -> HttpResponse:
    """What it does and does not do is for everybody to read."""
    return _page(request)


@require_safe
@hardened
def nowhere(request: HttpRequest, rest: str) -> HttpResponse:  # noqa: ARG001 - there is nothing
    return _page(request, status=404)


def _page(request: HttpRequest, status: int = 200) -> HttpResponse:
    return render(request, "private/page.html", status=status)
