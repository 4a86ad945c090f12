"""Telling open pages that a job changed: a message names the job, its readers re-read the row."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import InMemoryChannelLayer, get_channel_layer
from redis.exceptions import RedisError

_server_loop: asyncio.AbstractEventLoop | None = None
_sending: set[asyncio.Future[None]] = set()


def group_of(job_id: str) -> str:
    return f"job.{job_id}"


def remember_server_loop() -> None:
    """Called by every listener: the in-memory layer must be woken in the loop that reads it."""
    global _server_loop  # noqa: PLW0603 - one server, one loop a process
    _server_loop = asyncio.get_running_loop()


def group_of_share(share_id: str) -> str:
    return f"share.{share_id}"


def announce(job_id: str) -> None:
    _tell(group_of(job_id), {"type": "job.changed", "job_id": job_id})


def announce_share(share_id: str) -> None:
    _tell(group_of_share(share_id), {"type": "share.changed", "share_id": share_id})


def _tell(group: str, message: dict[str, str]) -> None:
    """Tell listeners from any thread. Nobody listening, or a layer that is down, is no error."""
    layer = get_channel_layer()
    if not isinstance(layer, InMemoryChannelLayer):
        with contextlib.suppress(OSError, TimeoutError, RedisError):
            async_to_sync(layer.group_send)(group, message)
    elif _server_loop is not None and _server_loop.is_running():
        with contextlib.suppress(RuntimeError):  # the server is just closing its loop
            _server_loop.call_soon_threadsafe(_send_soon, layer, group, message)


def _send_soon(layer: InMemoryChannelLayer, group: str, message: dict[str, str]) -> None:
    task = asyncio.ensure_future(layer.group_send(group, message))
    _sending.add(task)
    task.add_done_callback(_sending.discard)


@contextlib.asynccontextmanager
async def listening(job_id: str) -> AsyncIterator[Callable[[float], Awaitable[bool]]]:
    """A wait for the job: True when it changed, False when so many seconds have passed.

    From the first moment on, so that nothing is missed between a look at the row and the wait.
    """
    remember_server_loop()
    layer = get_channel_layer()
    channel = await layer.new_channel()
    await layer.group_add(group_of(job_id), channel)

    waiting: asyncio.Task[Any] | None = None

    async def changed_within(seconds: float) -> bool:
        nonlocal waiting
        # Not cancelled by the time running out: that would end a subscription at Redis.
        waiting = waiting or asyncio.ensure_future(layer.receive(channel))
        await asyncio.wait({waiting}, timeout=seconds)
        if not waiting.done():
            return False
        waiting.result()
        waiting = None
        return True

    try:
        yield changed_within
    finally:
        await layer.group_discard(group_of(job_id), channel)
        if waiting is not None:
            waiting.cancel()
