"""Finding passages with PostgreSQL's own vectors of tokens, made here: no dictionary, no locale.

A word that everybody says stands in most passages, and PostgreSQL visits each to say whose it is. So
passages are also gathered into blocks: all tokens of one speaker there, without their places. A block
answers for single tokens and for frequent pairs, a passage for all else.

The tables are unlogged: nothing of them is in the write-ahead log, in a replica or in a base
backup. After a crash they are empty, and the sweeper fills them again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any
from zlib import crc32

from django.db import connections, transaction

from transcripts.index.analyser import tokens
from transcripts.index.models import Stale
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

PASSAGE, BLOCK = "search_passage", "search_block"
# Every search reads through what waits to be sorted into an index: of 4 MB, as it would be, slowly.
WAITING = "gin_pending_list_limit = 64"
LOOSE = [
    "CREATE UNLOGGED TABLE search_loose (block bigint PRIMARY KEY, shard integer, owner text)",
    "CREATE INDEX search_loose_owner ON search_loose (owner)",
]
TABLES = [
    statement
    for shard in range(SHARDS)
    for statement in (
        (
            f"CREATE UNLOGGED TABLE search_passage_{shard} (id bigint PRIMARY KEY, "
            "segment_id text NOT NULL, start_seconds double precision NOT NULL, "
            "speaker text NOT NULL, words text NOT NULL, found tsvector NOT NULL)"
        ),
        f"CREATE UNLOGGED TABLE search_block_{shard} (id bigint NOT NULL, found tsvector NOT NULL)",
        f"CREATE INDEX search_blocks_{shard} ON search_block_{shard} (id)",
        *(
            f"CREATE INDEX {index}_{shard} ON {table}_{shard} USING gin (found) WITH ({WAITING})"
            for index, table in (("search_found", PASSAGE), ("search_near", BLOCK))
        ),
        # Samples for the planner would hold words, and lie in a table that is logged.
        (
            f"ALTER TABLE search_passage_{shard} ALTER speaker SET STATISTICS 0, "
            "ALTER words SET STATISTICS 0, ALTER found SET STATISTICS 0"
        ),
        f"ALTER TABLE search_block_{shard} ALTER found SET STATISTICS 0",
    )
]
SCHEMA = [
    *LOOSE,
    *TABLES,
    "ALTER TABLE search_label ALTER name SET STATISTICS 0",
    (
        "ALTER TABLE search_listed ALTER title SET STATISTICS 0, "
        "ALTER title_order SET STATISTICS 0, ALTER folder SET STATISTICS 0"
    ),
    "ALTER TABLE search_label SET UNLOGGED",
    "ALTER TABLE search_listed SET UNLOGGED",
]
DROPPED = [
    "DROP TABLE IF EXISTS search_loose",
    *(f"DROP TABLE IF EXISTS {PASSAGE}_{n}, {BLOCK}_{n}" for n in range(SHARDS)),
]
UNDONE = [
    "ALTER TABLE search_listed SET LOGGED",
    "ALTER TABLE search_label SET LOGGED",
    *DROPPED,
]
COLUMNS = "id, segment_id, start_seconds, speaker, words"
MAX_POSITION = 16_383
BLOCK_BITS = 5
IN_BLOCK = f"id BETWEEN block << {BLOCK_BITS} AND ((block + 1) << {BLOCK_BITS}) - 1"
BLOCK_CHARS = 32_000  # with the pairs of scripts without blanks, below the 1 MB of a vector
PAIR_CHARS = 5
PAIRS = 4_096
HASHED = "~"
NO_NUL = {0: None}


class PostgreSQL:
    def replace(self, owners: tuple[str, str], gone: Rows, new: Rows) -> None:
        there, here = by_shard(gone), by_shard(new)
        for shard in there.keys() | here.keys():
            keys = [key for key, _ in there.get(shard, ())]
            added = here.get(shard, [])
            with connections[SEARCH].cursor() as cursor:
                cursor.execute(f"DELETE FROM search_passage_{shard} WHERE id = ANY(%s)", [keys])  # noqa: S608 - a number
                cursor.executemany(
                    f"INSERT INTO search_passage_{shard} ({COLUMNS}, found) "  # noqa: S608 - a number
                    "VALUES (%s, %s, %s, %s, %s, %s::tsvector)",
                    [_stored(owners[1], key, passage) for key, passage in added],
                )
            blocks = sorted({key >> BLOCK_BITS for key in (*keys, *dict(added))})
            if keys and added:
                self._loosen(shard, owners[1], blocks)
            else:
                self._gather(shard, blocks)

    def of(self, number: int) -> list[tuple[int, Passage]]:
        return self._passages(
            f"SELECT {COLUMNS} FROM search_passage_{shard_of(number)} "  # noqa: S608 - a number
            "WHERE id BETWEEN %s AND %s ORDER BY id",
            _range(number),
        )

    def numbers(self, whose: Whose, term: Term) -> set[int]:
        match, is_exact = _side_by_side(term)
        table, bits = (BLOCK, PLACE_BITS - BLOCK_BITS) if is_exact else (PASSAGE, PLACE_BITS)
        sql = " UNION ALL ".join(
            f"SELECT DISTINCT id >> {bits} FROM {table}_{shard} WHERE found @@ %s::tsquery"  # noqa: S608 - numbers
            for shard in range(SHARDS)
        )
        with (
            transaction.atomic(using=SEARCH, savepoint=False),
            connections[SEARCH].cursor() as cursor,
        ):
            # The planner takes a table for small whose large vectors lie beside it.
            cursor.execute("SET LOCAL enable_seqscan = off")
            asked = _match(whose, [match])
            found = self._in_loose(cursor, whose.owner, asked) if is_exact else set()
            cursor.execute(sql, [asked] * SHARDS)
            return found | {number for (number,) in cursor.fetchall()}

    def hits(
        self, whose: Whose, query: Query, numbers: Sequence[int], most: int
    ) -> list[tuple[int, Passage]]:
        """Of each transcript at most ``most`` that hold all terms, and ``most`` that hold any."""
        pieces: list[str] = []
        parameters: list[Any] = []
        said = [_side_by_side(term)[0] for term in query.wanted]
        matches = {_match(whose, said, " & "), _match(whose, said, " | ")}
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
        tables = ", ".join(
            f"search_passage_{shard}, search_block_{shard}" for shard in range(SHARDS)
        )
        with connections[SEARCH].cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # else a truncation may have to wait
            cursor.execute(f"TRUNCATE search_label, search_listed, search_loose, {tables}")

    def written_in(self, numbers: Iterable[int]) -> set[str]:
        kinds = ("search_passage", "search_block")
        shards = {f"{kind}_{shard_of(number)}" for number in numbers for kind in kinds}
        return {"search_listed", "search_label", *shards}

    def overwrite(self, table: str) -> bool:
        """Dead rows stay in their pages until the table is written anew; loose blocks until then."""
        kind, _, shard = table.rpartition("_")
        if kind == BLOCK:
            self._settle(int(shard))
        with connections[SEARCH].cursor() as cursor:
            cursor.execute(f"VACUUM (FULL) {table}")
        return True

    def _loosen(self, shard: int, owner: str, blocks: list[int]) -> None:
        """Whoever saves does not wait for blocks to be made anew: the sweeper does it.

        The note comes first: then neither overtakes the other.
        """
        with connections[SEARCH].cursor() as cursor:
            cursor.execute(
                "INSERT INTO search_loose SELECT unnest(%s::bigint[]), %s, %s "
                "ON CONFLICT (block) DO UPDATE SET owner = excluded.owner",
                [blocks, shard, owner],
            )
            cursor.execute(f"DELETE FROM search_block_{shard} WHERE id = ANY(%s)", [blocks])  # noqa: S608 - a number
        Stale.objects.bulk_create([Stale(name=f"{BLOCK}_{shard}")], ignore_conflicts=True)

    def _settle(self, shard: int) -> None:
        with transaction.atomic(using=SEARCH):
            loose = "SELECT block FROM search_loose WHERE shard = %s ORDER BY block FOR UPDATE"
            self._gather(shard, [block for (block,) in self._rows(loose, [shard])])

    def _in_loose(self, cursor: Any, owner: str, asked: str) -> set[int]:
        """Before blocks are asked: one that is made anew meanwhile is found twice, not never."""
        cursor.execute(
            "SELECT shard, array_agg(block) FROM search_loose WHERE owner = %s GROUP BY 1", [owner]
        )
        found: set[int] = set()
        for shard, blocks in cursor.fetchall():
            cursor.execute(
                f"SELECT DISTINCT id >> {PLACE_BITS} FROM unnest(%s::bigint[]) AS block "  # noqa: S608 - numbers
                f"JOIN search_passage_{shard} ON {IN_BLOCK} WHERE found @@ %s::tsquery",
                [blocks, asked],
            )
            found.update(number for (number,) in cursor.fetchall())
        return found

    def _gather(self, shard: int, blocks: list[int]) -> None:
        """Make these blocks anew: a vector for each who speaks in one."""
        with connections[SEARCH].cursor() as cursor:
            # Guessed a thousand times too long, it would be compiled for longer than it runs.
            cursor.execute("SET LOCAL jit = off")
            cursor.execute("DELETE FROM search_loose WHERE block = ANY(%s)", [blocks])
            cursor.execute(f"DELETE FROM search_block_{shard} WHERE id = ANY(%s)", [blocks])  # noqa: S608 - a number
            cursor.execute(
                f"INSERT INTO search_block_{shard} "  # noqa: S608 - numbers
                "SELECT block, array_to_tsvector(array_agg(token)) FROM ("
                "SELECT block, speaker, found, sum(length(words)) "
                f"OVER (PARTITION BY block, speaker ORDER BY id) / {BLOCK_CHARS} AS part "
                f"FROM unnest(%s::bigint[]) AS block JOIN search_passage_{shard} "
                f"ON {IN_BLOCK}) AS passage, unnest(tsvector_to_array(found)) AS token "
                f"WHERE NOT starts_with(token, '{HASHED}') GROUP BY block, speaker, part",
                [blocks],
            )

    def _passages(self, sql: str, parameters: Sequence[Any]) -> list[tuple[int, Passage]]:
        return [(row[0], Passage._make(row[1:])) for row in self._rows(sql, parameters)]

    def _rows(self, sql: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
        with connections[SEARCH].cursor() as cursor:
            cursor.execute(sql, parameters)
            return list(cursor.fetchall())


def _stored(owner: str, key: int, passage: Passage) -> tuple[Any, ...]:
    words = passage.words.translate(NO_NUL)
    return key, *passage[:3], words, _vector(owner, passage)


def _vector(owner: str, passage: Passage) -> str:
    """In PostgreSQL's notation. Tokens are letters and digits; a mark is not taken for one."""
    places: dict[str, list[str]] = {}
    said = tokens(passage.words)
    for place, token in enumerate(said, start=1):
        places.setdefault(token, []).append(str(min(place, MAX_POSITION)))
    marks = [f"'#{mark}'" for mark in marks_of(owner, passage)]
    pairs = [f"'{pair}'" for pair in {_pair(*two) for two in pairwise(said)}]
    found = (f"'{token}':{','.join(at)}" for token, at in places.items())
    return " ".join([*marks, *pairs, *found])


def _pair(first: str, second: str) -> str:
    """What stands side by side, as one token.

    The most frequent pairs are of short words, and of scripts without blanks; they are told apart.
    Others share a few: which it is, is seen by the places of its tokens.
    """
    if len(first) + len(second) <= PAIR_CHARS:
        return f"{first}{HASHED}{second}"
    return f"{HASHED}{crc32(f'{first} {second}'.encode()) % PAIRS:x}"


def _range(number: int) -> tuple[int, int]:
    return passage_id(number, 0), passage_id(number + 1, 0) - 1


def _match(whose: Whose, said: Iterable[str], between: str = " & ") -> str:
    marks = " & ".join(f"'#{mark}'" for mark in whose.marks)
    return f"{marks} & ({between.join(said)})"


def _side_by_side(term: Term) -> tuple[str, bool]:
    """What finds it, and whether that is a single token, which blocks have like passages."""
    begin = ":*" * term.goes_on
    if len(term.tokens) == 1:
        return f"'{term.tokens[0]}'{begin}", True
    pairs = [_pair(*two) for two in pairwise(term.tokens[:-1] if term.goes_on else term.tokens)]
    if len(term.tokens) == 2 and pairs and not pairs[0].startswith(HASHED):
        return f"'{pairs[0]}'", True
    places = " <-> ".join(f"'{token}'" for token in term.tokens) + begin
    return "(" + " & ".join([*(f"'{pair}'" for pair in pairs), f"({places})"]) + ")", False
