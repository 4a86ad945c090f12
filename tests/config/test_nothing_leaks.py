"""P06: marked words in every field, errors of thirty-odd kinds, and none of it in what Sotto says.

The log runs at DEBUG, the hook for error reports is on, and mail cannot be sent.
"""

import json
import os
import signal

import pytest

from tests import recordings
from tests.config.visiting import CANARIES, Visitor, missing, raw, refusing, run, upgrade
from tests.live import serving
from tests.processes import children, wait_until
from tests.reporting import FILE, SINK, kept
from tests.services import free_port

pytestmark = [pytest.mark.embedded, pytest.mark.slow]

PASSWORD = f"{CANARIES['password']} over the marsh"
EMAIL = f"{CANARIES['email']}@example.org"
DIED = "the recogniser died"
TUS = {"Tus-Resumable": "1.0.0"}


@pytest.fixture(scope="module")
def live(tmp_path_factory):
    with serving(
        tmp_path_factory.mktemp("sotto"),
        LOG_LEVEL="DEBUG",
        ERROR_REPORTER=SINK,
        RELEASE="1.2.3",
        MAIL_URL=f"smtp+plain://127.0.0.1:{free_port()}",
    ) as running:
        yield running


class House:
    """What a person has before things go wrong: an account, a key, a transcript."""

    def __init__(self, live) -> None:
        self.live, self.data = live, live.data
        self.person = Visitor(live)
        assert self.person.post("/accounts/signup/", email=EMAIL, password1=PASSWORD).status == 302
        sent = self.person.send(recordings.wav(5), vocabulary=CANARIES["vocabulary"])
        assert sent.status == 200, sent.body
        self.id = self.person.get("/v1/transcripts").json["results"][0]["id"]
        self.job_id = self.person.get("/v1/jobs").json["results"][0]["id"]
        self.api, self.page = f"/v1/transcripts/{self.id}", f"/t/{self.id}/"
        self.speaker = self.document()["speakers"][0]["id"]
        named = {"title": CANARIES["title"], "folder": CANARIES["folder"]}
        patched = self.person.json("PATCH", self.api, {**named, "tags": [CANARIES["tag"]]})
        assert patched.status == 200, patched.body

    def document(self):
        return self.person.get(f"{self.api}/document").json

    def rename_speaker(self):
        address = f"{self.page}speakers/{self.speaker}/"
        return self.person.post(address, name=CANARIES["speaker"])

    def replace(self, match):
        document = self.document()
        document["segments"][0]["text"] = CANARIES["words"]
        for word in document["segments"][0]["words"]:
            word["text"] = CANARIES["words"]
        return self.person.json("PUT", f"{self.api}/document", document, **{"If-Match": match})


@pytest.fixture(scope="module")
def house(live):
    return House(live)


def refused_changes(house):
    """The database refuses each change in turn. Name to status."""
    person, data = house.person, house.data
    transcripts, title = "transcripts_transcript", {"title": CANARIES["title"]}
    with refusing(data, transcripts, "UPDATE"):
        yield "page: title", person.post(f"{house.page}title/", **title).status, 500
        yield "page: speaker", house.rename_speaker().status, 500
        yield "api: patch", person.json("PATCH", house.api, title).status, 500
        yield "api: document", house.replace("*").status, 500
    with refusing(data, "transcripts_job", "INSERT"):
        yield "raw: transcribe", person.send(recordings.wav(1)).status, 500
    with refusing(data, "transcripts_upload", "INSERT"):
        length = {**TUS, "Upload-Length": 100}
        yield "raw: upload", Visitor(house.live).ask("POST", "/v1/uploads", b"", length).status, 500
    log_in = {"login": EMAIL, "password": PASSWORD}
    keeper = Visitor(house.live)
    keeper.post("/accounts/login/", **log_in)
    keeper.post("/accounts/reauthenticate/", password=PASSWORD)
    with refusing(data, "accounts_apikey", "INSERT"):
        made = keeper.post("/accounts/keys/", name=CANARIES["key"], scope="write", lifetime="30")
        yield "page: key", made.status, 500
    with refusing(data, "accounts_user", "INSERT"):
        other = {"email": f"2{EMAIL}", "password1": PASSWORD}
        yield "page: signup", Visitor(house.live).post("/accounts/signup/", **other).status, 500
    with refusing(data, "accounts_user", "UPDATE"):
        yield "page: login", Visitor(house.live).post("/accounts/login/", **log_in).status, 500


def broken_rows(house):
    person, data, marked = house.person, house.data, CANARIES["words"].encode().hex()
    with missing(data, "transcripts_transcript"):
        yield "page: no table", person.get("/library/").status, 503
        yield "api: no table", person.get("/v1/transcripts").status, 503
    row = f"WHERE id = '{house.id}'"
    for column in ("title", "document"):
        keep = f"CREATE TABLE kept AS SELECT sealed_{column} AS old FROM transcripts_transcript"
        spoil = f"UPDATE transcripts_transcript SET sealed_{column} = X'{marked}'"
        mend = f"UPDATE transcripts_transcript SET sealed_{column} = (SELECT old FROM kept)"
        run(data, f"{keep} {row}", f"{spoil} {row}")
        yield f"page: {column} spoilt", person.get(f"{house.page}read/").status, 500
        yield f"api: {column} spoilt", person.get(house.api).status, 500
        yield f"export: {column} spoilt", person.get(f"{house.page}export/srt").status, 500
        run(data, f"{mend} {row}", "DROP TABLE kept")
    job, marked = f"WHERE id = '{house.job_id}'", json.dumps(CANARIES["words"])
    run(data, f"CREATE TABLE kept AS SELECT options AS old FROM transcripts_job {job}")
    run(data, f"UPDATE transcripts_job SET options = '[{marked}]' {job}")
    yield "api: options spoilt", person.get(f"/v1/jobs/{house.job_id}").status, 500
    run(data, f"UPDATE transcripts_job SET options = (SELECT old FROM kept) {job}")
    run(data, "DROP TABLE kept")


def wrong_requests(house):
    person, stranger, words = house.person, Visitor(house.live), CANARIES["words"]
    path = f"/{CANARIES['path']}/"
    yield "no such page", person.get(path).status, 404
    yield "no such file", person.get(f"/static{path}").status, 404
    yield "no such transcript", person.get(f"/t{path}").status, 404
    yield "no such route", person.get(f"/v1{path}").status, 404
    yield "no such host", stranger.get("/", Host=f"{CANARIES['host']}.example.org").status, 400
    forged = {"Referer": f"http://{CANARIES['referer']}/", "Content-Type": "text/plain"}
    yield "forged", stranger.ask("POST", "/accounts/login/", b"", forged).status, 403
    session = {"Cookie": f"sotto_session={CANARIES['cookie']}"}
    yield "no such session", stranger.get("/v1/me", **session).status, 200
    key = {"Authorization": f"Bearer {CANARIES['key']}"}
    yield "no such key", stranger.get("/v1/me", **key).status, 401
    yield "wrong field", person.json("PATCH", house.api, {"title": [words]}).status, 422
    yield "unknown language", person.send(b"x", language=words).status, 422
    no_json = {"Content-Type": "application/json", "X-CSRFToken": person.token}
    yield "no json", person.ask("PATCH", house.api, words.encode(), no_json).status, 400
    yield "stale", house.replace('"99"').status, 409
    yield "unreadable", person.send(words.encode() * 20).status, 422
    no_form = {"Content-Type": "multipart/form-data; boundary=x", "X-CSRFToken": person.token}
    yield "no form", person.ask("POST", "/v1/transcribe", words.encode(), no_form).status, 400
    offset = {**TUS, "Upload-Offset": words, "Content-Type": "application/offset+octet-stream"}
    yield "no offset", stranger.ask("PATCH", f"/v1/uploads{path}", b"x", offset).status, 404
    yield "method", stranger.ask(CANARIES["query"].upper(), "/v1/transcribe").status, 405
    for _ in range(7):
        wrong = stranger.post("/accounts/login/", login=EMAIL, password=CANARIES["password"])
    yield "wrong password", wrong.status, 200
    yield "mail is down", stranger.post("/accounts/password/reset/", email=EMAIL).status, 302


def share_links(house):
    """The address is a secret, and so is the password. Name to status."""
    wanted = {"password": f"{CANARIES['password']} of the link", "downloads": True}
    made = house.person.json("POST", f"{house.api}/shares", wanted)
    yield "link: made", made.status, 201
    house.token = made.json["token"]
    here, visitor = f"/s/{house.token}/", Visitor(house.live)
    yield "link: wrong password", visitor.post(here, password=CANARIES["words"]).status, 403
    yield "link: password", visitor.post(here, password=wanted["password"]).status, 302
    yield "link: read", visitor.get(here).status, 200
    yield "link: no such file", visitor.get(f"{here}export/{CANARIES['path']}").status, 404
    yield "link: method", visitor.ask("PUT", here).status, 405
    raw(house.live, upgrade(f"/ws/shares/{house.token}/", "evil.example", Origin="http://evil"))
    with refusing(house.data, "transcripts_share", "UPDATE"):
        yield "link: not counted", Visitor(house.live).post(here, **wanted).status, 500
    with missing(house.data, "transcripts_share"):
        yield "link: no table", visitor.get(here).status, 503


def refused_deletions(house):
    """Last of all: its key goes first, so nobody can read the transcript any more."""
    with refusing(house.data, "transcripts_transcript", "DELETE"):
        yield "page: delete", house.person.post(f"{house.page}deletion/").status, 500


def odd_bytes(house):
    """Nobody in particular speaks to the port. Name to the first line of the answer."""
    live, host = house.live, f"127.0.0.1:{house.live.port}"
    marked = CANARIES["path"]
    folded = f"GET / HTTP/1.1\r\nHost: {host}\r\nUser-Agent: a\r\n ERROR {marked}\r\n\r\n"
    raw(live, upgrade(f"/ws/{marked}/", host, Origin=f"http://{host}"))
    raw(live, upgrade(f"/ws/jobs/{marked}/", host, Origin=f"http://{marked}.example.org"))
    raw(live, upgrade(f"/ws/jobs/{marked}/", host, Origin=f"http://{host}", Cookie=marked))
    raw(live, f"{marked} {marked}\r\n\r\n".encode())
    raw(live, f"GET / HTTP/1.1\r\n{marked}{'x' * 70_000}\r\n\r\n".encode())
    raw(live, folded.encode())
    head = f"POST /v1/transcribe HTTP/1.1\r\nHost: {host}\r\nContent-Length: 900\r\n"
    raw(
        live, f"{head}Content-Type: multipart/form-data; boundary=x\r\n\r\n--x\r\n{marked}".encode()
    )


def killed_recogniser(house):
    """Twice under one job, by two signals: then it is given up."""
    sent = house.person.send(recordings.wav(600), wait="false", vocabulary=CANARIES["vocabulary"])
    address, dead = f"/v1/jobs/{sent.json['id']}", set()

    def at_work():
        progress = house.person.get(address).json["progress"]
        return progress > 0 and set(children(house.live.process.pid)[:1]) - dead

    for number in (signal.SIGSEGV, signal.SIGABRT):
        wait_until(at_work, 120)
        [recogniser] = at_work()
        os.kill(recogniser, number)
        dead.add(recogniser)
        wait_until(lambda: house.live.said().count(DIED) == len(dead), 60)
    wait_until(lambda: house.person.get(address).json["status"] == "failed", 60)
    return sent.json["id"]


@pytest.mark.timeout(600)
def test_P06_no_word_of_anybody_reaches_a_log_or_a_report(live, house, note):
    kinds = (refused_changes, broken_rows, wrong_requests, share_links, refused_deletions)
    outcomes = [outcome for kind in kinds for outcome in kind(house)]
    assert [f"{name} {status}" for name, status, wanted in outcomes if status != wanted] == []
    odd_bytes(house)
    job = killed_recogniser(house)
    note(f"P06: {len(outcomes)} kinds of errors, 7 kinds of odd bytes, 2 crashes")

    said, sink = live.said().lower(), (live.data / FILE).read_text("utf-8").lower()
    hits = {name for name, word in CANARIES.items() if word in said or word in sink}
    assert hits == set()
    assert "over the marsh" not in said + sink
    assert house.token.lower() not in said + sink
    assert_the_lines_are_there(live, job)
    reported = [(report["type"].rpartition(".")[2], report["route"]) for report in kept(live.data)]
    assert {report["release"] for report in kept(live.data)} == {"1.2.3"}
    failures = [name for name, status, _ in outcomes if status >= 500]
    assert len(reported) >= len(failures)
    refused = ("v1:read_transcript", "transcript-rename", "transcripts.api.transcribe.transcribe")
    assert {("IntegrityError", route) for route in refused} <= set(reported)
    assert all(report["frames"] for report in kept(live.data))


def assert_the_lines_are_there(live, job):
    first, *rest = (line for line in live.said().splitlines() if line)
    lines = [json.loads(line) for line in rest if not line.startswith("Sotto is ready")]
    events = {line["event"] for line in lines} | {first}
    wanted = {
        "answered with an error",
        "a request died of an error",
        "database or queue are down",
        "a mail was not sent",
        "log-in refused: wrong password",
        "log-in refused: too many tries",
        DIED,
        "Exception inside application: %s",
    }
    assert wanted - events == set()
    deaths = [line for line in lines if line["event"] == DIED]
    assert [(line["job"], line["cause"]) for line in deaths] == [
        (job, "signal-11"),
        (job, "signal-6"),
    ]
    assert all(line["frames"] for line in deaths)
    failed = [line for line in lines if line["event"] == "a job failed"]
    assert "unreadable_media" in {line["failure"] for line in failed}


def test_P06_a_quiet_day_writes_nothing_at_all(start_sotto):
    """No access log, whichever server."""
    for server in ("daphne", "uvicorn"):
        quiet = start_sotto(SERVER=server, LOG_LEVEL="INFO")
        visitor = Visitor(quiet)
        assert visitor.get("/").status == 200
        assert visitor.send(recordings.wav(2)).status == 200
        lines = [line for line in quiet.said().splitlines() if line.startswith("{")]
        assert [line for line in lines if "GET" in line or "POST" in line] == []
