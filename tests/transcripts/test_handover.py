"""Keep nothing: a transcript goes from memory to its owner, and no row ever holds it."""

import asyncio
import json
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.callers import Caller
from accounts.holdings import erase
from billing.models import LedgerEntry
from gpu.contract import EMBEDDED_MODEL_ID, Options
from privacy.consent import Interface, choose
from privacy.models import ContentKey, Receipt
from privacy.retention import rules
from tests.sweeping import sweep
from tests.transcripts.posting import HEARD, transcribe, working
from tests.transcripts.recorded import KEY, a_result, submitted
from tests.transcripts.things import STRANGER, Api, a_guest, a_person, a_transcript, an_upload
from transcripts import handover, jobs
from transcripts.handover import End
from transcripts.models import Handover, IdempotencyKey, Job, Status, Transcript
from transcripts.vault import forget_vault, vault

pytestmark = pytest.mark.django_db(transaction=True)
GONE = 410


def handed_over(caller: Caller = STRANGER, **options) -> Job:
    """A job that keeps nothing, done: its transcript waits."""
    job = submitted(caller=caller, keep=False, vocabulary=("Ada Byron",), **options)
    assert jobs.finish(jobs.claim("test"), a_result())
    job = Job.objects.select_related("handover").get(pk=job.pk)
    assert job.status == Status.DONE
    return job


def events(job: Job) -> list[tuple[str, dict]]:
    """What the receipt tells, without times, ids and figures of this machine."""
    entries = Receipt.objects.get(pk=job.pk).entries.all()
    told = ("what", "form", "why", "to", "format")
    return [
        (row.event, {name: row.facts[name] for name in told if name in row.facts})
        for row in entries
        if row.event not in {"received", "taken", "decoded", "recognised"}
    ]


def everything_stored() -> bytes:
    """All of every row that could hold a word or a name, as the database has it."""
    rows = [list(model.objects.values()) for model in (Job, Handover, Transcript, IdempotencyKey)]
    return repr(rows).encode()


def test_nothing_is_stored_and_the_name_cannot_be_read_any_more():
    job = handed_over()
    assert not Transcript.objects.exists()
    assert (job.keep, job.transcript, job.file_name, job.vocabulary) == (False, None, "", [])
    assert not ContentKey.objects.filter(pk=job.key_id).exists()
    assert b"morning" not in everything_stored()
    assert vault().size_bytes(job.handover.pk) > 0
    assert vault().holds(job.audio_id) is False


def test_the_minutes_count_as_always():
    job = handed_over()
    assert (job.minutes, LedgerEntry.objects.get().minutes) == (2, 2)


def test_the_job_says_where_it_waits_and_until_when():
    job = handed_over()
    shape = Api()("GET", f"/v1/jobs/{job.pk}").json()
    assert (shape["keep"], shape["transcript"], shape["file_name"]) == (False, None, "")
    assert shape["handover"]["state"] == "waiting"
    assert shape["handover"]["url"] == f"/v1/jobs/{job.pk}/handover"
    assert job.handover.expires_at - timezone.now() > timedelta(minutes=59)
    listed = a_person()
    handed_over(listed.caller)
    assert listed.api("GET", "/v1/jobs").json()["results"][0]["handover"]["state"] == "waiting"


def test_it_can_be_taken_again_until_it_is_destroyed():
    job = handed_over()
    url = f"/v1/jobs/{job.pk}/handover"
    for _ in range(2):
        answer = Api()("GET", url)
        assert answer.status_code == 200
        assert answer.json()["segments"][0]["text"] == "Good morning."
    assert Api()("GET", f"{url}?format=txt").content == b"Good morning.\n"
    assert Api()("GET", f"{url}?format=srt").content.startswith(b"1\n00:00:00,")
    assert Api()("GET", f"{url}?format=exe").status_code == 422
    assert Api()("DELETE", url).status_code == 204
    assert Api()("DELETE", url).status_code == 204
    assert vault().held_bytes() == 0
    answer = Api()("GET", url)
    assert (answer.status_code, answer.json()["code"]) == (GONE, "not_kept")
    assert answer.json()["detail"].startswith("The transcript was destroyed when you said so.")
    shape = Api()("GET", f"/v1/jobs/{job.pk}").json()["handover"]
    assert (shape["state"], shape["url"]) == ("destroyed", None)


def test_the_receipt_tells_all_of_it():
    job = handed_over()
    Api()("GET", f"/v1/jobs/{job.pk}/handover?format=txt")
    Api()("DELETE", f"/v1/jobs/{job.pk}/handover")
    assert events(job) == [
        ("held", {"what": "audio"}),
        ("held", {"what": "result"}),
        ("stored", {"what": "transcript", "form": "nothing"}),
        ("destroyed", {"what": "audio", "why": "done"}),
        ("destroyed", {"what": "names", "why": "not_kept"}),
        ("handed_over", {"to": "api", "format": "txt"}),
        ("destroyed", {"what": "result", "why": "destroyed"}),
    ]
    assert Receipt.objects.get(pk=job.pk).expires_at is not None


def test_the_sweeper_destroys_what_nobody_took():
    job = handed_over()
    assert sweep("handovers") == 0
    Handover.objects.update(expires_at=timezone.now())
    assert Api()("GET", f"/v1/jobs/{job.pk}/handover").status_code == GONE
    assert sweep("handovers") == 1
    assert sweep("handovers") == 0
    assert vault().held_bytes() == 0
    row = Handover.objects.get()
    assert (row.end, row.key) == (End.EXPIRED, None)
    assert events(job)[-1] == ("destroyed", {"what": "result", "why": "expired"})
    assert {"handovers", "lost_handovers"} <= {rule.id for rule in rules()}


@pytest.mark.parametrize("noticed_by", ["sweeper", "reader"])
def test_what_a_killed_server_held_is_said_to_be_lost(noticed_by):
    job = handed_over()
    forget_vault()
    if noticed_by == "sweeper":
        assert sweep("lost_handovers") == 1
    answer = Api()("GET", f"/v1/jobs/{job.pk}/handover")
    assert (answer.status_code, answer.json()["handover"]) == (GONE, "lost")
    assert "went when the server was restarted" in answer.json()["detail"]
    assert Api()("GET", f"/v1/jobs/{job.pk}").json()["handover"]["state"] == "lost"
    assert events(job)[-1] == ("destroyed", {"what": "result", "why": "lost"})
    assert sweep("lost_handovers") == 0


@pytest.mark.parametrize("end", ["cancel", "fail"])
def test_a_job_that_gives_no_transcript_forgets_its_names_too(end):
    job = submitted(keep=False, vocabulary=("Ada",))
    if end == "cancel":
        jobs.cancel(job)
    else:
        jobs.fail(jobs.claim("test"), "no_speech")
    job = Job.objects.get(pk=job.pk)
    assert (job.file_name, job.vocabulary) == ("", [])
    assert not Handover.objects.exists()
    assert Api()("GET", f"/v1/jobs/{job.pk}/handover").status_code == 404


def test_a_late_worker_leaves_nothing_behind():
    submitted(keep=False)
    claim = jobs.claim("test")
    Job.objects.update(attempt=9)
    held = vault().held_bytes()
    assert jobs.finish(claim, a_result()) is False
    assert vault().held_bytes() == held
    assert not Handover.objects.exists()


def test_a_full_memory_gives_up_the_recording_for_its_words(monkeypatch):
    job = submitted(b"x" * 4000, keep=False)
    monkeypatch.setattr(vault(), "budget_bytes", 4000)
    assert jobs.finish(jobs.claim("test"), a_result())
    assert handover.take(Job.objects.get(pk=job.pk), "json", "api").title == "talk.wav"


def test_a_memory_that_stays_full_fails_the_job(monkeypatch):
    job = submitted(b"x", keep=False)
    monkeypatch.setattr(vault(), "budget_bytes", 10)
    jobs.finish(jobs.claim("test"), a_result())
    job.refresh_from_db()
    assert (job.status, job.failure, job.minutes) == (Status.FAILED, "unavailable", 0)
    assert not LedgerEntry.objects.exists()


def test_a_deleted_account_leaves_no_transcript_in_memory():
    alice = a_person()
    handed_over(alice.caller)
    erase(alice.user)
    assert vault().held_bytes() == 0
    assert not Handover.objects.exists()


def test_it_is_its_owners_alone():
    alice, (guest, caller) = a_person(), a_guest()
    for job, owner in ((handed_over(alice.caller), alice.api), (handed_over(caller), guest)):
        for path in (f"/v1/jobs/{job.pk}/handover", f"/jobs/{job.pk}/handover/"):
            assert owner("GET", path).status_code == 200
            for other in (Api(), a_person().api, a_guest()[0]):
                assert other("GET", path).status_code == 404
        assert a_person().api("DELETE", f"/v1/jobs/{job.pk}/handover").status_code == 404
    assert alice.reader("DELETE", f"/v1/jobs/{Job.objects.first().pk}/handover").status_code in {
        403,
        404,
    }
    assert Handover.objects.filter(end="").count() == 2


def test_a_transcript_that_is_kept_has_no_handover():
    a_transcript(STRANGER)
    job = Job.objects.get()
    assert Api()("GET", f"/v1/jobs/{job.pk}").json()["handover"] is None
    for method in ("GET", "DELETE"):
        assert Api()(method, f"/v1/jobs/{job.pk}/handover").status_code == 404


# --- who chooses ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("switch", "said", "kept"),
    [
        ("off", None, True),
        ("off", False, False),
        ("off", True, True),
        ("on", None, False),
        ("on", True, True),
        ("on", False, False),
    ],
)
def test_the_switch_is_the_default_and_the_request_may_say_otherwise(switch, said, kept):
    alice = a_person()
    if switch == "on":
        choose(alice.user, "keep_nothing", "on", Interface.PAGE)
    upload = finished_upload(alice.caller)
    body = {"upload": upload} | ({} if said is None else {"keep": said})
    answer = alice.api("POST", "/v1/jobs", body)
    assert (answer.status_code, answer.json()["keep"]) == (202, kept)
    page = alice.browser("GET", "/").content.decode()
    box = page[page.index('id="option-keep-nothing"') :].partition(">")[0]
    assert ("checked" in box) == (switch == "on")


def finished_upload(caller: Caller) -> str:
    upload = an_upload(caller, length_bytes=3, offset_bytes=3, key=KEY)
    vault().reserve(upload.pk, 3)
    vault().append(upload.pk, KEY, b"abc", 0)
    vault().seal(upload.pk)
    return str(upload.pk)


def test_a_word_that_says_neither_yes_nor_no_is_refused():
    upload = finished_upload(STRANGER)
    answer = Api()("POST", "/v1/jobs", {"upload": upload, "keep": "perhaps"})
    assert answer.status_code == 422


async def test_waiting_for_the_answer_takes_and_destroys_at_once():
    async with working(lambda claim, _data: jobs.finish(claim, HEARD)):
        answer = await transcribe(b"RIFF", "secret.wav", keep="false")
    job = await Job.objects.select_related("handover").aget()
    told = (answer.status, answer.json["id"], answer.json["text"])
    assert told == (200, job.pk, "Hello there.")
    assert job.handover.end == End.ANSWERED
    assert not await Transcript.objects.aexists()
    assert vault().held_bytes() == 0
    entries = [entry for entry in await asyncio.to_thread(events, job) if entry[0] != "held"]
    result = [entry for entry in entries if entry[1].get("what") not in {"audio", "names"}]
    assert result == [
        ("stored", {"what": "transcript", "form": "nothing"}),
        ("handed_over", {"to": "request", "format": "json"}),
        ("destroyed", {"what": "result", "why": "answered"}),
    ]


async def test_the_answer_kept_for_a_repeated_request_loses_its_names():
    sent = {"keep": "false", "wait": "false", "vocabulary": "Ada Byron"}
    key = {"Idempotency-Key": "one"}
    first = await transcribe(b"RIFF", "secret.wav", key, **sent)
    assert (first.json["file_name"], first.json["vocabulary"]) == ("secret.wav", ["Ada Byron"])
    await asyncio.to_thread(lambda: jobs.finish(jobs.claim("test"), HEARD))
    again = await transcribe(b"RIFF", "secret.wav", key, **sent)
    assert again.json == first.json | {"file_name": "", "vocabulary": []}
    assert await Job.objects.acount() == 1


# --- pages ---------------------------------------------------------------------------------


def test_the_jobs_page_leads_to_it_and_says_how_it_ended():
    guest, caller = a_guest()
    job = handed_over(caller)
    answer = guest("GET", f"/jobs/{job.pk}/")
    assert (answer.status_code, answer.url) == (302, f"/jobs/{job.pk}/handover/")
    page = guest("GET", answer.url)
    text = page.content.decode()
    assert "This transcript is stored nowhere." in text
    assert "morning." in text
    assert '<h1 class="transcript-title" dir="auto">talk.wav</h1>' in text
    assert "no-store" in page.headers["Cache-Control"]
    file = guest("GET", f"/jobs/{job.pk}/handover/export/txt")
    assert file.content == b"Good morning.\n"
    assert file.headers["Content-Disposition"] == 'attachment; filename="talk.txt"'
    assert guest("GET", f"/jobs/{job.pk}/handover/export/exe").status_code == 404
    assert guest("POST", f"/jobs/{job.pk}/handover/destruction/").url == f"/jobs/{job.pk}/"
    assert guest("GET", f"/jobs/{job.pk}/handover/").url == f"/jobs/{job.pk}/"
    assert "destroyed when you said so" in guest("GET", f"/jobs/{job.pk}/").content.decode()
    assert guest("GET", f"/jobs/{job.pk}/handover/export/txt").status_code == GONE


def test_reading_destroys_nothing():
    guest, caller = a_guest()
    job = handed_over(caller)
    assert guest("GET", f"/jobs/{job.pk}/handover/destruction/").status_code == 405
    assert Handover.objects.filter(end="").exists()


def test_what_is_in_the_vault_is_all_that_there_is():
    job = handed_over()
    row = job.handover
    with open(vault().open(row.pk, bytes(row.key)), "rb") as held:  # noqa: PTH123 - a descriptor
        parcel = json.load(held)
    assert set(parcel) == {"title", "document"}
    assert (parcel["title"], parcel["document"]["segments"][0]["text"]) == (
        "talk.wav",
        "Good morning.",
    )
    assert Options(EMBEDDED_MODEL_ID).to_json()["vocabulary"] == job.options["vocabulary"]
