"""Every answer under ``/v1/`` looks like the API's, also those that Django gives by itself."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers

from transcripts.api.problems import CONTENT_TYPE, problem
from transcripts.failures import Refusal

Answer = Callable[[HttpRequest], HttpResponseBase | Awaitable[HttpResponseBase]]
PREFIX = "/v1/"
CODES = {
    400: "bad_request",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    413: "file_too_large",
    503: "unavailable",
}


class ApiAnswersMiddleware:
    """Errors become problems; nothing is kept by caches, and no answer serves another caller."""

    sync_capable = async_capable = True

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        response = self.get_response(request)
        if isinstance(response, HttpResponseBase):
            return _as_api(request, response)
        return _as_api_later(request, response)


async def _as_api_later(
    request: HttpRequest, response: Awaitable[HttpResponseBase]
) -> HttpResponseBase:
    return _as_api(request, await response)


def _as_api(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    if not request.path_info.startswith(PREFIX):
        return response
    if response.status_code >= 400 and response.headers.get("Content-Type") != CONTENT_TYPE:
        response = _as_problem(response)
    response.headers.setdefault("Cache-Control", "no-store")
    patch_vary_headers(response, ["Authorization", "Cookie"])
    return response


def _as_problem(response: HttpResponseBase) -> HttpResponseBase:
    same = problem(Refusal(CODES.get(response.status_code, "internal_error"))).response()
    if "Allow" in response.headers:
        same.headers["Allow"] = response.headers["Allow"]
    return same
