"""Bodies that are too large, too slow, too many or cut off: memory stays where it was."""

import asyncio

import pytest

from billing.models import LedgerEntry
from tests.asgi import Visitor, ask
from tests.sending import form, multipart
from tests.transcripts.posting import (
    PATH,
    transcribe,
)
from transcripts.models import Job
from transcripts.vault import vault

pytestmark = pytest.mark.django_db(transaction=True)


async def test_F22_fifty_clients_that_drop_at_99_percent_leave_nothing():
    body, content_type = form({}, "a.wav", b"x" * 1_000_000)
    headers = {"Content-Type": content_type, "Content-Length": len(body)}
    cut = body[: len(body) * 99 // 100]
    await asyncio.gather(
        *(ask("POST", PATH, headers, cut, leaves_before_the_end=True) for _ in range(50))
    )
    assert vault().held_bytes() == 0
    assert (await Job.objects.acount(), await LedgerEntry.objects.acount()) == (0, 0)


async def test_U01_an_empty_file_is_refused_at_once():
    answer = await transcribe(b"")
    assert (answer.status, answer.json["code"]) == (422, "unreadable_media")
    assert (await Job.objects.acount(), vault().held_bytes()) == (0, 0)


async def test_U11_a_large_file_is_refused_by_its_announced_length(settings):
    settings.MAX_FILE_BYTES = 1_000_000
    headers = {"Content-Type": "multipart/form-data; boundary=b", "Content-Length": 2_500_000}
    answer = await ask("POST", PATH, headers, b"x", leaves_before_the_end=True)
    assert (answer.status, answer.json["code"]) == (413, "file_too_large")


async def test_U11_an_endless_body_ends(settings):
    settings.MAX_FILE_BYTES = 1_000_000
    head, _tail, content_type = multipart({}, "a.wav")
    headers = {"Content-Type": content_type, "Transfer-Encoding": "chunked"}
    answer = await ask("POST", PATH, headers, [head, *[b"x" * 65_536] * 40])
    assert (answer.status, answer.json["code"]) == (413, "file_too_large")
    preamble = await ask("POST", PATH, headers, [b"x" * 65_536] * 80)
    assert preamble.status == 413
    assert vault().held_bytes() == 0


async def test_U11_a_body_that_trickles_is_not_waited_for(monkeypatch):
    monkeypatch.setattr("transcripts.api.body.IDLE_SECONDS", 0.1)
    monkeypatch.setattr("transcripts.api.body.DRAIN_SECONDS", 0.1)
    body, content_type = form({}, "a.wav", b"x" * 1000)
    headers = {"Content-Type": content_type, "Content-Length": len(body) + 1}
    visitor = Visitor("POST", PATH, headers, body)
    visitor._leaves = True
    received = visitor._receive

    async def silent_at_the_end():
        if not visitor.unread:
            await asyncio.sleep(60)
        return await received()

    visitor._receive = silent_at_the_end
    answer = await visitor.ask()
    assert (answer.status, answer.json["code"]) == (408, "request_timeout")
    assert vault().held_bytes() == 0


async def test_U11_one_byte_a_second_is_too_slow(monkeypatch):
    monkeypatch.setattr("transcripts.api.body.GRACE_SECONDS", 0.2)
    _body, content_type = form({}, "a.wav", b"")
    headers = {"Content-Type": content_type, "Transfer-Encoding": "chunked"}
    visitor = Visitor("POST", PATH, headers, [b"-"] * 1000)
    received = visitor._receive

    async def slowly():
        await asyncio.sleep(0.02)
        return await received()

    visitor._receive = slowly
    assert (await visitor.ask()).status == 408


async def test_U12_uploads_at_once_stay_within_the_budget(settings):
    settings.AUDIO_BUDGET_BYTES = 10_000_000
    answers = await asyncio.gather(*(transcribe(b"x" * 1_000_000, wait="false") for _ in range(20)))
    statuses = [answer.status for answer in answers]
    assert set(statuses) == {202, 503}
    assert statuses.count(202) == await Job.objects.acount()
    assert 8 <= statuses.count(202) <= 9  # a form is a little more than its file
    assert vault().held_bytes() == statuses.count(202) * 1_000_000
    refused = next(answer for answer in answers if answer.status == 503)
    assert int(refused.headers["retry-after"]) > 0
