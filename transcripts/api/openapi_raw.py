"""The routes that carry audio, which ninja does not know, as OpenAPI says them."""

from __future__ import annotations

from typing import Any

from gpu.contract import MAX_SPEAKERS
from transcripts.api.burn_in_docs import burn_in_operation
from transcripts.api.problems import CONTENT_TYPE
from transcripts.api.schemas import ExportFormat
from transcripts.failures import FAILURES

Node = dict[str, Any]
KEY, SESSION = "key", "session"
WAYS_IN: list[Node] = [{KEY: []}, {SESSION: []}, {}]


def _problems(*statuses: int) -> Node:
    content = {CONTENT_TYPE: {"schema": ref("Problem")}}
    titles: dict[int, list[str]] = {}
    for code, text in FAILURES.items():
        titles.setdefault(text.status, []).append(code)
    return {
        str(status): {"description": ", ".join(titles.get(status, ["error"])), "content": content}
        for status in statuses
    }


def ref(name: str) -> Node:
    return {"$ref": f"#/components/schemas/{name}"}


def raw_paths() -> Node:
    return {
        "/v1/transcribe": {"post": _transcribe()},
        "/v1/transcripts/{transcript_id}/retranscribe": {"post": _retranscribe()},
        "/v1/transcripts/{transcript_id}/burn-in": {
            "post": burn_in_operation(_problems) | {"security": WAYS_IN}
        },
        "/v1/uploads": {"post": _create_upload()},
        "/v1/uploads/{upload_id}": {
            "head": _upload_step(
                "Where an upload stands", {"200": {"description": "Upload-Offset"}}
            ),
            "patch": _append_to_upload(),
            "delete": _upload_step("End an upload", {"204": {"description": "Its bytes are gone"}}),
        },
    }


def _recording_fields() -> Node:
    text: Node = {"type": "string"}
    return {
        "file": {"type": "string", "contentMediaType": "application/octet-stream"},
        "upload": text | {"description": "The id of a finished upload, instead of a file."},
        "model": text,
        "language": text | {"default": "auto"},
        "diarize": {"type": "boolean", "default": True},
        "speakers": {"type": "integer", "minimum": 0, "maximum": MAX_SPEAKERS, "default": 0},
        "vocabulary": text | {"description": "Terms between commas or line breaks."},
    }


def _form(fields: Node) -> Node:
    schema = {"type": "object", "properties": fields}
    return {"required": True, "content": {"multipart/form-data": {"schema": schema}}}


def _job_answer() -> Node:
    content: Node = {"application/json": {"schema": ref("JobOut")}}
    return {"description": "The job", "content": content}


def _retranscribe() -> Node:
    return {
        "operationId": "retranscribe",
        "summary": "Transcribe the recording of a transcript again",
        "description": "The recording is sent again, for none is kept; one of another length ends "
        "as `other_recording`. What people changed stays: their texts, times, speakers, names, "
        "notes and deletions. All else comes from the new hearing, as one version that is "
        "restored like every other. One at a time: else 409 `retranscribing`.",
        "tags": ["Transcripts"],
        "security": WAYS_IN,
        "parameters": [_id("transcript_id"), _idempotency_key()],
        "requestBody": _form(_recording_fields()),
        "responses": {
            "202": _job_answer(),
            **_problems(400, 401, 402, 403, 404, 408, 409, 413, 415, 422, 429, 500, 503),
        },
    }


def _transcribe() -> Node:
    text: Node = {"type": "string"}
    fields: Node = {
        **_recording_fields(),
        "url": text | {"description": "Links are not taken yet."},
        "response_format": {"enum": [str(row) for row in ExportFormat], "default": "json"},
        "wait": {"type": "boolean", "default": True},
        "keep": {
            "type": "boolean",
            "description": "false: the transcript is never stored. With `wait` it is in the answer "
            "and nowhere else; without, the job's `handover` says where it waits. Left out: as your "
            "privacy settings say.",
        },
        "private": {
            "type": "boolean",
            "default": False,
            "description": "true: what is heard is sealed to `public_key` and stored as ciphertext "
            "only. The answer then is the transcript without its words.",
        },
        "public_key": text | {"description": "That of your keyring: only with `private`."},
    }
    either = {"anyOf": [ref("FlatTranscript"), ref("TranscriptOut")]}
    done: Node = {"application/json": {"schema": either}}
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
        "requestBody": _form(fields),
        "responses": {
            "200": {"description": "The transcript", "content": done},
            "202": _job_answer(),
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


def _id(name: str = "upload_id") -> Node:
    return {"in": "path", "name": name, "required": True, "schema": {"type": "string"}}


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
