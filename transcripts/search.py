"""The library: transcripts as they are listed, filtered, sorted and found by what they say.

It reads an index that holds names and words in the clear (``transcripts/index``), in a database
of its own. Only a caller's own are ever looked at: the index itself asks whose each passage is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from django.db import connections
from django.db.models import Count, F, QuerySet
from django.db.models.expressions import RawSQL

from accounts.callers import Caller
from transcripts.index import writing
from transcripts.index.models import Label, Listed
from transcripts.index.passages import Passage, Whose, engine, number_of
from transcripts.index.query import Query, parsed
from transcripts.index.routers import SEARCH
from transcripts.index.snippets import Piece, snippet
from transcripts.models import Transcript

HITS_SHOWN = 3
MOST_HITS = 200  # where one transcript alone is looked through

follow, follow_all_of, forget = writing.follow, writing.follow_all_of, writing.forget
outline, outline_of = writing.Outline.of_json, writing.Outline.of_document


class Sort(StrEnum):
    NEWEST = "newest"
    OLDEST = "oldest"
    CHANGED = "changed"
    TITLE = "title"
    LONGEST = "longest"
    SHORTEST = "shortest"


ORDERS: dict[Sort, tuple[str, ...]] = {
    Sort.NEWEST: ("-created_at", "-transcript_id"),
    Sort.OLDEST: ("created_at", "transcript_id"),
    Sort.CHANGED: ("-updated_at", "-transcript_id"),
    Sort.TITLE: ("title_order", "transcript_id"),
    Sort.LONGEST: ("-duration_seconds", "-transcript_id"),
    Sort.SHORTEST: ("duration_seconds", "transcript_id"),
}


@dataclass(frozen=True)
class Wanted:
    """Empty fields ask for nothing. ``words`` are a query as ``transcripts/index/query.py`` reads it."""

    words: str = ""
    tag: str = ""
    folder: str = ""
    speaker: str = ""
    language: str = ""
    since: date | None = None
    until: date | None = None
    favourite: bool = False
    within: str = ""  # one transcript, all of whose hits are shown
    unfinished: bool = False  # somebody is still typing: the last word may go on

    @property
    def query(self) -> Query:
        return parsed(self.words, unfinished=self.unfinished)


@dataclass(frozen=True)
class Hit:
    """``pieces`` are the words around, to be escaped by whoever shows them."""

    segment_id: str
    start_seconds: float
    speaker: str
    pieces: list[Piece]


@dataclass
class Row:
    """A transcript in the list."""

    id: str
    listed: Listed
    tags: list[str] = field(default_factory=list)
    speakers: list[str] = field(default_factory=list)
    hits: list[Hit] = field(default_factory=list)
    more_hits: bool = False
    is_private: bool = False


@dataclass(frozen=True)
class Facets:
    """What there is to filter by, with how many transcripts each."""

    tags: list[tuple[str, int]]
    folders: list[tuple[str, int]]
    speakers: list[tuple[str, int]]
    languages: list[tuple[str, int]]


def matching(caller: Caller, wanted: Wanted, sort: Sort = Sort.NEWEST) -> QuerySet[Listed]:
    """Those of the caller that fit, in order."""
    owner = _owner(caller)
    rows = Listed.objects.filter(owner=owner) if owner else Listed.objects.none()
    for name in ("folder", "language"):
        if value := getattr(wanted, name):
            rows = rows.filter(**{name: value})
    if wanted.favourite:
        rows = rows.filter(favourite=True)
    if wanted.since:
        rows = rows.filter(created_at__date__gte=wanted.since)
    if wanted.until:
        rows = rows.filter(created_at__date__lte=wanted.until)
    if wanted.within:
        rows = rows.filter(transcript_id=wanted.within)
    for kind, name in ((Label.Kind.TAG, wanted.tag), (Label.Kind.SPEAKER, wanted.speaker)):
        if name:
            labelled = Label.objects.filter(kind=kind, name=name).values("listed_id")
            rows = rows.filter(number__in=labelled)
    if wanted.words.strip() and owner:
        rows = _saying(rows, Whose(owner, wanted.speaker), wanted.query)
    return rows.order_by(*ORDERS[sort])


def rows_of(caller: Caller, listed: Sequence[Listed], wanted: Wanted) -> list[Row]:
    """For showing: with their labels, and with hits where words were asked for."""
    rows = {row.number: Row(row.transcript_id, row) for row in listed}
    for label in Label.objects.filter(listed__in=list(rows)).order_by("name"):
        row = rows[label.listed_id]
        (row.tags if label.kind == Label.Kind.TAG else row.speakers).append(label.name)
    query = wanted.query
    if query.wanted and rows:
        most = MOST_HITS if wanted.within else HITS_SHOWN
        whose = Whose(_owner(caller), wanted.speaker)
        found: dict[int, list[Passage]] = defaultdict(list)
        for key, passage in engine().hits(whose, query, list(rows), most + 1):
            if passage.segment_id:  # the title is shown anyway
                found[number_of(key)].append(passage)
        for number, passages in found.items():
            _show_hits(rows[number], passages, query, most)
    return list(rows.values())


def plain_row(transcript: Transcript) -> Row:
    """Without the index: as the transcript itself says."""
    listed = Listed(
        transcript_id=transcript.pk,
        title=transcript.title,
        folder=transcript.folder,
        language=transcript.language,
        duration_seconds=transcript.duration_seconds,
        favourite=transcript.favourite,
        created_at=transcript.created_at,
    )
    tags = list(transcript.tags)
    return Row(transcript.pk, listed, tags, is_private=transcript.is_private)


def facets(caller: Caller) -> Facets:
    owner = _owner(caller)
    mine = Listed.objects.filter(owner=owner) if owner else Listed.objects.none()
    labels = Label.objects.filter(listed__owner=owner) if owner else Label.objects.none()

    def of(rows: QuerySet[Any], name: str) -> list[tuple[str, int]]:
        counted = rows.exclude(**{name: ""}).values_list(name).annotate(count=Count("pk"))
        return list(counted.order_by(F("count").desc(), name))

    return Facets(
        tags=of(labels.filter(kind=Label.Kind.TAG), "name"),
        folders=of(mine, "folder"),
        speakers=of(labels.filter(kind=Label.Kind.SPEAKER), "name"),
        languages=of(mine, "language"),
    )


def _owner(caller: Caller) -> str:
    return writing.owner_token(caller.user.pk if caller.user else None, caller.guest_key)


def _saying(rows: QuerySet[Listed], whose: Whose, query: Query) -> QuerySet[Listed]:
    """Each term may stand anywhere in a transcript or its title."""
    if not query:
        return rows.none()
    if query.wanted:
        found = set.intersection(*(engine().numbers(whose, term) for term in query.wanted))
        rows = rows.filter(number__in=_among(found))
    anybody = Whose(whose.owner)
    unwanted = set().union(*(engine().numbers(anybody, term) for term in query.unwanted))
    return rows.exclude(number__in=_among(unwanted)) if unwanted else rows


def _among(numbers: set[int]) -> RawSQL:
    """As one parameter, however many they are."""
    if connections[SEARCH].vendor == "postgresql":
        return RawSQL("SELECT unnest(%s::bigint[])", [sorted(numbers)])
    listed = ",".join(map(str, sorted(numbers)))
    return RawSQL("SELECT value FROM json_each(%s)", [f"[{listed}]"])


def _show_hits(row: Row, passages: list[Passage], query: Query, most: int) -> None:
    """The ones with most of what was asked for, in the order in which they were said."""
    shown = [(snippet(passage.words, query), passage) for passage in passages]
    best = sorted(shown, key=lambda one: -_kinds(one[0]))[:most]
    best.sort(key=lambda one: one[1].start_seconds)
    row.hits = [Hit(p.segment_id, p.start_seconds, p.speaker, pieces) for pieces, p in best]
    row.more_hits = len(passages) > most


def _kinds(pieces: list[Piece]) -> int:
    return len({piece.text.casefold() for piece in pieces if piece.is_found})
