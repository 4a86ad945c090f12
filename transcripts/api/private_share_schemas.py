"""Links to copies of private transcripts, as the OpenAPI document says them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from ninja import Schema
from pydantic import Field, StrictInt

from privacy import envelopes
from transcripts.api.keyring_schemas import Exact, Salt
from transcripts.api.private_schemas import LongEnvelope
from transcripts.api.share_schemas import Moment
from transcripts.private_shares import ID_CHARS, MOST_VIEWS
from transcripts.sharing import LONGEST_LIFETIME


class Kdf(Exact):
    """PBKDF2-SHA256 of the link's password."""

    salt: Salt
    iter: StrictInt = Field(ge=envelopes.ITERATIONS_LEAST, le=envelopes.ITERATIONS_MOST)


class PrivateShareIn(Exact):
    id: Annotated[str, Field(pattern=rf"^[A-Za-z0-9]{{{ID_CHARS}}}$")] = Field(
        description="Made at random by your browser, and half of the link's address."
    )
    token_sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    env: LongEnvelope
    kdf: Kdf | None = Field(None, description="Where it has a password; by plan.")
    expires_at: Moment | None = Field(
        None,
        description=f"At most in {LONGEST_LIFETIME.days} days. Left out: when you end it; by plan.",
    )
    max_views: StrictInt | None = Field(None, ge=1, le=MOST_VIEWS)


class PrivateShareOut(Schema):
    id: str
    created_at: datetime
    expires_at: datetime | None
    permanent: bool
    password: bool = Field(description="Whether its key needs one.")
    max_views: int | None
    views: int = Field(description="How often the copy was handed out.")
    last_viewed_at: datetime | None


class PrivateShareList(Schema):
    results: list[PrivateShareOut]


class PrivateShareKdf(Schema):
    kdf: Kdf | None


class ShareToken(Exact):
    token: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{43}$")]


class SharedCopy(Schema):
    env: LongEnvelope
