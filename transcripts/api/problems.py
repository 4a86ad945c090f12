"""Refusals as ``application/problem+json`` (RFC 9457), for every door of the API."""

from dataclasses import dataclass
from typing import Any

from django.http import JsonResponse

from transcripts.failures import FAILURES, Refusal

CONTENT_TYPE = "application/problem+json"


@dataclass(frozen=True)
class Problem:
    status: int
    body: dict[str, Any]
    headers: dict[str, str]

    def response(self) -> JsonResponse:
        return JsonResponse(
            self.body, status=self.status, headers=self.headers, content_type=CONTENT_TYPE
        )


def problem(refusal: Refusal) -> Problem:
    text = FAILURES[refusal.code]
    body: dict[str, Any] = {
        "type": f"/docs/api/errors/#{refusal.code}",
        "title": str(text.title),
        "status": text.status,
        "detail": refusal.detail or str(text.advice),
        "code": refusal.code,
        **refusal.extra,
    }
    if refusal.errors:
        body["errors"] = refusal.errors
    headers = {}
    if text.retry_after_seconds is not None:
        headers["Retry-After"] = str(text.retry_after_seconds)
    if text.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return Problem(text.status, body, headers)
