"""For load balancers and operators: does it live, would the main job work."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from transcripts.readiness import is_ready, readiness


@csrf_exempt  # nothing here can be changed, so a wrong method is told that it is wrong
@require_safe
@never_cache
def health(_request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


@csrf_exempt  # nothing here can be changed, so a wrong method is told that it is wrong
@require_safe
@never_cache
def ready(_request: HttpRequest) -> JsonResponse:
    """200 only when a recording sent now would become a transcript; else 503 with what is missing."""
    checks = readiness()
    works = is_ready(checks)
    body = {
        "status": "ready" if works else "not ready",
        "checks": [{"id": check.id, "ok": check.ok, "detail": check.detail} for check in checks],
    }
    return JsonResponse(body, status=200 if works else 503)
