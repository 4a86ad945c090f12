"""A job's life as Server-Sent Events: a snapshot at once, one more for each change, then the end."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

from asgiref.sync import sync_to_async
from django.core.serializers.json import DjangoJSONEncoder
from django.db import close_old_connections
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from transcripts.api.shapes import Shape, job_shape
from transcripts.models import LIVE, Job
from transcripts.progress import listening

# Shorter than the idle time-outs of proxies; the row is read then too, should a wake-up be lost.
KEEP_ALIVE_SECONDS = 10.0
AT_MOST_EVERY_SECONDS = 0.25
RETRY_MS = 2000
THE_END = "end"


def answer(job_id: str, last_event_id: str) -> HttpResponseBase:
    """204 tells a browser that saw the end, and connects again as browsers do, to stop."""
    if last_event_id == THE_END:
        return HttpResponse(status=204)
    return StreamingHttpResponse(
        _events(job_id),
        content_type="text/event-stream; charset=utf-8",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _events(job_id: str) -> AsyncIterator[str]:
    yield f"retry: {RETRY_MS}\n\n"
    shown: Shape | None = None
    async with listening(job_id) as changed_within:
        while True:
            shape = await _read(job_id)
            if shape is None:  # deleted meanwhile
                return
            is_over = shape["status"] not in LIVE
            if shape != shown:
                yield _event(shape, THE_END if is_over else "")
            if is_over:
                return
            shown = shape
            if await changed_within(KEEP_ALIVE_SECONDS):
                await asyncio.sleep(AT_MOST_EVERY_SECONDS)
            else:
                yield ": still here\n\n"


@sync_to_async
def _read(job_id: str) -> Shape | None:
    job = Job.objects.filter(pk=job_id).first()
    shape = job_shape(job) if job else None
    close_old_connections()  # an open page is no reason to hold a connection
    return shape


def _event(shape: Shape, event_id: str) -> str:
    name = f"id: {event_id}\n" if event_id else ""
    return f"{name}data: {json.dumps(shape, cls=DjangoJSONEncoder)}\n\n"
