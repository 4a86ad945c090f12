"""People, and things of theirs, for tests of what the API and the pages do with them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any

from django.test import Client
from django.utils import timezone

from accounts.callers import GUEST_SESSION_KEY, Caller
from accounts.ids import new_id
from accounts.models import ApiKey, User
from gpu.contract import EMBEDDED_MODEL_ID, Options
from privacy import receipts
from privacy.receipts import Event
from transcripts import search
from transcripts.document import Document, Segment, Speaker, Word
from transcripts.models import Job, Status, Transcript, Upload

_numbers = count(1)


@dataclass
class Api:
    """A client of the API: with a key, with a browser's session, or with neither."""

    key: str = ""
    client: Client = field(default_factory=Client)

    def __call__(self, method: str, path: str, body: object = None, **headers: str) -> Any:
        if self.key:
            headers["Authorization"] = f"Bearer {self.key}"
        data = (
            body
            if isinstance(body, bytes)
            else json.dumps(body).encode()
            if body is not None
            else b""
        )
        return self.client.generic(method, path, data, "application/json", headers=headers)


@dataclass
class Person:
    user: User

    @property
    def api(self) -> Api:
        return Api(ApiKey.issue(self.user, "all")[1])

    @property
    def reader(self) -> Api:
        return Api(ApiKey.issue(self.user, "looks only", can_write=False)[1])

    @property
    def browser(self) -> Api:
        client = Client(enforce_csrf_checks=True)
        client.force_login(self.user)
        return Api(client=client)

    @property
    def caller(self) -> Caller:
        return Caller(self.user)


def a_person(name: str = "") -> Person:
    address = f"{name or 'person'}{next(_numbers)}@example.org"
    return Person(User.objects.create_user(address))


def a_guest() -> tuple[Api, Caller]:
    client = Client()
    session = client.session
    session[GUEST_SESSION_KEY] = new_id()
    session.save()
    return Api(client=client), Caller(guest_key=session[GUEST_SESSION_KEY])


STRANGER = Caller()


def a_document(text: str = "Hello, welcome. Thank you.") -> Document:
    """Two speakers; the text's words are spread evenly over eight seconds."""
    words = text.split()
    step = round(8 / max(len(words), 1), 3)
    timed = [
        Word(word, round(index * step, 3), round((index + 1) * step, 3), 0.9, "s1")
        for index, word in enumerate(words)
    ]
    return Document(
        language="en",
        duration=10.0,
        model=EMBEDDED_MODEL_ID,
        speakers=[Speaker("s1", "Speaker 1"), Speaker("s2", "Speaker 2")],
        segments=[
            Segment("g1", 0.0, 8.0, text, "s1", 0.95, words=timed),
            Segment("g2", 8.5, 9.5, "Yes.", "s2", 0.5),
        ],
    )


def a_transcript(caller: Caller, document: Document | None = None, **fields: Any) -> Transcript:
    """With the job that made it."""
    document = document or a_document()
    transcript = Transcript.objects.create(
        **caller.fields,
        **{
            "title": "interview.mp3",
            "language": document.language,
            "model": document.model,
            "duration_seconds": document.duration,
            "document": document.to_json(),
            **fields,
        },
    )
    a_job(
        caller,
        status=Status.DONE,
        transcript=transcript,
        progress=1.0,
        finished_at=timezone.now(),
        decoded_seconds=document.duration,
        minutes=1,
    )
    search.follow(transcript.pk)
    return transcript


def a_job(caller: Caller, **fields: Any) -> Job:
    """With a receipt that has an entry."""
    job = Job.objects.create(
        **caller.fields,
        **{
            "file_name": "interview.mp3",
            "size_bytes": 1000,
            "sha256": "0" * 64,
            "options": Options(EMBEDDED_MODEL_ID).to_json(),
            "audio_id": new_id(),
            **fields,
        },
    )
    receipts.begin(caller, job.pk)
    receipts.note(job.pk, Event.RECEIVED, bytes=job.size_bytes, sha256=job.sha256)
    return job


def an_upload(caller: Caller, **fields: Any) -> Upload:
    """Finished: all of its bytes are there, as far as the database knows."""
    return Upload.objects.create(
        **caller.fields,
        **{
            "file_name": "interview.mp3",
            "length_bytes": 1000,
            "offset_bytes": 1000,
            "sha256": "0" * 64,
            "key": b"k" * 32,
            "expires_at": timezone.now() + timedelta(hours=1),
            **fields,
        },
    )
