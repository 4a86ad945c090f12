"""What a share link opens: a page to read, for whoever has the link.

It needs no JavaScript, sets no session and says nothing about the transcript to those who may not
read it. Its address is a secret, so no page that it leads to is told it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps

from django.conf import settings
from django.core import signing
from django.db import InternalError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from accounts.callers import Caller
from transcripts import entries, share_passwords
from transcripts.addresses import address_of
from transcripts.downloads import attachment, head_of, options_from
from transcripts.exports import EXPORTS_BY_ID
from transcripts.failures import FAILURES, Refusal
from transcripts.models import Share
from transcripts.sharing import count_view, opened_by, shared_document
from transcripts.views.transcripts import shown

SALT = "transcripts.shared"
ADMITTED_FOR = timedelta(days=1)
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}
View = Callable[..., HttpResponse]


def kept_to_itself(view: View) -> View:
    """The headers, on refusals too, which here have a page of their own."""

    @wraps(view)
    def answer(request: HttpRequest, *args: str, **kwargs: str) -> HttpResponse:
        try:
            response = view(request, *args, **kwargs)
        except Refusal as refusal:
            text = FAILURES[refusal.code]
            response = render(request, "shares/gone.html", {"failure": text}, status=text.status)
        for name, value in HEADERS.items():
            response.headers[name] = value
        patch_vary_headers(response, ["Cookie"])
        return response

    return answer


# Exempt, because browsers that send no referrer send no origin either, and Django refuses that.
# There is nothing to forge: whoever knows the password may read, in any browser.
@csrf_exempt
@kept_to_itself
@require_http_methods(["GET", "HEAD", "POST"])
def shared(request: HttpRequest, token: str) -> HttpResponse:
    share = opened_by(token)
    if request.method == "POST":
        return _asked(request, share, token)
    if share.password_hash and not is_admitted(share, request.COOKIES):
        return render(request, "shares/password.html", {"failure": None})
    if request.method == "HEAD":  # how an open page without a socket asks whether it may stay
        return HttpResponse()
    context = {
        "share": share,
        "transcript": share.transcript,
        "gone": FAILURES["share_gone"],
        **shown(Caller(), shared_document(share), "shared-export", token),
    }
    return _counted(request, share, render(request, "shares/shared.html", context))


@kept_to_itself
@require_safe
def export(request: HttpRequest, token: str, format_id: str = "") -> HttpResponse:
    share = opened_by(token)
    format_id = format_id or request.GET.get("format", "")
    if share.password_hash and not is_admitted(share, request.COOKIES):
        return redirect("shared", token)
    if not share.allows_downloads or format_id not in EXPORTS_BY_ID:
        raise Refusal("share_gone")
    options = options_from(Caller(), request.GET.dict())
    response = attachment(head_of(share.transcript), shared_document(share), format_id, options)
    if request.method == "HEAD":
        return response
    entries.exported(share.transcript, format_id, "share")
    return _counted(request, share, response)


def is_admitted(share: Share, cookies: dict[str, str]) -> bool:
    """Whether this browser has been here in this session: seen it, or given its password."""
    try:
        found = signing.loads(
            cookies.get(f"{settings.SHARE_COOKIE_PREFIX}{share.pk}", ""),
            salt=SALT,
            max_age=ADMITTED_FOR,
        )
    except signing.BadSignature:
        return False
    return bool(found == share.pk)


def _asked(request: HttpRequest, share: Share, token: str) -> HttpResponse:
    """The password's form. A wrong one is as slow as a right one."""
    here = reverse("shared", args=[token])
    if not share.password_hash:
        return redirect(here)
    try:
        is_right = share_passwords.is_right(
            share, request.POST.get("password", ""), address_of(request)
        )
    except Refusal as refusal:
        return _asked_again(request, refusal.code)
    if not is_right:
        return _asked_again(request, "share_password_wrong")
    return _counted(request, share, redirect(here))


def _asked_again(request: HttpRequest, code: str) -> HttpResponse:
    text = FAILURES[code]
    page = render(request, "shares/password.html", {"failure": text}, status=text.status)
    if text.retry_after_seconds:
        page.headers["Retry-After"] = str(text.retry_after_seconds)
    return page


def _counted(request: HttpRequest, share: Share, response: HttpResponse) -> HttpResponse:
    """Once for each browser's session; who it was is kept in that browser alone."""
    if is_admitted(share, request.COOKIES) or "prefetch" in request.headers.get("Sec-Purpose", ""):
        return response
    try:
        with transaction.atomic():
            count_view(share)
    except InternalError:  # a database that takes no writes now can still be read
        pass
    response.set_cookie(
        f"{settings.SHARE_COOKIE_PREFIX}{share.pk}",
        signing.dumps(share.pk, salt=SALT),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response
