"""What ninja cannot know: the routes that are not its own, the ways in, how errors look."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from ninja.openapi.schema import OpenAPISchema

from gpu.contract import MAX_SPEAKERS
from transcripts.api.body import GRACE_SECONDS, IDLE_SECONDS, SLOWEST_BYTES_A_SECOND
from transcripts.api.problems import CONTENT_TYPE
from transcripts.api.schemas import DocumentOut, ExportFormat
from transcripts.exports import EXPORTS, Export
from transcripts.failures import FAILURES

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

Node = dict[str, Any]
KEY, SESSION = "key", "session"
WAYS_IN: list[Node] = [{KEY: []}, {SESSION: []}, {}]


def completed(schema: OpenAPISchema) -> OpenAPISchema:
    schema["paths"] = {**_raw_paths(), **schema["paths"], **_probes()}
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
        return {"schema": _ref("DocumentOut")}
    return {"schema": {"type": "string"}} if "charset" in row.content_type else {}


def _problems(*statuses: int) -> Node:
    content = {CONTENT_TYPE: {"schema": _ref("Problem")}}
    titles: dict[int, list[str]] = {}
    for code, text in FAILURES.items():
        titles.setdefault(text.status, []).append(code)
    return {
        str(status): {"description": ", ".join(titles.get(status, ["error"])), "content": content}
        for status in statuses
    }


def _ref(name: str) -> Node:
    return {"$ref": f"#/components/schemas/{name}"}


def _raw_paths() -> Node:
    return {
        "/v1/transcribe": {"post": _transcribe()},
        "/v1/uploads": {"post": _create_upload()},
        "/v1/uploads/{upload_id}": {
            "head": _upload_step(
                "Where an upload stands", {"200": {"description": "Upload-Offset"}}
            ),
            "patch": _append_to_upload(),
            "delete": _upload_step("End an upload", {"204": {"description": "Its bytes are gone"}}),
        },
    }


def _transcribe() -> Node:
    text: Node = {"type": "string"}
    fields: Node = {
        "file": {"type": "string", "contentMediaType": "application/octet-stream"},
        "upload": text | {"description": "The id of a finished upload, instead of a file."},
        "url": text | {"description": "Links are not taken yet."},
        "model": text,
        "language": text | {"default": "auto"},
        "diarize": {"type": "boolean", "default": True},
        "speakers": {"type": "integer", "minimum": 0, "maximum": MAX_SPEAKERS, "default": 0},
        "vocabulary": text | {"description": "Terms between commas or line breaks."},
        "response_format": {"enum": [str(row) for row in ExportFormat], "default": "json"},
        "wait": {"type": "boolean", "default": True},
        "keep": {
            "type": "boolean",
            "description": "false: the transcript is never stored. With `wait` it is in the answer "
            "and nowhere else; without, the job's `handover` says where it waits. Left out: as your "
            "privacy settings say.",
        },
    }
    done: Node = {"application/json": {"schema": _ref("FlatTranscript")}}
    for media_type in ("text/plain", "application/x-subrip", "text/vtt"):
        done[media_type] = {"schema": text}
    return {
        "operationId": "transcribe",
        "summary": "Transcribe a file",
        "description": "Streamed: the recording touches no disk. With `wait` the transcript comes "
        "back; without it, the job.",
        "tags": ["Transcribe"],
        "security": WAYS_IN,
        "parameters": [_idempotency_key()],
        "requestBody": {
            "required": True,
            "content": {
                "multipart/form-data": {"schema": {"type": "object", "properties": fields}}
            },
        },
        "responses": {
            "200": {"description": "The transcript", "content": done},
            "202": {
                "description": "The job",
                "content": {"application/json": {"schema": _ref("JobOut")}},
            },
            **_problems(400, 401, 402, 403, 404, 408, 409, 413, 415, 422, 429, 500, 503),
        },
    }


def _create_upload() -> Node:
    headers = [
        _header("Tus-Resumable", "1.0.0"),
        _header("Upload-Length", "Bytes in all.", required=True),
        _header("Upload-Metadata", "filename and its value in Base64.", required=False),
        _idempotency_key(),
    ]
    answer: Node = {"description": "Its address is in the header Location"}
    return _upload("Begin an upload", headers, {"201": answer}) | {"operationId": "create_upload"}


def _append_to_upload() -> Node:
    headers = [
        _id(),
        _header("Tus-Resumable", "1.0.0"),
        _header("Upload-Offset", "Where these bytes begin."),
        _header("Upload-Checksum", "sha256 or sha1 and the digest in Base64.", required=False),
    ]
    operation = _upload("Add bytes to an upload", headers, {"204": {"description": "Kept"}})
    binary: Node = {"application/offset+octet-stream": {}}
    return operation | {
        "operationId": "append_to_upload",
        "requestBody": {"required": True, "content": binary},
    }


def _upload_step(summary: str, responses: Node) -> Node:
    headers = [_id(), _header("Tus-Resumable", "1.0.0")]
    operation_id = summary.lower().replace(" ", "_")
    return _upload(summary, headers, responses) | {"operationId": operation_id}


def _upload(summary: str, parameters: list[Node], responses: Node) -> Node:
    return {
        "summary": summary,
        "description": "tus 1.0: creation, termination, checksum, expiration.",
        "tags": ["Uploads"],
        "security": WAYS_IN,
        "parameters": parameters,
        "responses": responses
        | _problems(400, 401, 402, 403, 404, 408, 409, 412, 413, 415, 422, 429, 460, 500, 503),
    }


def _id() -> Node:
    return {"in": "path", "name": "upload_id", "required": True, "schema": {"type": "string"}}


def _header(name: str, description: str, *, required: bool = True) -> Node:
    schema = {"type": "string"}
    return {
        "in": "header",
        "name": name,
        "required": required,
        "description": description,
        "schema": schema,
    }


def _idempotency_key() -> Node:
    sentence = "Sent again with the same key, the request has one effect and one answer."
    return _header("Idempotency-Key", sentence, required=False)


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
