"""Finding passages with FTS5. Its tables hold tokens only; the words lie beside them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connections

from transcripts.index.analyser import tokens
from transcripts.index.passages import (
    PLACE_BITS,
    SHARDS,
    Passage,
    Rows,
    Whose,
    by_shard,
    marks_of,
    passage_id,
    shard_of,
)
from transcripts.index.query import Query, Term
from transcripts.index.routers import SEARCH

LOG = "write_ahead_log"  # after the tables, by name

# Tokens come from our own analyser: this tokenizer leaves them whole.
SCHEMA = [
    (
        "CREATE TABLE search_passage (id INTEGER PRIMARY KEY, segment_id TEXT NOT NULL, "
        "start_seconds REAL NOT NULL, speaker TEXT NOT NULL, words TEXT NOT NULL)"
    ),
    *(
        f"CREATE VIRTUAL TABLE search_tokens_{shard} "
        "USING fts5(marks, tokens, content='', tokenize='ascii')"
        for shard in range(SHARDS)
    ),
]
UNDONE = [
    "DROP TABLE search_passage",
    *(f"DROP TABLE search_tokens_{shard}" for shard in range(SHARDS)),
]


class SQLite:
    def replace(self, owners: tuple[str, str], gone: Rows, new: Rows) -> None:
        self._remove(owners[0], gone)
        self._add(owners[1], new)

    def _add(self, owner: str, rows: Rows) -> None:
        self._many(
            "INSERT INTO search_passage VALUES (%s, %s, %s, %s, %s)",
            [(key, p.segment_id, p.start_seconds, p.speaker, p.words) for key, p in rows],
        )
        for shard, some in by_shard(rows).items():
            self._many(
                f"INSERT INTO search_tokens_{shard} (rowid, marks, tokens) VALUES (%s, %s, %s)",  # noqa: S608 - a number
                _indexed(owner, some),
            )

    def _remove(self, owner: str, rows: Rows) -> None:
        """FTS5 must be told what it holds of them."""
        self._many("DELETE FROM search_passage WHERE id = %s", [(key,) for key, _ in rows])
        for shard, some in by_shard(rows).items():
            table = f"search_tokens_{shard}"
            self._many(
                f"INSERT INTO {table} ({table}, rowid, marks, tokens) "  # noqa: S608 - a number
                "VALUES ('delete', %s, %s, %s)",
                _indexed(owner, some),
            )

    def of(self, number: int) -> list[tuple[int, Passage]]:
        return self._passages(
            "SELECT * FROM search_passage WHERE id BETWEEN %s AND %s", _range(number)
        )

    def numbers(self, whose: Whose, term: Term) -> set[int]:
        match = _match(whose, [term])
        sql = " UNION ALL ".join(
            f"SELECT DISTINCT rowid >> {PLACE_BITS} FROM search_tokens_{shard} "  # noqa: S608 - numbers
            f"WHERE search_tokens_{shard} MATCH %s"
            for shard in range(SHARDS)
        )
        return {number for (number,) in self._rows(sql, [match] * SHARDS)}

    def hits(
        self, whose: Whose, query: Query, numbers: Sequence[int], most: int
    ) -> list[tuple[int, Passage]]:
        """Of each transcript at most ``most`` that hold all terms, and ``most`` that hold any."""
        pieces, parameters = [], []
        matches = {_match(whose, query.wanted, " AND "), _match(whose, query.wanted, " OR ")}
        for number in numbers:
            table = f"search_tokens_{shard_of(number)}"
            for match in matches:
                pieces.append(
                    f"SELECT * FROM (SELECT rowid FROM {table} WHERE {table} MATCH %s "  # noqa: S608 - numbers
                    f"AND rowid BETWEEN %s AND %s ORDER BY rowid LIMIT {most:d})"
                )
                parameters += [match, *_range(number)]
        if not pieces:
            return []
        ids = " UNION ALL ".join(pieces)
        return self._passages(
            f"SELECT * FROM search_passage WHERE id IN ({ids}) ORDER BY id",  # noqa: S608 - numbers
            parameters,
        )

    def empty(self) -> None:
        with connections[SEARCH].cursor() as cursor:
            for statement in (*UNDONE, *SCHEMA):
                cursor.execute(statement)

    def written_in(self, numbers: Iterable[int]) -> set[str]:
        return {LOG, *(f"search_tokens_{shard_of(number)}" for number in numbers)}

    def overwrite(self, table: str) -> bool:
        """A deleted token leaves its bytes until all of its table is merged; what is written goes
        through a log, which is emptied. Deleted rows leave nothing (``secure_delete``).

        False while somebody reads: then the log is still needed.
        """
        if table != LOG:
            self._rows(f"INSERT INTO {table} ({table}) VALUES ('optimize')", [])  # noqa: S608 - its own name
            return True
        if connections[SEARCH].in_atomic_block:
            return False
        [(is_busy, *_pages)] = self._rows("PRAGMA wal_checkpoint(TRUNCATE)", [])
        return not is_busy

    def _passages(self, sql: str, parameters: Sequence[Any]) -> list[tuple[int, Passage]]:
        return [(row[0], Passage._make(row[1:])) for row in self._rows(sql, parameters)]

    def _rows(self, sql: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
        with connections[SEARCH].cursor() as cursor:
            cursor.execute(sql, parameters)
            return list(cursor.fetchall())

    def _many(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        with connections[SEARCH].cursor() as cursor:
            cursor.executemany(sql, rows)


def _indexed(owner: str, rows: Sequence[tuple[int, Passage]]) -> list[tuple[int, str, str]]:
    return [(key, " ".join(marks_of(owner, p)), " ".join(tokens(p.words))) for key, p in rows]


def _range(number: int) -> tuple[int, int]:
    return passage_id(number, 0), passage_id(number + 1, 0) - 1


def _match(whose: Whose, terms: Sequence[Term], between: str = " AND ") -> str:
    marks = " AND ".join(f'marks : "{mark}"' for mark in whose.marks)
    said = between.join(f'"{" ".join(term.tokens)}"{"*" * term.goes_on}' for term in terms)
    return f"{marks} AND tokens : ({said})"
