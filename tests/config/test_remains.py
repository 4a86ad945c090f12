"""What lies on disks: contents as ciphertext only, and nowhere the key that was destroyed.

Marked words are put in every place that takes words; then every file is searched for them.
"""

import base64
import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
import redis

from tests import live, services
from tests.config.test_deletion import Browser
from tests.speech import clip
from tests.split import Split
from tests.watching import files_with

pytestmark = pytest.mark.slow
WORD = "xylophonist"
CANARIES = [f"{WORD} {place}" for place in ("title", "folder", "tag", "text", "speaker", "name")]


@dataclass
class House:
    """``folders`` are all that it writes to; ``key_of`` reads a key as it lies in its store."""

    url: str
    folders: list[Path]
    sweep: Callable[[], None]
    key_of: Callable[[str], bytes] | None = None
    in_redis: Callable[[], bytes] | None = None
    of_the_index: Callable[[], set[str]] | None = None

    def files_with(self, marker: bytes) -> list[Path]:
        """Without regard to case: the index folds it. Published files hold lists of common words."""
        forms = {marker, marker.lower()}
        found = {f for form in forms for folder in self.folders for f in files_with(form, folder)}
        return sorted(path for path in found if "static" not in path.parts)


@pytest.fixture
def embedded(tmp_path) -> Iterator[House]:
    with live.serving(tmp_path) as running:

        def key_of(transcript: str) -> bytes:
            with (
                closing(sqlite3.connect(tmp_path / "sotto.sqlite3")) as contents,
                closing(sqlite3.connect(tmp_path / "keys.sqlite3")) as keys,
            ):
                named = "SELECT key_id FROM transcripts_transcript WHERE id = ?"
                key_id = contents.execute(named, [transcript]).fetchone()
                found = "SELECT key FROM privacy_contentkey WHERE id = ?"
                return keys.execute(found, key_id).fetchone()[0]

        yield House(running.url, [tmp_path], lambda: None, key_of)


@pytest.fixture
def split(tmp_path) -> Iterator[House]:
    with ExitStack() as stack:
        try:
            database = stack.enter_context(services.postgres())
            queue = stack.enter_context(services.redis())
        except services.NotInstalled as missing:
            pytest.skip(f"{missing} is not installed here")
        house = Split(tmp_path, database, queue)
        stack.callback(house.end)
        house.prepare()
        for command in (["serve", "--web-only"], ["work"]):
            house.start(*command)
        with psycopg.connect(database) as connection:
            [cluster] = connection.execute("SHOW data_directory").fetchone()
        folders = [tmp_path, Path(cluster)]

        def sweep() -> None:
            """As the sweeper's process would; then PostgreSQL lets go of the files."""
            live.manage(tmp_path, "sweep", "--once", **house.environment)
            with psycopg.connect(database, autocommit=True) as connection:
                connection.execute("CHECKPOINT")

        def of_the_index() -> set[str]:
            """The files of its tables, by name: one directory a database, one file a table."""
            tables = "SELECT pg_relation_filepath(oid) FROM pg_class WHERE relkind IN ('r','i','t')"
            with psycopg.connect(house.environment["SEARCH_DATABASE_URL"]) as connection:
                named = [row[0] for row in connection.execute(f"{tables} AND relpersistence = 'u'")]
            return {Path(name).name for name in named if name}

        how = {"in_redis": lambda: in_redis(queue), "of_the_index": of_the_index}
        yield House(house.url, folders, sweep, **how)


def in_redis(url: str) -> bytes:
    """Names and values of all that it holds."""
    with closing(redis.Redis.from_url(url)) as server:
        return b"\n".join(name + b"\n" + (server.dump(name) or b"") for name in server.scan_iter())


def say_the_words_everywhere(house: House, alice: Browser) -> str:
    """Returns the transcript's id."""
    alice.sign_up(house.url)
    sent = alice.post(
        f"{house.url}/v1/transcribe",
        {"vocabulary": f"{WORD} term", "wait": "true"},
        files={"file": (f"{WORD} name.flac", clip("en/jfk.flac").read_bytes())},
    )
    transcript = sent.json()["id"]
    address = f"{house.url}/v1/transcripts/{transcript}"
    document = alice.session.get(f"{address}/document").json()
    document["speakers"] = [{"id": "s1", "name": f"{WORD} speaker"}]
    document["segments"][0] |= {"text": f"{WORD} text", "words": [], "speaker": "s1"}
    headers = {"X-CSRFToken": alice.session.cookies["sotto_csrf"], "If-Match": '"1"'}
    saved = alice.session.put(f"{address}/document", json=document, headers=headers)
    assert saved.status_code == 200, saved.text
    labels = {"title": f"{WORD} title", "folder": f"{WORD} folder", "tags": [f"{WORD} tag"]}
    assert alice.session.patch(address, json=labels, headers=headers).status_code == 200
    again = {"X-CSRFToken": headers["X-CSRFToken"], "Idempotency-Key": "once"}
    upload = alice.session.post(
        f"{house.url}/v1/transcribe",
        {"wait": "false", "vocabulary": f"{WORD} term"},
        files={"file": (f"{WORD} name.flac", clip("en/jfk.flac").read_bytes())},
        headers=again,
    )
    assert upload.status_code == 202
    assert WORD in upload.text
    whole = alice.session.get(address).text + json.dumps(upload.json())
    assert [canary for canary in CANARIES if canary not in whole] == []
    assert alice.session.get(f"{house.url}/library/?q={WORD}").status_code == 200
    return transcript


def delete_all(house: House, alice: Browser) -> None:
    """Also what the second recording has become, or is about to become."""
    headers = {"X-CSRFToken": alice.session.cookies["sotto_csrf"]}
    for kind in ("jobs", "transcripts"):
        for row in alice.session.get(f"{house.url}/v1/{kind}").json()["results"]:
            gone = alice.session.delete(f"{house.url}/v1/{kind}/{row['id']}", headers=headers)
            assert gone.status_code in {200, 204, 409}, gone.text
    assert alice.session.get(f"{house.url}/v1/transcripts").json()["results"] == []


def test_no_word_is_on_a_disk_and_a_destroyed_key_is_nowhere(embedded, tmp_path_factory):
    alice = Browser()
    transcript = say_the_words_everywhere(embedded, alice)
    [data] = embedded.folders
    assert embedded.files_with(WORD.encode()) == [data / "search.sqlite3"]
    assert data / "sotto.sqlite3" in embedded.files_with(b"alice@example.org")  # one does look
    key = embedded.key_of(transcript)
    assert embedded.files_with(key) == [data / "keys.sqlite3"]
    copy = tmp_path_factory.mktemp("copy")
    for file in data.glob("sotto.sqlite3*"):
        shutil.copy(file, copy)
    delete_all(embedded, alice)
    forms = [key, key.hex().encode(), base64.b64encode(key)]
    assert [embedded.files_with(form) for form in forms] == [[], [], []]
    assert embedded.files_with(WORD.encode()) == []
    assert files_with(WORD.encode(), copy) == files_with(key, copy) == []


def test_no_word_is_in_postgresql_its_log_or_redis(split):
    alice = Browser()
    say_the_words_everywhere(split, alice)
    in_the_index = {file.name for file in split.files_with(WORD.encode())}
    assert in_the_index <= split.of_the_index()
    assert split.files_with(b"alice@example.org") != []  # one does look
    assert WORD.encode() not in split.in_redis()
    delete_all(split, alice)
    split.sweep()
    assert split.files_with(WORD.encode()) == []
