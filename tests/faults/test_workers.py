"""F01 to F05, F14, F15, F20: workers that die, stop, leave or lack what they need."""

import json
import os
import signal
import threading
import time
import urllib.error
from contextlib import suppress

import psycopg
import pytest
import redis

from tests import recordings
from tests.config.houses import is_recognising, job, send
from tests.processes import children, is_alive, wait_until
from tests.split import tell_family

pytestmark = [pytest.mark.services, pytest.mark.slow]

RECOVERS_WITHIN_SECONDS = 90  # on a machine that does much else
RUNS_AGAIN_WITHIN_SECONDS = 20


def forget_wake_ups(split):
    redis.Redis.from_url(split.queue).delete("dramatiq:transcribe", "dramatiq:transcribe.msgs")


def test_ready_says_whether_a_worker_lives(split):
    assert split.ask("/health") == 200
    assert split.ask("/ready") == 503
    worker = split.start("work")
    wait_until(lambda: split.ask("/ready") == 200, 10)
    worker.kill()
    wait_until(lambda: split.ask("/ready") == 503, 30)


def test_F01_a_worker_killed_in_the_middle_costs_time_and_nothing_else(split, note):
    """One transcript, one charge, and nothing of the audio stays in Redis."""
    worker = split.start("work")
    sent = send(split.url, recordings.wav(60))
    wait_until(lambda: is_recognising(split.url, sent), 60)
    family = children(worker.pid)
    worker.kill()
    wait_until(lambda: not any(is_alive(pid) for pid in family), 2)
    killed_at = time.monotonic()
    split.start("work")
    wait_until(lambda: split.attempts(sent)[0] == 2, RUNS_AGAIN_WITHIN_SECONDS)
    note(f"a job whose worker was killed ran again after {time.monotonic() - killed_at:.1f} s")
    wait_until(lambda: split.is_done(sent), RECOVERS_WITHIN_SECONDS)
    assert split.attempts(sent) == (2, 1)
    assert split.count("transcripts_transcript") == split.count("billing_ledgerentry") == 1
    kept = redis.Redis.from_url(split.queue).keys("sotto:audio:*")
    assert kept == []


def test_F02_killed_between_the_result_and_the_acknowledgement(split):
    """The wake-up that brought both jobs is delivered again; the first stays done once."""
    first, second = send(split.url, recordings.wav(5)), send(split.url, recordings.wav(45))
    worker = split.start("work")
    wait_until(lambda: split.is_done(first) and is_recognising(split.url, second), 60)
    before = job(split.url, first)
    tell_family(worker, signal.SIGKILL)
    split.start("work")
    wait_until(lambda: split.is_done(second), RECOVERS_WITHIN_SECONDS)
    assert job(split.url, first) == before
    assert (split.attempts(first), split.attempts(second)) == ((1, 0), (2, 1))
    assert split.count("transcripts_transcript") == split.count("billing_ledgerentry") == 2


def test_F03_a_zombie_changes_nothing(split):
    """Stopped past its lease, awake again while another has done its job."""
    zombie = split.start("work")
    sent = send(split.url, recordings.wav(60))
    wait_until(lambda: is_recognising(split.url, sent), 60)
    family = [zombie.pid, *children(zombie.pid)]
    for pid in family:
        os.kill(pid, signal.SIGSTOP)
    split.start("work")
    wait_until(lambda: split.is_done(sent), RECOVERS_WITHIN_SECONDS + 30)
    before = job(split.url, sent)
    for pid in family:
        os.kill(pid, signal.SIGCONT)
    time.sleep(5)
    assert job(split.url, sent) == before
    assert split.count("transcripts_transcript") == split.count("billing_ledgerentry") == 1
    assert zombie.poll() is None


def test_F15_sigterm_hands_a_long_job_to_the_next_worker(split):
    """No crash is counted."""
    worker = split.start("work", "--drain", "0")
    sent = send(split.url, recordings.wav(300))
    wait_until(lambda: is_recognising(split.url, sent), 60)
    family = children(worker.pid)
    started = time.monotonic()
    worker.terminate()
    assert worker.wait(10) == 0
    assert time.monotonic() - started < 3
    assert not any(is_alive(pid) for pid in family)
    assert job(split.url, sent)["status"] == "queued"
    split.start("work")
    wait_until(lambda: is_recognising(split.url, sent), RECOVERS_WITHIN_SECONDS)
    assert split.attempts(sent) == (2, 0)


def test_F15_sigterm_lets_a_short_job_end(split):
    worker = split.start("work", "--drain", "60")
    first, second = send(split.url, recordings.wav(60)), send(split.url, recordings.wav(5))
    wait_until(lambda: is_recognising(split.url, first), 60)
    worker.terminate()
    assert worker.wait(60) == 0
    assert [job(split.url, sent)["status"] for sent in (first, second)] == ["done", "queued"]
    assert split.attempts(first) == (1, 0)


def test_F05_a_web_process_killed_before_it_wakes_a_worker(split, note):
    """The job is committed and no message tells of it: a sweeper does."""
    worker = split.start("work")
    time.sleep(1)  # the wake-up that a worker gives itself at its start is spent
    tell_family(worker, signal.SIGSTOP)
    sent = send(split.url, recordings.wav(5))
    split.processes[0].kill()
    forget_wake_ups(split)
    tell_family(worker, signal.SIGCONT)
    done = "SELECT 1 FROM transcripts_job WHERE id = %s AND status = 'done'"
    took = wait_until(lambda: split.rows(done, sent), RECOVERS_WITHIN_SECONDS)
    note(f"F05: a job that nobody was told of was done after {took:.1f} s")
    assert split.attempts(sent) == (1, 0)


def test_F14_without_the_model_nothing_is_ready_and_the_reason_is_readable(split):
    """The workers that live have another one: jobs for it wait and say why."""
    sent = send(split.url, recordings.wav(5))
    split.rows(
        "UPDATE transcripts_job SET options = jsonb_set(options, '{model}', '\"small\"')"
        " RETURNING 1"
    )
    split.start("work", DEFAULT_MODEL="small")
    split.processes[0].kill()
    split.processes[0].wait()
    split.start("serve", "--web-only", DEFAULT_MODEL="small")
    wait_until(lambda: job(split.url, sent)["waits_for"] == "model", 10)
    assert split.ask("/ready") == 503
    checks = {check["id"]: check for check in split.json("/ready")["checks"]}
    assert (checks["worker"]["ok"], checks["worker"]["detail"]) == (False, "1, none with small")
    time.sleep(3)
    assert (job(split.url, sent)["status"], split.attempts(sent)) == ("queued", (0, 0))
    with pytest.raises(urllib.error.HTTPError) as refused:
        send(split.url, recordings.wav(5))
    assert json.load(refused.value)["code"] == "model_unavailable"


def test_F20_three_poison_files_are_tried_twice_and_ten_good_ones_are_done(split, note):
    """Whatever takes a poison file in hand is killed in the midst of it."""
    poison = [send(split.url, recordings.wav(60)) for _ in range(3)]
    good = [send(split.url, recordings.wav(5)) for _ in range(10)]
    worker = split.start("work")
    running = "SELECT id, attempt FROM transcripts_job WHERE status = 'running' AND progress > 0"
    seen, over = set(), threading.Event()

    def kill_whoever_takes_poison():
        with psycopg.connect(split.database, autocommit=True) as connection:
            while not over.wait(0.02):
                for row in set(connection.execute(running).fetchall()) - seen:
                    if row[0] in poison:
                        seen.add(row)
                        for pid in children(worker.pid):
                            with suppress(ProcessLookupError):
                                os.kill(pid, signal.SIGKILL)

    thread = threading.Thread(target=kill_whoever_takes_poison)
    thread.start()
    try:
        ended = "SELECT count(*) FROM transcripts_job WHERE status IN ('done', 'failed')"
        took = wait_until(lambda: split.rows(ended) == [(13,)], 200)
    finally:
        over.set()
        thread.join()
    note(f"F20: 10 good recordings behind 3 poisonous ones were done after {took:.1f} s")
    assert [job(split.url, sent)["status"] for sent in good] == ["done"] * 10
    assert [job(split.url, sent)["error"]["code"] for sent in poison] == ["worker_crash"] * 3
    assert {split.attempts(sent) for sent in poison} == {(2, 1)}
    assert split.said().count("a job crashed its workers and was given up") == 3
    assert worker.poll() is None
    assert split.count("billing_ledgerentry") == 10
