"""Every answer under ``/v1/`` looks like the API's, also those that Django gives by itself."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.http import HttpRequest, HttpResponse
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
        if not request.path_info.startswith(PREFIX):
            return self.get_response(request)
        only_headers = request.method == "HEAD"
        if only_headers:
            request.method = "GET"  # ninja's routes know no other way to be looked at
        response = self.get_response(request)
        if isinstance(response, HttpResponseBase):
            return _as_api(response, only_headers=only_headers)
        return _as_api_later(response, only_headers=only_headers)


async def _as_api_later(
    response: Awaitable[HttpResponseBase], *, only_headers: bool
) -> HttpResponseBase:
    return _as_api(await response, only_headers=only_headers)


def _as_api(response: HttpResponseBase, *, only_headers: bool) -> HttpResponseBase:
    if response.status_code >= 400 and response.headers.get("Content-Type") != CONTENT_TYPE:
        response = _as_problem(response)
    response.headers.setdefault("Cache-Control", "no-store")
    patch_vary_headers(response, ["Authorization", "Cookie"])
    return _without_content(response) if only_headers else response


def _without_content(response: HttpResponseBase) -> HttpResponse:
    """Events that nobody will read are not waited for either."""
    headers = dict(response.items())
    if isinstance(response, HttpResponse):
        headers.setdefault("Content-Length", str(len(response.content)))
    response.close()
    same = HttpResponse(status=response.status_code, headers=headers)
    same.cookies = response.cookies
    return same


def _as_problem(response: HttpResponseBase) -> HttpResponseBase:
    same = problem(Refusal(CODES.get(response.status_code, "internal_error"))).response()
    if "Allow" in response.headers:
        same.headers["Allow"] = response.headers["Allow"]
    return same
