"""Bad input through the front door of a running house: a sentence that helps, and nothing left.

``HOSTILE_MEDIA=DIR`` runs it over the files of that folder instead of our own.
"""

import contextlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.hostile_media import NOT_MEDIA, READABLE, REFUSED, given
from tests.live import LiveSotto, serving
from tests.processes import children, resident_bytes, wait_until
from tests.sending import Answer, connect, form
from tests.speech import ROOT
from transcripts.failures import FAILURES

pytestmark = [pytest.mark.hostile_media, pytest.mark.embedded, pytest.mark.timeout(600)]

CASES = given() or {**NOT_MEDIA, **REFUSED, **READABLE}
MORE_MEMORY_BYTES = 64_000_000
NAMES = {
    "of 4,096 characters": "x" * 4_096,
    "that climbs": "../../../../etc/passwd",
    "with a NUL": "talk\x00.mp3",
    "that runs right to left": "talk\u202e3pm.exe",
    "that is markup": "<img src=x onerror=alert(1)>.mp3",
    "that ends its header": 'a"\\"; name="model',
    "that is nothing": "",
}
WRONG_FIELDS = {
    "model": "gpt-5; rm -rf /",
    "language": "../en",
    "response_format": "exe",
    "speakers": "-1",
    "diarize": "perhaps",
}


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """The service: its limits end the bombs. With an account, whose files are not counted."""
    with serving(tmp_path_factory.mktemp("hosted"), EDITION="hosted") as running:
        yield running


@pytest.fixture(scope="module")
def key(house) -> str:
    make_key = (
        "from accounts.models import *;"
        "print(ApiKey.issue(User.objects.create_user('a@example.org'), 'test')[1])"
    )
    made = subprocess.run(
        [sys.executable, "manage.py", "shell", "--verbosity=0", "-c", make_key],
        check=True,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=os.environ | {"SOTTO_DATA": str(house.data), "EDITION": "hosted"},
    )
    return made.stdout.strip().splitlines()[-1]


@pytest.mark.parametrize("name", CASES)
def test_a_hostile_file_gets_a_sentence_and_leaves_nothing(name, house, key):
    answer = send(house, key, CASES[name](), "talk.mp3")
    if answer.status != 200:
        assert_it_helps(answer)
    assert_nothing_is_held(house)


@pytest.mark.parametrize("what", NAMES)
def test_a_name_is_only_a_name(what, house, key):
    answer = send(house, key, b"no recording", NAMES[what])
    assert_it_helps(answer)
    assert_nothing_is_held(house)


@pytest.mark.parametrize("field", WRONG_FIELDS)
def test_a_wrong_field_is_named(field, house, key):
    answer = send(house, key, b"no recording", "talk.mp3", **{field: WRONG_FIELDS[field]})
    assert_it_helps(answer)
    assert answer.json["code"] in {"validation_failed", "model_unavailable"}
    assert_nothing_is_held(house)


def test_the_memory_comes_back_and_nothing_was_charged(house, key):
    """The last test of this module: after all of the above, once more and measured."""
    before_bytes = resident_bytes(house.process.pid)
    for name in list(CASES)[:30]:
        send(house, key, CASES[name](), "talk.mp3")
    assert resident_bytes(house.process.pid) - before_bytes < MORE_MEMORY_BYTES
    assert len(children(house.process.pid)) <= 1  # the recogniser, which waits for work
    with connect(house) as client:
        jobs = client.ask("GET", "/v1/jobs", {"Authorization": f"Bearer {key}"}).json["results"]
    assert {job["minutes"] for job in jobs if job["status"] != "done"} <= {0}
    assert "Traceback" not in house.said()


def send(house: LiveSotto, key: str, data: bytes, name: str, **fields: str) -> Answer:
    body, content_type = form(fields, name, data)
    headers = {"Content-Type": content_type, "Authorization": f"Bearer {key}"}
    with connect(house, timeout=300) as client:
        return client.ask("POST", "/v1/transcribe", headers, body)


def assert_it_helps(answer: Answer) -> None:
    assert 400 <= answer.status < 500, (answer.status, answer.body[:500])
    assert answer.headers["content-type"].startswith("application/problem+json")
    said = answer.json
    assert said["code"] in FAILURES
    assert said["title"]
    assert said["detail"]


def assert_nothing_is_held(house: LiveSotto) -> None:
    """No anonymous file of the vault stays open. The answer may be quicker than the worker."""
    wait_until(lambda: "memfd:audio" not in " ".join(open_files(house)), 5)


def open_files(house: LiveSotto) -> list[str]:
    found = []
    for link in Path(f"/proc/{house.process.pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):
            found.append(str(link.readlink()))
    return found
