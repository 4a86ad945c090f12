"""Marks what a browser is to hold to more than other pages. The headers are in config/security.py."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse

View = Callable[..., HttpResponse]


def hardened(view: View) -> View:
    """For a page of its own frame, which may hold keys: nothing inline, every file with its hash.

    Never put into another page, wherever a link to it or a redirection stands there.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if request.htmx:  # type: ignore[attr-defined]  # set by django_htmx's middleware
            return HttpResponse(headers={"HX-Redirect": request.get_full_path()})
        response = view(request, *args, **kwargs)
        response.is_hardened = True  # type: ignore[attr-defined]
        return response

    return answer
