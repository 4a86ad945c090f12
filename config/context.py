from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, object]:
    """What every page may show."""
    return {"hosted": settings.HOSTED, "csp_nonce": getattr(request, "csp_nonce", "")}
