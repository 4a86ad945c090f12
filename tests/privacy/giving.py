"""Recordings and corrections of somebody who takes part in Voice Lab."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import timedelta

from accounts.callers import Caller
from accounts.models import User
from privacy.consent import Interface, choose
from privacy.models import Contribution, DayKey, HeldRecording
from privacy.voicelab import archive, objects
from tests.transcripts.things import a_document, a_person, a_transcript
from transcripts import editing
from transcripts.document import Document
from transcripts.models import Job, Transcript

PCM = random.Random(90).randbytes(10 * 32_000)


def a_giver(*switches: str) -> User:
    user = a_person("giver").user
    for switch in switches:
        choose(user, switch, "on", Interface.PAGE)
    return user


def a_waiting(transcript: Transcript, pcm: bytes = PCM) -> HeldRecording:
    """Its recording, as the worker leaves it in the archive."""
    job = Job.objects.get(transcript=transcript)
    held = archive.begin(transcript.owner, job.pk)
    archive.fill(held, pieces(pcm))
    archive.settle(job.pk, transcript.pk)
    return HeldRecording.objects.get(pk=held.pk)


def pieces(pcm: bytes) -> Iterable[bytes]:
    size = archive.PIECE_BYTES
    return [pcm[start : start + size] for start in range(0, len(pcm), size)]


def a_given(user: User, **texts: str) -> Transcript:
    """A transcript of theirs, its recording in the archive, with these stretches corrected."""
    transcript = a_transcript(Caller(user), a_document())
    a_waiting(transcript)
    correct(transcript, **texts)
    return transcript


def correct(transcript: Transcript, **texts: str) -> Document:
    """Save it with other texts: ``correct(transcript, g2="No.")``."""
    transcript = Transcript.objects.get(pk=transcript.pk)
    document = Document.from_json(transcript.document)
    for segment in document.segments:
        segment.text = texts.get(segment.id, segment.text)
    editing.save_document(transcript, document, transcript.version)
    return document


def make_older(days: float) -> None:
    """All that was given, as if it had been given so many days ago."""
    for model in (Contribution, HeldRecording):
        for row in model.objects.all():
            before = list(archive.piece_names(row)) if model is HeldRecording else []
            row.created_at -= timedelta(days=days)
            row.day -= timedelta(days=days)
            row.save()
            for number, old in enumerate(before):
                if (new := archive.piece_name(row, number)) != old:
                    objects.store(new, objects.load(old))
                    objects.delete(old)
    for key in DayKey.objects.order_by("day"):
        DayKey.objects.filter(pk=key.day).update(day=key.day - timedelta(days=days))
