"""Staff read a transcript only on purpose, with a reason, and its owner sees that they did."""

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from accounts.models import User
from privacy.models import Entry, Receipt
from tests.transcripts.recorded import a_result, submitted
from tests.transcripts.things import Person, a_person
from transcripts import jobs
from transcripts.models import Job

pytestmark = pytest.mark.django_db

REASON = "Ticket 17: the owner asked why a name is missing"


@pytest.fixture
def alice() -> Person:
    return a_person("alice")


@pytest.fixture
def job(alice) -> Job:
    job = submitted(caller=alice.caller)
    jobs.finish(jobs.claim("w"), a_result())
    job.refresh_from_db()
    return job


def staff(*permissions: str, **fields) -> tuple[User, Client]:
    user = a_person("staff").user
    user.is_staff = True
    for name, value in fields.items():
        setattr(user, name, value)
    user.save()
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client = Client()
    client.force_login(user)
    return user, client


def reading(job: Job) -> str:
    return reverse("admin:transcripts_job_reading", args=[job.pk])


def entries(job: Job) -> list[dict]:
    rows = Entry.objects.filter(receipt=job.pk, event="read_by_staff")
    return list(rows.values_list("facts", flat=True))


def test_a_reason_opens_it_and_stands_on_the_receipt(alice, job):
    user, client = staff("read_for_support")
    asked = client.get(reading(job)).content.decode()
    assert "morning" not in asked
    assert entries(job) == []
    page = client.post(reading(job), {"reason": REASON})
    assert "morning." in page.content.decode()
    assert "no-store" in page.headers["Cache-Control"]
    assert entries(job) == [{"who": f"support {user.pk}", "why": REASON}]
    assert user.email not in str(list(Entry.objects.values()))


def test_its_owner_is_told_on_the_transcript_and_on_the_receipt(alice, job):
    mark = "A member of staff has read this transcript."
    browser = alice.browser
    assert mark not in browser("GET", f"/t/{job.transcript_id}/").content.decode()
    user, client = staff(is_superuser=True)
    client.post(reading(job), {"reason": REASON})
    assert mark in browser("GET", f"/t/{job.transcript_id}/").content.decode()
    page = browser("GET", f"/receipts/{job.pk}/").content.decode()
    sentence = f"A member of staff (administrator {user.pk}) read the transcript."
    assert f"{sentence} The reason given: “{REASON}”" in page


@pytest.mark.parametrize("reason", ["", "support", "x" * 121])
def test_without_a_fit_reason_nothing_opens(job, reason):
    _user, client = staff("read_for_support")
    page = client.post(reading(job), {"reason": reason})
    assert "morning" not in page.content.decode()
    assert entries(job) == []


def test_without_the_permission_nothing_opens(alice, job):
    _user, client = staff("view_job", "change_job", "view_transcript")
    assert client.post(reading(job), {"reason": REASON}).status_code == 403
    assert (
        reading(job)
        not in client.get(reverse("admin:transcripts_job_change", args=[job.pk])).content.decode()
    )
    for other in (alice.browser.client, Client()):
        assert other.post(reading(job), {"reason": REASON}).status_code in {302, 403}
    assert entries(job) == []


def test_where_no_receipt_can_tell_of_it_nothing_opens(job):
    Receipt.objects.all().delete()
    _user, client = staff("read_for_support")
    page = client.post(reading(job), {"reason": REASON})
    assert page.status_code == 403
    assert "morning" not in page.content.decode()


def test_there_is_a_way_to_it_from_the_job(job):
    _user, client = staff("view_job", "read_for_support")
    page = client.get(reverse("admin:transcripts_job_change", args=[job.pk])).content.decode()
    assert reading(job) in page
    assert "talk.wav" not in page
