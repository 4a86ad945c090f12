"""Who sends a body that Django must not touch: settled from the headers, before its first byte."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import ParamSpec, TypeVar

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.exceptions import DisallowedHost
from django.core.handlers.asgi import ASGIRequest
from django.db import close_old_connections
from django.http import HttpResponse
from django.utils.translation import gettext as _

from accounts.callers import (
    BadApiKey,
    Caller,
    bearer_secret,
    caller_from_key,
    caller_from_session,
    remember_guest,
)
from transcripts.addresses import address_of
from transcripts.api.body import Body
from transcripts.api.door import SAFE_METHODS, is_from_elsewhere, refuse_key_in_url
from transcripts.failures import Refusal

P = ParamSpec("P")
T = TypeVar("T")

sessions = SessionMiddleware(lambda _request: HttpResponse())


@dataclass(frozen=True)
class Visit:
    """``request`` has headers, cookies and session, but an empty body: that is in ``body``."""

    request: ASGIRequest
    caller: Caller
    body: Body

    @property
    def address(self) -> str:
        return address_of(self.request)

    @property
    def idempotency_key(self) -> str:
        return str(self.request.headers.get("Idempotency-Key", ""))


async def in_thread(function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Run what waits for the database or the vault beside the server's loop."""
    return await asyncio.to_thread(_with_fresh_connections, partial(function, *args, **kwargs))


def identify(request: ASGIRequest) -> Caller:
    """The caller who may send this. Raises Refusal."""
    refuse_key_in_url(request.META.get("QUERY_STRING", ""))
    host = _host_of(request)
    if settings.SECURE_SSL_REDIRECT and not request.is_secure():
        # No redirect: a client that follows one leaks its key each time again.
        raise Refusal("forbidden", _("Use https."))
    authorization = request.headers.get("Authorization", "")
    caller = _caller_of_key(authorization) if authorization else _caller_of_browser(request, host)
    if request.method not in SAFE_METHODS and not caller.can_write:
        raise Refusal("forbidden", _("This key may read only."))
    return caller


def _caller_of_key(authorization: str) -> Caller:
    try:
        return caller_from_key(bearer_secret(authorization))
    except BadApiKey:
        raise Refusal("unauthenticated") from None


def _caller_of_browser(request: ASGIRequest, host: str) -> Caller:
    """A user, a guest, or a stranger without either; a page's first request makes a guest.

    The header that only our own pages can add, on our own origin, stands against forgery.
    """
    sessions.process_request(request)
    user = get_user(request)
    if request.method not in SAFE_METHODS:
        if is_from_elsewhere(request.headers, host):
            raise Refusal("forbidden", _("This request comes from another site."))
        is_page = bool(request.headers.get("X-CSRFToken"))
        if settings.SESSION_COOKIE_NAME in request.COOKIES and not is_page:
            raise Refusal("forbidden", _("The CSRF token is missing: send X-CSRFToken."))
        if is_page and not user.is_authenticated:
            remember_guest(request.session)
            request.session.save()  # now, not with the answer: the client may go before it
    return caller_from_session(user, request.session)


def _host_of(request: ASGIRequest) -> str:
    try:
        return request.get_host()
    except DisallowedHost:
        raise Refusal("bad_request", _("This server does not go by that name.")) from None


def _with_fresh_connections(work: Callable[[], T]) -> T:
    close_old_connections()
    try:
        return work()
    finally:
        close_old_connections()
