"""What the private pages consist of, by hashes: published here, and compared with a live server from outside.

A server that sends false code is the one attack that no page can exclude. It can be noticed: whoever
runs ``manage.py integrity --against URL`` on another machine, from the same release, sees what differs.
"""

from __future__ import annotations

import base64
import hashlib
import re
import urllib.error
import urllib.request
from collections.abc import Iterator

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.views.decorators.http import require_safe

from config.security import HARDENED_POLICY
from config.static import checked_map_source

PAGE = "private/honest/"  # the same bytes as every private page, and for everybody
TEMPLATE = "private/page.html"
FETCHED_WITHIN_SECONDS = 30
_MODULE = re.compile(r'"(/[^"]+\.js)":"(sha384-[^"]+)"')
_NAMED = re.compile(r'(?:src|href)="([^"]+)" integrity="(sha384-[^"]+)"')
_LIST = re.compile(r'data-\w+="([^"]+)" data-\w+-integrity="(sha384-[^"]+)"')


def release() -> dict[str, dict[str, str]]:
    """``{"files": {address: sha384}, "pages": {language: sha256}, "headers": {name: value}}``."""
    pages = {language: _page(language) for language, _name in settings.LANGUAGES}
    text = pages[settings.LANGUAGE_CODE].decode()
    found = [*_MODULE.findall(text), *_NAMED.findall(text), *_LIST.findall(text)]
    return {
        "files": dict(sorted(found)),
        "pages": {language: _hash("sha256", page) for language, page in pages.items()},
        "headers": {
            "Content-Security-Policy": HARDENED_POLICY.format(map=checked_map_source()),
            "Integrity-Policy": "blocked-destinations=(script)",
        },
    }


@require_safe
def published(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - the same for everybody
    """For whoever keeps it: what a server says of itself proves nothing by itself."""
    return JsonResponse(release())


def differences(url: str) -> Iterator[str]:
    """One line for each thing that the server at ``url`` serves otherwise than this release would."""
    ours = release()
    for language, expected in ours["pages"].items():
        served, headers = _fetched(f"{url}/{PAGE}", language)
        if _hash("sha256", served) != expected:
            yield f"the page in {language}"
        for name, value in ours["headers"].items():
            if headers.get(name) != value:
                yield f"{name} of the page in {language}"
    for address, expected in ours["files"].items():
        served, _headers = _fetched(url + address)
        if _hash("sha384", served) != expected:
            yield address


def _page(language: str) -> bytes:
    with translation.override(language):
        context = {"csrf_cookie_name": settings.CSRF_COOKIE_NAME}
        return render_to_string(TEMPLATE, context).encode()


def _fetched(url: str, language: str = "") -> tuple[bytes, dict[str, str]]:
    """Nothing, where it is not there: that is a difference too."""
    request = urllib.request.Request(url, headers={"Accept-Language": language})  # noqa: S310 - the caller's own server
    try:
        with urllib.request.urlopen(request, timeout=FETCHED_WITHIN_SECONDS) as answer:  # noqa: S310
            return answer.read(), dict(answer.headers)
    except urllib.error.HTTPError as refused:
        return b"", dict(refused.headers)


def _hash(algorithm: str, data: bytes) -> str:
    digest = base64.b64encode(hashlib.new(algorithm, data).digest()).decode()
    return f"{algorithm}-{digest}"
