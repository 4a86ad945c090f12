"""What ninja cannot know: the routes that are not its own, the ways in, how errors look."""

from __future__ import annotations

from django.conf import settings
from ninja.openapi.schema import OpenAPISchema

from transcripts.api.body import GRACE_SECONDS, IDLE_SECONDS, SLOWEST_BYTES_A_SECOND
from transcripts.api.document_schemas import DocumentOut
from transcripts.api.openapi_raw import KEY, SESSION, WAYS_IN, Node, raw_paths, ref
from transcripts.api.problems import CONTENT_TYPE
from transcripts.exports import EXPORTS, Export

UPLOAD_MINUTES = round(settings.UPLOAD_ABANDONED_AFTER.total_seconds() / 60)
ABOUT = f"""\
Speech in, transcript out. `POST /v1/transcribe` does it in one request; resumable uploads (tus 1.0) \
and jobs do it in steps.

**Who you are.** `Authorization: Bearer sotto_…` with a key from your account page, or the browser's \
session, whose changing requests carry `X-CSRFToken`. Without either you are a stranger: what you \
make belongs to whoever holds its id. A key in an address is refused.

**Errors** are `application/problem+json` with a stable `code`; each is explained at \
`/docs/api/errors/`. What belongs to somebody else answers as if it did not exist. Unknown query \
parameters and unknown fields are ignored, except in a document, which is taken whole or not at all.

**Bodies** may be slow, but not so slow that they only hold a place: {IDLE_SECONDS:.0f} seconds \
without a byte, or fewer than {SLOWEST_BYTES_A_SECOND} bytes a second on average after the first \
{GRACE_SECONDS:.0f} seconds, answer 408 (`request_timeout`). A connection that breaks loses nothing \
of an upload: `HEAD` tells where to go on. An upload that gets no byte for {UPLOAD_MINUTES} minutes \
is gone, and `HEAD` answers 404. A part with a checksum counts when it has been verified.
"""


def completed(schema: OpenAPISchema) -> OpenAPISchema:
    schema["paths"] = {**raw_paths(), **schema["paths"], **_probes()}
    schemas = schema["components"]["schemas"]
    schemas |= {"FlatTranscript": _flat_transcript(), "DocumentOut": _document()}
    schema["components"]["securitySchemes"] = {
        KEY: {"type": "http", "scheme": "bearer", "description": "A key from the account page."},
        SESSION: {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME},
    }
    for operation in _operations(schema["paths"]):
        if operation["operationId"] in {"export_transcript", "take_handover"}:
            operation["responses"][200]["content"] = _files()
        if operation["operationId"] == "export_transcripts":
            operation["responses"][200]["content"] = {"application/zip": {}}
        operation["summary"] = operation["summary"].capitalize()
        operation.setdefault("security", [])
        operation["security"] = WAYS_IN if operation["security"] else []
        _errors_are_problems(operation["responses"])
    return schema


def _operations(paths: Node) -> list[Node]:
    return [operation for path in paths.values() for operation in path.values()]


def _errors_are_problems(responses: Node) -> None:
    for status, response in responses.items():
        if int(status) >= 400 and "application/json" in response.get("content", {}):
            response["content"] = {CONTENT_TYPE: response["content"]["application/json"]}


def _document() -> Node:
    """Ninja would call its first field as Python must: ``schema`` is taken there."""
    template = "#/components/schemas/{model}"
    document = DocumentOut.model_json_schema(by_alias=True, ref_template=template)
    return {name: value for name, value in document.items() if name != "$defs"}


def _files() -> Node:
    return {row.content_type.partition(";")[0]: _file(row) for row in EXPORTS}


def _file(row: Export) -> Node:
    if row.id == "json":
        return {"schema": ref("DocumentOut")}
    return {"schema": {"type": "string"}} if "charset" in row.content_type else {}


def _probes() -> Node:
    answer: Node = {"application/json": {"schema": {"type": "object"}}}

    def probe(name: str, summary: str, statuses: dict[str, str]) -> Node:
        responses = {
            status: {"description": sentence, "content": answer}
            for status, sentence in statuses.items()
        }
        return {
            "operationId": name,
            "summary": summary,
            "tags": ["Health"],
            "parameters": [],
            "responses": responses,
        }

    return {
        "/health": {"get": probe("health", "Does it live", {"200": "It does"})},
        "/ready": {
            "get": probe(
                "ready", "Would the main job work", {"200": "It would", "503": "What is missing"}
            )
        },
    }


def _flat_transcript() -> Node:
    text, number = {"type": "string"}, {"type": "number"}
    word = _object(word=text, start=number, end=number)
    segment = _object(
        start=number,
        end=number,
        text=text,
        speaker={"type": ["string", "null"]},
        confidence={"type": ["number", "null"]},
        words={"type": "array", "items": word},
    )
    return _object(
        id=text,
        text=text,
        language=text,
        duration=number,
        segments={"type": "array", "items": segment},
        speakers={"type": "array", "items": text},
    )


def _object(**properties: Node) -> Node:
    return {"type": "object", "required": list(properties), "properties": properties}
