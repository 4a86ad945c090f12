"""``POST /v1/transcripts/{id}/burn-in``: a video in, the same with subtitles out, nothing kept."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest
from asgiref.sync import sync_to_async

from accounts.callers import Caller
from accounts.models import User
from gpu.contract import EMBEDDED_MODEL_ID, Result, Segment, Word
from privacy.models import Entry
from tests.asgi import Visitor, ask
from tests.sending import form, form_without_file
from tests.transcripts.posting import key_of
from tests.transcripts.recorded import submitted
from tests.videos import FLASH, Shot, seen_in, video
from transcripts import burning, jobs
from transcripts.document import Document, document_from_result
from transcripts.models import Job, Transcript, Upload
from transcripts.vault import vault

pytestmark = pytest.mark.django_db(transaction=True)

CUE = (1.0, 1.8)
TUS = {"Tus-Resumable": "1.0.0"}


def spoken(text: str = "Good morning.", language: str = "en") -> Document:
    words = [Word(text, *CUE)]
    segment = Segment(*CUE, text, "Speaker 1", words=words)
    return document_from_result(
        Result(language, 4.0, EMBEDDED_MODEL_ID, [segment], ["Speaker 1"], 0.8)
    )


def transcript_of(email: str, document: Document) -> Transcript:
    submitted(caller=Caller(user=User.objects.get(email=email)))
    claim = jobs.claim("test")
    assert claim is not None
    assert jobs.finish(claim, document)
    found = Job.objects.get(pk=claim.job_id).transcript
    assert found is not None
    return found


@pytest.fixture
async def alice() -> dict[str, str]:
    return await key_of("alice@example.org")


@pytest.fixture
async def path(alice) -> str:
    transcript = await sync_to_async(transcript_of)("alice@example.org", spoken())
    return f"/v1/transcripts/{transcript.pk}/burn-in"


def asked(data: bytes, headers: dict[str, str], **fields: str) -> tuple[dict[str, str], bytes]:
    body, content_type = form(fields, "holiday.mp4", data)
    return {"Content-Type": content_type, **headers}, body


async def burn_in(path: str, data: bytes, headers: dict[str, str], **fields: str):
    return await ask("POST", path, *asked(data, headers, **fields))


@sync_to_async
def told() -> list[tuple[str, dict]]:
    """What the receipt says of the video."""
    rows = Entry.objects.order_by("number").values_list("event", "facts")
    return [
        (event, {name: facts[name] for name in ("why", "to", "format") if name in facts})
        for event, facts in rows
        if facts.get("what") == "video" or event == "exported"
    ]


async def test_subtitles_are_in_the_picture_while_they_are_said(alice, path):
    answer = await burn_in(path, video(), alice, min_seconds="0")
    assert (answer.status, answer.headers["content-type"]) == (200, "video/mp4")
    assert answer.headers["content-disposition"] == 'attachment; filename="talk.mp4"'
    assert answer.headers["sotto-seconds"] == "4.000"
    seen = seen_in(answer.body)
    assert (seen.codecs, seen.width, seen.height) == (["h264", "aac"], 320, 240)
    assert (seen.lettered[0], seen.lettered[-1]) == (1.0, pytest.approx(1.76, abs=0.001))
    assert len(seen.lettered) == 20
    assert seen.times == [round(n / 25, 3) for n in range(100)]
    assert seen.sounds[0] == pytest.approx(FLASH[0], abs=0.04)
    assert seen.flashes[0] == FLASH[0]


async def test_nothing_is_kept_and_the_receipt_tells_of_it(alice, path):
    assert (await burn_in(path, video(), alice)).status == 200
    assert vault().held_bytes() == 0
    assert await told() == [
        ("held", {}),
        ("exported", {"to": "api", "format": "mp4"}),
        ("destroyed", {"why": "burned"}),
    ]


async def test_a_finished_upload_serves_as_well_and_ends_with_it(alice, path):
    data = video()
    headers = {**TUS, **alice, "Upload-Length": len(data)}
    made = await ask("POST", "/v1/uploads", headers)
    upload = made.headers["location"]
    part = {**TUS, **alice, "Content-Type": "application/offset+octet-stream", "Upload-Offset": 0}
    assert (await ask("PATCH", upload, part, data)).status == 204
    body, content_type = form_without_file({"upload": upload.rpartition("/")[2]})
    answer = await ask("POST", path, {"Content-Type": content_type, **alice}, body)
    assert (answer.status, len(seen_in(answer.body).lettered) > 0) == (200, True)
    assert (await Upload.objects.acount(), vault().held_bytes()) == (0, 0)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"not a video at all" * 100, "video_unreadable"),
        (lambda: video(Shot(sound="aac"))[:3000], "video_unreadable"),
    ],
)
async def test_what_is_no_video_is_refused_with_a_reason(alice, path, data, code):
    answer = await burn_in(path, data if isinstance(data, bytes) else data(), alice)
    assert (answer.status, answer.json["code"]) == (422, code)
    assert vault().held_bytes() == 0
    assert (await told())[-1] == ("destroyed", {"why": "burning_failed"})


async def test_limits_of_a_plan_hold(alice, path, settings):
    settings.HOSTED = True
    larger = video(Shot(seconds=0.2, width=2048, height=1152, sound=""))
    answer = await burn_in(path, larger, alice)
    assert (answer.status, answer.json["code"]) == (422, "video_too_large")
    settings.BURN_IN_MAX_MINUTES = 0.05
    answer = await burn_in(path, video(), alice)
    assert (answer.status, answer.json["code"]) == (422, "video_too_long")
    settings.MAX_FILE_BYTES = 1000
    answer = await burn_in(path, video(), alice)
    assert (answer.status, answer.json["code"]) == (413, "file_too_large")


@pytest.mark.parametrize(
    "fields",
    [
        {"size": "1"},
        {"size": "nan"},
        {"margin": "x"},
        {"position": "middle"},
        {"text_color": "red"},
        {"box_color": "#12345"},
        {"max_chars": "1"},
    ],
)
async def test_a_style_that_cannot_be_is_named(alice, path, fields):
    answer = await burn_in(path, b"x", alice, **fields)
    assert (answer.status, list(answer.json["errors"])) == (422, list(fields))
    assert vault().held_bytes() == 0


async def test_an_empty_transcript_has_nothing_to_burn(alice):
    empty = document_from_result(Result("en", 4.0, EMBEDDED_MODEL_ID, [], [], 0.0))
    transcript = await sync_to_async(transcript_of)("alice@example.org", empty)
    answer = await burn_in(f"/v1/transcripts/{transcript.pk}/burn-in", video(), alice)
    assert (answer.status, answer.json["code"]) == (422, "nothing_to_burn")
    assert vault().held_bytes() == 0


async def test_only_its_owner_may(path):
    charlie = await key_of("charlie@example.org")
    for headers in (charlie, {}):
        assert (await burn_in(path, video(), headers)).status == 404


async def test_who_leaves_ends_the_work(alice, path):
    visitor = Visitor("POST", path, *asked(video(Shot(seconds=60.0)), alice))
    began = asyncio.Event()
    send = visitor._send

    async def watch(message):
        await send(message)
        if message.get("body"):
            began.set()
            visitor.leave()

    visitor._send = watch
    answer = await visitor.ask()
    assert began.is_set()
    assert len(answer.body) < 60 * len((await burn_in(path, video(), alice)).body) / 8
    assert (await told())[1] == ("destroyed", {"why": "burning_cancelled"})
    assert vault().held_bytes() == 0


async def test_the_receipt_tells_to_the_end_though_the_transcript_is_deleted(alice, path):
    visitor = Visitor("POST", path, *asked(video(Shot(seconds=20.0)), alice))
    send, answers = visitor._send, []

    async def watch(message):
        if message.get("body") and not answers:
            answers.append(await ask("DELETE", path.removesuffix("/burn-in"), alice))
        await send(message)

    visitor._send = watch
    assert (await visitor.ask()).status == 200
    assert [answer.status for answer in answers] == [204]
    assert await told() == [("held", {}), ("destroyed", {"why": "burned"})]


async def test_one_at_a_time(alice, path):
    assert burning._turns.acquire(blocking=False)
    try:
        answer = await burn_in(path, video(), alice)
    finally:
        burning._turns.release()
    assert (answer.status, answer.json["code"]) == (503, "burning_busy")
    assert answer.headers["retry-after"] == "60"


async def test_who_waits_for_a_turn_takes_no_thread_from_others(alice, path):
    """More than there are threads wait; the one whose turn it is needs them to go on."""
    with ThreadPoolExecutor(2) as threads:
        asyncio.get_running_loop().set_default_executor(threads)
        short = video(Shot(seconds=0.4, sound=""))
        answers = await asyncio.gather(*(burn_in(path, short, alice) for _ in range(4)))
    assert [answer.status for answer in answers] == [200] * 4
    assert vault().held_bytes() == 0


async def test_a_video_that_is_longer_than_it_says_breaks_off_with_a_reason(alice, path, settings):
    """Its head says nothing of its length, so it is found out on the way."""
    settings.BURN_IN_MAX_MINUTES = 0.05
    data = video(Shot(container="matroska", muxing=(("live", "1"),)))
    answer = await burn_in(path, data, alice)
    assert answer.status == 200
    assert answer.body.endswith(b"freesotto:video_too_long")
    assert (await told())[-1] == ("destroyed", {"why": "burning_failed"})
