"""All that is kept for an account, in one ZIP: complete, readable, and without a secret."""

import io
import json
import zipfile

import pytest
from django.test import AsyncClient
from django.urls import reverse

from accounts import takeout
from accounts.callers import Caller
from accounts.models import ApiKey
from privacy.models import Consent, Entry
from tests.accounts.conftest import Person, person
from tests.transcripts.recorded import a_result, submitted
from tests.transcripts.things import a_transcript
from transcripts import jobs
from transcripts.api.shapes import whole_transcript_shape
from transcripts.models import Job, Transcript

pytestmark = pytest.mark.django_db
FILE = "account-export-file"


def archive_of(somebody: Person) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(b"".join(takeout.zip_of(somebody.user)))) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert len(names) == len(set(names))
        return {name: archive.read(name) for name in names}


def read(files: dict[str, bytes], name: str):
    return json.loads(files[name])


@pytest.fixture
def finished(alice) -> Job:
    submitted(caller=Caller(alice.user))
    jobs.finish(jobs.claim("w"), a_result())
    return Job.objects.get()


def test_everything_is_in_it(alice, finished):
    alice.log_in()
    _key, secret = ApiKey.issue(alice.user, "laptop")
    Consent.objects.create(
        owner=alice.user, switch="text_corrections", value="on", wording="en-1", interface="page"
    )
    files = archive_of(alice)
    assert sorted(files) == [
        "README.txt",
        "account/account.json",
        "consents/consents.json",
        f"jobs/{finished.pk}.json",
        f"receipts/{finished.pk}.json",
        "transcripts/00001-talk.json",
        "transcripts/00001-talk.txt",
        "usage/minutes.json",
    ]
    whole = json.loads(takeout.as_json(whole_transcript_shape(Transcript.objects.get())))
    assert read(files, "transcripts/00001-talk.json") == whole
    assert files["transcripts/00001-talk.txt"].decode().strip() == "Good morning."
    assert read(files, f"jobs/{finished.pk}.json")["file_name"] == "talk.wav"
    assert read(files, f"receipts/{finished.pk}.json")["intact"]
    exported = Entry.objects.filter(receipt=finished.pk, event="exported")
    assert exported.get().facts == {"format": "zip", "to": "owner"}
    assert [(row["job_id"], row["minutes"]) for row in read(files, "usage/minutes.json")] == [
        (finished.pk, 2)
    ]
    assert [row["switch"] for row in read(files, "consents/consents.json")] == ["text_corrections"]
    account = read(files, "account/account.json")
    assert (account["email"], account["api_keys"][0]["name"]) == (alice.email, "laptop")
    assert len(account["log_ins"]) == 1
    assert f"All that Sotto keeps for {alice.email}." in files["README.txt"].decode()
    everything = b"".join(files.values()).decode()
    for hidden in (secret, alice.user.password, alice.client.session.session_key):
        assert hidden not in everything


def test_it_is_ones_own_only(alice, bob, finished):
    assert sorted(archive_of(bob)) == [
        "README.txt",
        "account/account.json",
        "consents/consents.json",
        "usage/minutes.json",
    ]


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("../../etc/passwd", "00001-etc_passwd.txt"),
        ("C:\\Windows\\x", "00001-C_Windows_x.txt"),
        ('a"\r\nX-Injected: 1', None),
        ("\u202egnp.exe", None),
        ("CON", "00001-_CON.txt"),
        ("会议 第二次", "00001-会议 第二次.txt"),
        ("x" * 4096, f"00001-{'x' * 80}.txt"),
        ("", "00001-transcript.txt"),
    ],
)
def test_U14_names_are_safe_in_any_unpacker(alice, title, name):
    a_transcript(Caller(alice.user), title=title)
    [found] = [name for name in archive_of(alice) if name.endswith(".txt") and "/" in name]
    folder, slash, last = found.partition("/")
    assert (folder, slash) == ("transcripts", "/")
    assert last.startswith("00001-")
    assert not set(last) & set('/\\:"\r\n\0\u202e<>|?*')
    assert name in {None, last}


def test_the_same_title_twice_is_two_files(alice):
    for _ in range(2):
        a_transcript(Caller(alice.user), title="Interview")
    names = [name for name in archive_of(alice) if name.endswith(".txt")]
    assert names == [
        "README.txt",
        "transcripts/00001-Interview.txt",
        "transcripts/00002-Interview.txt",
    ]


def test_a_piece_is_no_longer_than_its_file(alice):
    for _ in range(5):
        a_transcript(Caller(alice.user))
    pieces = list(takeout.zip_of(alice.user))
    assert len(pieces) > 12
    assert max(len(piece) for piece in pieces[:-1]) < sum(map(len, pieces)) / 4


def test_it_needs_a_fresh_proof_and_is_offered_before_deleting(alice):
    assert alice.get("account-export").headers["Location"].startswith(reverse("account_login"))
    alice.log_in()
    for name in ("account-export", FILE):
        asked = alice.get(name)
        assert asked.headers["Location"].startswith(reverse("account_reauthenticate")), name
    alice.prove()
    for name in ("account", "account-delete"):
        assert f'href="{reverse("account-export")}"' in alice.get(name).content.decode()
    page = alice.get("account-export")
    assert f'href="{reverse(FILE)}"' in page.content.decode()
    assert [part.id for part in page.context["parts"]] == [part.id for part in takeout.parts()]


@pytest.mark.django_db(transaction=True)
async def test_it_is_sent_as_it_is_made():
    from asgiref.sync import sync_to_async

    alice = await sync_to_async(person)("alice@example.org")
    await sync_to_async(alice.log_in)()
    await sync_to_async(alice.prove)()
    client = AsyncClient()
    client.cookies = alice.client.cookies
    answer = await client.get(reverse(FILE))
    assert answer.streaming
    assert answer.headers["Content-Disposition"] == 'attachment; filename="sotto-export.zip"'
    assert "no-store" in answer.headers["Cache-Control"]
    body = b"".join([piece async for piece in answer.streaming_content])
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert "account/account.json" in archive.namelist()
