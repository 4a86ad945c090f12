"""The document itself, as the export of the same name writes it."""

from __future__ import annotations

import json

from transcripts.document import Document
from transcripts.imports import UNREADABLE, ImportRefused


def read(text: str) -> Document:
    """As it is: whether it hangs together is asked by whoever stores it. Raises ImportRefused."""
    try:
        document = Document.from_json(json.loads(text))
        # Half a character can be escaped, but not stored.
        json.dumps(document.to_json(), ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise ImportRefused(UNREADABLE) from None
    return document
