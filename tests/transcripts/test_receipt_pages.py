"""A receipt as a page, a download and an answer of the API: for its owner, also when all else is gone."""

import json

import pytest

from privacy import check_receipt
from privacy.models import Entry, Receipt
from privacy.receipts import START, Event, digest_of, note, receipt_shape
from tests.transcripts.recorded import a_result, submitted
from tests.transcripts.things import Api, a_guest, a_person, a_transcript
from transcripts import editing, jobs
from transcripts.models import Job

pytestmark = pytest.mark.django_db


def finished(caller) -> Job:
    job = submitted(caller=caller)
    jobs.finish(jobs.claim("w"), a_result())
    job.refresh_from_db()
    return job


@pytest.fixture
def alice():
    return a_person()


def test_the_api_answers_the_chain(alice):
    job = finished(alice.caller)
    answer = alice.reader("GET", f"/v1/jobs/{job.pk}/receipt").json()
    assert [entry["event"] for entry in answer["entries"]] == [
        *("received", "held", "taken", "decoded", "recognised", "stored", "destroyed"),
    ]
    assert (answer["job"], answer["intact"], answer["expires_at"]) == (job.pk, True, None)
    assert answer["entries"][0]["previous"] == START
    assert answer["head"] == answer["entries"][-1]["digest"]
    assert check_receipt.faults(answer) == []
    assert alice.api("GET", f"/v1/jobs/{job.pk}").json()["receipt"] == f"/v1/jobs/{job.pk}/receipt"


@pytest.mark.parametrize("owner", ["user", "guest"])
def test_it_stays_when_transcript_and_job_are_deleted(alice, owner):
    api, caller = (alice.browser, alice.caller) if owner == "user" else a_guest()
    job = finished(caller)
    editing.delete_transcript(job.transcript)
    assert api("GET", f"/v1/jobs/{job.pk}").status_code == 404
    answer = api("GET", f"/v1/jobs/{job.pk}/receipt").json()
    assert answer["entries"][-1]["event"] == "deleted"
    assert answer["expires_at"] is not None
    for address in (f"/receipts/{job.pk}/", f"/receipts/{job.pk}/receipt.json"):
        assert api("GET", address).status_code == 200
        assert a_person().browser("GET", address).status_code == 404
        assert Api()("GET", address).status_code == 404
    assert Api()("GET", f"/v1/jobs/{job.pk}/receipt").status_code == 404
    assert job.pk in api("GET", "/receipts/").content.decode()


def test_the_download_is_a_file_with_a_safe_name(alice):
    job = finished(alice.caller)
    answer = alice.browser("GET", f"/receipts/{job.pk}/receipt.json")
    name = f'attachment; filename="sotto-receipt-{job.pk}.json"'
    assert answer.headers["Content-Disposition"] == name
    assert check_receipt.faults(json.loads(answer.content)) == []
    assert json.loads(answer.content) == json.loads(
        alice.api("GET", f"/v1/jobs/{job.pk}/receipt").content
    )


def test_the_page_tells_every_entry_with_its_time_and_its_digest(alice):
    job = finished(alice.caller)
    page = alice.browser("GET", f"/receipts/{job.pk}/").content.decode()
    for entry in Entry.objects.filter(receipt=job.pk):
        assert page.count(f'datetime="{entry.at:%Y-%m-%dT%H:%M:%S}.') >= 2
        assert entry.digest in page
    assert "The audio was destroyed, because the transcript was ready." in page
    assert "The chain is intact: 7 entries" in page
    assert f'href="/t/{job.transcript_id}/"' in page


def test_the_page_says_when_the_chain_is_broken(alice):
    job = finished(alice.caller)
    Entry.objects.get(number=3).delete()
    page = alice.browser("GET", f"/receipts/{job.pk}/").content.decode()
    assert "This receipt is not intact" in page
    assert "entry 3 is missing" in page
    assert alice.api("GET", f"/v1/jobs/{job.pk}/receipt").json()["intact"] is False


def test_the_list_has_ones_own_and_no_titles(alice):
    mine, other = finished(alice.caller), finished(a_person().caller)
    editing.relabel(mine.transcript, {"title": "zyzzyva"})
    failed = submitted(caller=alice.caller)
    jobs.cancel(failed)
    page = alice.browser("GET", "/receipts/").content.decode()
    assert (mine.pk in page, failed.pk in page, other.pk in page) == (True, True, False)
    assert "zyzzyva" not in page
    assert "talk.wav" not in page
    assert "The job was cancelled." in page


def test_the_list_asks_as_much_for_many_as_for_one(alice, django_assert_num_queries):
    browser = alice.browser
    finished(alice.caller)
    browser("GET", "/receipts/")
    with django_assert_num_queries(6):
        browser("GET", "/receipts/")
    for _ in range(3):
        finished(alice.caller)
    with django_assert_num_queries(6):
        browser("GET", "/receipts/")


def test_there_are_ways_to_it_from_everywhere(alice):
    job = finished(alice.caller)
    cancelled = submitted(caller=alice.caller)
    jobs.cancel(cancelled)
    browser = alice.browser
    assert f'"/receipts/{job.pk}/"' in browser("GET", f"/t/{job.transcript_id}/").content.decode()
    page = browser("GET", f"/jobs/{cancelled.pk}/").content.decode()
    assert f'"/receipts/{cancelled.pk}/"' in page
    assert '"/receipts/"' in browser("GET", "/library/").content.decode()


def test_a_transcript_older_than_its_receipt_has_no_link(alice):
    transcript = a_transcript(alice.caller)
    Receipt.objects.all().delete()
    assert "/receipts/" not in alice.browser("GET", f"/t/{transcript.pk}/").content.decode()


def test_what_a_fact_says_is_escaped(alice):
    job = finished(alice.caller)
    note(job.pk, Event.READ_BY_STAFF, who="staff-1", why="<script>alert(1)</script>")
    page = alice.browser("GET", f"/receipts/{job.pk}/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_for_an_export_of_the_account_it_is_plain_json(alice):
    job = finished(alice.caller)
    shape = receipt_shape(Receipt.objects.get(pk=job.pk))
    assert set(shape) == {"job", "created_at", "expires_at", "entries", "head", "intact"}
    assert shape["entries"][-1]["digest"] == digest_of(Entry.objects.get(number=7))
