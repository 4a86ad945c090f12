"""Share links, as the OpenAPI document says them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import AwareDatetime, BaseModel, BeforeValidator, Field

from transcripts.api.schemas import Text
from transcripts.share_passwords import MAX_CHARS, MIN_CHARS
from transcripts.sharing import DEFAULT_LIFETIME, LONGEST_LIFETIME


def _in_words(value: object) -> object:
    """As RFC 3339 writes it: a bare number could be of seconds or of milliseconds."""
    if not isinstance(value, str | None):
        raise ValueError(_("Write it as in 2026-12-24T18:00:00Z."))  # noqa: TRY004 - pydantic's way
    return value


Moment = Annotated[AwareDatetime, BeforeValidator(_in_words)]


class ShareIn(BaseModel):
    """Unknown fields are ignored."""

    expires_at: Moment | None = Field(
        None,
        description=f"Left out: in {DEFAULT_LIFETIME.days} days. At most {LONGEST_LIFETIME.days}.",
    )
    password: Text | None = Field(
        None, description=f"Asked of visitors. {MIN_CHARS} to {MAX_CHARS} characters; by plan."
    )
    permanent: bool = Field(
        default=False, strict=True, description="Ends only when it is deleted; by plan."
    )
    downloads: bool = Field(
        default=False, strict=True, description="Visitors may take a file along."
    )


class ShareOut(Schema):
    id: str
    hint: str = Field(description="How the token begins.")
    created_at: datetime
    expires_at: datetime | None
    permanent: bool
    password: bool = Field(description="Whether visitors are asked for one.")
    downloads: bool
    views: int = Field(description="Once for each browser's session.")
    last_viewed_at: datetime | None


class ShareMade(ShareOut):
    token: str | None = Field(description="Shown once; null in the answer to a repeated request.")
    url: str | None


class ShareList(Schema):
    results: list[ShareOut]
