"""Posting forms to ``/v1/transcribe`` in this process, and working off what they start."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Callable

from django.db import connection

from accounts.models import ApiKey, User
from gpu.contract import Result, Segment, Word
from tests.asgi import ask
from tests.sending import form
from transcripts import jobs
from transcripts.document import document_from_result
from transcripts.models import Job
from transcripts.vault import vault

PATH = "/v1/transcribe"
HEARD = document_from_result(
    Result(
        language="en",
        duration=2.5,
        model="moonshine-tiny-en",
        segments=[
            Segment(0.0, 2.0, "Hello there.", "Speaker 1", words=[Word("Hello", 0.0, 0.5)]),
        ],
        speakers=["Speaker 1"],
        speech_seconds=2.0,
    )
)


async def transcribe(data: bytes, file_name: str = "a.wav", headers=None, **fields: str):
    body, content_type = form(fields, file_name, data)
    return await ask("POST", PATH, {"Content-Type": content_type, **(headers or {})}, body)


Ends = Callable[[jobs.Claim, bytes], object]


@contextlib.asynccontextmanager
async def working(end: Ends) -> AsyncIterator[list[bytes]]:
    """The worker's side, at the doors that a worker uses. Yields what it got to hear."""
    heard: list[bytes] = []
    stopped = asyncio.Event()

    def work_once() -> None:
        claim = jobs.claim("test")
        if claim is not None:
            with os.fdopen(vault().open(claim.audio_id, claim.audio_key), "rb") as audio:
                heard.append(audio.read())
            end(claim, heard[-1])
        connection.close()

    async def work() -> None:
        while not stopped.is_set():
            await asyncio.to_thread(work_once)
            await asyncio.sleep(0.02)

    task = asyncio.create_task(work())
    yield heard
    stopped.set()
    await task


async def one_job() -> Job:
    """The job that another request is just making."""
    async with asyncio.timeout(10):
        while True:
            job = await Job.objects.afirst()
            if job is not None:
                return job
            await asyncio.sleep(0.01)


async def key_of(email: str, **fields: object) -> dict[str, str]:
    user = await asyncio.to_thread(User.objects.create_user, email)
    _key, secret = await asyncio.to_thread(ApiKey.issue, user, "test", **fields)
    return {"Authorization": f"Bearer {secret}"}


def parts(*bodies: str) -> bytes:
    lines = [f"--b\r\n{body}\r\n" for body in bodies]
    return ("".join(lines) + "--b--\r\n").encode()
