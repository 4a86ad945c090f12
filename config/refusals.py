"""What a refused request looks like in the browser; the API has its own (api/problems.py)."""

from collections.abc import Awaitable, Callable

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from config.htmx import wants_part
from transcripts.failures import FAILURES, Refusal


class RefusalMiddleware:
    """A view raises Refusal; the page, or the notice over the page, says what it means."""

    sync_capable = async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return refused(request, exception) if isinstance(exception, Refusal) else None


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    text = FAILURES[refusal.code]
    if wants_part(request):
        reasons = [str(reason) for reason in refusal.errors.values()]
        sentences = " ".join([str(text.title), *(reasons or [refusal.detail or str(text.advice)])])
        return HttpResponse(sentences, "text/plain; charset=utf-8", status=text.status)
    return render(request, "error.html", {"failure": text, "refusal": refusal}, status=text.status)
