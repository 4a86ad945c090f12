"""Corrections that were given: what the machine heard, what was made of it, and its sound."""

from __future__ import annotations

import io
import wave
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from gpu.contract import BYTES_PER_SAMPLE, SAMPLE_RATE_HZ
from privacy import consent, content_keys, receipts
from privacy.content_keys import Shredded
from privacy.models import Contribution, HeldRecording
from privacy.receipts import Event
from privacy.voicelab import archive, keys, objects

MARGIN_SECONDS = 0.25
AT_ONCE = 500
SWITCH_OF = {Contribution.Kind.TEXT: "text_corrections", Contribution.Kind.AUDIO: "voice_lab"}


@dataclass(frozen=True)
class Source:
    """Whose words they are, and what heard them."""

    owner: User
    transcript_id: str
    job_id: str
    language: str
    model: str


@dataclass(frozen=True)
class Correction:
    """A stretch whose text was changed; its times are the machine's."""

    segment_id: str
    start_seconds: float
    end_seconds: float
    before: str
    after: str


@dataclass(frozen=True)
class Opened:
    """A contribution that can still be read, with its texts."""

    row: Contribution
    before: str
    after: str


def takes_any(owner: User | None) -> bool:
    return any(consent.is_on(owner, switch) for switch in SWITCH_OF.values())


def take(source: Source, corrections: Sequence[Correction]) -> None:
    """``corrections`` are all that now differs; what was given and does not, is withdrawn."""
    given = Contribution.objects.filter(transcript_id=source.transcript_id)
    now = {correction.segment_id: correction for correction in corrections}
    known = {row.segment_id: row for row in given}
    _withdraw([row.pk for row in known.values() if row.segment_id not in now], "changed_back")
    _update([(row, now[row.segment_id]) for row in known.values() if row.segment_id in now])
    _add(source, [row for row in corrections if row.segment_id not in known])
    for kind, switch in SWITCH_OF.items():
        if not consent.is_on(source.owner, switch):  # it may have been turned off just now
            withdraw(given.filter(kind=kind), "consent_ended")


def withdraw(contributions: QuerySet[Contribution], why: str) -> int:
    """Delete them: keys, rows, sound. Returns how many."""
    return _withdraw(list(contributions.values_list("pk", flat=True)), why)


def open_all(rows: Iterable[Contribution]) -> list[Opened]:
    """In their order, without those whose time is over or whose key is destroyed."""
    wanted = list(rows)
    found = keys.keys_of(wanted)
    return [opened for row in wanted if (opened := _open(row, found.get(row.pk)))]


def sound_of(row: Contribution) -> bytes:
    """As WAV. Raises Shredded, objects.ObjectGone or objects.StorageDown."""
    if not row.audio:
        raise objects.ObjectGone
    pcm = content_keys.unseal_bytes(keys.key_of(row), row.audio, objects.load(row.audio))
    target = io.BytesIO()
    with wave.open(target, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(BYTES_PER_SAMPLE)
        file.setframerate(SAMPLE_RATE_HZ)
        file.writeframes(pcm)
    return target.getvalue()


def waiting_for_sound() -> QuerySet[Contribution]:
    return Contribution.objects.filter(kind=Contribution.Kind.AUDIO, audio="")


def add_sound(contribution_id: str) -> bool:
    """Cut its stretch out of the recording. Where there is none any more, it is withdrawn.

    Raises objects.StorageDown: to be tried again.
    """
    row = waiting_for_sound().filter(pk=contribution_id).first()
    if row is None:
        return False
    try:
        pcm, key = _stretch(row), keys.key_of(row)
    except (Shredded, objects.ObjectGone):
        return _withdraw([row.pk], "no_audio") > 0
    name = f"voicelab/{row.day.isoformat()}/{row.pk}"
    objects.store(name, content_keys.seal_bytes(key, name, pcm))
    with transaction.atomic():
        kept = waiting_for_sound().filter(pk=row.pk).update(audio=name)
        if not kept:
            objects.doom([name])
    return kept > 0


def _stretch(row: Contribution) -> bytes:
    held = HeldRecording.objects.filter(transcript_id=row.transcript_id).first()
    if held is None:
        raise objects.ObjectGone
    start, end = row.start_seconds - MARGIN_SECONDS, row.end_seconds + MARGIN_SECONDS
    return archive.cut(held, start, end)


def _update(changed: Iterable[tuple[Contribution, Correction]]) -> None:
    pairs = list(changed)
    found = keys.keys_of(row for row, _correction in pairs)
    for row, correction in pairs:
        opened = _open(row, found.get(row.pk))
        if opened is not None and opened.after != correction.after:
            sealed = _sealed(found[row.pk], row, correction)
            Contribution.objects.filter(pk=row.pk).update(sealed=sealed)


def _add(source: Source, corrections: Sequence[Correction]) -> None:
    if not corrections:
        return
    held = None
    if consent.is_on(source.owner, "voice_lab"):
        holding = HeldRecording.objects.filter(transcript_id=source.transcript_id)
        held = holding.filter(owner=source.owner, day__gt=keys.newest_over()).first()
    if held is None and not consent.is_on(source.owner, "text_corrections"):
        return
    kind = Contribution.Kind.AUDIO if held else Contribution.Kind.TEXT
    rows = [
        Contribution(
            owner=source.owner,
            job_id=source.job_id,
            transcript_id=source.transcript_id,
            day=held.day if held else keys.today(),
            segment_id=correction.segment_id,
            kind=kind,
            language=source.language,
            model=source.model,
            start_seconds=correction.start_seconds,
            end_seconds=correction.end_seconds,
        )
        for correction in corrections
    ]
    made = keys.make_keys(rows[0].day, (row.pk for row in rows))
    for row, correction in zip(rows, corrections, strict=True):
        row.sealed = _sealed(made[row.pk], row, correction)
    spoken = sum(row.end_seconds - row.start_seconds for row in rows)
    with transaction.atomic():
        Contribution.objects.bulk_create(rows, batch_size=AT_ONCE)
        milliseconds = round(spoken * 1000)
        receipts.note(
            source.job_id,
            Event.CONTRIBUTED,
            what=kind,
            count=len(rows),
            milliseconds=milliseconds,
        )


def _withdraw(all_ids: list[str], why: str) -> int:
    gone = 0
    for start in range(0, len(all_ids), AT_ONCE):
        ids = all_ids[start : start + AT_ONCE]
        keys.destroy(ids)
        with transaction.atomic():
            rows = list(Contribution.objects.select_for_update().filter(pk__in=ids).defer("sealed"))
            objects.doom(row.audio for row in rows)
            Contribution.objects.filter(pk__in=ids).delete()
            for (job_id, kind), count in Counter((row.job_id, row.kind) for row in rows).items():
                receipts.note(job_id, Event.WITHDRAWN, what=kind, count=count, why=why)
        gone += len(rows)
    return gone


def _sealed(key: bytes, row: Contribution, correction: Correction) -> bytes:
    return content_keys.seal(key, f"{row.pk} texts", [correction.before, correction.after])


def _open(row: Contribution, key: bytes | None) -> Opened | None:
    if key is None:
        return None
    try:
        before, after = content_keys.unseal(key, f"{row.pk} texts", row.sealed)
    except Shredded:
        return None
    return Opened(row, before, after)
