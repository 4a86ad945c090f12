"""Marks what a browser is to hold to more than other pages. The headers are in config/security.py."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpResponse

View = Callable[..., HttpResponse]


def hardened(view: View) -> View:
    """For a page of its own frame, which may hold keys: nothing inline, every file with its hash."""

    @wraps(view)
    def answer(*args: object, **kwargs: object) -> HttpResponse:
        response = view(*args, **kwargs)
        response.is_hardened = True  # type: ignore[attr-defined]
        return response

    return answer
