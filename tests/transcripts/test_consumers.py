"""The socket of a job's page: who may listen, what is said, when it ends (W01 to W06)."""

import asyncio

import pytest
from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.test import Client

from accounts.callers import GUEST_SESSION_KEY, Caller
from accounts.ids import new_id
from config.asgi import application
from gpu.contract import Progress, Stage
from tests.transcripts.recorded import a_result, submitted
from transcripts import jobs

pytestmark = pytest.mark.django_db(transaction=True)


class Guest:
    def __init__(self):
        self.session = Client().session
        self.session[GUEST_SESSION_KEY] = new_id()
        self.session.save()
        self.caller = Caller(guest_key=self.session[GUEST_SESSION_KEY])
        self.cookie = f"{settings.SESSION_COOKIE_NAME}={self.session.session_key}"


def socket(job_id, cookie="", origin="http://127.0.0.1"):
    headers = [(b"host", b"127.0.0.1")]
    headers += [(b"origin", origin.encode())] if origin else []
    headers += [(b"cookie", cookie.encode())] if cookie else []
    return WebsocketCommunicator(application, f"/ws/jobs/{job_id}/", headers)


async def code_of(connection):
    """The number that the socket is closed with."""
    assert (await connection.connect())[0]
    message = await connection.receive_output(timeout=5)
    while message["type"] != "websocket.close":
        message = await connection.receive_output(timeout=5)
    await connection.wait()
    return message["code"]


@pytest.fixture
def guest():
    return Guest()


@pytest.fixture
def job(guest):
    return submitted(caller=guest.caller)


async def test_W01_no_origin_is_refused(job, guest):
    assert not (await socket(job.pk, guest.cookie, origin="").connect())[0]


async def test_W02_a_foreign_origin_is_refused(job, guest):
    assert not (await socket(job.pk, guest.cookie, origin="http://evil.example").connect())[0]


async def test_W03_no_cookie(job):
    assert await code_of(socket(job.pk)) == 4401


async def test_W04_an_expired_cookie(job, guest):
    await sync_to_async(guest.session.delete)()
    assert await code_of(socket(job.pk, guest.cookie)) == 4401


async def test_W05_anothers_job_and_one_that_never_was(job):
    stranger = await sync_to_async(Guest)()
    assert await code_of(socket(job.pk, stranger.cookie)) == 4403
    assert await code_of(socket(new_id(), stranger.cookie)) == 4403


async def test_W06_whoever_talks_is_shut_out_and_others_hear_on(job, guest):
    listener, talker = socket(job.pk, guest.cookie), socket(job.pk, guest.cookie)
    assert (await listener.connect())[0]
    await listener.receive_from()
    assert (await talker.connect())[0]
    await talker.send_to(text_data="x" * 60_000)
    message = await talker.receive_output()
    while message["type"] != "websocket.close":
        message = await talker.receive_output()
    assert message["code"] == 1008
    await talker.wait()
    held = await sync_to_async(jobs.claim)("w")
    await sync_to_async(jobs.beat)(held, Progress(Stage.RECOGNISING, 0.42))
    assert "42" in await _until(listener, "42")
    await listener.disconnect()


async def test_sockets_of_one_guest_are_counted(job, guest):
    listeners = [socket(job.pk, guest.cookie) for _ in range(20)]
    for listener in listeners:
        assert (await listener.connect())[0]
        await listener.receive_from()
    assert await code_of(socket(job.pk, guest.cookie)) == 4429
    for listener in listeners:
        await listener.disconnect()
    again = socket(job.pk, guest.cookie)
    assert (await again.connect())[0]
    assert await again.receive_from()
    await again.disconnect()


async def test_a_page_sees_the_job_from_where_it_is_to_its_end(job, guest):
    connection = socket(job.pk, guest.cookie)
    assert (await connection.connect())[0]
    assert "hx-swap-oob" in await connection.receive_from()
    held = await sync_to_async(jobs.claim)("w")
    for percent in range(1, 60):
        await sync_to_async(jobs.beat)(held, Progress(Stage.RECOGNISING, percent / 100))
    await sync_to_async(jobs.finish)(held, a_result())
    frames = []
    while (message := await connection.receive_output(timeout=5))["type"] == "websocket.send":
        frames.append(message["text"])
    assert message["code"] == 1000
    transcript_id = (await sync_to_async(lambda: jobs.Job.objects.get(pk=job.pk))()).transcript_id
    assert transcript_id in frames[-1]
    assert len(frames) < 20  # throttled
    await connection.wait()


async def test_the_socket_ends_with_the_session(job, guest):
    connection = socket(job.pk, guest.cookie)
    assert (await connection.connect())[0]
    await connection.receive_from()
    await sync_to_async(guest.session.delete)()
    message = await connection.receive_output(timeout=6)
    assert (message["type"], message["code"]) == ("websocket.close", 4401)
    await connection.wait()


async def test_the_socket_ends_with_the_job(job, guest):
    connection = socket(job.pk, guest.cookie)
    assert (await connection.connect())[0]
    await connection.receive_from()
    await sync_to_async(job.delete)()
    message = await connection.receive_output(timeout=6)
    assert (message["type"], message["code"]) == ("websocket.close", 4404)
    await connection.wait()


async def test_what_belongs_to_nobody_opens_to_whoever_holds_its_id():
    job = await sync_to_async(submitted)()
    connection = socket(job.pk)
    assert (await connection.connect())[0]
    assert "hx-swap-oob" in await connection.receive_from()
    await connection.disconnect()


async def _until(connection, part):
    async with asyncio.timeout(5):
        while part not in (text := await connection.receive_from(timeout=5)):
            pass
    return text
