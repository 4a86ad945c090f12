"""What a refused request looks like in the browser; the API has its own (api/problems.py)."""

from collections.abc import Awaitable, Callable

from asgiref.sync import iscoroutinefunction, markcoroutinefunction, sync_to_async
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.shortcuts import render

from config.htmx import wants_part
from transcripts.failures import FAILURES, Refusal


class RefusalMiddleware:
    """A view raises Refusal; the page, or the notice over the page, says what it means."""

    sync_capable = async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self._is_async = iscoroutinefunction(get_response)
        if self._is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        if self._is_async:
            return self._later(request)
        return _with_words(request, self.get_response(request))

    async def _later(self, request: HttpRequest) -> HttpResponseBase:
        answer = await self.get_response(request)  # type: ignore[misc]
        return await sync_to_async(_with_words)(request, answer)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return refused(request, exception) if isinstance(exception, Refusal) else None


def _with_words(request: HttpRequest, answer: HttpResponseBase) -> HttpResponseBase:
    """A form's address that is visited, after a log-in for one: browsers show a blank page."""
    if not isinstance(answer, HttpResponseNotAllowed) or request.path.startswith("/v1/"):
        return answer
    page = refused(request, Refusal("not_a_page"))
    page.headers["Allow"] = answer.headers["Allow"]
    return page


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    text = FAILURES[refusal.code]
    if wants_part(request):
        reasons = [str(reason) for reason in refusal.errors.values()]
        sentences = " ".join([str(text.title), *(reasons or [refusal.detail or str(text.advice)])])
        return HttpResponse(sentences, "text/plain; charset=utf-8", status=text.status)
    return render(request, "error.html", {"failure": text, "refusal": refusal}, status=text.status)
