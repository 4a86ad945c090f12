"""The reference of the API as a page, read from the OpenAPI document that clients read."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from transcripts.api.problems import problem
from transcripts.api.v1 import api
from transcripts.failures import FAILURES, Refusal

Node = dict[str, Any]


@dataclass(frozen=True)
class Field:
    name: str
    place: str
    kind: str
    required: bool
    about: str


@dataclass(frozen=True)
class Operation:
    id: str
    method: str
    path: str
    summary: str
    paragraphs: list[SafeString]
    fields: list[Field]
    answers: list[str]


@require_safe
def reference(request: HttpRequest) -> HttpResponse:
    context = {"groups": _groups(), "public_url": settings.PUBLIC_URL}
    return render(request, "docs/api.html", context)


@require_safe
def errors(request: HttpRequest) -> HttpResponse:
    rows = sorted(FAILURES.items(), key=lambda row: (row[1].status, row[0]))
    return render(request, "docs/api_errors.html", {"failures": rows})


@csrf_exempt  # what is not there can be forged by nobody
def nothing_here(_request: HttpRequest) -> HttpResponse:
    """Any other address under ``/v1/``."""
    return problem(Refusal("not_found")).response()


@cache
def _groups() -> dict[str, list[Operation]]:
    """Operations by tag, in the order of the document."""
    schema = api.get_openapi_schema()
    groups: dict[str, list[Operation]] = {}
    for path, operations in schema["paths"].items():
        for method, node in operations.items():
            operation = _operation(path, method, node, schema["components"]["schemas"])
            groups.setdefault(node["tags"][0], []).append(operation)
    return groups


def _operation(path: str, method: str, node: Node, schemas: Node) -> Operation:
    parameters = [
        Field(
            row["name"],
            row["in"],
            _kind(row["schema"], schemas),
            row["required"],
            row.get("description", ""),
        )
        for row in node["parameters"]
    ]
    return Operation(
        id=node["operationId"],
        method=method.upper(),
        path=path,
        summary=node["summary"],
        paragraphs=[_with_code(text) for text in node.get("description", "").split("\n\n")],
        fields=parameters + _body_fields(node, schemas),
        answers=[str(status) for status in node["responses"]],
    )


def _body_fields(node: Node, schemas: Node) -> list[Field]:
    content: Node = node.get("requestBody", {}).get("content", {})
    media: Node = next(iter(content.values()), {})
    body = _resolved(media.get("schema", {}), schemas)
    required = body.get("required", [])
    return [
        Field(name, "body", _kind(row, schemas), name in required, row.get("description", ""))
        for name, row in body.get("properties", {}).items()
    ]


def _resolved(schema: Node, schemas: Node) -> Node:
    name: str = schema.get("$ref", "").rpartition("/")[2]
    found: Node = schemas[name] if name else schema
    return found


def _kind(schema: Node, schemas: Node) -> str:
    """A type in a few words: ``integer 1 to 100, default 50``."""
    resolved = _resolved(schema, schemas)
    choices = [
        _kind(row, schemas) for row in resolved.get("anyOf", []) if row.get("type") != "null"
    ]
    words = " or ".join(choices) or str(resolved.get("type", "string"))
    if "enum" in resolved:
        words = ", ".join(map(str, resolved["enum"]))
    if "minimum" in resolved and "maximum" in resolved:
        words += f" {resolved['minimum']} to {resolved['maximum']}"
    default = schema.get("default")
    return words if default in (None, "", []) else f"{words}, default {json.dumps(default)}"


def _with_code(text: str) -> SafeString:
    """What stands between backticks as code; all of it escaped."""
    parts = enumerate(re.split(r"`+", text))
    pieces = (format_html("<code>{}</code>", part) if odd % 2 else part for odd, part in parts)
    return format_html_join("", "{}", ((piece,) for piece in pieces))
