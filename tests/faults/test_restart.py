"""F16: everything is restarted at once, with a hundred recordings in the queue."""

import collections
import signal
import time

import pytest
import redis

from tests import recordings
from tests.config.houses import send
from tests.processes import wait_until
from tests.split import tell_family

pytestmark = [pytest.mark.services, pytest.mark.slow, pytest.mark.timeout(400)]

JOBS = 100
OWNERS = 4
ALL_WITHIN_SECONDS = 180


def test_F16_a_hundred_queued_and_everything_restarted_at_once(split, servers, note):
    """Redis alone keeps running: it holds the recordings, and F06 is about losing it."""
    clip = recordings.wav(2)
    sent = [send(split.url, clip) for _ in range(JOBS)]
    # One of four people sent all but a few: the others must not wait for her.
    owners = [f"guest-{'abcd'[max(0, n - JOBS + OWNERS)]}" for n in range(JOBS)]
    for job_id, owner in zip(sent, owners, strict=True):
        split.rows("UPDATE transcripts_job SET guest_key=%s WHERE id=%s RETURNING 1", owner, job_id)
    split.start("work")
    wait_until(
        lambda: split.rows("SELECT count(*) FROM transcripts_job WHERE status='done'")[0][0] > 8, 60
    )
    for process in split.processes:
        tell_family(process, signal.SIGKILL)
    servers.postgres.kill()
    began = time.monotonic()
    servers.postgres.start()
    started = [split.begin(*command) for command in (["serve", "--web-only"], ["sweep"], ["work"])]
    live = "SELECT count(*) FROM transcripts_job WHERE status IN ('queued', 'running')"
    wait_until(lambda: split.rows(live) == [(0,)], ALL_WITHIN_SECONDS)
    note(f"F16: all of {JOBS} ended {time.monotonic() - began:.0f} s after the restart")
    assert all(process.poll() is None for process in started)
    ends = split.rows("SELECT status, failure, attempt, crashes FROM transcripts_job")
    assert collections.Counter(row[:2] for row in ends) == {("done", ""): JOBS}
    assert sum(row[3] for row in ends) <= 1, "only what was running when all was killed"
    assert split.count("transcripts_transcript") == split.count("billing_ledgerentry") == JOBS
    order = [
        row[0] for row in split.rows("SELECT guest_key FROM transcripts_job ORDER BY started_at")
    ]
    turns = {owner: order.index(owner) for owner in set(owners)}
    assert sorted(turns.values()) == [0, 1, 2, 3], "each owner had a turn before anybody's second"
    assert redis.Redis.from_url(split.queue).keys("sotto:audio:*") == []
