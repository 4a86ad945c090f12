"""Recordings sent together: counted as one, and one mail when the last has ended."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connections
from django.utils import timezone

from accounts.callers import Caller
from accounts.holdings import adopt
from tests.privacy.test_receipt_mail import mail_is_down, mail_is_up
from tests.sweeping import sweep
from tests.transcripts.recorded import a_result, submitted
from tests.transcripts.things import a_guest, a_person, a_transcript, an_upload
from transcripts import batches, editing, jobs
from transcripts.models import Batch, Job

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice():
    return a_person("alice")


def sent(batch: Batch, owner: Caller | None = None) -> Job:
    """A recording of it that waits for a worker."""
    job = submitted(caller=owner or Caller(batch.owner))
    Job.objects.filter(pk=job.pk).update(batch=batch)
    return job


def done() -> None:
    assert jobs.finish(jobs.claim("w"), a_result())


def failed() -> None:
    assert jobs.fail(jobs.claim("w"), "no_speech")


def settled(batch: Batch) -> bool:
    batch.refresh_from_db()
    return batch.settled_at is not None


def test_the_api_counts_what_belongs_together(alice):
    made = alice.api("POST", "/v1/batches", {"expected": 2}).json()
    assert made == {
        "id": made["id"],
        "created_at": made["created_at"],
        "expected": 2,
        "mail": False,
        "queued": 0,
        "running": 0,
        "done": 0,
        "failed": 0,
        "cancelled": 0,
        "settled_at": None,
        "jobs": [],
    }
    ids = []
    for _ in range(2):
        upload = an_upload(alice.caller)
        job = alice.api("POST", "/v1/jobs", {"upload": upload.pk, "batch": made["id"]}).json()
        assert job["batch"] == made["id"]
        ids.append(job["id"])
    jobs.cancel(Job.objects.get(pk=ids[0]))
    now = alice.api("GET", f"/v1/batches/{made['id']}").json()
    assert (now["queued"], now["cancelled"], now["settled_at"]) == (1, 1, None)
    statuses = {row["id"]: row["status"] for row in now["jobs"]}
    assert statuses == {ids[0]: "cancelled", ids[1]: "queued"}


@pytest.mark.parametrize("expected", [0, 1001, "many", None])
def test_a_batch_says_how_many_will_come(alice, expected):
    answer = alice.api("POST", "/v1/batches", {"expected": expected})
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["expected"])


def test_nobody_sends_into_anothers_batch(alice):
    batch = batches.begin(alice.caller, 1)
    bob = a_person("bob")
    upload = an_upload(bob.caller)
    answer = bob.api("POST", "/v1/jobs", {"upload": upload.pk, "batch": batch.pk})
    assert answer.status_code == 404
    assert not Job.objects.exists()


def test_one_mail_without_content_when_the_last_has_ended(alice):
    batch = batches.begin(alice.caller, 3, wants_mail=True)
    for _ in range(3):
        sent(batch)
    done()
    failed()
    assert (settled(batch), sweep("batch_mails")) == (False, 0)
    done()
    assert settled(batch)
    assert [sweep("batch_mails") for _ in range(2)] == [1, 0]
    [letter] = mail.outbox
    assert letter.to == [alice.user.email]
    assert letter.subject == "2 of 3 recordings are ready"
    assert letter.body.startswith(
        "2 of 3 recordings that you sent together are ready. 1 gave no transcript.\n\n"
        "They are in your library: http://"
    )
    assert "talk.wav" not in letter.body


def test_none_where_none_was_asked_for_and_none_for_guests(alice):
    batch = batches.begin(alice.caller, 1)
    sent(batch)
    done()
    assert settled(batch)
    assert sweep("batch_mails") == 0
    guest, _caller = a_guest()
    answer = guest("POST", "/v1/batches", {"expected": 1, "mail": True})
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["mail"])
    assert mail.outbox == []


def test_a_mail_server_that_is_down_gets_it_later_and_once(alice, settings):
    batch = batches.begin(alice.caller, 1, wants_mail=True)
    sent(batch)
    done()
    mail_is_down(settings)
    assert sweep("batch_mails") == 0
    mail_is_up(settings)
    assert sweep("batch_mails") == 0
    Batch.objects.update(mail_next_at=timezone.now())
    assert [sweep("batch_mails") for _ in range(2)] == [1, 0]
    assert len(mail.outbox) == 1


def test_a_mail_that_cannot_be_sent_for_a_day_is_given_up(alice):
    batch = batches.begin(alice.caller, 1, wants_mail=True)
    sent(batch)
    done()
    Batch.objects.update(settled_at=timezone.now() - timedelta(days=1, seconds=1))
    assert sweep("batch_mails") == 0
    assert Batch.objects.get().mail_next_at is None
    assert mail.outbox == []


def test_it_is_settled_with_the_job_or_not_at_all(alice, monkeypatch):
    """Whoever dies between the two leaves neither."""
    batch = batches.begin(alice.caller, 1, wants_mail=True)
    job = sent(batch)
    held = jobs.claim("w")

    def die(*_args: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(batches, "_settle", die)
        with pytest.raises(KeyboardInterrupt):
            jobs.finish(held, a_result())
    job.refresh_from_db()
    assert (job.status, settled(batch)) == ("running", False)
    assert jobs.finish(held, a_result())
    assert settled(batch)


@pytest.mark.django_db(transaction=True)
def test_of_two_that_end_in_the_same_moment_one_settles_it(alice):
    batch = batches.begin(alice.caller, 2, wants_mail=True)
    ours = [sent(batch), sent(batch)]
    together = threading.Barrier(2)

    def end(job: Job) -> bool:
        together.wait()
        try:
            return jobs.cancel(job)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(end, ours)) == [True, True]
    assert settled(batch)
    assert [sweep("batch_mails") for _ in range(2)] == [1, 0]


def test_another_try_takes_the_place_of_one_that_failed(alice):
    batch = batches.begin(alice.caller, 2)
    bad = sent(batch)
    failed()
    upload = an_upload(alice.caller)
    again = {"upload": upload.pk, "batch": batch.pk, "replaces": bad.pk}
    assert alice.api("POST", "/v1/jobs", again).status_code == 202
    jobs.cancel(Job.objects.get(batch=batch))
    assert not settled(batch)
    assert batches.tally_of(batch) == {"cancelled": 1}


def test_fewer_may_come_than_was_said(alice):
    batch = batches.begin(alice.caller, 5, wants_mail=True)
    sent(batch)
    done()
    assert not settled(batch)
    answer = alice.api("PATCH", f"/v1/batches/{batch.pk}", {"expected": 1})
    assert answer.json()["settled_at"] is not None
    assert sweep("batch_mails") == 1


def test_of_what_was_left_an_hour_ago_no_more_is_awaited(alice):
    left, at_work, new = (batches.begin(alice.caller, 9, wants_mail=True) for _ in range(3))
    sent(left)
    done()
    sent(at_work)
    before = timezone.now() - timedelta(hours=2)
    Batch.objects.exclude(pk=new.pk).update(created_at=before)
    Job.objects.filter(batch=left).update(finished_at=before)
    assert [sweep("batches_left") for _ in range(2)] == [1, 0]
    assert [settled(batch) for batch in (left, at_work, new)] == [True, False, False]
    sweep("batch_mails")
    assert [letter.subject for letter in mail.outbox] == ["1 of 9 recordings are ready"]


def test_notes_of_batches_go_after_a_month_and_leave_their_jobs(alice):
    batch = batches.begin(alice.caller, 1)
    job = sent(batch)
    done()
    assert sweep("batches") == 0
    Batch.objects.update(settled_at=timezone.now() - timedelta(days=31))
    assert [sweep("batches") for _ in range(2)] == [1, 0]
    job.refresh_from_db()
    assert job.batch is None


def test_it_follows_a_guest_into_an_account(alice):
    _api, caller = a_guest()
    batch = batches.begin(caller, 1)
    sent(batch, caller)
    adopt(caller.guest_key, alice.user)
    assert alice.api("GET", f"/v1/batches/{batch.pk}").json()["queued"] == 1


def test_a_deleted_transcript_leaves_the_count(alice):
    batch = batches.begin(alice.caller, 2)
    row = a_transcript(alice.caller)
    Job.objects.filter(transcript=row).update(batch=batch)
    editing.delete_transcript(row)
    assert batches.tally_of(batch) == {}
