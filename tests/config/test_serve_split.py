"""Web, worker and sweeper as processes of their own, on real PostgreSQL and Redis."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest
import redis

from tests import live, recordings, services
from tests.config.houses import is_recognising, job, send
from tests.processes import children, is_alive, wait_until
from tests.speech import ROOT

pytestmark = [pytest.mark.services, pytest.mark.slow]

RECOVERS_WITHIN_SECONDS = 60


class Split:
    """Each process is started by a test, and ended after it, whatever has become of it."""

    def __init__(self, data: Path, database: str, queue: str) -> None:
        self.data, self.database, self.queue = data, database, queue
        self.port = services.free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = {
            "DATABASE_URL": database,
            "KEYS_DATABASE_URL": services.keys_database(database),
            "REDIS_URL": queue,
            "PORT": str(self.port),
            "PUBLIC_URL": self.url,
        }
        self.processes: list[subprocess.Popen] = []

    def start(self, *command: str) -> subprocess.Popen:
        process = subprocess.Popen(
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env=live._environment(self.data, self.environment),
            stdout=subprocess.PIPE,
        )
        self.processes.append(process)
        assert b"ready" in process.stdout.readline()
        return process

    def count(self, table: str) -> int:
        with psycopg.connect(self.database) as connection:
            return connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]

    def attempts(self, job_id: str) -> tuple[int, int]:
        query = "SELECT attempt, crashes FROM transcripts_job WHERE id = %s"
        with psycopg.connect(self.database) as connection:
            return connection.execute(query, [job_id]).fetchone()

    def end(self) -> None:
        for process in self.processes:
            process.kill()
            process.wait()
            process.stdout.close()


@pytest.fixture
def split(tmp_path):
    with ExitStack() as stack:
        try:
            database = stack.enter_context(services.postgres())
            queue = stack.enter_context(services.redis())
        except services.NotInstalled as missing:
            pytest.skip(f"{missing} is not installed here")
        house = Split(tmp_path, database, queue)
        live.manage(tmp_path, "prepare", **house.environment)
        stack.callback(house.end)
        house.start("serve", "--web-only")
        house.start("sweep")
        yield house


def status(split, path):
    try:
        with urllib.request.urlopen(split.url + path, timeout=10) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


def is_done(split, job_id):
    return job(split.url, job_id)["status"] == "done"


def test_ready_says_whether_a_worker_lives(split):
    assert status(split, "/health") == 200
    assert status(split, "/ready") == 503
    worker = split.start("work")
    wait_until(lambda: status(split, "/ready") == 200, 10)
    worker.kill()
    wait_until(lambda: status(split, "/ready") == 503, 30)


def test_a_worker_killed_in_the_middle_costs_time_and_nothing_else(split, note):
    """F01, F02: one transcript, one charge, and nothing of the audio stays in Redis."""
    worker = split.start("work")
    sent = send(split.url, recordings.wav(60))
    wait_until(lambda: is_recognising(split.url, sent), 60)
    family = children(worker.pid)
    worker.kill()
    wait_until(lambda: not any(is_alive(pid) for pid in family), 2)
    killed_at = time.monotonic()
    split.start("work")
    wait_until(lambda: split.attempts(sent)[0] == 2, RECOVERS_WITHIN_SECONDS)
    note(f"a job whose worker was killed ran again after {time.monotonic() - killed_at:.1f} s")
    wait_until(lambda: is_done(split, sent), RECOVERS_WITHIN_SECONDS)
    assert split.attempts(sent) == (2, 1)
    assert split.count("transcripts_transcript") == split.count("billing_ledgerentry") == 1
    kept = redis.Redis.from_url(split.queue).keys("sotto:audio:*")
    assert kept == []


def test_a_zombie_changes_nothing(split):
    """F03: stopped past its lease, awake again while another has done its job."""
    zombie = split.start("work")
    sent = send(split.url, recordings.wav(60))
    wait_until(lambda: is_recognising(split.url, sent), 60)
    family = [zombie.pid, *children(zombie.pid)]
    for pid in family:
        os.kill(pid, signal.SIGSTOP)
    split.start("work")
    wait_until(lambda: is_done(split, sent), RECOVERS_WITHIN_SECONDS + 30)
    before = job(split.url, sent)
    for pid in family:
        os.kill(pid, signal.SIGCONT)
    time.sleep(5)
    assert job(split.url, sent) == before
    assert split.count("transcripts_transcript") == split.count("billing_ledgerentry") == 1
    assert zombie.poll() is None


def test_sigterm_hands_a_long_job_to_the_next_worker(split):
    """F15: no crash is counted."""
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


def test_jobs_sent_while_no_worker_lives_are_done_in_order_once_one_does(split):
    """F05, F16: the queue may lose every message."""
    clip = recordings.wav(5)
    sent = [send(split.url, clip) for _ in range(6)]
    redis.Redis.from_url(split.queue).delete("dramatiq:transcribe", "dramatiq:transcribe.msgs")
    split.start("work")
    wait_until(lambda: is_done(split, sent[-1]), 120)
    with psycopg.connect(split.database) as connection:
        order = "SELECT id FROM transcripts_job ORDER BY finished_at"
        assert [row[0] for row in connection.execute(order)] == sent
    assert split.count("billing_ledgerentry") == 6


def test_a_redis_that_dies_loses_the_audio_and_says_so(split):
    """F06: pages work meanwhile, and the waiting job ends with its reason."""
    sent = send(split.url, recordings.wav(5))
    redis.Redis.from_url(split.queue).flushall()
    wait_until(lambda: job(split.url, sent)["status"] == "failed", 30)
    assert job(split.url, sent)["error"]["code"] == "audio_lost"
    assert status(split, "/health") == 200


def test_workers_sweep_where_nobody_started_a_sweeper(split):
    sweeper = split.processes[1]
    sweeper.kill()
    sweeper.wait()
    with psycopg.connect(split.database) as connection:
        connection.execute(
            "INSERT INTO privacy_receipt (job_id, guest_key, created_at, length, head, expires_at)"
            " VALUES ('over', '', now(), 0, '', now() - interval '1 second')"
        )
        connection.execute("DELETE FROM privacy_sweepreport")
    split.start("work")
    wait_until(lambda: split.count("privacy_receipt") == 0, 20)
    wait_until(lambda: status(split, "/ready") == 200, 20)
    assert split.count("privacy_sweepreport") == 1
