"""Keeping the index like the transcripts. What fails here costs the index, never a transcript."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError, connections, transaction

from accounts.models import User
from transcripts.document import Document
from transcripts.index.analyser import folded
from transcripts.index.models import Label, Listed, Stale
from transcripts.index.passages import (
    MAX_PASSAGES,
    Passage,
    engine,
    passage_id,
)
from transcripts.index.routers import SEARCH
from transcripts.models import LONG_COLUMNS, Transcript

logger = logging.getLogger(__name__)

PASSAGE_CHARS = 4_000  # a segment that is longer becomes several passages
AT_ONCE = 500


def owner_token(owner_id: int | None, guest_key: str) -> str:
    """Whom a transcript is found by; empty for what is in nobody's list."""
    if owner_id is not None:
        return f"u{owner_id}"
    return "g" + hashlib.sha256(guest_key.encode()).hexdigest()[:32] if guest_key else ""


@dataclass(frozen=True)
class Outline:
    """What of a document is looked for: its speakers' names by id, and of each segment id, start,
    speaker and text.
    """

    names: dict[str, str]
    segments: list[tuple[str, float, str, str]]

    @classmethod
    def of_json(cls, document: dict[str, Any]) -> Outline:
        return cls(
            {row["id"]: row["name"] for row in document["speakers"]},
            [
                (row["id"], row["start"], row["speaker"] or "", row["text"])
                for row in document["segments"]
            ],
        )

    @classmethod
    def of_document(cls, document: Document) -> Outline:
        return cls(
            {row.id: row.name for row in document.speakers},
            [(row.id, row.start, row.speaker or "", row.text) for row in document.segments],
        )


NOTHING_TOLD = Outline({}, [])


def follow(transcript_id: str, outline: Outline | None = None, version: int = 0) -> bool:
    """Make the index say what the transcript says now; ``outline`` is of its ``version``, if known.
    Of a private one it says nothing, whatever is given.

    False where it could not, which the sweeper will see. Never raises for a database.
    """
    try:
        row = Transcript.objects.defer(*LONG_COLUMNS).filter(pk=transcript_id).first()
        if row is None or not row.content_key or not owner_token(row.owner_id, row.guest_key):
            return forget([transcript_id])
        if row.is_private:
            outline = NOTHING_TOLD  # it is listed, by its date and length
        elif outline is None or row.version != version:
            outline = Outline.of_json(row.document)
        with transaction.atomic(using=SEARCH):
            _put(row, outline)
        if not Transcript.objects.filter(pk=transcript_id).exists():
            return forget([transcript_id])  # it was deleted meanwhile
    except (DatabaseError, KeyError, TypeError):
        logger.exception("a transcript is not in the index")
        _let_go()
        return False
    return True


def follow_all_of(user: User) -> None:
    """A guest's transcripts have become this user's."""
    for transcript_id in Transcript.objects.filter(owner=user).values_list("pk", flat=True):
        follow(transcript_id)


def forget(transcript_ids: Iterable[str]) -> bool:
    """Take them out, and leave no readable byte of them. False where it could not."""
    try:
        ids = list(transcript_ids)
        for start in range(0, len(ids), AT_ONCE):
            with transaction.atomic(using=SEARCH):
                _remove(ids[start : start + AT_ONCE])
        if connections[SEARCH].vendor == "sqlite":
            overwrite_stale()
    except DatabaseError:
        logger.exception("a deleted transcript is still in the index")
        _let_go()
        return False
    return True


def empty() -> None:
    """Throw all of it away; the transcripts are somewhere else."""
    with transaction.atomic(using=SEARCH):
        engine().empty()
        Label.objects.all().delete()
        Listed.objects.all().delete()
    overwrite_stale()


def stale_tables() -> list[str]:
    return list(Stale.objects.order_by("name").values_list("name", flat=True))


def overwrite_stale() -> int:
    """Write those tables anew. Returns how many."""
    return sum(overwrite(name) for name in stale_tables())


def overwrite(name: str) -> int:
    """The note goes first: what is deleted while it is written anew makes another."""
    ours = Stale.objects.filter(name=name).delete()[0]
    if ours and not engine().overwrite(name):
        _note_stale({name})
        return 0
    return ours


def _let_go() -> None:
    """Of a connection that may be broken, so that the next write gets another."""
    if not connections[SEARCH].in_atomic_block:
        connections[SEARCH].close_if_unusable_or_obsolete()


def _remove(transcript_ids: list[str]) -> None:
    rows = list(Listed.objects.select_for_update().filter(transcript_id__in=transcript_ids))
    for row in rows:
        engine().replace((row.owner, row.owner), engine().of(row.number), [])
    if rows:
        _note_stale(engine().written_in(row.number for row in rows))
        Label.objects.filter(listed__in=rows).delete()
        Listed.objects.filter(pk__in=[row.pk for row in rows]).delete()


def _note_stale(names: Iterable[str]) -> None:
    Stale.objects.bulk_create([Stale(name=name) for name in sorted(names)], ignore_conflicts=True)


def _put(row: Transcript, outline: Outline) -> None:
    owner = owner_token(row.owner_id, row.guest_key)
    before = Listed.objects.select_for_update().filter(transcript_id=row.pk).first()
    if before is not None and before.updated_at > row.updated_at:
        return  # somebody was quicker
    listed = before or Listed(transcript_id=row.pk)
    was_of = listed.owner
    listed.owner = owner
    listed.title, listed.folder = row.title, row.folder
    listed.title_order = folded(row.title).strip()
    listed.language, listed.duration_seconds = row.language, row.duration_seconds
    listed.favourite = row.favourite
    listed.created_at, listed.updated_at = row.created_at, row.updated_at
    listed.save()
    _label(listed, row, outline)
    _put_passages(listed.number, (was_of, owner), list(_passages(row.title, outline)))


def _label(listed: Listed, row: Transcript, outline: Outline) -> None:
    names = {outline.names.get(speaker, "") for _id, _start, speaker, _text in outline.segments}
    wanted = {(Label.Kind.TAG.value, tag) for tag in row.tags}
    wanted |= {(Label.Kind.SPEAKER.value, name) for name in names if name}
    there = {(label.kind, label.name): label.pk for label in listed.labels.all()}
    Label.objects.filter(pk__in=[pk for key, pk in there.items() if key not in wanted]).delete()
    Label.objects.bulk_create(
        Label(listed=listed, kind=kind, name=name) for kind, name in sorted(wanted - set(there))
    )


def _put_passages(number: int, owners: tuple[str, str], passages: list[Passage]) -> None:
    """Only what has changed. ``owners``: whose it was, and whose it is."""
    was_of, owner = owners
    there = engine().of(number)
    kept = set(passages) if was_of == owner else set()
    gone = [(key, passage) for key, passage in there if passage not in kept]
    have = {passage for _key, passage in there} & kept
    taken = {key for key, passage in there if passage in kept}
    free = (key for place in range(MAX_PASSAGES) if (key := passage_id(number, place)) not in taken)
    new = dict.fromkeys(passage for passage in passages if passage not in have)
    if gone or new:
        engine().replace(owners, gone, list(zip(free, new, strict=False)))


def _passages(title: str, outline: Outline) -> Iterator[Passage]:
    if title:
        yield Passage("", 0.0, "", title.replace("\x00", ""))
    for segment_id, start, speaker, text in outline.segments:
        for words in _cut(text.replace("\x00", "").strip()):
            yield Passage(segment_id, start, outline.names.get(speaker, ""), words)


def _cut(text: str) -> Iterator[str]:
    """Between words where there are blanks."""
    while len(text) > PASSAGE_CHARS:
        end = text.rfind(" ", 1, PASSAGE_CHARS)
        end = end if end > 0 else PASSAGE_CHARS
        yield text[:end]
        text = text[end:].lstrip()
    if text:
        yield text
