"""Versions of a transcript, as the OpenAPI document says them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ninja import Schema
from pydantic import Field

from transcripts.api.document_schemas import DocumentOut


class VersionOut(Schema):
    number: int
    created_at: datetime
    author: str | None = Field(
        description="An e-mail address; null where a guest or a machine did it."
    )
    heard_by: str | None = Field(
        description="The name of the model, where the recording was transcribed again."
    )
    kinds: dict[str, int] = Field(description="How many operations there were, by kind.")
    restores: int | None = Field(description="The version that it brought back.")


class VersionWithOperations(VersionOut):
    operations: list[dict[str, Any]]


class SavedOut(Schema):
    version: int
    others: list[VersionWithOperations] = Field(
        description="What came between the base and this version, and is in it too."
    )


class VersionQuery(Schema):
    before: int | None = Field(None, ge=1, le=2_000_000_000)
    limit: int = Field(50, ge=1, le=200)


class VersionPage(Schema):
    current: int
    machine: int = Field(
        description="The version that brought the machine's words of which the current one is made."
    )
    hearings: list[int] = Field(
        description="The versions that a machine made of the recording, newest first."
    )
    results: list[VersionOut]
    next: str | None = Field(description="The address of the next page.")


class WholeVersion(Schema):
    number: int
    document: DocumentOut
    heard: DocumentOut | None = Field(
        description="All that the machine heard, where this version is a machine's."
    )
    heard_by: str | None = Field(description="The name of the model that heard it.")
    operations: list[dict[str, Any]]
