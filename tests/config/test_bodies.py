"""Bodies of ordinary requests: each route takes what its largest honest body needs, no more."""

import asyncio
import json
import time

import pytest

from tests.asgi import ask
from tests.transcripts.things import a_person, a_transcript
from transcripts.models import Transcript

pytestmark = pytest.mark.django_db(transaction=True)

WORDS_IN_TEN_HOURS = 90_000
LIMIT_BYTES = 8 * 1024 * 1024


def ten_hours() -> bytes:
    words = [
        {"text": "honest", "start": at * 0.4, "end": at * 0.4 + 0.31, "confidence": 0.93127}
        for at in range(WORDS_IN_TEN_HOURS)
    ]
    parts = [words[start : start + 10] for start in range(0, len(words), 10)]
    segments = [
        {
            "id": f"s{number}",
            "start": part[0]["start"],
            "end": part[-1]["end"],
            "text": " ".join(word["text"] for word in part),
            "speaker": "S1",
            "words": part,
        }
        for number, part in enumerate(parts)
    ]
    document = {
        "schema": 1,
        "language": "en",
        "duration": 36_000,
        "model": "whisper-large-v3",
        "speakers": [{"id": "S1", "name": "Speaker 1"}],
        "segments": segments,
    }
    return json.dumps(document).encode()


def with_transcript() -> tuple[str, dict[str, str]]:
    alice = a_person()
    transcript = a_transcript(alice.caller)
    headers = {
        "Authorization": f"Bearer {alice.api.key}",
        "Content-Type": "application/json",
        "If-Match": f'"{transcript.version}"',
    }
    return transcript.pk, headers


async def test_a_document_of_ten_hours_is_taken():
    body = ten_hours()
    pk, headers = await asyncio.to_thread(with_transcript)
    answer = await ask("PUT", f"/v1/transcripts/{pk}/document", headers, body)
    assert len(body) > LIMIT_BYTES
    assert answer.status == 200, answer.body[:300]
    assert await asyncio.to_thread(segments_of, pk) == WORDS_IN_TEN_HOURS // 10


def segments_of(pk: str) -> int:
    return len(Transcript.objects.get(pk=pk).document["segments"])


async def test_a_document_has_a_limit_too(settings):
    pk, headers = await asyncio.to_thread(with_transcript)
    headers["Content-Length"] = str(settings.DOCUMENT_BODY_MAX_BYTES + 1)
    answer = await ask(
        "PUT", f"/v1/transcripts/{pk}/document", headers, b"{", leaves_before_the_end=True
    )
    assert (answer.status, answer.json["code"]) == (413, "file_too_large")


JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/v1/jobs"),
        ("PATCH", "/v1/transcripts/x/document"),
        ("PUT", "/v1/transcripts/x"),
        ("PUT", "/v1/transcripts/x/document/y"),
        ("POST", "/v1/transcripts/x/operations/y"),
        ("PUT", "/v1/transcripts/x/operations"),
    ],
)
@pytest.mark.parametrize("announced", [True, False])
async def test_U18_ten_megabytes_are_refused_everywhere_else(method, path, announced):
    body = b'{"upload": "' + b"x" * 10_000_000 + b'"}'
    headers = JSON if announced else {**JSON, "Transfer-Encoding": "chunked"}
    began = time.monotonic()
    answer = await ask(method, path, headers, body)
    assert time.monotonic() - began < 1
    assert (answer.status, answer.json["code"]) == (413, "file_too_large")
    assert answer.headers["content-type"] == "application/problem+json"


FORM = {"Content-Type": "application/x-www-form-urlencoded"}


async def test_a_person_who_sends_too_much_gets_a_page():
    answer = await ask("POST", "/accounts/login/", FORM, b"login=" + b"x" * 10_000_000)
    page = answer.body.decode()
    assert (answer.status, answer.headers["content-type"]) == (413, "text/html; charset=utf-8")
    assert "This was too much at once." in page
    assert "style-src 'self'" in answer.headers["content-security-policy"]


async def test_a_part_of_a_page_gets_a_sentence():
    headers = {**FORM, "HX-Request": "true"}
    answer = await ask("POST", "/accounts/login/", headers, b"login=" + b"x" * 10_000_000)
    assert (answer.status, answer.headers["content-type"]) == (413, "text/plain; charset=utf-8")
    assert answer.body.decode().startswith("This file is larger than allowed here.")


@pytest.mark.parametrize(
    ("path", "kind"), [("/accounts/login/", "text/html"), ("/v1/jobs", "application/problem+json")]
)
async def test_a_form_that_trickles_is_told_so_in_its_own_way(monkeypatch, path, kind):
    monkeypatch.setattr("transcripts.api.body.IDLE_SECONDS", 0.1)
    monkeypatch.setattr("transcripts.api.body.DRAIN_SECONDS", 0.1)
    headers = {**FORM, "Content-Length": 100}
    answer = await ask("POST", path, headers, b"login=", goes_silent=True)
    assert answer.status == 408
    assert answer.headers["content-type"].startswith(kind)
    assert "The body of the request came too slowly." in answer.body.decode()
