"""The document itself, as ``shared/api.md`` describes it."""

import json

from transcripts.document import Document
from transcripts.exports import ExportOptions


def write(document: Document, options: ExportOptions) -> str:  # noqa: ARG001 - it leaves nothing out
    whole = {"schema": document.schema, **document.to_json()}
    return json.dumps(whole, ensure_ascii=False, allow_nan=False, indent=1) + "\n"
