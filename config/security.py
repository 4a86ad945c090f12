"""Headers that keep a page to itself: no foreign script, style, frame or connection."""

import secrets
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from config.static import checked_map_source

Response = TypeVar("Response", bound=HttpResponseBase)

POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self'; img-src 'self' data:;"
    " font-src 'self'; connect-src 'self'; media-src 'self' blob:; form-action 'self';"
    " worker-src 'self'; manifest-src 'self'; frame-ancestors 'none'; base-uri 'none';"
    " object-src 'none'"
)
# For a page that may hold keys (transcripts/views/hardened.py says which). What it runs is what was
# released, whatever the disk that serves it says, and text never becomes markup in it.
HARDENED_POLICY = (
    "default-src 'none'; script-src 'self' {map}; style-src 'self'; connect-src 'self';"
    " img-src 'self' blob: data:; media-src blob:; worker-src 'self'; font-src 'self';"
    " base-uri 'none'; object-src 'none'; frame-ancestors 'none'; form-action 'self';"
    " require-trusted-types-for 'script'; trusted-types sotto"
)
HARDENED = {
    "Integrity-Policy": "blocked-destinations=(script)",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
}
PERMISSIONS = "camera=(), geolocation=(), microphone=(self), payment=(), usb=()"


class ContentSecurityPolicyMiddleware:
    """The nonce serves one thing only: the import map, which browsers want inline."""

    sync_capable = async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response
        self.is_async = iscoroutinefunction(get_response)
        if self.is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        request.csp_nonce = new_nonce()  # type: ignore[attr-defined]
        if self.is_async:
            return self._answer_async(request)
        response: HttpResponseBase = self.get_response(request)
        return _closed(response, request)

    async def _answer_async(self, request: HttpRequest) -> HttpResponseBase:
        response: HttpResponseBase = await self.get_response(request)
        return _closed(response, request)


def new_nonce() -> str:
    return secrets.token_urlsafe(16)


def with_policy(response: Response, nonce: str) -> Response:
    response.headers.setdefault("Content-Security-Policy", POLICY.format(nonce=nonce))
    response.headers.setdefault("Permissions-Policy", PERMISSIONS)
    return response


def note_log_out(request: HttpRequest | None, **_about: object) -> None:
    """The receiver of Django's ``user_logged_out``."""
    if request is not None:
        request.logged_out = True  # type: ignore[attr-defined]


def _closed(response: Response, request: HttpRequest) -> Response:
    nonce: str = request.csp_nonce  # type: ignore[attr-defined]
    if getattr(request, "logged_out", False):
        # Every tab's: who uses this browser next finds nothing that was kept in it.
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
    if getattr(response, "is_hardened", False):
        policy = HARDENED_POLICY.format(map=checked_map_source())
        for name, value in {"Content-Security-Policy": policy, **HARDENED}.items():
            response.headers[name] = value
    return with_policy(response, nonce)
