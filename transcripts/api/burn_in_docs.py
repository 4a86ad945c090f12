"""What the API's document says of ``POST /v1/transcripts/{id}/burn-in``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from transcripts.api.burn_in import COLOURS, POSITIONS, STYLE_BOUNDS, STYLE_DEFAULTS
from transcripts.exports import BOUNDS, ExportOptions

Node = dict[str, Any]
ABOUT = """\
The video goes to the server's memory, is rendered there and is not kept. The answer is an MP4 \
(H.264, the sound as it was where it is AAC, else as AAC) in fragments, sent as it is made, so \
nothing of it is held; `Sotto-Seconds` says how long the video calls itself. Closing the connection \
ends the work. What fails before the first seconds are made answers as a problem; later, the \
connection breaks off, and a last box of type `free` holds `sotto:` and the code.

Turned, interlaced and HDR video comes out upright, whole and in ordinary colours, with square \
pixels; each picture keeps its time."""


def burn_in_operation(problems: Callable[..., Node]) -> Node:
    fields: Node = {
        "file": {"type": "string", "contentMediaType": "application/octet-stream"},
        "upload": {
            "type": "string",
            "description": "The id of a finished upload, instead of a file.",
        },
        "position": {"enum": list(POSITIONS), "default": POSITIONS[0]},
        **{name: _percent(name) for name in STYLE_BOUNDS},
        **{name: _colour(default) for name, default in COLOURS.items()},
        "speakers": {"type": "boolean", "description": "Default: where there is more than one."},
        **{name: _cue_number(name) for name in BOUNDS},
    }
    transcript_id = {"type": "string"}
    return {
        "operationId": "burn_in",
        "summary": "Burn subtitles into a video",
        "description": ABOUT,
        "tags": ["Transcripts"],
        "parameters": [
            {"in": "path", "name": "transcript_id", "required": True, "schema": transcript_id}
        ],
        "requestBody": {
            "required": True,
            "content": {
                "multipart/form-data": {"schema": {"type": "object", "properties": fields}}
            },
        },
        "responses": {
            "200": {
                "description": "The video",
                "content": {"video/mp4": {}},
            },
            **problems(400, 401, 403, 404, 408, 409, 413, 415, 422, 429, 500, 503),
        },
    }


def _percent(name: str) -> Node:
    least, most = STYLE_BOUNDS[name]
    return {
        "type": "number",
        "minimum": least,
        "maximum": most,
        "default": STYLE_DEFAULTS[name],
        "description": "In percent of the picture's shorter side.",
    }


def _colour(default: str) -> Node:
    return {"type": "string", "default": default or "none", "description": "`#rrggbb`, or `none`."}


def _cue_number(name: str) -> Node:
    least, most = BOUNDS[name]
    default = getattr(ExportOptions(), name)
    kind = "integer" if isinstance(default, int) else "number"
    return {"type": kind, "minimum": least, "maximum": most, "default": default}
