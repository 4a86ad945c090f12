"""Private, with real speech on real servers: what was said is nowhere but in what its owner opens."""

import base64
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import requests
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.accounts.test_keyring import a_ring
from tests.config.test_deletion import Browser
from tests.config.test_remains import WORD, House, embedded, split  # noqa: F401 - two are fixtures
from tests.services import free_port
from tests.smtp import post_office
from tests.speech import clip
from tests.transcripts.locked import FIRST, PUBLIC_KEY, locked, opened

pytestmark = pytest.mark.slow

SAID = ("fellow", "Americans", "country")
GIVEN = (WORD,)  # in the file's name and among the terms to listen for
HEARD = "ask what you can do for your country."
ASKED = {"private": "true", "public_key": PUBLIC_KEY, "vocabulary": f"{WORD} term"}
NAME = f"{WORD} name.flac"


@dataclass
class Alice(Browser):
    """With a keyring. ``uid``: what her transcripts are sealed for."""

    url: str = ""
    uid: str = ""

    @property
    def proof(self) -> dict[str, str]:
        return {"X-CSRFToken": self.session.cookies["sotto_csrf"]}

    def ask(self, method: str, path: str, **request) -> requests.Response:
        headers = self.proof | request.pop("headers", {})
        return self.session.request(
            method, self.url + path, headers=headers, timeout=120, **request
        )

    def begin(self) -> None:
        self.sign_up(self.url)
        self.post(f"{self.url}/privacy/settings/receipts_by_mail/", {"value": "on"})
        assert self.ask("PUT", "/v1/keyring", json=a_ring(), headers=FIRST).status_code == 200
        self.uid = self.ask("GET", "/v1/keyring").json()["uid"]

    def form(self) -> dict:
        """In one piece, and waited for."""
        files = {"file": (NAME, clip("en/jfk.flac").read_bytes())}
        answer = self.ask("POST", "/v1/transcribe", data=ASKED, files=files)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def upload(self) -> tuple[dict, list[str]]:
        """In parts; the job as it ended, and all that its socket said."""
        sound = clip("en/jfk.flac").read_bytes()
        name = base64.b64encode(NAME.encode()).decode()
        tus = {"Tus-Resumable": "1.0.0", "Upload-Length": str(len(sound))}
        tus |= {"Upload-Metadata": f"filename {name}", "Idempotency-Key": "up"}
        begun = self.ask("POST", "/v1/uploads", headers=tus)
        part = {"Tus-Resumable": "1.0.0", "Upload-Offset": "0"}
        part["Content-Type"] = "application/offset+octet-stream"
        self.ask("PATCH", begun.headers["Location"], headers=part, data=sound)
        wish = {**ASKED, "upload": begun.json()["id"], "private": True}
        made = self.ask("POST", "/v1/jobs", json=wish, headers={"Idempotency-Key": "job"})
        assert made.status_code == 202, made.text
        frames = self.listen(made.json()["id"])
        return self.ask("GET", f"/v1/jobs/{made.json()['id']}").json(), frames

    def listen(self, job_id: str) -> list[str]:
        frames = []
        address = f"{self.url.replace('http', 'ws')}/ws/jobs/{job_id}/"
        cookie = f"sotto_session={self.session.cookies['sotto_session']}"
        with connect(address, origin=self.url, additional_headers={"Cookie": cookie}) as socket:
            while True:
                try:
                    frames.append(socket.recv(60))
                except ConnectionClosed:
                    return frames


@pytest.fixture
def letters(monkeypatch) -> Iterator[list[str]]:
    port = free_port()
    monkeypatch.setenv("MAIL_URL", f"smtp+plain://127.0.0.1:{port}")
    monkeypatch.setenv("LOG_LEVEL", "DEBUG")
    with post_office(port) as sent:
        yield sent


@pytest.fixture(params=["embedded", "split"])
def house(request, letters) -> House:
    return request.getfixturevalue(request.param)


def words_in(texts: list[str]) -> list[str]:
    folded = "\n".join(texts).casefold()
    return [word for word in (*SAID, *GIVEN) if word.casefold() in folded]


def receipts_mailed(house: House, letters: list[str]) -> list[str]:
    """Those of both jobs: the sweeper sends them when it comes to it."""
    for _ in range(100):
        house.sweep()
        if len(receipts := [one for one in letters if "Receipt of a recording" in one]) == 2:
            return receipts
        time.sleep(1)
    raise AssertionError(letters)


def test_what_was_said_is_nowhere_but_in_what_its_owner_opens(house, letters):
    alice = Alice(url=house.url)
    alice.begin()
    shown = alice.form()
    job, frames = alice.upload()
    ids = [shown["id"], job["transcript"]]
    assert (shown["private"], job["private"], job["file_name"]) == (True, True, "")
    assert frames != []

    pages = [alice.session.get(f"{house.url}{page}").text for page in ("/library/", "/receipts/")]
    told = [alice.ask("GET", path).text for path in ("/v1/transcripts", "/v1/jobs", job["receipt"])]
    assert all("as ciphertext" in one for one in receipts_mailed(house, letters))
    assert words_in([str(shown), str(job), *frames, *pages, *told, *letters]) == []
    if house.in_redis:
        assert [word for word in (*SAID, *GIVEN) if word.encode() in house.in_redis()] == []
    assert [house.files_with(word.encode()) for word in (*SAID, *GIVEN)] == [[], [], [], []]
    assert house.files_with(b"alice@example.org") != []  # one does look

    for one in ids:
        address = f"/v1/transcripts/{one}/document"
        document = opened(alice.ask("GET", address).json(), alice.uid, one)
        assert document["segments"][-1]["text"].endswith(HEARD)
        kept = locked(alice.uid, one, 1, document)
        sent = {**kept, "ring_epoch": 1}
        assert alice.ask("PUT", address, json=sent, headers=FIRST).status_code == 200
        assert alice.ask("GET", address).json() == kept
    assert [house.files_with(word.encode()) for word in SAID] == [[], [], []]


def test_what_was_plain_is_nowhere_once_it_is_made_private(house):
    alice = Alice(url=house.url)
    alice.begin()
    files = {"file": (NAME, clip("en/jfk.flac").read_bytes())}
    made = alice.ask("POST", "/v1/transcribe", data={"vocabulary": f"{WORD} term"}, files=files)
    one = made.json()["id"]
    address = f"/v1/transcripts/{one}"
    relabelled = {"title": f"{WORD} title", "folder": WORD, "tags": [WORD]}
    assert alice.ask("PATCH", address, json=relabelled).status_code == 200
    document = alice.ask("GET", f"{address}/document").json()
    document["speakers"][0]["name"] = WORD
    changed = alice.ask("PUT", f"{address}/document", json=document, headers={"If-Match": '"1"'})
    assert changed.status_code == 200, changed.text
    assert alice.ask("GET", f"/v1/transcripts?q={WORD}").json()["results"] != []

    wanted = {"private": True, "ring_epoch": 1, **locked(alice.uid, one, 1, document)}
    crossed = alice.ask("POST", f"{address}/privacy", json=wanted, headers={"If-Match": '"2"'})
    assert crossed.status_code == 200, crossed.text
    assert [house.files_with(word.encode()) for word in (*SAID, *GIVEN)] == [[], [], [], []]
    if house.in_redis:
        assert [word for word in (*SAID, *GIVEN) if word.encode() in house.in_redis()] == []
    told = [alice.ask("GET", path).text for path in ("/v1/transcripts", "/v1/jobs", address)]
    assert words_in(told) == []
    kept = alice.ask("GET", f"{address}/document").json()
    assert kept["document"] == wanted["document"]


def test_a_standard_one_is_found_where_the_test_above_looks(request):
    """Else it would look in the wrong places."""
    house = request.getfixturevalue("embedded")
    alice = Alice(url=house.url)
    alice.begin()
    files = {"file": (NAME, clip("en/jfk.flac").read_bytes())}
    answer = alice.ask("POST", "/v1/transcribe", data={}, files=files)
    assert words_in([answer.text]) == list(SAID)
    [data] = house.folders
    for word in (*SAID, *GIVEN):
        assert data / "search.sqlite3" in house.files_with(word.encode()), word
