"""The document itself, as ``shared/api.md`` describes it."""

import json
from typing import Any

from transcripts.document import Document
from transcripts.exports import ExportOptions


def write(document: Document, options: ExportOptions) -> str:  # noqa: ARG001 - it leaves nothing out
    whole = {"schema": document.schema, **document.to_json()}
    words = (word for segment in whole["segments"] for word in segment["words"])
    for row in (whole, *whole["segments"], *words, *whole["unheard"], *whole["marks"]):
        _say_fractions(row)
    return json.dumps(whole, ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def _say_fractions(row: dict[str, Any]) -> None:
    """A browser has one kind of number: what it saved as 2 was 2.0 and is written so again."""
    for name in ("start", "end", "time", "duration", "confidence"):
        if isinstance(row.get(name), int):
            row[name] = float(row[name])
