"""Z01: every address of the house, asked by everybody, about a thing that is not theirs.

The addresses come from the URLconf and from the table of raw routes, so a new one is asked too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from asgiref.sync import sync_to_async
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.callers import Caller
from accounts.models import ApiKey
from privacy.models import Receipt
from tests.asgi import ask as ask_raw
from tests.transcripts.things import (
    STRANGER,
    Api,
    a_document,
    a_guest,
    a_job,
    a_person,
    a_transcript,
    an_upload,
)
from transcripts import batches
from transcripts.api.raw import ROUTES
from transcripts.models import Batch, Job, Status, Transcript, Upload

pytestmark = pytest.mark.django_db

CANARY = "zyzzyva"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
# The admin answers staff only, and has tests of its own in Django.
LEFT_OUT = ("admin/",)


def addresses() -> list[str]:
    """Every route with its parameters in braces: ``v1/jobs/{job_id}``."""
    return sorted({route for route in _walk(get_resolver()) if not route.startswith(LEFT_OUT)})


def _walk(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        route = prefix + _readable(str(pattern.pattern))
        if isinstance(pattern, URLPattern):
            yield route
        else:
            yield from _walk(pattern, route)


def _readable(route: str) -> str:
    route = re.sub(r"\(\?P<(\w+)>.*?\)(?=[/$]|$|\))", r"{\1}", route)
    route = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route)
    return route.removeprefix("^").removesuffix("$").replace("\\Z", "").replace(".*", "any/thing")


@dataclass
class Things:
    """What alice has, with a word in every field that must reach nobody else."""

    transcript: Transcript
    job: Job
    upload: Upload
    key: ApiKey
    batch: Batch

    def fill(self, route: str) -> str:
        values = {
            "transcript_id": self.transcript.pk,
            "job_id": self.job.pk,
            "upload_id": self.upload.pk,
            "speaker_id": "s1",
            "format_id": "txt",
            "format": "txt",
            "batch_id": self.batch.pk,
            "key_id": str(self.key.pk),
            "pk": str(self.key.pk),
        }
        return "/" + re.sub(r"{(\w+)}", lambda found: values.get(found[1], "1"), route)


def things_of(caller: Caller) -> Things:
    owner = caller.user or a_person().user
    document = a_document(f"{CANARY} said something.")
    document.speakers[0].name = f"{CANARY} the speaker"
    transcript = a_transcript(caller, document, title=f"{CANARY}.mp3", folder=CANARY, tags=[CANARY])
    return Things(
        transcript,
        a_job(caller, status=Status.RUNNING, file_name=f"{CANARY}.mp3"),
        an_upload(caller, file_name=f"{CANARY}.mp3"),
        ApiKey.issue(owner, CANARY)[0],
        batches.begin(caller, 1),
    )


def everything() -> list:
    return [
        list(model.objects.order_by("pk").values())
        for model in (Transcript, Job, Batch, Upload, ApiKey, Receipt)
    ]


def nobody() -> Api:
    return Api()


def another_guest() -> Api:
    return a_guest()[0]


def another_user() -> Api:
    return Api(client=_logged_in(a_person().user))


def another_users_key() -> Api:
    return a_person().api


def _logged_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


OTHERS = [nobody, another_guest, another_user, another_users_key]


@pytest.mark.parametrize("owner", ["user", "guest"])
@pytest.mark.parametrize("other", OTHERS)
def test_Z01_nobody_else_gets_or_changes_anything_anywhere(owner, other):
    caller = a_person().caller if owner == "user" else a_guest()[1]
    things = things_of(caller)
    api = other()
    seen = []
    for route in addresses():
        address = things.fill(route)
        mine = re.search(r"{(transcript_id|job_id|upload_id|batch_id)}", route)
        for method in METHODS:
            before = None if method == "GET" else everything()
            response = api(method, address)
            content = response.getvalue() if not response.streaming else b""
            if response.status_code >= 500 and address != "/ready":
                seen.append(f"{method} {address}: {response.status_code}")
            if CANARY.encode() in content:
                seen.append(f"{method} {address}: told")
            if mine and response.status_code not in {404, 405, 401, 403, 415, 302}:
                seen.append(f"{method} {address}: {response.status_code}")
            if mine and method == "GET" and response.status_code not in {404, 405}:
                seen.append(f"{method} {address}: {response.status_code}, not 404")
            if before is not None and without_use(before) != without_use(everything()):
                seen.append(f"{method} {address}: changed something")
    assert seen == []


def without_use(rows: list) -> list:
    """When a key was last used is noted on the key that was used."""
    return [
        [{name: value for name, value in row.items() if name != "last_used_at"} for row in table]
        for table in rows
    ]


def test_the_walk_meets_the_routes_that_matter():
    assert {
        "v1/jobs",
        "v1/jobs/{job_id}",
        "v1/jobs/{job_id}/events",
        "v1/jobs/{job_id}/receipt",
        "receipts/{job_id}/",
        "receipts/{job_id}/receipt.json",
        "v1/transcripts",
        "v1/transcripts/{transcript_id}",
        "v1/transcripts/{transcript_id}/document",
        "v1/transcripts/{transcript_id}/export/{format_id}",
        "t/{transcript_id}/",
        "jobs/{job_id}/",
    } <= set(addresses())


OBJECTS = [
    ("GET", "/v1/jobs/{job}", 200),
    ("GET", "/v1/jobs/{job}/events", 200),
    ("GET", "/v1/jobs/{job}/receipt", 200),
    ("DELETE", "/v1/jobs/{job}", 204),
    ("GET", "/v1/transcripts/{transcript}", 200),
    ("PATCH", "/v1/transcripts/{transcript}", 200),
    ("GET", "/v1/transcripts/{transcript}/document", 200),
    ("PUT", "/v1/transcripts/{transcript}/document", 200),
    ("GET", "/v1/transcripts/{transcript}/export/srt", 200),
    ("DELETE", "/v1/transcripts/{transcript}", 204),
    ("POST", "/v1/jobs", 202),
    ("GET", "/v1/batches/{batch}", 200),
    ("PATCH", "/v1/batches/{batch}", 200),
]


def ask(api: Api, method: str, path: str, things: Things) -> int:
    bodies = {
        "PATCH": {"title": "new", "expected": 2},
        "PUT": a_document().to_json(),
        "POST": {"upload": things.upload.pk},
    }
    headers = {"If-Match": "*"} if method == "PUT" else {}
    address = path.format(job=things.job.pk, transcript=things.transcript.pk, batch=things.batch.pk)
    return api(method, address, bodies.get(method), **headers).status_code


@pytest.mark.parametrize(("method", "path", "works"), OBJECTS, ids=str)
class TestFiveQuestions:
    def test_it_works_for_its_owner(self, method, path, works):
        alice = a_person()
        assert ask(alice.api, method, path, things_of(alice.caller)) == works

    def test_it_works_for_its_guest(self, method, path, works):
        guest, caller = a_guest()
        assert ask(guest, method, path, things_of(caller)) == works

    def test_it_works_for_whoever_holds_a_strangers_id(self, method, path, works):
        assert ask(Api(), method, path, things_of(STRANGER)) == works

    @pytest.mark.parametrize("other", OTHERS)
    def test_it_is_not_there_for_others(self, method, path, works, other):
        things = things_of(a_person().caller)
        assert ask(other(), method, path, things) == 404

    def test_a_key_that_reads_may_read(self, method, path, works):
        alice = a_person()
        status = ask(alice.reader, method, path, things_of(alice.caller))
        assert status == (works if method == "GET" else 403)

    def test_A12_a_key_that_was_revoked_opens_nothing(self, method, path, works):
        alice = a_person()
        api = alice.api
        ApiKey.objects.all().delete()
        assert ask(api, method, path, things_of(alice.caller)) == 401


def test_Z02_a_foreign_id_and_no_id_are_the_same_answer():
    alice = a_person()
    things, api = things_of(alice.caller), a_person().api
    for kind, foreign in (("transcripts", things.transcript.pk), ("jobs", things.job.pk)):
        answers = [api("GET", f"/v1/{kind}/{row_id}") for row_id in (foreign, "A" * 24)]
        assert answers[0].content == answers[1].content
        assert {answer.status_code for answer in answers} == {404}


def test_Z05_foreign_values_in_filters_find_nothing():
    things = things_of(a_person().caller)
    api = a_person().api
    for query in (f"q={CANARY}", f"tag={CANARY}", f"folder={CANARY}", f"q={things.transcript.pk}"):
        assert api("GET", f"/v1/transcripts?{query}").json()["results"] == []


def test_Z05_a_foreign_upload_makes_no_job():
    things = things_of(a_person().caller)
    assert a_person().api("POST", "/v1/jobs", {"upload": things.upload.pk}).status_code == 404
    assert Upload.objects.filter(pk=things.upload.pk).exists()


RAW = [
    (method, re.sub(r"\(\?P<(\w+)>\[\^/\]\+\)", r"{\1}", pattern.pattern))
    for pattern, methods in ROUTES
    for method in methods
    if method != "OPTIONS"
]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("other", ["nobody", "another user", "a key that reads"])
@pytest.mark.parametrize(("method", "route"), RAW)
async def test_Z01_the_raw_routes_open_nothing_either(method, route, other):
    alice = await sync_to_async(a_person)()
    things = await sync_to_async(things_of)(alice.caller)
    headers = {"Tus-Resumable": "1.0.0", "Content-Type": "application/offset+octet-stream"}
    headers |= {"Upload-Offset": "1000", "Upload-Length": "10"}
    if other != "nobody":
        api = await sync_to_async(lambda: a_person().api if "user" in other else alice.reader)()
        headers["Authorization"] = f"Bearer {api.key}"
    body = b""
    if route.endswith("transcribe"):
        headers["Content-Type"] = "multipart/form-data; boundary=b"
        field = f'Content-Disposition: form-data; name="upload"\r\n\r\n{things.upload.pk}'
        body = f"--b\r\n{field}\r\n--b--\r\n".encode()
    before = await sync_to_async(everything)()
    address = route.format(upload_id=things.upload.pk, transcript_id=things.transcript.pk)
    answer = await ask_raw(method, address, headers, body)
    makes_its_own = method == "POST" and route == "/v1/uploads"
    if other == "a key that reads":
        assert answer.status == 403
    else:
        assert answer.status == (201 if makes_its_own else 404)
    assert CANARY.encode() not in answer.body
    if not makes_its_own:
        assert without_use(await sync_to_async(everything)()) == without_use(before)
