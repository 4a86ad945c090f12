"""Pages that are open when their link ends: they are told within a second."""

import asyncio
from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts import holdings
from config.asgi import application
from tests.transcripts.test_consumers import code_of
from tests.transcripts.things import a_person, a_transcript
from transcripts import consumers, editing, sharing
from transcripts.models import Share
from transcripts.sharing import Wanted

pytestmark = pytest.mark.django_db(transaction=True)
WITHIN_SECONDS = 1.0
PASSWORD = "three brown owls"


class Shared:
    def __init__(self, **wanted):
        self.alice = a_person("alice")
        self.transcript = a_transcript(self.alice.caller)
        self.share, self.token = sharing.make(self.alice.caller, self.transcript, Wanted(**wanted))


def socket(token: str, cookie: str = "", origin: str = "http://127.0.0.1"):
    headers = [(b"host", b"127.0.0.1"), (b"origin", origin.encode()), (b"cookie", cookie.encode())]
    return WebsocketCommunicator(application, f"/ws/shares/{token}/", headers)


def revoke(shared: Shared) -> None:
    sharing.revoke(shared.transcript, shared.share.pk)


def delete(shared: Shared) -> None:
    editing.delete_transcript(shared.transcript)


def erase(shared: Shared) -> None:
    holdings.erase(shared.alice.user)


@pytest.mark.parametrize("end", [revoke, delete, erase])
async def test_L02_P07_an_open_page_is_told_within_a_second(end):
    shared = await sync_to_async(Shared)()
    connection = socket(shared.token)
    assert (await connection.connect())[0]
    assert await connection.receive_nothing(timeout=0.2)
    await sync_to_async(end)(shared)
    message = await connection.receive_output(timeout=WITHIN_SECONDS)
    assert message == {"type": "websocket.close", "code": 4404}
    await connection.wait()


async def test_L02_it_is_told_when_the_time_is_over():
    end = timezone.now() + timedelta(seconds=1.5)
    shared = await sync_to_async(Shared)(expires_at=end)
    connection = socket(shared.token)
    assert (await connection.connect())[0]
    async with asyncio.timeout(20):
        message = await connection.receive_output(timeout=20)
    assert message["code"] == 4404
    assert timezone.now() >= end
    await connection.wait()


async def test_a_link_that_never_was_and_a_password_that_was_not_given():
    shared = await sync_to_async(Shared)(password=PASSWORD)
    assert await code_of(socket("never")) == 4404
    assert await code_of(socket(shared.token)) == 4403
    visitor = Client()
    path = f"/s/{shared.token}/"
    await sync_to_async(visitor.post)(path, {"password": PASSWORD})
    name = f"{settings.SHARE_COOKIE_PREFIX}{shared.share.pk}"
    connection = socket(shared.token, f"{name}={visitor.cookies[name].value}")
    assert (await connection.connect())[0]
    assert await connection.receive_nothing(timeout=0.2)
    await connection.disconnect()


async def test_a_foreign_origin_is_refused():
    shared = await sync_to_async(Shared)()
    assert not (await socket(shared.token, origin="http://evil.example").connect())[0]


async def test_W06_a_link_holds_so_many_sockets_and_gives_them_back(monkeypatch):
    monkeypatch.setattr(consumers, "READERS_OF_A_LINK", 1)
    shared = await sync_to_async(Shared)()
    first = socket(shared.token)
    assert (await first.connect())[0]
    assert await first.receive_nothing(timeout=0.2)
    assert await code_of(socket(shared.token)) == 4429
    await first.disconnect()
    again = socket(shared.token)
    assert (await again.connect())[0]
    assert await again.receive_nothing(timeout=0.2)
    assert await sync_to_async(Share.objects.count)() == 1
    await again.disconnect()
