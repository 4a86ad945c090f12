"""Resumable uploads by tus 1.0, as its clients speak it."""

import asyncio
import base64
import hashlib
import os
import secrets
from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.http import http_date, parse_http_date

from privacy.sweeper import sweep_once
from tests.asgi import Visitor, ask
from transcripts.models import Upload
from transcripts.recording import running_digests
from transcripts.vault import BLOCK_BYTES, vault

pytestmark = pytest.mark.django_db(transaction=True)

TUS = {"Tus-Resumable": "1.0.0"}
PART = {**TUS, "Content-Type": "application/offset+octet-stream"}
PAGE = {"X-CSRFToken": "token", "Origin": "http://127.0.0.1", "Sec-Fetch-Site": "same-origin"}


def named(name: str) -> dict[str, str]:
    return {"Upload-Metadata": "filename " + base64.b64encode(name.encode()).decode()}


def checksum(data: bytes, algorithm: str = "sha256") -> dict[str, str]:
    digest = hashlib.new(algorithm, data).digest()
    return {"Upload-Checksum": f"{algorithm} {base64.b64encode(digest).decode()}"}


async def create(length: int, **headers: str) -> str:
    """Returns the new upload's path."""
    made = await ask("POST", "/v1/uploads", {**TUS, "Upload-Length": length, **headers})
    assert made.status == 201, made.body
    return made.headers["location"]


async def send(path: str, data: bytes, at: int = 0, **headers: str):
    return await ask("PATCH", path, {**PART, "Upload-Offset": at, **headers}, data)


async def offset(path: str) -> int:
    return int((await ask("HEAD", path, TUS)).headers["upload-offset"])


async def name_of(path: str) -> str:
    """As the sealed column gives it back."""
    upload = await row(path)
    return await asyncio.to_thread(lambda: upload.file_name)


async def row(path: str) -> Upload:
    return await Upload.objects.aget(pk=path.rpartition("/")[2])


async def held(path: str) -> bytes:
    upload = await row(path)
    with os.fdopen(vault().open(upload.pk, bytes(upload.key)), "rb") as audio:
        return audio.read()


async def test_parts_become_the_whole():
    data = secrets.token_bytes(3_000_000)
    path = await create(len(data), **named("talk.mp3"))
    for start in range(0, len(data), 800_000):
        part = data[start : start + 800_000]
        answer = await send(path, part, start)
        assert (answer.status, answer.headers["upload-offset"]) == (204, str(start + len(part)))
    upload = await row(path)
    assert upload.is_complete
    assert upload.sha256 == hashlib.sha256(data).hexdigest()
    assert await name_of(path) == "talk.mp3"
    assert await held(path) == data


async def test_says_what_it_speaks(settings):
    answer = await ask("OPTIONS", "/v1/uploads")
    spoken = {name: value for name, value in answer.headers.items() if name.startswith("tus-")}
    assert answer.status == 204
    assert spoken == {
        "tus-resumable": "1.0.0",
        "tus-version": "1.0.0",
        "tus-extension": "creation,creation-with-upload,termination,checksum,expiration",
        "tus-max-size": str(min(settings.MAX_FILE_BYTES, vault().budget_bytes)),
        "tus-checksum-algorithm": "sha1,sha256",
    }


async def test_creation_can_carry_the_first_bytes():
    headers = {**PART, "Upload-Length": 10, **checksum(b"first")}
    made = await ask("POST", "/v1/uploads", headers, b"first")
    assert (made.status, made.headers["upload-offset"]) == (201, "5")
    assert (await send(made.headers["location"], b"later", 5)).status == 204
    assert await held(made.headers["location"]) == b"firstlater"


async def test_head_tells_where_to_go_on():
    name = named("Gespräch 聞.wav")
    path = await create(10, **name)
    await send(path, b"1234")
    answer = await ask("HEAD", path, TUS)
    expires = http_date((await row(path)).expires_at.timestamp())
    told = {key: value for key, value in answer.headers.items() if key.startswith("upload-")}
    assert told == {
        "upload-offset": "4",
        "upload-length": "10",
        "upload-metadata": name["Upload-Metadata"],
        "upload-expires": expires,
    }
    assert answer.headers["cache-control"] == "no-store"
    assert answer.body == b""


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
async def test_a_part_that_was_changed_on_its_way_leaves_no_trace(algorithm):
    data = secrets.token_bytes(2_000_000)
    path = await create(len(data))
    await send(path, data[:500_000])
    bad = await send(path, b"x" * 1_500_000, 500_000, **checksum(data[500_000:], algorithm))
    assert (bad.status, bad.json["code"]) == (460, "checksum_mismatch")
    assert await offset(path) == 500_000
    good = await send(path, data[500_000:], 500_000, **checksum(data[500_000:], algorithm))
    assert good.status == 204
    assert (await row(path)).sha256 == hashlib.sha256(data).hexdigest()
    assert await held(path) == data


async def test_a_dropped_part_keeps_what_had_come_and_goes_on():
    data = secrets.token_bytes(2_500_000)
    path = await create(len(data))
    headers = {**PART, "Upload-Offset": 0, "Content-Length": len(data)}
    gone = await ask("PATCH", path, headers, data[:1_700_000], leaves_before_the_end=True)
    assert gone.status == 0
    assert await offset(path) == 1_700_000
    await send(path, data[1_700_000:], 1_700_000)
    assert (await row(path)).sha256 == hashlib.sha256(data).hexdigest()


async def test_a_dropped_part_with_a_checksum_keeps_nothing():
    path = await create(2_000_000)
    headers = {**PART, "Upload-Offset": 0, "Content-Length": 2_000_000, **checksum(b"all of it")}
    await ask("PATCH", path, headers, b"x" * 1_500_000, leaves_before_the_end=True)
    assert await offset(path) == 0


async def test_bytes_whose_checksum_is_not_verified_do_not_count_whatever_becomes_of_their_server():
    """Asked in the middle of the part: what a server that dies now leaves behind."""
    data = secrets.token_bytes(3_000_000)
    path = await create(len(data))
    await send(path, data[:500_000])
    rest = data[500_000:]
    headers = {**PART, "Upload-Offset": 500_000, "Content-Length": len(rest), **checksum(rest)}
    part = Visitor("PATCH", path, headers, rest[:2_000_000], goes_silent=True)
    sending = asyncio.create_task(part.ask())
    await part.fell_silent()
    assert await offset(path) == 500_000
    assert (await send(path, rest, 500_000, **checksum(rest))).status == 204
    part.leave()
    await sending
    assert (await row(path)).sha256 == hashlib.sha256(data).hexdigest()
    assert await held(path) == data


async def test_a_broken_connection_that_is_noticed_late_takes_nothing_back():
    data = secrets.token_bytes(3_000_000)
    path = await create(len(data))
    headers = {**PART, "Upload-Offset": 0, "Content-Length": len(data)}
    first = Visitor("PATCH", path, headers, data[: 2 * BLOCK_BYTES], goes_silent=True)
    sending = asyncio.create_task(first.ask())
    await first.fell_silent()
    here = await offset(path)
    assert here == 2 * BLOCK_BYTES
    assert (await send(path, data[here:], here)).status == 204
    first.leave()
    await sending
    upload = await row(path)
    assert (upload.is_complete, upload.sha256) == (True, hashlib.sha256(data).hexdigest())


async def test_another_process_can_go_on():
    data = secrets.token_bytes(2_000_000)
    path = await create(len(data))
    await send(path, data[:900_000])
    running_digests.take((await row(path)).pk, -1)  # what another process never had
    await send(path, data[900_000:], 900_000)
    assert (await row(path)).sha256 == hashlib.sha256(data).hexdigest()


async def test_of_two_parts_at_once_one_wins():
    ours, hers = secrets.token_bytes(3_000_000), secrets.token_bytes(3_000_000)
    path = await create(3_000_000)
    answers = await asyncio.gather(send(path, ours), send(path, hers))
    assert sorted(answer.status for answer in answers) == [204, 409]
    winner = ours if answers[0].status == 204 else hers
    assert await held(path) == winner
    assert (await row(path)).sha256 == hashlib.sha256(winner).hexdigest()


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"Tus-Resumable": "0.2.2"}, 412, "tus_version_unsupported"),
        ({"Content-Type": "audio/mpeg"}, 415, "unsupported_media"),
        ({"Upload-Offset": 3}, 409, "conflict"),
        ({"Upload-Offset": -1}, 400, "bad_request"),
        ({"Upload-Offset": "all"}, 400, "bad_request"),
        ({"Upload-Checksum": "md5 1B2M2Y8AsgTpgAmY7PhCfg=="}, 400, "bad_request"),
        ({"Upload-Checksum": "sha1 !"}, 400, "bad_request"),
    ],
)
async def test_a_wrong_part_is_refused_and_changes_nothing(headers, status, code):
    path = await create(100)
    answer = await ask("PATCH", path, {**PART, "Upload-Offset": 0, **headers}, b"12345")
    assert (answer.status, answer.json["code"]) == (status, code)
    assert await offset(path) == 0


async def test_an_unsupported_version_is_told_the_right_one():
    answer = await ask("POST", "/v1/uploads", {"Tus-Resumable": "0.2.2", "Upload-Length": 5})
    assert (answer.status, answer.headers["tus-version"]) == (412, "1.0.0")


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({}, 400, "bad_request"),
        ({"Upload-Length": "1e9"}, 400, "bad_request"),
        ({"Upload-Length": "9" * 30}, 400, "bad_request"),
        ({"Upload-Defer-Length": "1"}, 400, "bad_request"),
        ({"Upload-Length": "0"}, 422, "unreadable_media"),
        ({"Upload-Length": "2000000001"}, 413, "file_too_large"),
        ({"Upload-Length": "5", "Upload-Metadata": "filename %%%"}, 400, "bad_request"),
        ({"Upload-Length": "5", "Upload-Metadata": "a YQ==,a YQ=="}, 400, "bad_request"),
    ],
)
async def test_U11_a_wrong_creation_is_refused(headers, status, code):
    answer = await ask("POST", "/v1/uploads", {**TUS, **headers})
    assert (answer.status, answer.json["code"]) == (status, code)
    assert (await Upload.objects.acount(), vault().held_bytes()) == (0, 0)


async def test_U11_more_bytes_than_were_announced_are_refused():
    path = await create(1_000_000)
    answer = await send(path, b"x" * 1_000_001)
    assert answer.status == 413
    chunked = {**PART, "Upload-Offset": 0, "Transfer-Encoding": "chunked"}
    answer = await ask("PATCH", path, chunked, [b"x" * 600_000] * 3)
    assert answer.status == 413
    assert vault().held_bytes() == 1_000_000


async def test_termination_frees_the_memory():
    path = await create(1_000_000)
    await send(path, b"x" * 500_000)
    assert (await ask("DELETE", path, TUS)).status == 204
    assert vault().held_bytes() == 0
    assert (await ask("HEAD", path, TUS)).status == 404


async def test_clients_that_know_only_post_can_patch():
    path = await create(5)
    headers = {**PART, "Upload-Offset": 0, "X-HTTP-Method-Override": "PATCH"}
    assert (await ask("POST", path, headers, b"12345")).status == 204


async def test_every_answer_says_when_an_hour_without_a_byte_is_over(settings):
    headers = {**TUS, "Upload-Length": 10}
    made = await ask("POST", "/v1/uploads", headers)
    path = made.headers["location"]
    early = timezone.now() - timedelta(minutes=50)
    await Upload.objects.aupdate(expires_at=early + settings.UPLOAD_ABANDONED_AFTER)
    looked = await ask("HEAD", path, TUS)
    sent = await send(path, b"1234")
    answers = [made, looked, sent, await ask("HEAD", path, TUS)]
    left = [
        parse_http_date(answer.headers["upload-expires"]) - timezone.now().timestamp()
        for answer in answers
    ]
    assert timedelta(hours=1) == settings.UPLOAD_ABANDONED_AFTER
    assert [round(seconds / 60) for seconds in left] == [60, 10, 60, 60]


async def test_an_upload_without_progress_ends(settings):
    path = await create(1_000_000)
    soon = (await row(path)).expires_at
    settings.UPLOAD_ABANDONED_AFTER += timedelta(minutes=5)
    await send(path, b"x")
    assert (await row(path)).expires_at > soon
    await Upload.objects.aupdate(expires_at=timezone.now() - timedelta(seconds=1))
    await asyncio.to_thread(sweep_once)
    assert vault().held_bytes() == 0
    assert (await ask("HEAD", path, TUS)).status == 404


async def test_an_upload_whose_bytes_are_gone_is_not_there():
    path = await create(10)
    vault().destroy((await row(path)).pk)
    assert (await ask("HEAD", path, TUS)).status == 404
    assert (await send(path, b"1")).status == 404


async def test_U12_beyond_the_budget_is_a_clear_no(settings):
    settings.AUDIO_BUDGET_BYTES = 10_000_000
    answers = await asyncio.gather(
        *(ask("POST", "/v1/uploads", {**TUS, "Upload-Length": 3_000_000}) for _ in range(20))
    )
    assert sorted(answer.status for answer in answers) == [201] * 3 + [503] * 17
    refused = next(answer for answer in answers if answer.status == 503)
    assert refused.json["code"] == "unavailable"
    assert int(refused.headers["retry-after"]) > 0
    assert vault().held_bytes() == 9_000_000


async def test_what_can_never_fit_is_not_told_to_come_back(settings):
    settings.AUDIO_BUDGET_BYTES = 10_000_000
    answer = await ask("POST", "/v1/uploads", {**TUS, "Upload-Length": 10_000_001})
    assert answer.status == 413


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\talk.wav", "talk.wav"),
        ("a\0b.mp3", "ab.mp3"),
        ("harmless\u202e3pm.exe", "harmless3pm.exe"),
        ("<img src=x onerror=alert(1)>.mp3", "<img src=x onerror=alert(1)>.mp3"),
        ('a"\r\nX: y.mp3', 'a" X: y.mp3'),
        ("🎙️ interview 👩‍🚀.m4a", "🎙️ interview 👩‍🚀.m4a"),
        ("..", ""),
        ("x" * 4096 + ".flac", "x" * 195 + ".flac"),
    ],
)
async def test_U14_file_names_are_cleaned(name, kept):
    path = await create(5, **named(name))
    assert await name_of(path) == kept


async def test_U14_a_name_that_is_no_text_is_no_error():
    broken = base64.b64encode(b"\xff\xfe.mp3").decode()
    path = await create(5, **{"Upload-Metadata": f"filename {broken},is_private"})
    assert await name_of(path) == "\ufffd\ufffd.mp3"


async def test_B01_creation_sent_again_makes_one_upload():
    headers = {**TUS, "Upload-Length": 9, "Idempotency-Key": "k1"}
    answers = await asyncio.gather(*(ask("POST", "/v1/uploads", headers) for _ in range(5)))
    assert {answer.body for answer in answers} == {answers[0].body}
    assert (await Upload.objects.acount(), vault().held_bytes()) == (1, 9)
