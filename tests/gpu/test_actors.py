"""A job from claim to end, with a real recogniser, in this process."""

import os
import signal
import threading
import time

import pytest
from django.db import connections

from gpu import actors
from privacy.models import Entry
from tests import recordings
from tests.processes import is_alive, wait_until
from tests.speech import ROOT
from tests.transcripts.recorded import submitted
from transcripts import jobs
from transcripts.models import Job, Status, Transcript
from transcripts.vault import vault

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def worker():
    """``run_next`` in this thread; the recogniser it started is gone afterwards."""
    actors.stopping.clear()
    actors.leaving.clear()
    yield
    actors.recogniser().close()
    actors.stopping.clear()
    actors.leaving.clear()


LOSES_ITS_CARD = """
from pathlib import Path
from gpu.engines.moonshine import MoonshineEngine

class OutOfMemoryError(RuntimeError):
    pass

left = Path(__file__).with_name("left")
hears = MoonshineEngine.recognise

def recognise(self, chunks, options):
    if count := int(left.read_text()):
        left.write_text(str(count - 1))
        raise OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")
    return hears(self, chunks, options)

MoonshineEngine.recognise = recognise
"""


@pytest.fixture
def failing(tmp_path, monkeypatch):
    """Say how often the engine, in the recogniser's process, raises what torch raises."""
    (tmp_path / "sitecustomize.py").write_text(LOSES_ITS_CARD)
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{ROOT}")
    return lambda times: (tmp_path / "left").write_text(str(times))


@pytest.fixture(scope="module")
def half_an_hour():
    return recordings.wav(1800)


def meanwhile(do, condition=lambda: Job.objects.filter(progress__gt=0).exists()):
    """``do`` once ``condition`` holds, while the test's own thread works. Returns the thread."""

    def wait_and_do():
        try:
            wait_until(condition, 120)
            do()
        finally:
            connections.close_all()

    thread = threading.Thread(target=wait_and_do)
    thread.start()
    return thread


def kill_the_child():
    os.kill(actors.recogniser().child_pid, signal.SIGKILL)


def test_all_waiting_jobs_are_done_by_one_wake_up(speech):
    data = speech("en/jfk.flac").read_bytes()
    done = [submitted(data), submitted(data)]
    actors.run_next()
    for job in done:
        job.refresh_from_db()
        assert (job.status, job.attempt, job.minutes) == (Status.DONE, 1, 1)
        assert job.transcript.document["segments"][0]["text"].startswith("And so my fellow")
    assert vault().held_bytes() == 0


def test_a_bad_file_fails_and_the_next_is_done(speech):
    bad = submitted(b"this is a text and no recording" * 10)
    good = submitted(speech("en/jfk.flac").read_bytes())
    actors.run_next()
    bad.refresh_from_db()
    good.refresh_from_db()
    assert (bad.status, bad.failure) == (Status.FAILED, "unreadable_media")
    assert good.status == Status.DONE


def test_lost_audio_fails_the_job():
    job = submitted(b"sound")
    vault().destroy(job.audio_id)
    actors.run_next()
    job.refresh_from_db()
    assert (job.status, job.failure) == (Status.FAILED, "audio_lost")


def test_a_killed_recogniser_costs_one_attempt_and_nothing_else():
    job = submitted(recordings.wav(60))
    thread = meanwhile(kill_the_child)
    actors.run_next()
    thread.join()
    job.refresh_from_db()
    assert (job.status, job.attempt, job.crashes) == (Status.DONE, 2, 1)
    assert Transcript.objects.count() == 1


def test_F13_an_engine_that_loses_its_card_gets_a_fresh_process_and_the_job_one_more_try(
    failing, speech, caplog
):
    failing(times=1)
    job = submitted(speech("en/jfk.flac").read_bytes())
    actors.run_next()
    job.refresh_from_db()
    assert (job.status, job.attempt, job.crashes) == (Status.DONE, 2, 1)
    put_back = Entry.objects.get(receipt_id=job.pk, event="put_back")
    assert put_back.facts["why"] == "engine_failed"
    [told] = [row for row in caplog.records if row.message == "the engine failed"]
    assert (told.job, told.cause) == (job.pk, "OutOfMemoryError")  # its kind, not its message


def test_F12_a_recording_too_long_for_the_card_fails_clearly_and_the_next_is_done(
    failing, speech, caplog
):
    failing(times=2)
    too_long, next_one = (submitted(speech("en/jfk.flac").read_bytes()) for _ in range(2))
    actors.run_next()
    too_long.refresh_from_db()
    next_one.refresh_from_db()
    assert (too_long.status, too_long.failure) == (Status.FAILED, "engine_failed")
    assert (too_long.attempt, too_long.minutes) == (2, 0)
    [alarm] = [row for row in caplog.records if "poison" in row.message]
    assert (alarm.levelname, alarm.job) == ("ERROR", too_long.pk)
    assert next_one.status == Status.DONE
    assert vault().held_bytes() == 0


def test_F20_a_recording_that_kills_twice_is_given_up_and_the_next_is_done(speech):
    poison = submitted(recordings.wav(60))
    good = submitted(speech("en/jfk.flac").read_bytes())

    def again():
        return Job.objects.filter(pk=poison.pk, attempt=2, progress__gt=0).exists()

    threads = [meanwhile(kill_the_child), meanwhile(kill_the_child, again)]
    actors.run_next()
    for thread in threads:
        thread.join()
    poison.refresh_from_db()
    good.refresh_from_db()
    assert (poison.status, poison.failure, poison.attempt) == (Status.FAILED, "worker_crash", 2)
    assert good.status == Status.DONE
    assert vault().held_bytes() == 0


def test_cancelling_stops_the_work_within_two_seconds(half_an_hour, note):
    job = submitted(half_an_hour)
    told = {}

    def cancel():
        told["child"] = actors.recogniser().child_pid
        told["at"] = time.monotonic()
        jobs.cancel(job)
        told["took"] = wait_until(lambda: not is_alive(told["child"]), 2)

    thread = meanwhile(cancel)
    actors.run_next()
    thread.join()
    job.refresh_from_db()
    assert "took" in told
    assert (job.status, Transcript.objects.count()) == (Status.CANCELLED, 0)
    assert vault().held_bytes() == 0
    note(f"a cancelled job's processes were gone after {told['took']:.2f} s")


def test_leaving_gives_the_running_job_back(half_an_hour):
    job = submitted(half_an_hour)

    def leave():
        actors.stopping.set()
        actors.leaving.set()

    thread = meanwhile(leave)
    actors.run_next()
    thread.join()
    job.refresh_from_db()
    assert (job.status, job.crashes) == (Status.QUEUED, 0)
    assert vault().holds(job.audio_id)


def test_progress_tells_stage_share_and_time_left(half_an_hour):
    job = submitted(half_an_hour)
    seen = []

    def look():
        wait_until(lambda: Job.objects.get().eta_seconds, 60)
        seen.append(Job.objects.get())
        jobs.cancel(job)

    thread = meanwhile(look)
    actors.run_next()
    thread.join()
    assert seen[0].stage == "recognising"
    assert 0 < seen[0].progress < 1
    assert 1 < seen[0].eta_seconds < 3600


def test_the_receipt_of_a_job_without_words_says_that_all_of_it_was_heard():
    silence = recordings.wav(20)
    silence = silence[:44] + bytes(len(silence) - 44)
    job = submitted(silence)
    actors.run_next()
    told = Entry.objects.filter(receipt=job.pk).values_list("event", "facts")
    assert [event for event, _ in told] == [
        *("received", "held", "taken", "decoded", "ended", "destroyed"),
    ]
    facts = dict(told)
    assert facts["ended"] == {"how": "failed", "why": "no_speech"}
    assert facts["decoded"] == {"milliseconds": 20_000}
