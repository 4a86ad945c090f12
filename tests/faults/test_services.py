"""F06 to F10: Redis and PostgreSQL die, are away, come back empty, or take no writes."""

import itertools
import json
import threading
import time
import urllib.request

import psycopg
import pytest
import redis

from tests import recordings
from tests.config.houses import is_recognising, job, send
from tests.faults.people import Editor, alice_at
from tests.processes import wait_until
from tests.speech import clip

pytestmark = [pytest.mark.services, pytest.mark.slow]

RECOVERS_WITHIN_SECONDS = 90  # on a machine that does much else
AWAY_SECONDS = 10
PAGES = ("/", "/how-it-works/", "/library/", "/v1/jobs", "/v1/models", "/accounts/login/")


def statuses(split, headers=None):
    return {path: split.ask(path, headers=headers or {}) for path in PAGES}


def test_F06_a_redis_that_dies_and_comes_back_empty(split, servers):
    """What a worker has read is done; what waited ends with its reason; what comes later runs."""
    alice = alice_at(split)
    split.start("work")
    running = send(split.url, recordings.wav(120))
    wait_until(lambda: is_recognising(split.url, running), 60)
    waiting = send(split.url, recordings.wav(5))
    servers.redis.kill()
    servers.redis.start()
    assert set(statuses(split, alice.cookie).values()) == {200}, "pages work, nobody is logged out"
    wait_until(lambda: job(split.url, waiting)["status"] == "failed", RECOVERS_WITHIN_SECONDS)
    assert job(split.url, waiting)["error"]["code"] == "audio_lost"
    later = send(split.url, recordings.wav(5))
    wait_until(lambda: split.is_done(later), RECOVERS_WITHIN_SECONDS + 30)
    assert split.is_done(running)
    assert split.attempts(running) == (1, 0)
    assert redis.Redis.from_url(split.queue).keys("sotto:audio:*") == []


def test_F07_while_redis_is_down_nothing_answers_500_and_no_password_is_tried(split, servers):
    alice = alice_at(split)
    split.start("work")
    running = send(split.url, recordings.wav(120))
    wait_until(lambda: is_recognising(split.url, running), 60)
    servers.redis.kill()
    deadline = time.monotonic() + AWAY_SECONDS
    while time.monotonic() < deadline:
        assert set(statuses(split, alice.cookie).values()) <= {200, 503}
        assert split.ask("/v1/jobs", headers=alice.headers) == 200
        sending = {"Content-Type": "multipart/form-data; boundary=x", **alice.cookie}
        assert split.ask("/v1/transcribe", data=b"--x--\r\n", headers=sending) in {
            400,
            403,
            422,
            503,
        }
        assert log_in(split) == 503
    assert split.ask("/ready") == 503
    servers.redis.start()
    wait_until(lambda: split.is_done(running), RECOVERS_WITHIN_SECONDS + 30)
    assert split.attempts(running) == (1, 0)
    later = send(split.url, recordings.wav(5))
    wait_until(lambda: split.is_done(later), RECOVERS_WITHIN_SECONDS)
    wait_until(lambda: split.ask("/ready") == 200, 20)
    assert log_in(split) == 200  # the form again: the password is wrong


def log_in(split) -> int:
    token = "t" * 32
    headers = {"Cookie": f"sotto_csrf={token}", "X-CSRFToken": token, "Origin": split.url}
    form = b"login=alice%40example.org&password=wrong-wrong-wrong"
    return split.ask("/accounts/login/", data=form, headers=headers)


@pytest.mark.parametrize("pause_seconds", [0, 0.03, 0.1])
def test_F08_a_database_that_dies_during_completion(split, servers, pause_seconds):
    """Whatever moment it is: result and charge are both there, or neither."""
    near_the_end = (
        "SELECT 1 FROM transcripts_job WHERE id = %s AND (stage = 'saving' OR status = 'done')"
    )
    split.start("work")
    sent = send(split.url, recordings.wav(20))
    with psycopg.connect(split.database, autocommit=True) as connection:
        wait_until(lambda: connection.execute(near_the_end, [sent]).fetchone(), 60)
        time.sleep(pause_seconds)
        servers.postgres.kill()
    servers.postgres.start()
    assert len(set(kept(split))) == 1
    wait_until(lambda: split.ask("/health") == 200 and split.is_done(sent), 60)
    assert kept(split) == [1, 1, 1]
    assert split.attempts(sent) == (1, 0), "the worker kept its result until it could be stored"


def kept(split) -> list[int]:
    """How many are done, stored and charged, at one moment."""
    done = "SELECT count(*) FROM transcripts_job WHERE status = 'done'"
    counts = [
        f"SELECT count(*) FROM {table}"
        for table in ("transcripts_transcript", "billing_ledgerentry")
    ]
    return list(split.rows(f"SELECT ({done}), ({counts[0]}), ({counts[1]})")[0])


def test_F09_twenty_editors_lose_nothing_while_the_database_is_away(split, servers):
    alice = alice_at(split)
    split.start("work")
    sent = [send_as(alice, clip("en/jfk.flac").read_bytes()) for _ in range(20)]
    wait_until(lambda: split.count("transcripts_transcript") == 20, 120)
    transcripts = [row[0] for row in split.rows("SELECT id FROM transcripts_transcript")]
    assert len(sent) == len(transcripts)
    editors = [Editor(alice, transcript, edits=12) for transcript in transcripts]
    threads = [threading.Thread(target=editor.work) for editor in editors]
    for thread in threads:
        thread.start()
    time.sleep(1)
    servers.postgres.kill()
    time.sleep(AWAY_SECONDS)
    servers.postgres.start()
    for thread in threads:
        thread.join(120)
    assert [editor.stored() for editor in editors] == [editor.text(11) for editor in editors]
    assert [editor.version for editor in editors] == [13] * 20, "each edit was stored once"
    assert list(itertools.chain(*(editor.refused for editor in editors))) == []
    assert sum(editor.not_saved for editor in editors) > 0


def send_as(person, data):
    body = b'--x\r\nContent-Disposition: form-data; name="wait"\r\n\r\nfalse\r\n--x\r\n'
    body += b'Content-Disposition: form-data; name="file"; filename="a.flac"\r\n\r\n'
    headers = person.headers | {"Content-Type": "multipart/form-data; boundary=x"}
    request = urllib.request.Request(
        f"{person.url}/v1/transcribe", body + data + b"\r\n--x--\r\n", headers
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)["id"]


def test_F10_a_database_that_takes_no_writes_is_read_and_the_rest_says_503(split, servers):
    alice = alice_at(split)
    split.start("work")
    first = send_as(alice, recordings.wav(5))
    wait_until(lambda: split.ask(f"/v1/jobs/{first}", headers=alice.headers) == 200, 10)
    wait_until(lambda: split.count("transcripts_transcript") == 1, 60)
    running = send_as(alice, recordings.wav(60))
    wait_until(lambda: split.attempts(running)[0] == 1, 60)
    transcript = split.rows("SELECT id FROM transcripts_transcript")[0][0]
    read_only(split, "on")
    assert set(statuses(split, alice.cookie).values()) == {200}
    assert split.ask(f"/t/{transcript}/", headers=alice.cookie) == 200
    assert split.ask(f"/v1/transcripts/{transcript}", headers=alice.headers) == 200
    rename = {"data": b'{"title": "x"}', "headers": alice.headers, "method": "PATCH"}
    assert split.ask(f"/v1/transcripts/{transcript}", **rename) == 503
    form = alice.headers | {"Content-Type": "multipart/form-data; boundary=x"}
    body = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n\r\n'
    body += recordings.wav(1) + b"\r\n--x--\r\n"
    assert split.ask("/v1/transcribe", data=body, headers=form) == 503
    assert split.ask("/ready") == 503
    assert "database or" in split.said(), "an alarm is in the log"
    time.sleep(15)  # past every lease
    read_only(split, "off")
    assert split.ask(f"/v1/transcripts/{transcript}", **rename) == 200
    wait_until(lambda: split.count("transcripts_transcript") == 2, RECOVERS_WITHIN_SECONDS)
    assert split.attempts(running) == (1, 0)
    assert redis.Redis.from_url(split.queue).keys("sotto:audio:*") == []


def read_only(split, state):
    with psycopg.connect(split.database, autocommit=True) as connection:
        connection.execute("SET default_transaction_read_only = off")
        connection.execute(f"ALTER SYSTEM SET default_transaction_read_only = {state}")
        connection.execute("SELECT pg_reload_conf()")
    time.sleep(0.5)
