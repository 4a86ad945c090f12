"""Keep nothing, with real speech on a real server: its words and names are in none of its files."""

import json
import signal
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.live import LiveSotto, serving
from tests.sending import Answer, connect, form
from tests.watching import holds

pytestmark = pytest.mark.embedded

WORDS = (b"fellow", b"Americans", b"country", b"kennedy", b"Fitzgerald")
HEARD = "ask what you can do for your country."


@pytest.fixture
def live(tmp_path: Path):
    with serving(tmp_path, LOG_LEVEL="DEBUG") as running:
        yield running


def send(live: LiveSotto, recording: Path, **fields: str) -> Answer:
    named = {"keep": "false", "vocabulary": "", **fields}
    body, content_type = form(named, "kennedy Fitzgerald.flac", recording.read_bytes())
    with connect(live) as client:
        return client.ask("POST", "/v1/transcribe", {"Content-Type": content_type}, body)


def ask(live: LiveSotto, method: str, path: str) -> Answer:
    with connect(live) as client:
        return client.ask(method, path)


def done(live: LiveSotto, job_id: str) -> dict:
    for _ in range(600):
        job = ask(live, "GET", f"/v1/jobs/{job_id}").json
        if job["status"] == "done" and job["file_name"] == "":
            return job
        time.sleep(0.1)
    raise AssertionError(job)


def left_in_files(live: LiveSotto) -> list[tuple[str, bytes]]:
    files = [file for file in live.data.rglob("*") if file.is_file() and "static" not in file.parts]
    assert {"sotto.sqlite3", "keys.sqlite3", "search.sqlite3", "log.txt"} <= {
        file.name for file in files
    }
    return [(file.name, word) for file in files for word in WORDS if holds(file, word)]


def rows(live: LiveSotto, file: str, table: str) -> int:
    with sqlite3.connect(live.data / file) as database:
        count = database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
    database.close()
    return count


def sealed_with_a_key(live: LiveSotto) -> dict[str, int]:
    """Rows that could hold a transcript, and keys that could open anything sealed."""
    return {
        "transcripts": rows(live, "sotto.sqlite3", "transcripts_transcript"),
        "keys": rows(live, "keys.sqlite3", "privacy_contentkey"),
    }


def test_the_answer_carries_the_words_and_no_file_does(
    live: LiveSotto, speech: Callable[[str], Path]
) -> None:
    answer = send(live, speech("en/jfk.flac"))
    assert (answer.status, answer.json["text"].endswith(HEARD)) == (200, True)
    done(live, answer.json["id"])
    assert sealed_with_a_key(live) == {"transcripts": 0, "keys": 0}
    assert left_in_files(live) == []
    assert ask(live, "GET", f"/v1/jobs/{answer.json['id']}/handover").status == 410


def test_a_job_hands_over_and_a_killed_server_says_that_it_is_lost(
    live: LiveSotto, speech: Callable[[str], Path]
) -> None:
    job = done(live, send(live, speech("en/jfk.flac"), wait="false").json["id"])
    taken = ask(live, "GET", job["handover"]["url"])
    assert taken.json["segments"][-1]["text"].endswith(HEARD)
    assert ask(live, "GET", job["handover"]["url"] + "?format=txt").body.decode().endswith("\n")
    assert ask(live, "DELETE", job["handover"]["url"]).status == 204
    assert ask(live, "GET", job["handover"]["url"]).json["handover"] == "destroyed"

    waiting = done(live, send(live, speech("en/jfk.flac"), wait="false").json["id"])
    assert sealed_with_a_key(live) == {"transcripts": 0, "keys": 0}
    live.stop(signal.SIGKILL)
    assert left_in_files(live) == []
    with serving(live.data) as again:
        answer = ask(again, "GET", f"/v1/jobs/{waiting['id']}/handover")
        assert (answer.status, answer.json["handover"]) == (410, "lost")
        assert left_in_files(again) == []


def test_the_files_of_a_transcript_that_is_kept_do_grow(
    live: LiveSotto, speech: Callable[[str], Path]
) -> None:
    """Else the tests above would look in the wrong place."""
    answer = send(live, speech("en/jfk.flac"), keep="true")
    assert json.loads(answer.body)["text"].endswith(HEARD)
    assert sealed_with_a_key(live) == {"transcripts": 1, "keys": 1}
