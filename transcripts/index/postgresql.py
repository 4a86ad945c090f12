"""Finding passages with PostgreSQL's own vectors of tokens, made here: no dictionary, no locale.

The tables are unlogged: nothing of them is in the write-ahead log, in a replica or in a base
backup. After a crash they are empty, and the sweeper fills them again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connections

from transcripts.index.analyser import tokens
from transcripts.index.passages import (
    PLACE_BITS,
    SHARDS,
    Passage,
    Whose,
    by_shard,
    marks_of,
    passage_id,
    shard_of,
)
from transcripts.index.query import Query, Term
from transcripts.index.routers import SEARCH

SCHEMA = [
    *(
        f"CREATE UNLOGGED TABLE search_passage_{shard} (id bigint PRIMARY KEY, "
        "segment_id text NOT NULL, start_seconds double precision NOT NULL, "
        "speaker text NOT NULL, words text NOT NULL, found tsvector NOT NULL)"
        for shard in range(SHARDS)
    ),
    *(
        f"CREATE INDEX search_found_{shard} ON search_passage_{shard} USING gin (found)"
        for shard in range(SHARDS)
    ),
    # Samples for the planner would hold words, and lie in a table that is logged.
    *(
        f"ALTER TABLE search_passage_{shard} ALTER speaker SET STATISTICS 0, "
        "ALTER words SET STATISTICS 0, ALTER found SET STATISTICS 0"
        for shard in range(SHARDS)
    ),
    "ALTER TABLE search_label ALTER name SET STATISTICS 0",
    (
        "ALTER TABLE search_listed ALTER title SET STATISTICS 0, "
        "ALTER title_order SET STATISTICS 0, ALTER folder SET STATISTICS 0"
    ),
    "ALTER TABLE search_label SET UNLOGGED",
    "ALTER TABLE search_listed SET UNLOGGED",
]
UNDONE = [
    "ALTER TABLE search_listed SET LOGGED",
    "ALTER TABLE search_label SET LOGGED",
    *(f"DROP TABLE search_passage_{shard}" for shard in range(SHARDS)),
]
COLUMNS = "id, segment_id, start_seconds, speaker, words"
MAX_POSITION = 16_383
NO_NUL = {0: None}


class PostgreSQL:
    def add(self, owner: str, rows: Sequence[tuple[int, Passage]]) -> None:
        for shard, some in by_shard(rows).items():
            self._many(
                f"INSERT INTO search_passage_{shard} ({COLUMNS}, found) "  # noqa: S608 - a number
                "VALUES (%s, %s, %s, %s, %s, %s::tsvector)",
                [
                    (
                        key,
                        p.segment_id,
                        p.start_seconds,
                        p.speaker,
                        p.words.translate(NO_NUL),
                        _vector(owner, p),
                    )
                    for key, p in some
                ],
            )

    def remove(self, owner: str, rows: Sequence[tuple[int, Passage]]) -> None:  # noqa: ARG002 - as in SQLite
        for shard, some in by_shard(rows).items():
            with connections[SEARCH].cursor() as cursor:
                cursor.execute(
                    f"DELETE FROM search_passage_{shard} WHERE id = ANY(%s)",  # noqa: S608 - a number
                    [[key for key, _ in some]],
                )

    def of(self, number: int) -> list[tuple[int, Passage]]:
        return self._passages(
            f"SELECT {COLUMNS} FROM search_passage_{shard_of(number)} "  # noqa: S608 - a number
            "WHERE id BETWEEN %s AND %s ORDER BY id",
            _range(number),
        )

    def numbers(self, whose: Whose, term: Term) -> set[int]:
        sql = " UNION ALL ".join(
            f"SELECT DISTINCT id >> {PLACE_BITS} FROM search_passage_{shard} "  # noqa: S608 - numbers
            "WHERE found @@ %s::tsquery"
            for shard in range(SHARDS)
        )
        return {number for (number,) in self._rows(sql, [_match(whose, [term])] * SHARDS)}

    def hits(
        self, whose: Whose, query: Query, numbers: Sequence[int], most: int
    ) -> list[tuple[int, Passage]]:
        """Of each transcript at most ``most`` that hold all terms, and ``most`` that hold any."""
        pieces: list[str] = []
        parameters: list[Any] = []
        matches = {_match(whose, query.wanted, " & "), _match(whose, query.wanted, " | ")}
        for number in numbers:
            for match in matches:
                pieces.append(
                    f"(SELECT {COLUMNS} FROM search_passage_{shard_of(number)} "  # noqa: S608 - numbers
                    f"WHERE found @@ %s::tsquery AND id BETWEEN %s AND %s ORDER BY id LIMIT {most:d})"
                )
                parameters += [match, *_range(number)]
        if not pieces:
            return []
        return self._passages(
            f"SELECT * FROM ({' UNION '.join(pieces)}) AS hits ORDER BY id",  # noqa: S608 - numbers
            parameters,
        )

    def empty(self) -> None:
        tables = ", ".join(f"search_passage_{shard}" for shard in range(SHARDS))
        with connections[SEARCH].cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # else a truncation may have to wait
            cursor.execute(f"TRUNCATE search_label, search_listed, {tables}")

    def written_in(self, numbers: Iterable[int]) -> set[str]:
        shards = {f"search_passage_{shard_of(number)}" for number in numbers}
        return {"search_listed", "search_label", *shards}

    def overwrite(self, table: str) -> bool:
        """Dead rows stay in their pages until the table is written anew."""
        with connections[SEARCH].cursor() as cursor:
            cursor.execute(f"VACUUM (FULL) {table}")
        return True

    def _passages(self, sql: str, parameters: Sequence[Any]) -> list[tuple[int, Passage]]:
        return [(row[0], Passage._make(row[1:])) for row in self._rows(sql, parameters)]

    def _rows(self, sql: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
        with connections[SEARCH].cursor() as cursor:
            cursor.execute(sql, parameters)
            return list(cursor.fetchall())

    def _many(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        with connections[SEARCH].cursor() as cursor:
            cursor.executemany(sql, rows)


def _vector(owner: str, passage: Passage) -> str:
    """In PostgreSQL's notation. Tokens are letters and digits; a mark is not taken for one."""
    places: dict[str, list[str]] = {}
    for place, token in enumerate(tokens(passage.words), start=1):
        places.setdefault(token, []).append(str(min(place, MAX_POSITION)))
    marks = [f"'#{mark}'" for mark in marks_of(owner, passage)]
    return " ".join([*marks, *(f"'{token}':{','.join(at)}" for token, at in places.items())])


def _range(number: int) -> tuple[int, int]:
    return passage_id(number, 0), passage_id(number + 1, 0) - 1


def _match(whose: Whose, terms: Sequence[Term], between: str = " & ") -> str:
    marks = " & ".join(f"'#{mark}'" for mark in whose.marks)
    said = between.join(
        "(" + " <-> ".join(f"'{token}'" for token in term.tokens) + ":*" * term.goes_on + ")"
        for term in terms
    )
    return f"{marks} & ({said})"
