"""What the rules of the house end, and what they leave."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import connections
from django.utils import timezone

from accounts.callers import Caller
from privacy import receipts
from privacy.models import (
    ContentKey,
    Contribution,
    Deletion,
    Entry,
    HeldRecording,
    Receipt,
    SweepReport,
)
from privacy.receipts import START
from privacy.retention import rules
from privacy.sweeper import sweep_once
from privacy.voicelab import archive
from tests.privacy.giving import a_giver, correct
from tests.sweeping import sweep
from tests.transcripts.things import STRANGER, a_job, a_person, a_transcript, an_upload
from transcripts import unused_keys
from transcripts.models import (
    DocumentTemplate,
    IdempotencyKey,
    Job,
    PrivateShare,
    Status,
    Transcript,
    Upload,
)
from transcripts.vault import vault

pytestmark = pytest.mark.django_db(transaction=True)
EARLIER = timezone.now() - timedelta(days=400)


def ago(**period: float):
    return timezone.now() - timedelta(**period)


def test_the_house_has_these_rules_and_a_second_round_finds_nothing():
    assert {rule.id for rule in rules()} >= {
        *(
            "leases",
            "lost_audio",
            "models",
            "cut_off",
            "wake_ups",
            "ended",
            "audio",
            "overdue",
            "uploads",
            "guests",
        ),
        *("traces", "answers", "deletions", "content_keys", "sessions", "keys", "unconfirmed"),
        *("receipts", "tombstones", "reports"),
    }
    assert sweep_once() == {rule.id: 0 for rule in rules()}


def test_P09_a_recording_past_its_age_ends_with_the_job_that_waits_for_it(settings):
    settings.AUDIO_MAX_AGE = timedelta(seconds=-2)
    job, upload = a_job(STRANGER), an_upload(STRANGER)
    for audio_id in (job.audio_id, upload.pk):
        vault().reserve(audio_id, 5)
    assert sweep("audio") == 2
    job.refresh_from_db()
    assert (job.status, job.failure) == (Status.FAILED, "audio_expired")
    assert job.audio_destroyed_at is not None
    assert vault().held_bytes() == 0
    assert not Upload.objects.exists()


def test_a_recording_whose_taker_died_goes_after_an_hour_without_a_byte(settings):
    """It is in no row: only the process that took it knew of it."""
    job, upload = a_job(STRANGER), an_upload(STRANGER)
    for audio_id in (job.audio_id, upload.pk, "cutoff"):
        vault().reserve(audio_id, 5)
    assert sweep("cut_off") == 0
    settings.UPLOAD_ABANDONED_AFTER = timedelta(seconds=-2)
    assert sweep("cut_off") == 1
    assert [vault().holds(name) for name in (job.audio_id, upload.pk, "cutoff")] == [
        True,
        True,
        False,
    ]


def test_P09_a_recording_within_its_age_stays():
    job = a_job(STRANGER)
    vault().reserve(job.audio_id, 5)
    assert sweep("audio") == sweep("overdue") == 0
    assert vault().holds(job.audio_id)


@pytest.mark.parametrize("status", [Status.QUEUED, Status.RUNNING])
def test_P09_a_job_that_is_stuck_for_a_day_ends_whatever_holds_its_audio(status):
    job = a_job(STRANGER, status=status)
    Job.objects.update(created_at=ago(hours=24, seconds=1))
    assert sweep("overdue") == 1
    assert sweep("overdue") == 0
    job.refresh_from_db()
    assert (job.status, job.failure) == (Status.FAILED, "audio_expired")


def test_P09_receipts_go_at_their_end_with_their_entries():
    for name, end in (("gone", ago(seconds=1)), ("kept", ago(seconds=-60)), ("open", None)):
        Receipt.objects.create(job_id=name, head=START, expires_at=end)
    assert sweep("receipts") == 1
    assert set(Receipt.objects.values_list("pk", flat=True)) == {"kept", "open"}


def test_P09_a_dead_session_goes_with_what_was_noted_of_its_browser():
    user = a_person().user
    for name, end in (("dead", ago(seconds=1)), ("alive", ago(days=-1))):
        Session.objects.create(session_key=name, session_data="", expire_date=end)
        UserSession.objects.create(user=user, session_key=name, ip="192.0.2.1", user_agent="x")
    UserSession.objects.create(user=user, session_key="flushed", ip="192.0.2.1", user_agent="x")
    assert sweep("sessions") == 2
    assert [row.session_key for row in UserSession.objects.all()] == ["alive"]
    assert [row.session_key for row in Session.objects.all()] == ["alive"]


def test_P09_several_sweepers_at_once_end_each_row_once(settings):
    settings.GUEST_DAYS = 30
    made = [a_transcript(STRANGER) for _ in range(20)]
    Transcript.objects.update(created_at=ago(days=31))
    start = threading.Barrier(3)

    def one(_: int) -> int:
        start.wait()
        try:
            return sweep("guests")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as pool:
        assert sum(pool.map(one, range(3))) == len(made)
    assert Transcript.objects.count() == Job.objects.count() == 0
    notes = Entry.objects.filter(event=receipts.Event.DELETED).values_list("receipt_id", flat=True)
    assert len(notes) == len(set(notes)) == len(made)


def test_answers_go_with_their_keys_after_a_day():
    for name in ("old", "young"):
        row = IdempotencyKey(caller="c", key=name, request_digest="")
        row.body = {"id": name}
        row.save()
    old = IdempotencyKey.objects.filter(key="old")
    old.update(created_at=ago(hours=24, seconds=1))
    key_id = old.get().key_id
    assert sweep("answers") == 1
    assert [row.body for row in IdempotencyKey.objects.all()] == [{"id": "young"}]
    assert not ContentKey.objects.filter(pk=key_id).exists()


def test_traces_of_a_job_go_with_their_key():
    job = a_job(STRANGER, status=Status.FAILED, finished_at=ago(days=31))
    assert sweep("traces") == 1
    assert not Job.objects.exists()
    assert not ContentKey.objects.filter(pk=job.key_id).exists()


def a_key(key_id: str, **age: float) -> None:
    ContentKey.objects.create(pk=key_id, key=b"k" * 32)
    ContentKey.objects.filter(pk=key_id).update(created_at=ago(**age))


def one_of_each() -> set[str]:
    """A row of every kind that has a key of its own. Returns their keys."""
    answer = IdempotencyKey(caller="c", key="k", request_digest="")
    answer.body = {}
    answer.save()
    template = DocumentTemplate(owner=a_person().user, size_bytes=1)
    template.name = template.body = "x"
    template.save(force_insert=True)
    link = PrivateShare(id="p" * 22, transcript=a_transcript(STRANGER), token_digest="")
    link.envelope = {}
    link.save(force_insert=True)
    rows = [a_job(STRANGER), an_upload(STRANGER), a_transcript(STRANGER), answer, template, link]
    correct(a_transcript(Caller(a_giver("text_corrections"))), g2="No.")
    held = archive.begin(a_giver("voice_lab"), "job")
    archive.fill(held, [])
    given = {held.pk, Contribution.objects.get().pk}
    return given | {row.key_id for row in [*rows, *Job.objects.all(), *Transcript.objects.all()]}


def test_keys_that_seal_nothing_go_after_two_days():
    used = one_of_each()
    assert set(unused_keys.sealed_models()) == {
        *(Job, Upload, Transcript, IdempotencyKey, HeldRecording, Contribution),
        *(DocumentTemplate, PrivateShare),
    }, "a row of each kind, here and in one_of_each"
    ContentKey.objects.update(created_at=EARLIER)
    a_key("unused", days=2, seconds=1)
    a_key("young", days=1.9)
    assert sweep("content_keys") == 1
    assert set(ContentKey.objects.values_list("pk", flat=True)) == {*used, "young"}


def test_every_sealed_row_is_found_by_the_column_of_its_key():
    one_of_each()
    for model in unused_keys.sealed_models():
        for row in model.objects.all():
            assert getattr(row, model.KEY_COLUMN) == getattr(row, "key_id", row.pk)


def test_a_key_that_a_row_came_to_use_meanwhile_stays():
    a_key("waiting", days=3)
    an_upload(STRANGER, pk="waiting")
    assert not unused_keys.end_key("waiting")
    assert ContentKey.objects.filter(pk="waiting").exists()


@pytest.mark.parametrize("keys", [3, 30])
def test_contents_that_are_missing_by_mistake_cost_no_key(keys):
    for number in range(keys):
        a_key(f"key{number}", days=9)
    if keys > unused_keys.FEW_KEYS:
        a_transcript(STRANGER)
        assert sweep("content_keys") == -1
    else:
        assert sweep("content_keys") == 0
    assert ContentKey.objects.filter(pk__startswith="key").count() == keys


def test_a_deletion_that_was_cut_short_is_finished():
    left, kept = a_transcript(STRANGER), a_transcript(STRANGER)
    ContentKey.objects.filter(pk=left.key_id).delete()
    Deletion.objects.create(kind=Deletion.Kind.TRANSCRIPT, object_id=left.pk)
    assert sweep("deletions") == 1
    assert sweep("deletions") == 0
    assert list(Transcript.objects.values_list("pk", flat=True)) == [kept.pk]
    assert list(Job.objects.values_list("transcript_id", flat=True)) == [kept.pk]


def test_a_store_of_keys_that_is_empty_by_mistake_costs_no_transcript():
    for _ in range(3):
        a_transcript(STRANGER)
    ContentKey.objects.all().delete()
    sweep_once()
    assert Transcript.objects.count() == 3


def test_notes_of_deletions_outlive_the_backups(settings):
    settings.BACKUPS_KEPT = timedelta(days=10)
    for name, days in (("old", 17.1), ("young", 16.9)):
        Deletion.objects.create(kind=Deletion.Kind.TRANSCRIPT, object_id=name)
        Deletion.objects.filter(object_id=name).update(at=ago(days=days))
    assert sweep("tombstones") == 1
    assert Deletion.objects.get().object_id == "young"


def test_reports_go_after_thirty_days():
    for days in (30.1, 29.9):
        SweepReport.objects.create(
            started_at=ago(days=days), finished_at=ago(days=days), machine="m", gone={}
        )
    assert sweep("reports") == 1
    assert SweepReport.objects.count() == 1
