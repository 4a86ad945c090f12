"""Who sees what the sweeper does: /ready, the doctor, the admin console, and everybody."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from config import doctor
from privacy.models import SweepReport
from privacy.periods import in_words
from privacy.sweeper import sweep_once
from tests.transcripts.things import a_guest, a_transcript
from transcripts import readiness
from transcripts.models import Transcript

pytestmark = pytest.mark.django_db


def a_report(seconds_ago: float = 0, **fields) -> SweepReport:
    at = timezone.now() - timedelta(seconds=seconds_ago)
    fields = {"started_at": at, "finished_at": at, "machine": "host-of-ours", "gone": {}} | fields
    return SweepReport.objects.create(**fields)


def state(check: readiness.Check) -> tuple[bool | None, bool]:
    return check.ok, check.essential


def test_ready_without_a_round_is_not_ready():
    assert state(readiness.sweeper()) == (False, True)
    assert "sweeper" in {row["id"] for row in Client().get("/ready").json()["checks"]}


@pytest.mark.parametrize(
    ("seconds_ago", "ok"), [(0, True), (170, True), (181, False), (-170, True), (-181, False)]
)
def test_three_rounds_without_a_report_are_an_alarm(seconds_ago, ok):
    a_report(seconds_ago)
    assert state(readiness.sweeper()) == (ok, True)


def test_a_first_round_makes_it_ready():
    sweep_once()
    assert readiness.sweeper().ok


def test_a_rule_that_fails_is_named_but_stops_nobody():
    a_report(gone={"audio": -1, "uploads": 3})
    check = readiness.sweeper()
    assert state(check) == (False, False)
    assert check.detail == "failed: audio"


def test_a_clock_that_jumped_is_an_alarm_for_an_hour():
    assert state(readiness.clock()) == (True, False)
    a_report(3500, clock_jump_seconds=172_800.0)
    a_report()
    check = readiness.clock()
    assert state(check) == (False, False)
    assert check.detail == "jumped by +172800 s on host-of-ours"
    SweepReport.objects.update(finished_at=timezone.now() - timedelta(seconds=3700))
    assert readiness.clock().ok


def test_the_doctor_looks_at_both(settings):
    settings.REDIS_URL = ""
    assert state(doctor.sweeper())[0] is None
    settings.REDIS_URL = "redis://"
    assert doctor.sweeper().ok is False
    assert {check.id for check in doctor.examine()} >= {"sweeper", "clock"}


def page() -> str:
    response = Client().get(reverse("sweeper"))
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


@pytest.mark.django_db(transaction=True)  # VACUUM FULL runs in none
def test_everybody_reads_what_went_and_what_each_rule_promises(settings):
    settings.GUEST_DAYS = 30
    _, guest = a_guest()
    a_transcript(guest, title="zyzzyva.mp3")
    Transcript.objects.update(created_at=timezone.now() - timedelta(days=31))
    sweep_once()
    a_report(gone={"uploads": 1234, "audio": -1}, clock_jump_seconds=0.0)
    text = page()
    rows = [re.sub(r"<[^>]+>", "|", row).split("|") for row in re.findall(r"<tr>.*?</tr>", text)]
    cells = [tuple(filter(None, map(str.strip, row))) for row in rows]
    assert ("Recordings, whatever happens", "24 hours", "0", "failed in the last run") in cells
    assert ("Uploads that were left", "1 hour", "1,234") in cells
    assert ("Receipts whose transcript is gone", "90 days", "0") in cells
    assert "has jumped" not in text
    assert "too long ago" not in text
    assert "host-of-ours" not in text
    assert "zyzzyva" not in text
    assert SweepReport.objects.earliest("pk").gone["guests"] == 1


def test_everybody_reads_that_it_is_late_or_never_ran_or_rests():
    assert "It has not run yet." in page()
    a_report(200, clock_jump_seconds=-3600.0)
    assert "too long ago" in page()
    assert "has jumped" in page()


def test_how_it_works_leads_there():
    assert f'href="{reverse("sweeper")}"' in Client().get(reverse("how-it-works")).content.decode()


def test_staff_read_the_reports_and_change_nothing(admin_client):
    report = a_report(gone={"uploads": 7, "audio": -1, "guests": 0})
    changelist = reverse("admin:privacy_sweepreport_changelist")
    text = admin_client.get(changelist).content.decode()
    assert "uploads: 7" in text
    assert '<td class="field-what_failed">audio</td>' in text
    address = reverse("admin:privacy_sweepreport_change", args=[report.pk])
    assert admin_client.get(address).status_code == 200
    assert admin_client.post(address, {}).status_code == 403
    for name in ("delete", "add"):
        arguments = [report.pk] if name == "delete" else []
        address = reverse(f"admin:privacy_sweepreport_{name}", args=arguments)
        assert admin_client.post(address, {"post": "yes"}).status_code == 403
    assert SweepReport.objects.count() == 1


@pytest.mark.parametrize(
    ("period", "words"),
    [
        (timedelta(days=90), "90 days"),
        (timedelta(days=2), "2 days"),
        (timedelta(hours=24), "24 hours"),
        (timedelta(hours=1), "1 hour"),
        (timedelta(minutes=90), "90 minutes"),
        (timedelta(seconds=15), "15 seconds"),
    ],
)
def test_periods_in_words(period, words):
    assert in_words(period) == words
