from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, object]:
    """What every page may show."""
    return {
        "hosted": settings.HOSTED,
        "csrf_cookie_name": settings.CSRF_COOKIE_NAME,
        "guest_days": settings.GUEST_DAYS,
        "handover_minutes": round(settings.HANDOVER_MAX_AGE.total_seconds() / 60),
        "upload_minutes": round(settings.UPLOAD_ABANDONED_AFTER.total_seconds() / 60),
        "csp_nonce": getattr(request, "csp_nonce", ""),
    }
