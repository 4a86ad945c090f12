"""The ASGI application of the routes that carry audio: no part of Django reads their bodies."""

from __future__ import annotations

import gc
import logging
import re
from collections.abc import Awaitable, Callable
from io import BytesIO
from typing import Any

from django.core.handlers.asgi import ASGIRequest
from django.http import HttpResponse
from django.middleware.security import SecurityMiddleware
from django.utils.cache import patch_vary_headers
from django.utils.translation import activate, get_language_from_request

from transcripts.api import burn_in, retranscribe, transcribe, uploads
from transcripts.api.body import Body, ClientGone
from transcripts.api.problems import problem
from transcripts.api.streamed import ABORT, Streamed, send_streamed
from transcripts.api.visits import Visit, identify, in_thread, sessions
from transcripts.failures import Refusal
from transcripts.outages import OUTAGES

logger = logging.getLogger(__name__)

Send = Callable[[dict[str, Any]], Awaitable[None]]
Handler = Callable[..., Awaitable[HttpResponse]]

POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'"
ROUTES: tuple[tuple[re.Pattern[str], dict[str, Handler]], ...] = (
    (re.compile(r"/v1/transcribe"), {"POST": transcribe.transcribe}),
    (
        re.compile(r"/v1/transcripts/(?P<transcript_id>[^/]+)/retranscribe"),
        {"POST": retranscribe.retranscribe},
    ),
    (
        re.compile(r"/v1/transcripts/(?P<transcript_id>[^/]+)/burn-in"),
        {"POST": burn_in.burn_in},
    ),
    (re.compile(r"/v1/uploads"), {"OPTIONS": uploads.describe, "POST": uploads.create}),
    (
        re.compile(r"/v1/uploads/(?P<upload_id>[^/]+)"),
        {
            "OPTIONS": uploads.describe,
            "HEAD": uploads.look,
            "PATCH": uploads.go_on,
            "DELETE": uploads.terminate,
        },
    ),
)
_security = SecurityMiddleware(lambda _request: HttpResponse())


def is_raw(path: str) -> bool:
    return any(pattern.fullmatch(path) for pattern, _methods in ROUTES)


async def application(scope: dict[str, Any], receive: Any, send: Send) -> None:
    body = Body(receive, scope["headers"])
    request = ASGIRequest(scope, BytesIO())
    activate(get_language_from_request(request))
    try:
        response = await _respond(request, body)
    except ClientGone:
        # Servers leave cycles of what broke off, with what it brought; seldom does the collector come.
        gc.collect(1)
        return
    await answer(request, response, body, send)


async def answer(request: ASGIRequest, response: HttpResponse, body: Body, send: Send) -> None:
    """Send it. A client that is still sending is read for a while, or it would see a reset."""
    try:
        await in_thread(_dress, request, response)
    except BaseException:
        if isinstance(response, Streamed):
            await in_thread(response.source.close)
        raise
    content = b"" if request.method == "HEAD" else response.content
    headers = [(name.lower(), value) for name, value in response.items()]
    headers += [("set-cookie", cookie.OutputString()) for cookie in response.cookies.values()]
    if isinstance(response, Streamed):
        start = _start(response, headers)
        can_abort = ABORT in request.scope.get("extensions", {})
        await send_streamed(response, start, body, send, can_abort=can_abort)
        return
    if response.status_code == 204:
        headers = [row for row in headers if row[0] != "content-type"]
    else:
        headers.append(("content-length", str(len(response.content))))
    if not body.ended:
        headers.append(("connection", "close"))
    await send(_start(response, headers))
    if not body.ended:
        await send({"type": "http.response.body", "body": content, "more_body": True})
        content = b""
        await body.drain()
    await send({"type": "http.response.body", "body": content})


def _start(response: HttpResponse, headers: list[tuple[str, str]]) -> dict[str, Any]:
    return {
        "type": "http.response.start",
        "status": response.status_code,
        "headers": [(name.encode("ascii"), value.encode("latin-1")) for name, value in headers],
    }


def refused(refusal: Refusal) -> HttpResponse:
    response = problem(refusal).response()
    if "allowed" in refusal.extra:
        response.headers["Allow"] = ", ".join(refusal.extra["allowed"])
    return response


async def _respond(request: ASGIRequest, body: Body) -> HttpResponse:
    route = ""
    try:
        handler, arguments = _handler_of(request)
        route = f"{handler.__module__}.{handler.__name__}"
        caller = await in_thread(identify, request)
        return await handler(Visit(request, caller, body), **arguments)
    except Refusal as refusal:
        return refused(refusal)
    except OUTAGES:
        logger.exception("database or vault are down", extra={"route": route})
        return refused(Refusal("unavailable"))
    except ClientGone:
        raise
    except Exception:  # the outermost door: whatever it is, the client gets an answer
        logger.exception("a request died of an error", extra={"route": route})
        return refused(Refusal("internal_error"))


def _handler_of(request: ASGIRequest) -> tuple[Handler, dict[str, str]]:
    for pattern, methods in ROUTES:
        found = pattern.fullmatch(request.path)
        if found is None:
            continue
        method = request.method or ""
        if method == "POST" and found.groupdict():  # tus, for clients that know only POST
            method = request.headers.get("X-HTTP-Method-Override", method)
        if method not in methods:
            raise Refusal("method_not_allowed", extra={"allowed": sorted(methods)})
        return methods[method], found.groupdict()
    raise Refusal("not_found")


def _dress(request: ASGIRequest, response: HttpResponse) -> None:
    if hasattr(request, "session"):
        sessions.process_response(request, response)
    _security.process_response(request, response)
    response.headers.setdefault("Content-Security-Policy", POLICY)
    response.headers["Cache-Control"] = "no-store"
    patch_vary_headers(response, ["Authorization", "Cookie"])
    if request.path.startswith("/v1/uploads"):
        uploads.add_protocol_headers(response)
