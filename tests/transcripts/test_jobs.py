"""A job's moves: each counts once, and only for the worker that holds the attempt."""

from datetime import timedelta

import dramatiq
import pytest
from django.utils import timezone

from accounts.callers import Caller
from billing.models import LedgerEntry
from gpu.contract import Failure, Progress, Stage
from tests.sweeping import sweep
from tests.transcripts.recorded import a_result, submitted
from transcripts import jobs, stalled
from transcripts.models import LIVE, Job, Status, Transcript, Upload
from transcripts.vault import vault

pytestmark = pytest.mark.django_db


def wake_ups() -> int:
    broker = dramatiq.get_broker()
    if hasattr(broker, "do_qsize"):
        return broker.do_qsize(jobs.QUEUE)
    return broker.queues[jobs.QUEUE].qsize()


def let_the_lease_end(job):
    Job.objects.filter(pk=job.pk).update(lease_expires_at=timezone.now() - timedelta(seconds=1))


def test_a_submitted_job_waits_and_wakes_a_worker_once_committed(
    django_capture_on_commit_callbacks,
):
    with django_capture_on_commit_callbacks(execute=True):
        job = submitted()
        assert wake_ups() == 0
    assert wake_ups() == 1
    assert (job.status, job.attempt) == (Status.QUEUED, 0)


def test_one_claim_gets_a_job_and_the_next_gets_none():
    job = submitted()
    held = jobs.claim("a")
    assert (held.job_id, held.attempt) == (job.pk, 1)
    assert jobs.claim("b") is None
    job.refresh_from_db()
    assert (job.status, job.worker, job.attempt) == (Status.RUNNING, "a", 1)
    assert job.lease_expires_at > timezone.now()


def test_finishing_stores_transcript_state_and_minutes_and_frees_the_audio():
    job = submitted()
    held = jobs.claim("w")
    assert jobs.finish(held, a_result(61.0))
    job.refresh_from_db()
    assert (job.status, job.minutes, job.decoded_seconds) == (Status.DONE, 2, 61.0)
    assert job.transcript.document["segments"][0]["text"] == "Good morning."
    assert LedgerEntry.objects.get().minutes == 2
    assert not vault().holds(job.audio_id)
    assert job.audio_key is None
    assert job.audio_destroyed_at is not None


def test_a_second_result_changes_nothing():
    submitted()
    held = jobs.claim("w")
    assert jobs.finish(held, a_result())
    assert not jobs.finish(held, a_result(6000.0))
    assert Transcript.objects.count() == LedgerEntry.objects.count() == 1


def take_from_the_dead(job):
    for taken in (0, 1):
        let_the_lease_end(job)
        assert sweep("leases") == taken


def test_F03_a_zombie_changes_nothing():
    """Stopped past its lease, it comes back while another has the job."""
    job = submitted()
    zombie = jobs.claim("zombie")
    take_from_the_dead(job)
    held = jobs.claim("living")
    assert held.attempt == 2
    assert not jobs.beat(zombie, Progress(Stage.RECOGNISING, 0.9))
    assert not jobs.finish(zombie, a_result())
    assert not jobs.fail(zombie, Failure.ENGINE_FAILED)
    assert not jobs.crashed(zombie)
    assert not jobs.hand_back(zombie)
    assert Transcript.objects.count() == LedgerEntry.objects.count() == 0
    assert jobs.finish(held, a_result())
    assert Transcript.objects.count() == LedgerEntry.objects.count() == 1


def test_F17_a_lease_from_a_clock_that_was_put_back_is_a_dead_one():
    job = submitted()
    jobs.claim("w")
    Job.objects.update(lease_expires_at=timezone.now() + timedelta(seconds=39))
    assert sweep("leases") == 0
    Job.objects.update(lease_expires_at=timezone.now() + timedelta(hours=1))
    assert sweep("leases") == 1
    job.refresh_from_db()
    assert (job.status, job.crashes) == (Status.QUEUED, 1)


def test_F17_a_job_from_the_future_wakes_a_worker_too():
    submitted()
    Job.objects.update(created_at=timezone.now() + timedelta(hours=1))
    sweep("wake_ups")
    assert wake_ups() == 1


def test_a_beat_renews_the_lease_and_shows_progress():
    job = submitted()
    held = jobs.claim("w")
    let_the_lease_end(job)
    assert jobs.beat(held, Progress(Stage.RECOGNISING, 0.5), 12.0)
    job.refresh_from_db()
    assert (job.stage, job.progress, job.eta_seconds) == ("recognising", 0.5, 12.0)
    assert stalled.silent_jobs() == []


def test_a_lease_that_is_over_is_renewed_once_for_a_worker_that_lives():
    """After an outage of the database all leases are over, and nobody has crashed."""
    job = submitted()
    held = jobs.claim("w")
    for _outage in range(3):
        let_the_lease_end(job)
        assert sweep("leases") == 0
        assert jobs.beat(held)
    job.refresh_from_db()
    assert (job.status, job.crashes, job.attempt) == (Status.RUNNING, 0, 1)
    take_from_the_dead(job)
    job.refresh_from_db()
    assert (job.status, job.crashes) == (Status.QUEUED, 1)


def test_a_lease_from_before_the_clock_was_set_back_ends_like_any_other():
    job = submitted()
    jobs.claim("w")
    Job.objects.filter(pk=job.pk).update(lease_expires_at=timezone.now() + timedelta(hours=1))
    assert sweep("leases") == 0
    assert stalled.silent_jobs() == []
    job.refresh_from_db()
    assert job.lease_expires_at < timezone.now() + timedelta(minutes=1)
    let_the_lease_end(job)
    assert sweep("leases") == 1


def test_F20_the_first_crash_puts_a_job_back_the_second_ends_it_and_is_an_alarm(caplog):
    job = submitted()
    assert jobs.crashed(jobs.claim("w"))
    job.refresh_from_db()
    assert (job.status, job.crashes, job.progress) == (Status.QUEUED, 1, 0.0)
    assert jobs.crashed(jobs.claim("w"))
    job.refresh_from_db()
    assert (job.status, job.failure, job.attempt) == (Status.FAILED, "worker_crash", 2)
    assert not vault().holds(job.audio_id)
    alarms = [(row.levelname, row.job) for row in caplog.records if "poison" in row.message]
    assert alarms == [("ERROR", job.pk)]


def test_a_crash_that_took_the_audio_with_it_says_so():
    job = submitted()
    held = jobs.claim("w")
    vault().destroy(job.audio_id)
    assert jobs.open_audio(held) is None
    assert jobs.crashed(held)
    job.refresh_from_db()
    assert (job.status, job.failure) == (Status.FAILED, "audio_lost")


def test_handing_back_is_no_crash(django_capture_on_commit_callbacks):
    job = submitted()
    held = jobs.claim("w")
    with django_capture_on_commit_callbacks(execute=True):
        assert jobs.hand_back(held)
    job.refresh_from_db()
    assert (job.status, job.crashes, job.lease_expires_at) == (Status.QUEUED, 0, None)
    assert wake_ups() == 1


def test_cancelling_ends_a_job_whoever_has_it_and_frees_the_audio():
    job = submitted()
    held = jobs.claim("w")
    assert jobs.cancel(job)
    assert not jobs.cancel(job)
    assert not jobs.beat(held)
    job.refresh_from_db()
    assert (job.status, job.failure, job.minutes) == (Status.CANCELLED, "cancelled", 0)
    assert not vault().holds(job.audio_id)
    assert LedgerEntry.objects.count() == 0


def test_a_failed_job_costs_nothing_and_keeps_no_key():
    job = submitted()
    assert jobs.fail(jobs.claim("w"), Failure.NO_SPEECH)
    job.refresh_from_db()
    assert (job.status, job.failure, job.audio_key) == (Status.FAILED, "no_speech", None)
    assert LedgerEntry.objects.count() == 0


def test_waiting_jobs_whose_recording_is_gone_end():
    lost, kept = submitted(), submitted()
    vault().destroy(lost.audio_id)
    assert sweep("lost_audio") == 1
    lost.refresh_from_db()
    kept.refresh_from_db()
    assert (lost.status, lost.failure, kept.status) == (Status.FAILED, "audio_lost", "queued")


def test_after_a_restart_running_jobs_end_too():
    job = submitted()
    jobs.claim("a worker that is dead")
    vault().destroy(job.audio_id)
    assert sweep("lost_audio") == 0
    assert [stalled.give_up(job_id) for job_id in stalled.jobs_without_audio(LIVE)] == [True]
    job.refresh_from_db()
    assert (job.status, job.failure) == (Status.FAILED, "audio_lost")


def test_audio_that_could_not_be_destroyed_is_destroyed_by_the_sweeper():
    job = submitted()
    Job.objects.filter(pk=job.pk).update(status=Status.FAILED, finished_at=timezone.now())
    assert sweep("ended") == 1
    assert not vault().holds(job.audio_id)
    assert sweep("ended") == 0


def test_jobs_that_nobody_took_wake_a_worker_again():
    submitted()
    sweep("wake_ups")
    assert wake_ups() == 0
    Job.objects.update(created_at=timezone.now() - timedelta(minutes=1))
    sweep("wake_ups")
    assert wake_ups() == 1


def test_an_abandoned_upload_goes_but_not_the_audio_of_a_job_that_waits():
    job = submitted()
    past = timezone.now() - timedelta(seconds=1)
    Upload.objects.create(pk=job.audio_id, length_bytes=5, key=b"k", expires_at=past)
    Upload.objects.create(pk="abandoned", length_bytes=5, key=b"k", expires_at=past)
    vault().reserve("abandoned", 5)
    assert sweep("uploads") == 2
    assert vault().holds(job.audio_id)
    assert not vault().holds("abandoned")


def test_nobody_is_told_before_it_is_committed(django_capture_on_commit_callbacks):
    job = submitted()
    with django_capture_on_commit_callbacks() as callbacks:
        jobs.cancel(job)
    assert [callback.args for callback in callbacks] == [(job.pk,)]


@pytest.mark.parametrize("caller", [Caller(), Caller(guest_key="g" * 24)])
def test_the_transcript_belongs_to_whom_the_job_belonged(caller):
    submitted(caller=caller)
    jobs.finish(jobs.claim("w"), a_result())
    transcript = Transcript.objects.get()
    assert (transcript.owner, transcript.guest_key) == (None, caller.guest_key)
    assert LedgerEntry.objects.get().guest_key == caller.guest_key
