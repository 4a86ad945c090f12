"""Finding transcripts by what they say and how they are filed, although they are stored sealed.

Titles, and the plain text beside each document, are opened one after the other: an hour of
speech is a few tens of kilobytes. Nothing that could be searched lies in the database.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import QuerySet

from transcripts.models import Transcript
from transcripts.sealed import unlock

OPENED_AT_ONCE = 100


@dataclass(frozen=True)
class Wanted:
    """Empty fields ask for nothing. ``words`` are looked for as they stand, whatever their case."""

    words: str = ""
    tag: str = ""
    folder: str = ""


def matching(rows: QuerySet[Transcript], wanted: Wanted) -> list[str]:
    """The ids of those transcripts whose title or text holds the words, under tag and folder."""
    return [row.pk for row in _opened(rows) if _matches(row, wanted)]


def _opened(rows: QuerySet[Transcript]) -> Iterator[Transcript]:
    rows = rows.defer("sealed_document").order_by("pk")
    last = ""
    while batch := list(rows.filter(pk__gt=last)[:OPENED_AT_ONCE]):
        last = batch[-1].pk
        yield from unlock(batch)


def _matches(row: Transcript, wanted: Wanted) -> bool:
    if wanted.tag and wanted.tag not in row.tags:
        return False
    if wanted.folder and wanted.folder != row.folder:
        return False
    words = wanted.words.casefold()
    return words in row.title.casefold() or words in row.text.casefold()
