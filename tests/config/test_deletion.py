"""P07, P10 from outside: what one web process deletes is gone at another within a second.

The listeners sit at the one, the deletion is asked of the other; embedded, both are the same.
"""

import json
import threading
import time
from contextlib import ExitStack
from dataclasses import dataclass, field

import pytest
import requests
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests import live, recordings, services
from tests.speech import clip
from tests.split import Split

pytestmark = pytest.mark.slow
WITHIN_SECONDS = 1.0
PASSWORD = "nine horses cross the ford"


@dataclass
class Browser:
    """Somebody's browser, at any of the web processes."""

    session: requests.Session = field(default_factory=requests.Session)

    def sign_up(self, url: str) -> None:
        self.session.get(f"{url}/accounts/signup/")
        form = {"email": "alice@example.org", "password1": PASSWORD}
        assert self.post(f"{url}/accounts/signup/", form).status_code == 302
        self.post(f"{url}/accounts/reauthenticate/", {"password": PASSWORD})

    def post(self, address: str, form: dict, **more) -> requests.Response:
        headers = {"X-CSRFToken": self.session.cookies["sotto_csrf"]}
        return self.session.post(
            address, form, headers=headers, allow_redirects=False, timeout=120, **more
        )

    def send(self, url: str, sound: bytes, *, wait: bool) -> requests.Response:
        file = {"file": ("talk.wav", sound)}
        return self.post(f"{url}/v1/transcribe", {"wait": str(wait).lower()}, files=file)

    def status(self, address: str) -> int:
        return self.session.get(address, timeout=30, allow_redirects=False).status_code


@dataclass(eq=False)
class Listener:
    """Something open that a thread reads to its end."""

    name: str
    end: object = None
    ended_at: float = 0.0

    def run(self, read) -> None:
        self.end = read()
        self.ended_at = time.monotonic()


@pytest.fixture(params=["embedded", "split"])
def two_webs(request, tmp_path):
    """Addresses of the web process to listen at and of the one to delete at."""
    with ExitStack() as stack:
        if request.param == "embedded":
            house = stack.enter_context(live.serving(tmp_path))
            yield house.url, house.url
            return
        try:
            database = stack.enter_context(services.postgres())
            queue = stack.enter_context(services.redis())
        except services.NotInstalled as missing:
            pytest.skip(f"{missing} is not installed here")
        house = Split(tmp_path, database, queue)
        live.manage(tmp_path, "prepare", **house.environment)
        stack.callback(house.end)
        first = house.url
        house.start("serve", "--web-only")
        house.start("work")
        house.environment |= {"PORT": str(services.free_port())}
        house.start("serve", "--web-only")
        yield first, f"http://127.0.0.1:{house.environment['PORT']}"


def test_P07_P10_deletion_reaches_every_process_within_a_second(two_webs, note):
    here, there = two_webs
    alice = Browser()
    alice.sign_up(here)
    made = alice.send(here, clip("en/jfk.flac").read_bytes(), wait=True)
    transcript = made.json()["id"]
    took = one_transcript(alice, here, there, transcript)
    note(f"P07: a transcript was gone from every address after {took:.2f} s")
    for name, seconds in an_account(alice, here, there).items():
        note(f"P10: {name} ended {seconds:.2f} s after its account")


def one_transcript(alice: Browser, here: str, there: str, transcript: str) -> float:
    job = alice.session.get(f"{here}/v1/jobs").json()["results"][0]["id"]
    headers = {"X-CSRFToken": alice.session.cookies["sotto_csrf"]}
    shares = f"{here}/v1/transcripts/{transcript}/shares"
    link = alice.session.post(shares, json={}, headers=headers).json()["token"]
    about = [
        f"{here}/s/{link}/",
        *(f"{here}/t/{transcript}/{rest}" for rest in ("", "export/txt", "export/json")),
        *(f"{here}/v1/transcripts/{transcript}{rest}" for rest in ("", "/document", "/export/srt")),
        *(f"{here}/v1/jobs/{job}", f"{here}/v1/jobs/{job}/events", f"{here}/jobs/{job}/progress"),
    ]
    search = f"{here}/v1/transcripts?q=country"
    assert {alice.status(address) for address in about} <= {200, 286}
    assert [row["id"] for row in alice.session.get(search).json()["results"]] == [transcript]
    asked = time.monotonic()
    gone = alice.session.delete(f"{there}/v1/transcripts/{transcript}", headers=headers)
    answered = time.monotonic()
    assert gone.status_code == 204
    assert {alice.status(address) for address in about} == {404}
    assert alice.session.get(search).json()["results"] == []
    assert transcript not in alice.session.get(f"{here}/library/").text
    assert socket_code(alice, here, job) == 4403
    assert answered - asked < WITHIN_SECONDS
    return answered - asked


def an_account(alice: Browser, here: str, there: str) -> dict[str, float]:
    """Everything open on running work, and what becomes of it. Returns how long each took."""
    sound = recordings.wav(1800)
    job = alice.send(here, sound, wait=False).json()["id"]
    listeners = {
        Listener("a socket"): lambda: socket_code(alice, here, job),
        Listener("a stream of events"): lambda: last_event(alice, here, job),
        Listener("a request that waits"): lambda: alice.send(here, sound, wait=True).status_code,
    }
    threads = [threading.Thread(target=one.run, args=[read]) for one, read in listeners.items()]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + 30
    while len(alice.session.get(f"{here}/v1/jobs").json()["results"]) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    time.sleep(1.5)  # by now all of them listen
    assert [one.name for one in listeners if one.end is not None] == []
    elsewhere = Browser()
    elsewhere.session.cookies.update(alice.session.cookies)
    deleted = elsewhere.post(f"{there}/accounts/deletion/", {"understood": "on"})
    done = time.monotonic()
    assert (deleted.status_code, deleted.headers["Location"]) == (302, "/")
    for thread in threads:
        thread.join(30)
    assert {one.name: one.end for one in listeners} == {
        "a socket": 4401,
        "a stream of events": "running",
        "a request that waits": 404,
    }
    took = {one.name: one.ended_at - done for one in listeners}
    assert max(took.values()) < WITHIN_SECONDS
    assert alice.status(f"{here}/accounts/") == 302
    return took


def socket_code(alice: Browser, url: str, job: str) -> int:
    cookie = f"sotto_session={alice.session.cookies['sotto_session']}"
    address = f"{url.replace('http', 'ws')}/ws/jobs/{job}/"
    with connect(address, origin=url, additional_headers={"Cookie": cookie}) as listening:
        try:
            while True:
                listening.recv(60)
        except ConnectionClosed as closed:
            return closed.rcvd.code


def last_event(alice: Browser, url: str, job: str) -> str:
    """The status that was told last, once the stream has ended."""
    told = ""
    address = f"{url}/v1/jobs/{job}/events"
    with alice.session.get(address, stream=True, timeout=60) as stream:
        for line in stream.iter_lines():
            if line.startswith(b"data: "):
                told = json.loads(line.removeprefix(b"data: "))["status"]
    return told
