"""Voice Lab with real speech: from the upload through the worker to the cut-out sound."""

from __future__ import annotations

import io
import wave

import pytest

from accounts.callers import Caller
from gpu import actors
from gpu.decode import Decoder
from privacy import consent, receipts
from privacy.consent import Interface, choose
from privacy.models import Contribution, Entry, HeldRecording
from privacy.voicelab import contributions
from tests import recordings
from tests.privacy.giving import correct
from tests.sweeping import sweep
from tests.transcripts.recorded import submitted
from transcripts.models import Status, Transcript
from transcripts.vault import vault

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def worker():
    """``run_next`` in this thread; the recogniser it started is gone afterwards."""
    actors.stopping.clear()
    actors.leaving.clear()
    yield
    actors.recogniser().close()


@pytest.fixture
def spoken(speech):
    return speech("en/jfk.flac").read_bytes()


def decoded(data: bytes) -> bytes:
    with recordings.in_memory(data) as fd, Decoder(fd, len(data)) as decoder:
        return b"".join(decoder.blocks())


def found_in(content: bytes, pcm: bytes) -> list[int]:
    """Where any 64 bytes of the sound stand in the clear."""
    return [at for at in range(0, len(pcm) - 64, 2_000) if pcm[at : at + 64] in content]


def test_a_recording_is_archived_and_a_correction_gets_its_sound(giver, kept, spoken):
    job = submitted(spoken, Caller(giver))
    actors.run_next()
    job.refresh_from_db()
    assert (job.status, vault().holds(job.audio_id)) == (Status.DONE, False)
    held = HeldRecording.objects.get()
    assert (held.transcript_id, held.is_whole, held.pieces) == (job.transcript_id, True, 1)
    assert [row.event for row in Entry.objects.order_by("number")][-3:] == [
        *("stored", "archived", "destroyed"),
    ]
    assert receipts.faults(receipts.receipt_for(Caller(giver), job.pk)) == []

    segment = Transcript.objects.get().document["segments"][0]
    correct(job.transcript, **{segment["id"]: "Zyzzyva said my fellow Americans."})
    assert sweep("voicelab_sounds") == 1
    row = Contribution.objects.get()
    (opened,) = contributions.open_all([row])
    assert (opened.before, opened.after) == (segment["text"], "Zyzzyva said my fellow Americans.")
    pcm = decoded(spoken)
    with wave.open(io.BytesIO(contributions.sound_of(row))) as sound:
        clip = sound.readframes(sound.getnframes())
    start = round(max(0, segment["start"] - 0.25) * 16_000) * 2
    end = round(min(segment["end"] + 0.25, len(pcm) / 32_000) * 16_000) * 2
    assert clip == pcm[start:end]
    assert found_in(pcm, pcm)
    assert found_in(kept.contents(), pcm) == []
    assert b"Zyzzyva" not in kept.contents()


def test_P11_without_the_switch_nothing_is_archived(kept, spoken, giver):
    choose(giver, "voice_lab", "off", Interface.PAGE)
    submitted(spoken, Caller(giver))
    submitted(spoken, Caller(guest_key="g" * 20))
    choose(giver, "voice_lab", "on", Interface.PAGE)
    actors.run_next()
    assert Transcript.objects.count() == 2
    assert (HeldRecording.objects.count(), kept.names()) == (0, set())


def test_P11_consent_that_ends_before_the_job_is_done_counts(kept, spoken, giver):
    submitted(spoken, Caller(giver))
    choose(giver, "voice_lab", "off", Interface.PAGE)
    actors.run_next()
    assert Transcript.objects.count() == 1
    assert (HeldRecording.objects.count(), kept.names()) == (0, set())


def test_a_storage_that_is_down_costs_no_transcript_and_the_receipt_claims_nothing(
    giver, kept, spoken, logged
):
    job = submitted(spoken, Caller(giver))
    kept.stop()
    actors.run_next()
    kept.start()
    job.refresh_from_db()
    assert (job.status, job.minutes, HeldRecording.objects.count()) == (Status.DONE, 1, 0)
    events = [row.event for row in Entry.objects.order_by("number")]
    assert "archived" not in events
    assert events[-1] == "destroyed"
    assert consent.is_on(giver, "voice_lab")


def test_a_job_that_fails_archives_nothing(giver, kept):
    submitted(b"this is a text and no recording" * 10, Caller(giver))
    actors.run_next()
    assert (HeldRecording.objects.count(), kept.names()) == (0, set())
