from django.conf import settings
from django.http import HttpRequest

from accounts.callers import Caller
from billing.plans import plan_of


def site(request: HttpRequest) -> dict[str, object]:
    """What every page may show."""
    return {
        "hosted": settings.HOSTED,
        "csrf_cookie_name": settings.CSRF_COOKIE_NAME,
        "guest_days": settings.GUEST_DAYS,
        "handover_minutes": round(settings.HANDOVER_MAX_AGE.total_seconds() / 60),
        "upload_minutes": round(settings.UPLOAD_ABANDONED_AFTER.total_seconds() / 60),
        "offers_private": lambda: _offers_private(request),
        "csp_nonce": getattr(request, "csp_nonce", ""),
    }


def _offers_private(request: HttpRequest) -> bool:
    """Asked by the header alone, and only of somebody who is logged in."""
    user = getattr(request, "user", None)
    return bool(user and user.is_authenticated) and plan_of(Caller(user)).private_transcripts
