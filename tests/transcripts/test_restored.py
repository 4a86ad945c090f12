"""``manage.py restore-check``: what it takes over, deletes, refuses; P08 itself is in tests/config."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from privacy.models import ContentKey, Deletion, Receipt
from tests.transcripts.recorded import submitted
from tests.transcripts.things import STRANGER, a_transcript, an_upload
from transcripts import editing
from transcripts.idempotency import answer_once
from transcripts.models import IdempotencyKey, Job, Status, Transcript, Upload
from transcripts.vault import vault

pytestmark = pytest.mark.django_db
NOTHING = "keys without rows, left alone\t0\n"


def check(*arguments: str) -> str:
    out = StringIO()
    call_command("restore-check", *arguments, stdout=out)
    return out.getvalue()


def refused(*arguments: str) -> str:
    with pytest.raises(CommandError) as refusal:
        check(*arguments)
    assert refusal.value.returncode == 2
    return str(refusal.value)


def lose_the_key_of(*rows) -> None:
    ContentKey.objects.filter(pk__in=[row.key_id for row in rows]).delete()


def test_where_all_is_well_nothing_is_said_or_done():
    a_transcript(STRANGER)
    assert check() == check("--dry-run") == NOTHING
    assert Transcript.objects.count() == 1


def test_rows_of_every_kind_that_no_key_opens_go():
    kept = a_transcript(STRANGER)
    lost, upload, job = a_transcript(STRANGER), an_upload(STRANGER), submitted()
    answer_once(STRANGER, "one", {}, lambda: {"id": job.pk})
    lose_the_key_of(lost, lost.job, upload, job, IdempotencyKey.objects.get())
    with pytest.raises(SystemExit) as found:
        check("--dry-run")
    assert found.value.code == 1
    assert Transcript.objects.count() == 2
    assert check() == (
        "without its key, deleted\tIdempotencyKey\t1\n"
        "without its key, deleted\tJob\t1\n"
        "without its key, deleted\tTranscript\t1\n"
        "without its key, deleted\tUpload\t1\n" + NOTHING
    )
    assert list(Transcript.objects.all()) == [kept]
    assert list(Job.objects.values_list("transcript", "status")) == [(kept.pk, Status.DONE)]
    assert not Upload.objects.exists()
    assert not vault().holds(job.audio_id)
    assert Receipt.objects.get(pk=job.pk).entries.last().facts["by"] == "restore-check"


def test_a_wrong_store_of_keys_costs_nothing_but_what_the_journal_names():
    kept, deleted = a_transcript(STRANGER), a_transcript(STRANGER)
    Deletion.objects.create(kind="transcript", object_id=deleted.pk)
    keys = list(ContentKey.objects.all())
    ContentKey.objects.all().delete()
    assert "KEYS_DATABASE_URL" in refused()
    assert list(Transcript.objects.all()) == [kept]
    ContentKey.objects.bulk_create(keys)
    assert Transcript.objects.get().title == "interview.mp3"
    ContentKey.objects.all().delete()
    assert "without its key, deleted\tTranscript\t1\n" in check("--even-all")
    assert not Transcript.objects.exists()


def test_a_journal_is_saved_and_taken_over(tmp_path):
    editing.delete_transcript(a_transcript(STRANGER))
    [entry] = Deletion.objects.all()
    saved = tmp_path / "journal"
    assert check("--save", str(saved)) == "saved\t1\n"
    [line] = saved.read_text().splitlines()
    assert json.loads(line) == {
        "kind": "transcript",
        "id": entry.object_id,
        "at": entry.at.isoformat(),
    }
    Deletion.objects.all().delete()
    assert check("--journal", str(saved)) == "taken over\t1\n" + NOTHING
    assert [(row.object_id, row.at) for row in Deletion.objects.all()] == [
        (entry.object_id, entry.at)
    ]
    assert check("--journal", str(saved)) == "taken over\t0\n" + NOTHING


@pytest.mark.parametrize(
    "bad", ["{", "[]", "1", '{"kind": "planet", "id": "a", "at": "2026-01-01T00:00:00Z"}', "é"]
)
def test_what_is_no_journal_is_refused_whole(tmp_path, bad):
    good = json.dumps({"kind": "transcript", "id": "a" * 24, "at": "2026-01-01T00:00:00+00:00"})
    saved = tmp_path / "journal"
    saved.write_text(f"{good}\n{bad}\n")
    refused("--journal", str(saved))
    refused("--journal", str(tmp_path / "nowhere"))
    assert not Deletion.objects.exists()
