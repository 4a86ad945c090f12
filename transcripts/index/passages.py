"""Passages of a transcript, and the two ways of finding them by their tokens.

A passage's id is its transcript's number and a place in it. The tables of tokens are cut into
shards by that number: FTS5 and PostgreSQL keep the bytes of what is deleted until a table is
written anew, and a shard is soon written.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from django.db import connections

from transcripts.index.query import Query, Term
from transcripts.index.routers import SEARCH

SHARDS = 64
PLACE_BITS = 20
MAX_PASSAGES = 1 << PLACE_BITS


class Passage(NamedTuple):
    """``segment_id`` is empty for the title, which nobody speaks.

    A tuple: at every change of ten hours, ten thousand of them are compared.
    """

    segment_id: str
    start_seconds: float
    speaker: str
    words: str


Rows = Sequence[tuple[int, Passage]]


@dataclass(frozen=True)
class Whose:
    """By whom it may be found, and who speaks (empty: anybody)."""

    owner: str
    speaker: str = ""

    @property
    def marks(self) -> list[str]:
        return [self.owner, *([speaker_mark(self.speaker)] if self.speaker else [])]


class Engine(Protocol):
    def replace(self, owners: tuple[str, str], gone: Rows, new: Rows) -> None:
        """``owners``: whose is what is gone, and whose what is new."""

    def of(self, number: int) -> list[tuple[int, Passage]]: ...
    def numbers(self, whose: Whose, term: Term) -> set[int]: ...
    def hits(
        self, whose: Whose, query: Query, numbers: Sequence[int], most: int
    ) -> list[tuple[int, Passage]]: ...
    def empty(self) -> None: ...
    def overwrite(self, table: str) -> bool: ...
    def written_in(self, numbers: Iterable[int]) -> set[str]: ...


def engine() -> Engine:
    """Of the database that the index is in."""
    if connections[SEARCH].vendor == "postgresql":
        from transcripts.index.postgresql import PostgreSQL

        return PostgreSQL()
    from transcripts.index.sqlite import SQLite

    return SQLite()


def shard_of(number: int) -> int:
    return number % SHARDS


def number_of(passage_id: int) -> int:
    return passage_id >> PLACE_BITS


def passage_id(number: int, place: int) -> int:
    return number << PLACE_BITS | place


def speaker_mark(name: str) -> str:
    """A name of any length and script as one token."""
    from transcripts.index.analyser import folded

    return "s" + hashlib.sha256(folded(name).encode()).hexdigest()[:20]


def marks_of(owner: str, passage: Passage) -> list[str]:
    return [owner, *([speaker_mark(passage.speaker)] if passage.speaker else [])]


def by_shard(rows: Iterable[tuple[int, Passage]]) -> dict[int, list[tuple[int, Passage]]]:
    shards: dict[int, list[tuple[int, Passage]]] = {}
    for key, passage in rows:
        shards.setdefault(shard_of(number_of(key)), []).append((key, passage))
    return shards
