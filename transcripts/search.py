"""Finding words in stored transcripts, title and text, by what the database itself can read."""

from __future__ import annotations

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, Expression, F, Q, Value
from django.db.models.sql.compiler import SQLCompiler


def says(words: str) -> Q:
    """Transcripts whose title, or the text of one segment, holds the words as they stand."""
    escaped = words.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    return Q(title__icontains=words) | Q(_AnySegmentLike(f"%{escaped}%"))


class _AnySegmentLike(Expression):
    """Compares without regard to case: of ASCII on SQLite, of all letters on PostgreSQL."""

    output_field = BooleanField()

    def __init__(self, pattern: str) -> None:
        super().__init__()
        self._parts: list[Any] = [F("document"), Value(pattern)]

    def get_source_expressions(self) -> list[Any]:
        return self._parts

    def set_source_expressions(self, exprs: Any) -> None:
        self._parts = list(exprs)

    def as_sqlite(
        self, compiler: SQLCompiler, _connection: BaseDatabaseWrapper, **_context: Any
    ) -> tuple[str, Any]:
        return self._exists(
            compiler,
            "json_each({document}, '$.segments') AS segment",
            "json_extract(segment.value, '$.text') LIKE {pattern} ESCAPE '\\'",
        )

    def as_postgresql(
        self, compiler: SQLCompiler, _connection: BaseDatabaseWrapper, **_context: Any
    ) -> tuple[str, Any]:
        return self._exists(
            compiler,
            "jsonb_array_elements({document} -> 'segments') AS segment",
            "segment ->> 'text' ILIKE {pattern}",
        )

    def _exists(self, compiler: SQLCompiler, source: str, condition: str) -> tuple[str, Any]:
        (document, first), (pattern, second) = map(compiler.compile, self._parts)
        template = f"EXISTS (SELECT 1 FROM {source} WHERE {condition})"  # noqa: S608 - fixed texts
        return template.format(document=document, pattern=pattern), [*first, *second]
