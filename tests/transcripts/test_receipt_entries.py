"""What jobs, edits and copies write into receipts: what happened, once, and why."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.callers import Caller
from gpu.contract import Failure, Progress, Stage
from privacy import receipts
from privacy.models import Entry, Receipt
from privacy.receipts import Event
from tests.sweeping import sweep
from tests.transcripts.recorded import a_result, submitted
from tests.transcripts.things import a_document, a_person
from transcripts import editing, jobs, retention, stalled
from transcripts.models import LIVE, Job, Status
from transcripts.vault import vault

pytestmark = pytest.mark.django_db

WHOLE_WAY = ["received", "held", "taken", "decoded", "recognised", "stored", "destroyed"]


def told(job) -> list[str]:
    return list(Entry.objects.filter(receipt=job.pk).values_list("event", flat=True))


def facts(job, event: Event) -> list[dict]:
    rows = Entry.objects.filter(receipt=job.pk, event=event)
    return list(rows.values_list("facts", flat=True))


def finished(caller: Caller | None = None) -> Job:
    job = submitted(caller=caller)
    assert jobs.finish(jobs.claim("w"), a_result())
    job.refresh_from_db()
    return job


def heard(held, seconds: float) -> None:
    assert jobs.beat(held, Progress(Stage.RECOGNISING, 0.5, seconds))


def test_a_job_that_goes_well_tells_its_whole_way():
    job = finished()
    assert told(job) == WHOLE_WAY
    assert facts(job, Event.RECEIVED) == [
        {"bytes": 5, "sha256": job.sha256, "transport": "form"},
    ]
    assert facts(job, Event.DECODED) == [{"milliseconds": 61000}]
    assert facts(job, Event.DESTROYED) == [{"what": "audio", "why": "done"}]
    assert receipts.faults(Receipt.objects.get()) == []


def test_a_failed_job_tells_how_far_it_was_decoded():
    job = submitted()
    held = jobs.claim("w")
    heard(held, 7.5)
    assert jobs.fail(held, Failure.NO_SPEECH)
    assert told(job) == ["received", "held", "taken", "decoded", "ended", "destroyed"]
    assert facts(job, Event.DECODED) == [{"milliseconds": 7500}]
    assert facts(job, Event.ENDED) == [{"how": "failed", "why": "no_speech"}]
    assert facts(job, Event.DESTROYED) == [{"what": "audio", "why": "no_speech"}]


def test_a_job_cancelled_while_it_waited_was_never_decoded():
    job = submitted()
    assert jobs.cancel(job)
    assert told(job) == ["received", "held", "ended", "destroyed"]
    assert facts(job, Event.DESTROYED) == [{"what": "audio", "why": "cancelled"}]


def test_a_job_cancelled_in_work_tells_how_far_it_came():
    job = submitted()
    heard(jobs.claim("w"), 2.0)
    assert jobs.cancel(job)
    assert told(job) == ["received", "held", "taken", "decoded", "ended", "destroyed"]


def test_handing_back_and_crashing_are_told_with_each_attempt():
    job = submitted()
    held = jobs.claim("a")
    heard(held, 3.0)
    assert jobs.hand_back(held)
    assert jobs.crashed(jobs.claim("b"))
    assert jobs.crashed(jobs.claim("c"))
    assert told(job) == [
        *("received", "held", "taken", "decoded", "put_back"),
        *("taken", "put_back", "taken", "ended", "destroyed"),
    ]
    assert facts(job, Event.PUT_BACK) == [
        {"why": "worker_left", "attempt": 1},
        {"why": "worker_crash", "attempt": 2},
    ]
    assert facts(job, Event.TAKEN) == [
        {"worker": "a", "attempt": 1},
        {"worker": "b", "attempt": 2},
        {"worker": "c", "attempt": 3},
    ]
    assert facts(job, Event.DESTROYED) == [{"what": "audio", "why": "worker_crash"}]


def test_a_worker_that_went_silent_is_told():
    job = submitted()
    jobs.claim("silent")
    for taken in (0, 1):
        Job.objects.update(lease_expires_at=timezone.now() - timedelta(seconds=1))
        assert sweep("leases") == taken
    assert facts(job, Event.PUT_BACK) == [{"why": "worker_crash", "attempt": 1}]


def test_audio_that_vanished_is_called_lost():
    job = submitted()
    jobs.claim("a worker that died with the vault")
    vault().destroy(job.audio_id)
    assert [stalled.give_up(job_id) for job_id in stalled.jobs_without_audio(LIVE)] == [True]
    assert facts(job, Event.ENDED) == [{"how": "failed", "why": "audio_lost"}]
    assert facts(job, Event.DESTROYED) == [{"what": "audio", "why": "lost"}]


def test_audio_past_its_age_is_called_expired(settings):
    job = submitted()
    settings.AUDIO_MAX_AGE = timedelta(seconds=-1)
    assert sweep("audio") == 1
    assert sweep("lost_audio") == 0
    assert facts(job, Event.DESTROYED) == [{"what": "audio", "why": "expired"}]


def test_audio_that_a_store_expired_by_itself_is_called_so_too(settings):
    job = submitted()
    vault().destroy(job.audio_id)
    Job.objects.update(created_at=timezone.now() - settings.AUDIO_MAX_AGE)
    assert sweep("lost_audio") == 1
    assert facts(job, Event.DESTROYED) == [{"what": "audio", "why": "expired"}]


def test_destroying_is_told_once_whoever_comes_again():
    job = finished()
    Job.objects.update(status=Status.DONE)
    assert sweep("ended") == 0
    sweep("audio")
    jobs.cancel(job)
    assert len(facts(job, Event.DESTROYED)) == 1


def test_audio_that_could_not_be_destroyed_at_once_is_told_when_it_is():
    job = submitted()
    Job.objects.update(status=Status.FAILED, failure="no_speech", finished_at=timezone.now())
    assert facts(job, Event.DESTROYED) == []
    assert sweep("ended") == 1
    assert facts(job, Event.DESTROYED) == [{"what": "audio", "why": "no_speech"}]


def test_changes_are_told_once_an_hour_for_each_kind():
    job = finished()
    for version in range(1, 4):
        editing.save_document(job.transcript, a_document(), version)
    editing.relabel(job.transcript, {"title": "a", "tags": ["b"]})
    editing.relabel(job.transcript, {"title": "c"})
    expected = [{"what": "document", "version": 2}, {"what": "title"}, {"what": "tags"}]
    assert facts(job, Event.CHANGED) == expected
    Entry.objects.filter(event="changed").update(at=timezone.now() - timedelta(hours=2))
    editing.save_document(job.transcript, a_document(), 4)
    assert facts(job, Event.CHANGED) == [*expected, {"what": "document", "version": 5}]


@pytest.mark.django_db(transaction=True)
def test_each_copy_is_told_from_page_and_api_but_not_a_look_at_its_headers():
    alice = a_person()
    job = finished(alice.caller)
    page, api = alice.browser, alice.api
    for _ in range(2):
        assert page("GET", f"/t/{job.transcript_id}/export/srt").status_code == 200
    assert page("HEAD", f"/t/{job.transcript_id}/export/srt").status_code == 200
    assert api("GET", f"/v1/transcripts/{job.transcript_id}/export/json").status_code == 200
    assert api("HEAD", f"/v1/transcripts/{job.transcript_id}/export/json").status_code == 200
    assert facts(job, Event.EXPORTED) == [
        {"format": "srt", "to": "browser"},
        {"format": "srt", "to": "browser"},
        {"format": "json", "to": "api"},
    ]


def test_reading_ones_own_transcript_is_no_entry():
    alice = a_person()
    job = finished(alice.caller)
    for address in (f"/t/{job.transcript_id}/", f"/v1/transcripts/{job.transcript_id}/document"):
        assert alice.browser("GET", address).status_code == 200
    assert told(job) == WHOLE_WAY


def test_a_crowded_receipt_tells_the_same_copy_once_a_day(monkeypatch):
    monkeypatch.setitem(receipts.SPARED, Event.EXPORTED, receipts.Sparing(9, timedelta(days=1)))
    job = finished()
    for _ in range(5):
        Client().get(f"/t/{job.transcript_id}/export/srt")
    Client().get(f"/t/{job.transcript_id}/export/vtt")
    assert [row["format"] for row in facts(job, Event.EXPORTED)] == ["srt", "srt", "vtt"]


def test_deleting_is_the_last_entry_and_the_receipt_outlives_it_by_ninety_days():
    job = finished()
    editing.delete_transcript(job.transcript)
    receipt = Receipt.objects.get()
    assert told(job) == [*WHOLE_WAY, "deleted"]
    assert facts(job, Event.DELETED) == [{"what": "transcript", "by": "owner"}]
    assert receipt.expires_at - receipt.entries.last().at == pytest.approx(
        timedelta(days=90), abs=timedelta(seconds=5)
    )


def test_the_traces_of_a_job_without_a_transcript_are_told_when_they_go():
    job = submitted()
    jobs.cancel(job)
    Job.objects.update(finished_at=timezone.now() - retention.TRACES_KEPT - timedelta(days=1))
    sweep("traces")
    assert facts(job, Event.DELETED) == [{"what": "traces", "by": "sweeper"}]
    assert Receipt.objects.get().expires_at is not None


def test_no_entry_holds_anything_of_the_content():
    job = finished()
    editing.relabel(job.transcript, {"title": "zyzzyva"})
    editing.save_document(job.transcript, a_document("zyzzyva said"), 1)
    rows = str(list(Entry.objects.values()) + list(Receipt.objects.values()))
    for word in ("zyzzyva", "morning", "talk.wav"):
        assert word not in rows
