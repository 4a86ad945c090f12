"""The API as one thing: its door, its parser, its errors. Routes are in the files named below."""

from __future__ import annotations

import logging
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, InternalError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation
from redis.exceptions import RedisError

from transcripts.api import (
    account,
    assist,
    batches,
    catalogue,
    crossing,
    exports,
    jobs,
    keyring,
    private,
    private_shares,
    shares,
    transcripts,
    versions,
)
from transcripts.api.door import Door
from transcripts.api.openapi import ABOUT, completed
from transcripts.api.parsing import NotJson, StrictParser
from transcripts.api.problems import problem
from transcripts.failures import Refusal

logger = logging.getLogger(__name__)

MAX_ERRORS_SHOWN = 20


class SottoAPI(NinjaAPI):
    def get_openapi_schema(self, **arguments: Any) -> OpenAPISchema:
        return completed(super().get_openapi_schema(**arguments))

    def get_openapi_operation_id(self, operation: Operation) -> str:
        return operation.view_func.__name__


api = SottoAPI(
    title="Sotto",
    version="1",
    description=ABOUT,
    docs_url=None,
    urls_namespace="v1",
    auth=Door(),
    parser=StrictParser(),
)
for router in (
    jobs.router,
    batches.router,
    transcripts.router,
    exports.router,
    versions.router,
    shares.router,
    keyring.router,
    private.router,
    private_shares.router,
    crossing.router,
    assist.router,
    catalogue.router,
    account.router,
):
    api.add_router("", router)


@api.exception_handler(Refusal)
def refused(_request: HttpRequest, refusal: Refusal) -> HttpResponse:
    return problem(refusal).response()


@api.exception_handler(ValidationError)
def invalid(_request: HttpRequest, error: ValidationError) -> HttpResponse:
    errors = {
        _field_of(item["loc"]): item["msg"].removeprefix("Value error, ")
        for item in error.errors[:MAX_ERRORS_SHOWN]
    }
    return problem(Refusal("validation_failed", errors=errors)).response()


@api.exception_handler(HttpError)
def unreadable(_request: HttpRequest, error: HttpError) -> HttpResponse:
    """Ninja raises it for a body that its parser refused."""
    cause = error.__cause__
    if isinstance(cause, RequestDataTooBig):
        return too_big(_request, cause)
    return problem(
        Refusal("bad_request", str(cause) if isinstance(cause, NotJson) else "")
    ).response()


@api.exception_handler(RequestDataTooBig)
def too_big(_request: HttpRequest, _error: RequestDataTooBig) -> HttpResponse:
    return problem(Refusal("file_too_large", _("This request body is too large."))).response()


@api.exception_handler(Http404)
def not_found(_request: HttpRequest, _error: Http404) -> HttpResponse:
    return problem(Refusal("not_found")).response()


@api.exception_handler(OperationalError)
@api.exception_handler(InterfaceError)
@api.exception_handler(InternalError)
@api.exception_handler(RedisError)
def down(request: HttpRequest, error: Exception) -> HttpResponse:
    logger.error("database or queue are down", exc_info=error, extra={"request": request})
    detail = _("A part of the server cannot be reached right now.")
    return problem(Refusal("unavailable", detail)).response()


@api.exception_handler(Exception)
def broken(request: HttpRequest, error: Exception) -> HttpResponse:
    logger.error("a request died of an error", exc_info=error, extra={"request": request})
    return problem(Refusal("internal_error")).response()


def _field_of(location: tuple[str | int, ...]) -> str:
    """``("body", "patch", "tags", 3)`` is the field ``tags.3``: what the sender calls it."""
    source, *names = location
    if source == "body":
        names = names[1:]
    return ".".join(str(name) for name in names) or str(source)
