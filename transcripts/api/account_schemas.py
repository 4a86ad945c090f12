"""Who asks, and what they may use, as the OpenAPI document says it."""

from __future__ import annotations

from datetime import datetime

from ninja import Schema
from pydantic import Field


class Me(Schema):
    kind: str = Field(description="user, guest or stranger")
    email: str | None
    plan: str
    scopes: list[str]
    privacy: dict[str, str] = Field(description="How each privacy setting stands.")


class Limits(Schema):
    """null: no limit."""

    minutes_a_month: int | None
    files_a_day: int | None
    max_file_bytes: int | None
    max_recording_seconds: int | None
    jobs_at_once: int | None


class Usage(Schema):
    plan: str
    period_start: datetime
    minutes_used: int
    minutes_left: int | None
    jobs_running: int
    limits: Limits
