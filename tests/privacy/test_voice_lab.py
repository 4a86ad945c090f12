"""Voice Lab: what was given, under which keys, and how all of it ends."""

from __future__ import annotations

import io
import json
import wave
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts import holdings
from accounts.callers import Caller
from privacy import consent, journal, receipts
from privacy.consent import Interface, choose
from privacy.models import (
    ContentKey,
    Contribution,
    DayKey,
    DoomedObject,
    Entry,
    HeldRecording,
)
from privacy.voicelab import archive, contributions, keys, objects
from tests.privacy.giving import PCM, a_given, a_giver, a_waiting, correct, make_older, pieces
from tests.sweeping import sweep
from tests.transcripts.things import a_document, a_person, a_transcript
from transcripts import contributing
from transcripts.document import Document
from transcripts.editing import delete_transcript, rename_speaker, save_document
from transcripts.models import Job, Transcript

pytestmark = pytest.mark.django_db(transaction=True)
CLIP = slice(round(8.25 * 32_000), round(9.75 * 32_000))
"""Where the second stretch is in the recording, with its margins."""


def given_texts() -> list[tuple[str, str, str]]:
    rows = Contribution.objects.order_by("segment_id")
    return [(o.row.segment_id, o.before, o.after) for o in contributions.open_all(rows)]


def pcm_of(row: Contribution) -> bytes:
    with wave.open(io.BytesIO(contributions.sound_of(row))) as sound:
        assert sound.getparams()[:3] == (1, 2, 16_000)
        return sound.readframes(sound.getnframes())


def events(transcript: Transcript, *wanted: str) -> list[tuple[str, dict]]:
    rows = Entry.objects.filter(event__in=wanted).order_by("receipt", "number")
    return [(row.event, row.facts) for row in rows]


# --- what is taken -------------------------------------------------------------------------


def test_a_correction_gives_both_texts_and_its_sound(giver, kept):
    transcript = a_given(giver, g2="No.")
    assert given_texts() == [("g2", "Yes.", "No.")]
    assert sweep("voicelab_sounds") == 1
    row = Contribution.objects.get()
    assert (row.kind, row.language, row.model, row.owner) == (
        "audio",
        "en",
        transcript.model,
        giver,
    )
    assert pcm_of(row) == PCM[CLIP]
    assert sweep("voicelab_sounds") == 0


def test_sound_is_cut_across_pieces(giver, kept, monkeypatch):
    monkeypatch.setattr(archive, "PIECE_BYTES", 32_000)
    a_given(giver, g1="Hullo.", g2="No.")
    assert HeldRecording.objects.get().pieces == 10
    assert sweep("voicelab_sounds") == 2
    first, second = Contribution.objects.order_by("segment_id")
    assert pcm_of(first) == PCM[: round(8.25 * 32_000)]
    assert pcm_of(second) == PCM[CLIP]


def test_the_newest_text_counts_and_the_first_one_stays(giver):
    transcript = a_given(giver, g2="Noo.")
    correct(transcript, g2="No.", g1="Good day.")
    assert given_texts() == [
        ("g1", "Hello, welcome. Thank you.", "Good day."),
        ("g2", "Yes.", "No."),
    ]


def test_what_is_changed_back_is_withdrawn(giver, kept):
    transcript = a_given(giver, g1="Good day.", g2="No.")
    sweep("voicelab_sounds")
    correct(transcript, g2="Yes.")
    assert given_texts() == [("g1", "Hello, welcome. Thank you.", "Good day.")]
    assert len(kept.names()) == 2
    correct(transcript, g1="Hello, welcome. Thank you.")
    assert given_texts() == []
    assert len(kept.names()) == 1


def test_a_split_stretch_and_a_speakers_name_are_no_corrections(giver):
    transcript = a_transcript(Caller(giver), a_document())
    rename_speaker(transcript, "s1", "Ada")
    transcript.refresh_from_db()
    document = Document.from_json(Transcript.objects.get().document)
    document.segments[0].end = 4.0
    document.segments[0].text = "Hello, welcome."
    save_document(Transcript.objects.get(), document, 2)
    assert given_texts() == []


@pytest.mark.parametrize(
    ("switches", "waits", "kind"),
    [
        ([], True, None),
        (["text_corrections"], False, "text"),
        (["voice_lab"], False, None),
        (["voice_lab"], True, "audio"),
        (["voice_lab", "text_corrections"], False, "text"),
        (["voice_lab", "text_corrections"], True, "audio"),
    ],
)
def test_P11_nothing_is_taken_but_what_the_switches_say(kept, switches, waits, kind):
    user = a_giver(*switches)
    transcript = a_transcript(Caller(user), a_document())
    if waits and "voice_lab" in switches:
        a_waiting(transcript)
    correct(transcript, g2="No.")
    assert [row.kind for row in Contribution.objects.all()] == ([kind] if kind else [])
    assert bool(Transcript.objects.get().heard) == bool(switches)


def test_guests_give_nothing_and_an_account_gives_nothing_of_before_it_chose(kept):
    guests = a_transcript(Caller(guest_key="g" * 20), a_document())
    correct(guests, g2="No.")
    assert not contributing.may_contribute(guests)
    user = a_giver()
    transcript = a_transcript(Caller(user), a_document())
    correct(transcript, g2="Noo.")
    choose(user, "text_corrections", "on", Interface.PAGE)
    correct(transcript, g2="No.")
    assert given_texts() == []


def test_a_recording_is_marked_only_while_the_switch_is_on(giver, kept):
    assert contributing.marks(Caller(giver))
    assert not contributing.marks(Caller(a_person().user))
    assert not contributing.marks(Caller(guest_key="g" * 20))
    job = Job.objects.get(transcript=a_transcript(Caller(giver)))
    contributing.archive_recording(job, lambda: pieces(PCM))
    assert kept.names() == set()  # not marked when it was sent
    job.for_voice_lab = True
    choose(giver, "voice_lab", "off", Interface.PAGE)
    contributing.archive_recording(job, lambda: pieces(PCM))
    assert kept.names() == set()  # not consented to when it was done


def test_leaving_while_a_recording_is_archived_leaves_nothing(giver, kept):
    job = Job.objects.get(transcript=a_transcript(Caller(giver)))
    job.for_voice_lab = True

    def blocks():
        yield PCM[:32_000]
        choose(giver, "voice_lab", "off", Interface.PAGE)
        yield PCM[32_000:64_000]

    contributing.archive_recording(job, blocks)
    assert (HeldRecording.objects.count(), kept.names()) == (0, set())


# --- what is kept --------------------------------------------------------------------------


def test_the_archive_holds_neither_sound_nor_words(giver, kept):
    a_given(giver, g2="Zyzzyva says no.")
    sweep("voicelab_sounds")
    assert len(kept.names()) == 2
    everything = kept.contents()
    assert len(everything) > len(PCM)
    assert [at for at in range(0, len(PCM), 4_000) if PCM[at : at + 64] in everything] == []
    row = Contribution.objects.get()
    for word in (b"yzzyva", b"Yes.", giver.email.encode(), row.transcript_id.encode()):
        assert word not in everything + bytes(row.sealed)
        assert not [name for name in kept.names() if word.decode() in name]


def test_each_of_the_two_keys_ends_it(giver, kept):
    a_given(giver, g2="No.")
    sweep("voicelab_sounds")
    row = Contribution.objects.get()
    own, of_the_day = ContentKey.objects.get(pk=row.pk), DayKey.objects.get()
    for key in (own, of_the_day):
        type(key).objects.filter(pk=key.pk).delete()
        assert given_texts() == []
        with pytest.raises(keys.Shredded):
            contributions.sound_of(row)
        key.save(force_insert=True)
    assert given_texts() == [("g2", "Yes.", "No.")]


def test_keys_in_use_are_not_swept_as_unused(giver):
    a_given(giver, g2="No.")
    ContentKey.objects.update(created_at=timezone.now() - timedelta(days=3))
    sweep("content_keys")
    assert given_texts() == [("g2", "Yes.", "No.")]


def test_a_storage_that_is_down_costs_no_edit_and_the_sound_follows(giver, kept, logged):
    transcript = a_transcript(Caller(giver), a_document())
    a_waiting(transcript)
    kept.stop()
    correct(transcript, g2="No.")
    assert Transcript.objects.get().document["segments"][1]["text"] == "No."
    assert given_texts() == [("g2", "Yes.", "No.")]
    assert sweep("voicelab_sounds") == -1
    kept.start()
    assert sweep("voicelab_sounds") == 1
    assert pcm_of(Contribution.objects.get()) == PCM[CLIP]


def test_a_contribution_that_fails_costs_no_edit_and_is_logged(giver, logged, monkeypatch):
    transcript = a_transcript(Caller(giver), a_document())

    def fail(*_args):
        raise OSError

    monkeypatch.setattr(contributions, "take", fail)
    correct(transcript, g2="No.")
    assert Transcript.objects.get().document["segments"][1]["text"] == "No."
    assert [line["event"] for line in logged if line["level"] == "ERROR"] == [
        "a correction was saved, but not contributed"
    ]


def test_an_archive_that_is_down_leaves_nothing_behind(giver, kept, logged):
    job = Job.objects.get(transcript=a_transcript(Caller(giver)))
    job.for_voice_lab = True
    kept.stop()
    contributing.archive_recording(job, lambda: pieces(PCM))
    kept.start()
    assert (HeldRecording.objects.count(), kept.names()) == (0, set())
    assert [line["event"] for line in logged if line["level"] == "WARNING"] == [
        "the archive is down: a recording is not kept"
    ]
    sweep("voicelab_objects")
    assert not DoomedObject.objects.exists()


# --- how it ends ---------------------------------------------------------------------------


def all_gone(kept) -> bool:
    rows = Contribution.objects.exists() or HeldRecording.objects.exists()
    return not rows and not kept.names() and not DoomedObject.objects.exists()


def test_P11_turning_the_switch_off_deletes_all_of_it_at_once(giver, kept):
    a_given(giver, g1="Good day.", g2="No.")
    sweep("voicelab_sounds")
    others = a_given(a_giver("voice_lab"), g2="No.")
    sweep("voicelab_sounds")
    said = choose(giver, "voice_lab", "off", Interface.PAGE)
    assert said == [
        "2 corrections that you gave are deleted. 1 recording that waited is deleted.",
    ]
    assert not Contribution.objects.filter(owner=giver).exists()
    assert Transcript.objects.get(owner=giver).heard == {}
    assert len(kept.names()) == 2
    delete_transcript(others)
    assert all_gone(kept)


def test_P11_turning_text_corrections_off_deletes_texts_only(giver, kept):
    choose(giver, "text_corrections", "on", Interface.PAGE)
    a_given(giver, g2="No.")
    correct(a_transcript(Caller(giver), a_document()), g2="Nay.")
    assert sorted(row.kind for row in Contribution.objects.all()) == ["audio", "text"]
    assert choose(giver, "text_corrections", "off", Interface.PAGE) == [
        "1 correction that you gave is deleted."
    ]
    assert [row.kind for row in Contribution.objects.all()] == ["audio"]


def test_P09_reading_asks_the_age_itself(giver, kept, tmp_path):
    a_given(giver, g2="No.")
    sweep("voicelab_sounds")
    make_older(days=89)
    row = Contribution.objects.get()
    assert given_texts() == [("g2", "Yes.", "No.")]
    assert pcm_of(row) == PCM[CLIP]
    make_older(days=1)
    row.refresh_from_db()
    assert DayKey.objects.exists()  # nobody has swept
    assert given_texts() == []
    with pytest.raises(keys.Shredded):
        contributions.sound_of(row)
    assert exported(tmp_path / "late") == []


def test_P09_the_archive_is_gone_at_90_days(giver, kept):
    a_given(giver, g2="No.")
    sweep("voicelab_sounds")
    make_older(days=89)
    assert sweep("voicelab") == 0
    make_older(days=1)
    assert sweep("voicelab") == 3  # key, recording, correction
    assert all_gone(kept)
    assert not DayKey.objects.exists()
    assert sweep("voicelab") == 0


def test_P09_the_rest_of_a_day_goes_after_a_crash_between_key_and_rows(giver, kept):
    a_given(giver, g2="No.")
    sweep("voicelab_sounds")
    make_older(days=90)
    DayKey.objects.all().delete()
    assert sweep("voicelab") == 2
    assert all_gone(kept)


def test_a_recording_waits_for_fourteen_days(giver, kept):
    transcript = a_given(giver, g2="No.")
    sweep("voicelab_sounds")
    make_older(days=13.9)
    assert sweep("voicelab_waiting") == 0
    make_older(days=0.2)
    assert sweep("voicelab_waiting") == 1
    assert not HeldRecording.objects.exists()
    assert len(kept.names()) == 1  # what was cut out stays
    correct(transcript, g2="Nay.", g1="Good day.")
    assert given_texts() == [("g2", "Yes.", "Nay.")]


def test_a_recording_whose_job_never_ended_goes_after_a_day(giver, kept):
    held = archive.begin(giver, "job1")
    archive.fill(held, pieces(PCM))
    assert sweep("voicelab_waiting") == 0
    make_older(days=1.1)
    assert sweep("voicelab_waiting") == 1
    assert all_gone(kept)


def test_P07_deleting_a_transcript_deletes_what_was_given_of_it(giver, kept):
    transcript = a_given(giver, g2="No.")
    sweep("voicelab_sounds")
    delete_transcript(transcript)
    assert all_gone(kept)


def test_P10_deleting_an_account_deletes_what_it_gave(giver, kept):
    a_given(giver, g2="No.")
    sweep("voicelab_sounds")
    held = archive.begin(giver, "still running")
    archive.fill(held, pieces(PCM))
    holdings.erase(giver)
    assert all_gone(kept)
    assert not ContentKey.objects.filter(pk=held.pk).exists()


def test_objects_that_could_not_be_deleted_are_unreadable_and_go_later(giver, kept):
    a_given(giver, g2="No.")
    sweep("voicelab_sounds")
    row = Contribution.objects.get()
    kept.stop()
    contributions.withdraw(Contribution.objects.all(), "taken_back")
    assert not Contribution.objects.exists()
    with pytest.raises(keys.Shredded):
        keys.key_of(row)
    assert sweep("voicelab_objects") == -1
    kept.start()
    assert len(kept.names()) == 2
    assert sweep("voicelab_objects") == 1
    assert len(kept.names()) == 1


def test_P08_what_comes_back_from_a_backup_is_unreadable_and_goes_again(giver, kept):
    a_given(giver, g2="No.")
    sweep("voicelab_sounds")
    row, held = Contribution.objects.get(), HeldRecording.objects.get()
    choose(giver, "voice_lab", "off", Interface.PAGE)
    for back in (row, held):
        back.save(force_insert=True)
    assert given_texts() == []
    assert journal.replay()["given"] == 2
    assert all_gone(kept)


def test_the_receipt_says_what_was_archived_given_and_taken_back(giver, kept):
    transcript = a_transcript(Caller(giver), a_document())
    job = Job.objects.get(transcript=transcript)
    held = a_waiting(transcript)
    correct(transcript, g1="Good day.", g2="No.")
    choose(giver, "voice_lab", "off", Interface.PAGE)
    until = keys.end_of(held.day).isoformat(timespec="microseconds")
    assert events(transcript, "archived", "contributed", "withdrawn") == [
        ("archived", {"what": "audio", "form": "encrypted", "until": until}),
        ("contributed", {"what": "audio", "count": 2, "milliseconds": 9000}),
        ("withdrawn", {"what": "recording", "why": "consent_ended"}),
        ("withdrawn", {"what": "audio", "count": 2, "why": "consent_ended"}),
    ]
    assert receipts.faults(receipts.receipt_for(Caller(giver), job.pk)) == []


# --- what is used --------------------------------------------------------------------------


def exported(target: Path) -> list[dict]:
    call_command("voicelab", "export", str(target), stdout=io.StringIO())
    lines = (target / "contributions.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_the_export_is_texts_with_sound_and_no_person(giver, kept, tmp_path):
    transcript = a_given(giver, g2="No.")
    sweep("voicelab_sounds")
    (line,) = exported(tmp_path / "set")
    row = Contribution.objects.get()
    assert line == {
        "id": row.pk,
        "kind": "audio",
        "language": "en",
        "model": transcript.model,
        "before": "Yes.",
        "after": "No.",
        "audio": f"audio/{row.pk}.wav",
        "seconds": 1.0,
        "use_until": keys.end_of(row.day).isoformat(),
    }
    with wave.open(str(tmp_path / "set" / line["audio"])) as sound:
        assert sound.readframes(sound.getnframes()) == PCM[CLIP]


def test_P11_what_is_withdrawn_between_two_exports_is_not_in_the_second(giver, kept, tmp_path):
    a_given(giver, g1="Good day.", g2="No.")
    sweep("voicelab_sounds")
    assert len(exported(tmp_path / "one")) == 2
    contributions.withdraw(Contribution.objects.filter(segment_id="g2"), "taken_back")
    assert [line["after"] for line in exported(tmp_path / "two")] == ["Good day."]
    choose(giver, "voice_lab", "off", Interface.PAGE)
    assert exported(tmp_path / "three") == []
    with pytest.raises(CommandError, match="is there already"):
        exported(tmp_path / "one")


def test_P11_the_export_asks_the_switch_itself(giver, kept, tmp_path, monkeypatch):
    """Even where leaving could not delete, nothing is used any more."""
    a_given(giver, g2="No.")
    sweep("voicelab_sounds")
    monkeypatch.setattr(consent, "_leavings", {})
    choose(giver, "voice_lab", "off", Interface.PAGE)
    assert Contribution.objects.count() == 1
    assert exported(tmp_path / "set") == []


def test_the_export_may_be_a_zip_and_the_list_counts(giver, kept, tmp_path):
    a_given(giver, g2="No.")
    sweep("voicelab_sounds")
    call_command("voicelab", "export", str(tmp_path / "set.zip"), stdout=io.StringIO())
    with zipfile.ZipFile(tmp_path / "set.zip") as file:
        pk = Contribution.objects.get().pk
        assert sorted(file.namelist()) == [f"audio/{pk}.wav", "contributions.jsonl"]
    said = io.StringIO()
    call_command("voicelab", "list", stdout=said)
    assert said.getvalue().splitlines() == [
        "1\taudio\ten\tmoonshine-tiny-en",
        "1 contributions, 1 waiting",
        "1 days with a key, 0 objects to be deleted",
    ]


def test_an_export_from_a_storage_that_is_down_says_that_it_is_not_whole(giver, kept, tmp_path):
    a_given(giver, g2="No.")
    sweep("voicelab_sounds")
    kept.stop()
    with pytest.raises(CommandError, match="not whole"):
        exported(tmp_path / "set")
    kept.start()


def test_the_door_tells_gone_from_down(kept):
    with pytest.raises(objects.ObjectGone):
        objects.load("voicelab/none")
    kept.stop()
    with pytest.raises(objects.StorageDown):
        objects.store("voicelab/a", b"x")
    kept.start()
