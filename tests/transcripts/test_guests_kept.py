"""Guests' transcripts go after the days that the setting says, or stay where it says none."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.sweeping import sweep
from transcripts.models import Job, Status, Transcript

pytestmark = pytest.mark.django_db


def make(days_old: float) -> Transcript:
    row = Transcript.objects.create(
        title="t", language="en", model="m", duration_seconds=1, document={}, guest_key="g"
    )
    Transcript.objects.filter(pk=row.pk).update(
        created_at=timezone.now() - timedelta(days=days_old)
    )
    return row


def ended(days_ago: float, transcript: Transcript | None = None) -> Job:
    return Job.objects.create(
        size_bytes=1,
        sha256="",
        options={},
        audio_id="a",
        file_name="interview.mp3",
        status=Status.DONE if transcript else Status.FAILED,
        finished_at=timezone.now() - timedelta(days=days_ago),
        transcript=transcript,
    )


def test_past_thirty_days_they_go_with_the_names_of_their_files(settings):
    settings.GUEST_DAYS = 30
    young, old = make(29.9), make(30.1)
    kept, _ = ended(29.9, young), ended(30.1, old)
    assert sweep("guests") == 1
    assert list(Transcript.objects.all()) == [young]
    assert list(Job.objects.all()) == [kept]


def test_a_failed_job_is_forgotten_after_thirty_days():
    transcript = make(100)
    kept = {ended(29.9), ended(100, transcript)}
    ended(30.1)
    assert sweep("traces") == 1
    assert set(Job.objects.all()) == kept


def test_on_ones_own_machine_they_stay(settings):
    settings.GUEST_DAYS = 0
    make(3000)
    assert sweep("guests") == 0
    assert Transcript.objects.count() == 1
