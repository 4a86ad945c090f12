"""Pages of a list. A cursor names a row, so rows that arrive meanwhile shift nothing."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import DateTimeField, Model, Q, QuerySet
from django.http import HttpRequest
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from transcripts.failures import Refusal

Row = TypeVar("Row", bound=Model)

NEWEST_FIRST = ("-created_at", "-pk")


def page_of(
    request: HttpRequest,
    rows: QuerySet[Row],
    cursor: str,
    limit: int,
    order: tuple[str, ...] = NEWEST_FIRST,
) -> tuple[list[Row], str | None]:
    """The rows after ``cursor`` ("" begins), and the address of the page after them.

    ``order`` is a column and what tells its equals apart, both in one direction.
    """
    column, row_id = (name.removeprefix("-") for name in order)
    if cursor:
        value, last_id = _decoded(cursor, rows.model, column)
        beyond = "lt" if order[0].startswith("-") else "gt"
        same = Q(**{column: value, f"{row_id}__{beyond}": last_id})
        rows = rows.filter(Q(**{f"{column}__{beyond}": value}) | same)
    found = list(rows.order_by(*order)[: limit + 1])
    page = found[:limit]
    if len(found) <= limit:
        return page, None
    last = page[-1]
    return page, _address(request, getattr(last, column), str(getattr(last, row_id)))


def _address(request: HttpRequest, value: Any, row_id: str) -> str:
    fields = request.GET.copy()
    said = value.isoformat() if isinstance(value, datetime) else value
    fields["cursor"] = urlsafe_b64encode(json.dumps([said, row_id]).encode()).decode()
    return request.build_absolute_uri(f"{request.path}?{fields.urlencode()}")


def _decoded(cursor: str, model: type[Model], column: str) -> tuple[Any, str]:
    field = model._meta.get_field(column)  # noqa: SLF001 - Django's own way
    value: Any = None
    row_id: object = None
    try:
        value, row_id = json.loads(urlsafe_b64decode(cursor.encode()))
        if isinstance(field, DateTimeField):
            value = parse_datetime(value)
            value = value if value is not None and value.tzinfo else None
        elif isinstance(value, int | float) == (field.get_internal_type() == "TextField"):
            value = None
    except (ValueError, TypeError, RecursionError):
        value = None
    if value is None or not isinstance(row_id, str) or "\x00" in f"{row_id}{value}":
        raise Refusal(
            "validation_failed", errors={"cursor": _("Use the “next” address of the last page.")}
        )
    return value, row_id
