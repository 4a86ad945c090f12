"""How what was given ends: by age, by leaving a switch, with its transcript or its account."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import User
from privacy import consent, erasure, journal
from privacy.models import Contribution, DayKey, Deletion, HeldRecording
from privacy.retention import NO_REST, Rule, declare
from privacy.switches import CONTRIBUTIONS_KEPT
from privacy.voicelab import archive, keys, objects
from privacy.voicelab.contributions import add_sound, waiting_for_sound, withdraw

WITHOUT_TRANSCRIPT = timedelta(hours=24)


def declare_endings() -> None:
    consent.on_leave("voice_lab", leave_voice_lab)
    consent.on_leave("text_corrections", leave_text_corrections)
    erasure.declare(erasure.Erased("voicelab", erase_with_transcripts, erase_with_account))
    journal.declare(Deletion.Kind.GIVEN, still_there, delete_again)
    declare(*RULES)


# --- by age --------------------------------------------------------------------------------


def days_that_are_over() -> list[date]:
    over = keys.newest_over()
    days = set(DayKey.objects.filter(day__lte=over).values_list("day", flat=True))
    for model in (HeldRecording, Contribution):
        days.update(model._default_manager.filter(day__lte=over).values_list("day", flat=True))  # noqa: SLF001 - Django's own way
    return sorted(days)


def end_day(day: date) -> int:
    """The key first: then nothing of the day can be read, whatever becomes of the rest."""
    if day > keys.newest_over():
        return 0
    gone: int = DayKey.objects.filter(pk=day).delete()[0]
    gone += archive.drop(HeldRecording.objects.filter(day=day), "kept_long_enough")
    return gone + withdraw(Contribution.objects.filter(day=day), "kept_long_enough")


def recordings_that_waited() -> QuerySet[HeldRecording]:
    """Also those whose job never ended well."""
    now = timezone.now()
    unused = Q(transcript_id="", created_at__lt=now - WITHOUT_TRANSCRIPT)
    return HeldRecording.objects.filter(unused | Q(created_at__lt=now - settings.VOICE_LAB_WAITS))


def end_waiting(held_id: str) -> int:
    return archive.drop(recordings_that_waited().filter(pk=held_id), "kept_long_enough")


# --- by leaving, and with what it belongs to ----------------------------------------------


def leave_voice_lab(user: User) -> str:
    recordings = archive.drop(HeldRecording.objects.filter(owner=user), "consent_ended")
    with_sound = Contribution.objects.filter(owner=user, kind=Contribution.Kind.AUDIO)
    said = _given(withdraw(with_sound, "consent_ended"))
    if not recordings:
        return said
    waited = ngettext(
        "%(count)d recording that waited is deleted.",
        "%(count)d recordings that waited are deleted.",
        recordings,
    ) % {"count": recordings}
    return f"{said} {waited}".strip()


def leave_text_corrections(user: User) -> str:
    texts = Contribution.objects.filter(owner=user, kind=Contribution.Kind.TEXT)
    return _given(withdraw(texts, "consent_ended"))


def erase_with_transcripts(transcript_ids: Sequence[str]) -> None:
    withdraw(Contribution.objects.filter(transcript_id__in=transcript_ids), "went_along")
    archive.drop(HeldRecording.objects.filter(transcript_id__in=transcript_ids), "went_along")


def erase_with_account(user: User) -> None:
    withdraw(Contribution.objects.filter(owner=user), "went_along")
    archive.drop(HeldRecording.objects.filter(owner=user), "went_along")


def still_there(entries: list[Deletion]) -> list[Contribution | HeldRecording]:
    """Cut short, or back from a backup: without their keys nobody could read them anyway."""
    ids = [entry.object_id for entry in entries]
    corrections = Contribution.objects.filter(pk__in=ids)
    return [*corrections, *HeldRecording.objects.filter(pk__in=ids)]


def delete_again(row: Contribution | HeldRecording) -> None:
    withdraw(Contribution.objects.filter(pk=row.pk), "went_along")
    archive.drop(HeldRecording.objects.filter(pk=row.pk), "went_along")


def _given(count: int) -> str:
    if not count:
        return ""
    return ngettext(
        "%(count)d correction that you gave is deleted.",
        "%(count)d corrections that you gave are deleted.",
        count,
    ) % {"count": count}


RULES = (
    Rule(
        "voicelab",
        _("All that was given to Voice Lab on one day"),
        days_that_are_over,
        end_day,
        after=CONTRIBUTIONS_KEPT,
    ),
    Rule(
        "voicelab_waiting",
        _("Recordings that wait for corrections"),
        recordings_that_waited,
        end_waiting,
        after=settings.VOICE_LAB_WAITS,
    ),
    Rule(
        "voicelab_sounds",
        _("Corrections whose sound is still to be cut out of the recording"),
        waiting_for_sound,
        add_sound,
        every=settings.SWEEP_EVERY,
        rests=NO_REST,
    ),
    Rule(
        "voicelab_objects",
        _("Sounds in the archive that nothing belongs to any more"),
        objects.doomed_names,
        objects.delete,
        every=settings.SWEEP_EVERY,
        rests=NO_REST,
    ),
)
