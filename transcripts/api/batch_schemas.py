"""Batches, as the OpenAPI document says them."""

from __future__ import annotations

from datetime import datetime

from ninja import Schema
from pydantic import BaseModel, Field

from transcripts.api.schemas import JobStatus
from transcripts.batches import MOST_RECORDINGS


class BatchIn(BaseModel):
    """Unknown fields are ignored."""

    expected: int = Field(
        ge=1, le=MOST_RECORDINGS, strict=True, description="How many recordings will come."
    )
    mail: bool = Field(
        default=False,
        strict=True,
        description="One mail without content when the last has ended; with an account.",
    )


class BatchPatch(BaseModel):
    expected: int = Field(ge=0, le=MOST_RECORDINGS, strict=True)


class BatchJob(Schema):
    id: str
    status: JobStatus


class BatchOut(Schema):
    id: str
    created_at: datetime
    expected: int
    mail: bool
    queued: int
    running: int
    done: int
    failed: int
    cancelled: int
    settled_at: datetime | None = Field(
        description="When all had ended that were expected, or no more came for an hour."
    )
    jobs: list[BatchJob]
