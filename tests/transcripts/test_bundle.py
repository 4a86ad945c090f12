"""Several transcripts as one ZIP: whose they are, what the files are called, how it is sent."""

import io
import zipfile

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.test import AsyncClient, Client
from django.urls import reverse

from privacy.models import Entry
from tests.transcripts.things import Api, a_document, a_guest, a_person, a_transcript
from transcripts import bundle as bundles
from transcripts.bundle import Names
from transcripts.exports import EXPORTS, ExportOptions

pytestmark = pytest.mark.django_db(transaction=True)  # it lets go of connections


def files_of(answer: object) -> dict[str, bytes]:
    assert answer.status_code == 200, answer.content

    async def body() -> bytes:
        return b"".join([piece async for piece in answer.streaming_content])

    with zipfile.ZipFile(io.BytesIO(async_to_sync(body)())) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_each_is_a_file_in_the_order_asked_for():
    alice = a_person()
    first = a_transcript(alice.caller, a_document("One."), title="First.mp3")
    second = a_transcript(alice.caller, a_document("Two."), title="Second.mp3")
    answer = alice.api(
        "POST",
        "/v1/exports",
        {"transcripts": [second.pk, first.pk, second.pk], "format": "txt", "speakers": False},
    )
    assert answer.headers["Content-Type"] == "application/zip"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="transcripts.zip"'
    assert list(files_of(answer).items()) == [
        ("Second.txt", b"Two.\n\nYes.\n"),
        ("First.txt", b"One.\n\nYes.\n"),
    ]


@pytest.mark.parametrize("export", EXPORTS, ids=lambda export: export.id)
def test_every_format_can_be_bundled(export):
    guest, caller = a_guest()
    transcript = a_transcript(caller, title="a")
    answer = guest("POST", "/v1/exports", {"transcripts": [transcript.pk], "format": export.id})
    assert list(files_of(answer)) == [f"a.{export.extension}"]


def test_the_receipts_tell():
    alice = a_person()
    rows = [a_transcript(alice.caller) for _ in range(2)]
    ids = [row.pk for row in rows]
    files_of(alice.api("POST", "/v1/exports", {"transcripts": ids, "format": "srt"}))
    told = Entry.objects.filter(event="exported").values_list("receipt", "facts")
    facts = {"format": "srt", "to": "api"}
    assert sorted(told) == sorted((row.job.pk, facts) for row in rows)


def test_names_are_safe_and_their_own():
    alice = a_person()
    titles = ["../../x", "A.mp3", "a.wav", "\uff21.ogg", "a (2)", "", "CON"]
    ids = [a_transcript(alice.caller, title=title).pk for title in titles]
    answer = alice.api("POST", "/v1/exports", {"transcripts": ids, "format": "txt"})
    assert list(files_of(answer)) == [
        "x.txt",
        "A.txt",
        "a (2).txt",
        "\uff21 (3).txt",
        "a (2) (2).txt",
        "transcript.txt",
        "_CON.txt",
    ]


def test_a_name_is_never_given_twice():
    names = Names()
    assert [names.fresh("a.txt") for _ in range(3)] == ["a.txt", "a (2).txt", "a (3).txt"]


def test_Z05_nothing_goes_out_when_one_is_not_theirs():
    alice, bob = a_person(), a_person()
    mine, theirs = a_transcript(alice.caller), a_transcript(bob.caller)
    for ids in ([mine.pk, theirs.pk], ["nothing"], ["a/b"]):
        answer = alice.api("POST", "/v1/exports", {"transcripts": ids, "format": "txt"})
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert (
        Api()("POST", "/v1/exports", {"transcripts": [mine.pk], "format": "txt"}).status_code == 404
    )
    assert not Entry.objects.filter(event="exported").exists()


@pytest.mark.parametrize(
    "body",
    [
        {"transcripts": [], "format": "txt"},
        {"transcripts": ["x"] * 3, "format": "exe"},
        {"transcripts": [str(number) for number in range(501)], "format": "txt"},
        {"transcripts": ["x"], "format": "srt", "max_chars": 1},
        {"format": "txt"},
    ],
)
def test_what_makes_no_sense_is_refused(body):
    answer = a_person().api("POST", "/v1/exports", body)
    assert (answer.status_code, answer.json()["code"]) == (422, "validation_failed")


def test_one_that_is_deleted_meanwhile_is_left_out():
    alice = a_person()
    kept, gone = a_transcript(alice.caller, title="kept"), a_transcript(alice.caller)
    pieces = bundles._files(alice.caller, [gone.pk, kept.pk], "txt", ExportOptions(), "api")
    gone.delete()
    assert [name for name, _ in pieces] == ["kept.txt"]


def test_the_librarys_form():
    guest, caller = a_guest()
    ids = [a_transcript(caller, title=name).pk for name in ("one", "two")]
    page = guest.client.get(reverse("library")).content.decode()
    assert f'formaction="{reverse("library-export")}"' in page
    assert all(f'name="id" value="{each}"' in page for each in ids)
    answer = guest.client.post(reverse("library-export"), {"id": ids, "format": "vtt"})
    assert list(files_of(answer)) == ["one.vtt", "two.vtt"]
    assert guest.client.post(reverse("library-export"), {"id": ids}).status_code == 422
    assert guest.client.get(reverse("library-export")).status_code == 405
    stranger = Client().post(reverse("library-export"), {"id": ids, "format": "vtt"})
    assert stranger.status_code == 404


async def test_it_is_sent_as_it_is_made():
    alice = await sync_to_async(a_person)()
    rows = [await sync_to_async(a_transcript)(alice.caller, title=f"t{n}") for n in range(3)]
    client = AsyncClient()
    await sync_to_async(client.force_login)(alice.user)
    answer = await client.post(
        reverse("library-export"), {"id": [row.pk for row in rows], "format": "txt"}
    )
    assert answer.streaming
    pieces = [piece async for piece in answer.streaming_content]
    assert len(pieces) == 4
    assert pieces[0].count(b"PK\x03\x04") == 1
