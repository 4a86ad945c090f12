"""A job as Server-Sent Events: at once, on each change, and to the end."""

import asyncio
import json
from contextlib import aclosing

import pytest
from asgiref.sync import sync_to_async
from django.test import AsyncClient
from django.utils import timezone

from tests.transcripts.things import STRANGER, Api, a_job, a_person
from transcripts import jobs
from transcripts.models import Job, Status
from transcripts.progress import announce

pytestmark = pytest.mark.django_db(transaction=True)


async def stream(client: AsyncClient, job: Job, **headers: str):
    return await client.get(f"/v1/jobs/{job.pk}/events", headers=headers)


def data_of(chunk: bytes) -> dict:
    (line,) = [line for line in chunk.decode().splitlines() if line.startswith("data: ")]
    return json.loads(line.removeprefix("data: "))


async def test_a_snapshot_then_changes_then_the_end():
    job = await sync_to_async(a_job)(STRANGER)
    response = await stream(AsyncClient(), job)
    assert response.headers["Content-Type"] == "text/event-stream; charset=utf-8"
    assert response.headers["Cache-Control"] == "no-store"
    async with aclosing(aiter(response)) as chunks, asyncio.timeout(20):
        assert await anext(chunks) == b"retry: 2000\n\n"
        first = data_of(await anext(chunks))
        assert first == (await sync_to_async(Api())("GET", f"/v1/jobs/{job.pk}")).json()
        following = asyncio.ensure_future(anext(chunks))
        await asyncio.sleep(0.1)
        changed = {"status": Status.RUNNING, "stage": "recognising", "progress": 0.5}
        await Job.objects.filter(pk=job.pk).aupdate(**changed)
        await sync_to_async(announce)(job.pk)
        assert data_of(await following)["progress"] == 0.5
        assert await sync_to_async(jobs.cancel)(job)
        last = await anext(chunks)
        assert data_of(last)["status"] == "cancelled"
        assert last.startswith(b"id: end\n")
        with pytest.raises(StopAsyncIteration):
            await anext(chunks)


async def test_a_finished_job_is_told_at_once_and_to_whoever_saw_the_end_no_more():
    job = await sync_to_async(a_job)(
        STRANGER, status=Status.FAILED, failure="no_speech", finished_at=timezone.now()
    )
    response = await stream(AsyncClient(), job)
    chunks = [chunk async for chunk in response]
    assert data_of(chunks[1])["error"]["code"] == "no_speech"
    assert len(chunks) == 2
    again = await stream(AsyncClient(), job, **{"Last-Event-ID": "end"})
    assert again.status_code == 204


async def test_a_lost_wake_up_costs_only_time(monkeypatch):
    monkeypatch.setattr("transcripts.api.events.KEEP_ALIVE_SECONDS", 0.05)
    job = await sync_to_async(a_job)(STRANGER)
    response = await stream(AsyncClient(), job)
    async with aclosing(aiter(response)) as chunks, asyncio.timeout(20):
        await anext(chunks)
        await anext(chunks)
        assert await anext(chunks) == b": still here\n\n"
        await Job.objects.filter(pk=job.pk).aupdate(progress=0.25)
        heard = [await anext(chunks) for _ in range(3)]
    assert [data_of(chunk)["progress"] for chunk in heard if b"data" in chunk] == [0.25]


async def test_a_deleted_job_ends_the_stream(monkeypatch):
    monkeypatch.setattr("transcripts.api.events.KEEP_ALIVE_SECONDS", 0.05)
    job = await sync_to_async(a_job)(STRANGER)
    response = await stream(AsyncClient(), job)
    async with aclosing(aiter(response)) as chunks, asyncio.timeout(20):
        await anext(chunks)
        await anext(chunks)
        await Job.objects.filter(pk=job.pk).adelete()
        assert [chunk async for chunk in chunks if b"data" in chunk] == []


async def test_somebody_elses_job_is_not_there():
    alice, bob = await sync_to_async(a_person)(), await sync_to_async(a_person)()
    job = await sync_to_async(a_job)(alice.caller)
    key = (await sync_to_async(lambda: bob.api)()).key
    response = await stream(AsyncClient(), job, Authorization=f"Bearer {key}")
    assert response.status_code == 404
    assert response.json()["code"] == "not_found"
