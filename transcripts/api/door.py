"""Who comes in by the API: a key in its header, a browser's session, or a guest with neither."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.security.base import AuthBase
from ninja.utils import check_csrf

from accounts.callers import BadApiKey, Caller, caller_of
from accounts.models import API_KEY_PREFIX
from transcripts.failures import Refusal

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
METHODS_WITH_BODY = {"POST", "PUT", "PATCH"}
KEY_PARAMETERS = {"api_key", "access_token"}
LOOKS_LIKE_A_KEY = re.compile(rf"{API_KEY_PREFIX}[0-9A-Za-z]{{40,}}")


class ApiRequest(HttpRequest):
    """A request that has passed the door."""

    auth: Caller


class Door(AuthBase):
    """Runs before every operation. Answers the caller, or raises Refusal."""

    openapi_type = "http"
    openapi_scheme = "bearer"

    def __call__(self, request: HttpRequest) -> Caller:
        refuse_key_in_url(request.META.get("QUERY_STRING", ""))
        if settings.SECURE_SSL_REDIRECT and not request.is_secure():
            # No redirect: a client that follows one leaks its key each time again.
            raise Refusal("forbidden", _("Use https."))
        try:
            caller = caller_of(request)
        except BadApiKey:
            raise Refusal("unauthenticated") from None
        if request.method not in SAFE_METHODS:
            _refuse_forgery(request)
            if not caller.can_write:
                raise Refusal("forbidden", _("This key may read only."))
        if request.method in METHODS_WITH_BODY:
            _require_json(request)
        return caller


def refuse_key_in_url(query: str) -> None:
    """Addresses end up in logs and histories, so a key in one is refused, not used."""
    for name, value in parse_qsl(query):
        if name in KEY_PARAMETERS or LOOKS_LIKE_A_KEY.search(value):
            detail = _("A key never travels in an address: send it as “Authorization: Bearer …”.")
            raise Refusal("unauthenticated", detail)


def is_from_elsewhere(headers: Mapping[str, str], host: str) -> bool:
    """Whether a browser says that another site's page sent this. ``headers``: any case-blind map."""
    origin = headers.get("Origin")
    if headers.get("Sec-Fetch-Site") == "cross-site":
        return True
    return origin is not None and urlsplit(origin).netloc != host


def _refuse_forgery(request: HttpRequest) -> None:
    if "Authorization" in request.headers:
        return  # a key is no cookie: browsers do not add it by themselves
    if is_from_elsewhere(request.headers, request.get_host()):
        raise Refusal("forbidden", _("This request comes from another site."))
    if settings.SESSION_COOKIE_NAME in request.COOKIES and check_csrf(request):
        raise Refusal("forbidden", _("The CSRF token is missing or wrong: send X-CSRFToken."))


def _require_json(request: HttpRequest) -> None:
    content_type = request.content_type or ""
    if content_type != "application/json" and not content_type.endswith("+json"):
        raise Refusal("unsupported_media", _("Send JSON, with “Content-Type: application/json”."))
