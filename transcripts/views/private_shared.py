"""The page that opens a link to a copy of a private transcript. Its bytes are the same for every link.

What stands behind the ``#`` of the address is never sent here: the page reads it, and takes it out
of the address.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from transcripts.private_shares import ID_CHARS
from transcripts.views.hardened import hardened


class ShareIds:
    """Told from the tokens of other links by their length."""

    regex = f"[A-Za-z0-9]{{{ID_CHARS}}}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


@require_safe
@hardened
def private_shared(request: HttpRequest, share_id: str) -> HttpResponse:  # noqa: ARG001 - for the browser
    response = render(request, "private/shared.html")
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response
