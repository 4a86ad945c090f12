"""Pages of a list, newest first. A cursor names a row, so rows that arrive meanwhile shift nothing."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime
from typing import TypeVar

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from transcripts.failures import Refusal
from transcripts.models import Job, Transcript

Row = TypeVar("Row", Job, Transcript)


def page_of(
    request: HttpRequest, rows: QuerySet[Row], cursor: str, limit: int
) -> tuple[list[Row], str | None]:
    """The rows after ``cursor`` ("" begins), and the address of the page after them."""
    if cursor:
        created_at, row_id = _decoded(cursor)
        same_moment = Q(created_at=created_at, pk__lt=row_id)
        rows = rows.filter(Q(created_at__lt=created_at) | same_moment)
    found = list(rows.order_by("-created_at", "-pk")[: limit + 1])
    page = found[:limit]
    return page, _address(request, page[-1]) if len(found) > limit else None


def _address(request: HttpRequest, last: Job | Transcript) -> str:
    fields = request.GET.copy()
    fields["cursor"] = _encoded(last.created_at, last.pk)
    return request.build_absolute_uri(f"{request.path}?{fields.urlencode()}")


def _encoded(created_at: datetime, row_id: str) -> str:
    return urlsafe_b64encode(json.dumps([created_at.isoformat(), row_id]).encode()).decode()


def _decoded(cursor: str) -> tuple[datetime, str]:
    try:
        moment, row_id = json.loads(urlsafe_b64decode(cursor.encode()))
        created_at = parse_datetime(moment)
    except (ValueError, TypeError, RecursionError):
        created_at = None
    if created_at is None or created_at.tzinfo is None or not isinstance(row_id, str):
        raise Refusal(
            "validation_failed", errors={"cursor": _("Use the “next” address of the last page.")}
        )
    return created_at, row_id
