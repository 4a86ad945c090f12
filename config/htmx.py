"""htmx's edge cases, solved once (house style 10)."""

from collections.abc import Awaitable, Callable

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

REDIRECTS = {301, 302, 303, 307, 308}


class HtmxResponsesMiddleware:
    """A part of a page that answers with a redirect (a lost session, say) moves the whole page.

    Left alone, the browser would follow it silently and htmx put a log-in page into a table row.
    Boosted links ask for whole pages, so theirs may be followed.
    """

    sync_capable = async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self._is_async = iscoroutinefunction(get_response)
        if self._is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        if self._is_async:
            return self._answer_async(request)
        return _followed_whole(request, self.get_response(request))

    async def _answer_async(self, request: HttpRequest) -> HttpResponseBase:
        return _followed_whole(request, await self.get_response(request))  # type: ignore[misc]


def wants_part(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of a page, rather than for a page."""
    headers = request.headers
    return (
        "HX-Request" in headers
        and "HX-Boosted" not in headers
        and "HX-History-Restore-Request" not in headers
    )


def _followed_whole(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    if not wants_part(request) or response.status_code not in REDIRECTS:
        return response
    moved = HttpResponse(status=204, headers={"HX-Redirect": response.headers["Location"]})
    moved.cookies = response.cookies
    return moved
