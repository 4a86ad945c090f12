"""Guests' transcripts go after the days that the setting says, or stay where it says none."""

from datetime import timedelta

import pytest
from django.utils import timezone

from transcripts.models import Transcript
from transcripts.retention import delete_old_guest_transcripts

pytestmark = pytest.mark.django_db


def make(days_old: float) -> Transcript:
    row = Transcript.objects.create(
        title="t", language="en", model="m", duration_seconds=1, document={}, guest_key="g"
    )
    Transcript.objects.filter(pk=row.pk).update(
        created_at=timezone.now() - timedelta(days=days_old)
    )
    return row


def test_past_thirty_days_they_go(settings):
    settings.GUEST_DAYS = 30
    young, _ = make(29.9), make(30.1)
    assert delete_old_guest_transcripts() == 1
    assert list(Transcript.objects.all()) == [young]


def test_on_ones_own_machine_they_stay(settings):
    settings.GUEST_DAYS = 0
    make(3000)
    assert delete_old_guest_transcripts() == 0
    assert Transcript.objects.count() == 1
