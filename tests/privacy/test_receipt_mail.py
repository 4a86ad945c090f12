"""Receipts by mail: only for those who chose it, once, later if need be, and never in a job's way."""

import socket
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from accounts.callers import Caller
from gpu.contract import Failure
from privacy import receipt_mail, retention
from privacy.consent import Interface, choose
from privacy.models import Receipt
from tests.transcripts.recorded import a_result, submitted
from tests.transcripts.things import Person, a_guest, a_person
from transcripts import editing, jobs, stalled
from transcripts.models import Job, Status

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice() -> Person:
    person = a_person("alice")
    choose(person.user, "receipts_by_mail", "on", Interface.PAGE)
    return person


def finished(caller: Caller) -> Job:
    job = submitted(caller=caller)
    assert jobs.finish(jobs.claim("w"), a_result())
    job.refresh_from_db()
    return job


def sweep() -> int:
    """What the sweeper's rule does in one round."""
    rule = next(row for row in retention.rules() if row.id == "receipt_mails")
    return sum(rule.end(key) for key in rule.due())


def mail_is_down(settings) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        settings.EMAIL_PORT = nobody.getsockname()[1]
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"


def mail_is_up(settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def minutes_pass(minutes: int) -> None:
    for receipt in Receipt.objects.exclude(mail_next_at=None):
        ago = timedelta(minutes=minutes)
        receipt.mail_since, receipt.mail_next_at = (
            receipt.mail_since - ago,
            receipt.mail_next_at - ago,
        )
        receipt.save()


def test_the_timeline_comes_to_its_owner_without_any_content(alice):
    job = finished(alice.caller)
    assert mail.outbox == []
    assert sweep() == 1
    (sent,) = mail.outbox
    assert sent.to == [alice.user.email]
    assert sent.subject == "Receipt of a recording"
    assert "The audio was destroyed, because the transcript was ready." in sent.body
    assert f"/receipts/{job.pk}/" in sent.body
    assert "/privacy/settings/" in sent.body
    for word in ("talk", "morning", "%(", "&#"):
        assert word not in sent.body + sent.subject


def test_it_comes_once(alice):
    finished(alice.caller)
    assert (sweep(), sweep(), len(mail.outbox)) == (1, 0, 1)


def test_failed_and_cancelled_jobs_are_told_too(alice):
    submitted(caller=alice.caller)
    jobs.fail(jobs.claim("w"), Failure.NO_SPEECH)
    jobs.cancel(submitted(caller=alice.caller))
    assert sweep() == 2
    assert "because no speech was found in it" in mail.outbox[0].body
    assert "The job was cancelled." in mail.outbox[1].body


def test_not_before_the_audio_is_destroyed(alice):
    job = submitted(caller=alice.caller)
    Job.objects.filter(pk=job.pk).update(
        status=Status.FAILED, failure="no_speech", finished_at=timezone.now()
    )
    assert sweep() == 0
    stalled.destroy_leftover_audio(job.pk)
    assert sweep() == 1


def test_nobody_else_gets_one(alice):
    finished(a_person().caller)
    finished(a_guest()[1])
    finished(Caller())
    assert (sweep(), mail.outbox) == (0, [])


def test_whoever_has_left_meanwhile_gets_none(alice):
    finished(alice.caller)
    choose(alice.user, "receipts_by_mail", "off", Interface.PAGE)
    assert sweep() == 0
    choose(alice.user, "receipts_by_mail", "on", Interface.PAGE)
    minutes_pass(10)
    assert (sweep(), mail.outbox) == (0, [])


def test_F18_mail_that_is_down_holds_up_no_job_and_is_tried_again(alice, settings):
    mail_is_down(settings)
    job = finished(alice.caller)
    finished(alice.caller)
    assert job.status == Status.DONE
    assert job.audio_destroyed_at is not None
    assert sweep() == 0
    mail_is_up(settings)
    assert sweep() == 0  # it rests, and did not even ask for the second
    minutes_pass(6)
    assert (sweep(), len(mail.outbox)) == (2, 2)


def test_F18_it_is_given_up_after_a_day(alice, settings):
    mail_is_down(settings)
    finished(alice.caller)
    assert sweep() == 0
    minutes_pass(25 * 60)
    mail_is_up(settings)
    assert (sweep(), mail.outbox) == (0, [])
    assert not receipt_mail.waiting().exists()
    assert Receipt.objects.get().mail_since is None


def test_it_is_still_sent_when_the_transcript_is_gone_already(alice):
    editing.delete_transcript(finished(alice.caller).transcript)
    assert sweep() == 1
    assert "The transcript was deleted for good by its owner" in mail.outbox[0].body
