"""A ring of locked keys, as the OpenAPI document says it. Only its shape is looked at."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import AfterValidator, ConfigDict, Field, StrictInt, model_validator

from privacy import envelopes, keyring
from privacy.envelopes import KEY_BYTES, SALT_BYTES


class Exact(Schema):
    model_config = ConfigDict(extra="forbid")


def _salt(text: str) -> str:
    envelopes.from_base64url(text, SALT_BYTES)
    return text


def _point(text: str) -> str:
    envelopes.public_key(text)
    return text


Id = Annotated[str, Field(pattern=r"^[a-z0-9]{1,16}$")]
Salt = Annotated[str, AfterValidator(_salt), Field(description="base64url of 32 bytes")]
PublicKey = Annotated[
    str, AfterValidator(_point), Field(description="base64url of a point of P-256, uncompressed")
]


class EnvelopeIO(Exact):
    """AES-256-GCM: ``ct`` is ciphertext and tag. What it is bound to is not in it."""

    v: Literal[1]
    alg: Literal["A256GCM"]
    iv: Annotated[str, Field(max_length=16)]
    ct: Annotated[str, Field(max_length=4096)]

    @model_validator(mode="after")
    def _is_one(self) -> EnvelopeIO:
        envelopes.Envelope.of_json(self.model_dump())
        return self


class Slot(Exact):
    """The master key under a passphrase or under the recovery code."""

    id: Id
    type: Literal["pass", "code"]
    iter: StrictInt | None = Field(
        None, ge=envelopes.ITERATIONS_LEAST, le=envelopes.ITERATIONS_MOST, description="pass only"
    )
    salt: Salt
    env: EnvelopeIO

    @model_validator(mode="after")
    def _fits(self) -> Slot:
        if (self.type == "pass") != (self.iter is not None):
            raise ValueError("a passphrase has iterations, a code has none")
        envelopes.Envelope.of_json(self.env.model_dump(), KEY_BYTES)
        return self


class Pair(Exact):
    """A key that results are sealed to, with its private half, locked."""

    pk: PublicKey
    env: EnvelopeIO


class Ring(Exact):
    epoch: StrictInt = Field(ge=1, le=1_000_000, description="one more with each change")
    pk: PublicKey
    slots: list[Slot] = Field(min_length=2, max_length=keyring.MOST_SLOTS)
    pairs: list[Pair] = Field(min_length=1, max_length=keyring.MOST_PAIRS)
    state: EnvelopeIO

    @model_validator(mode="after")
    def _opens(self) -> Ring:
        if len({slot.id for slot in self.slots}) < len(self.slots):
            raise ValueError("two slots have the same id")
        if {slot.type for slot in self.slots} != {"pass", "code"}:
            raise ValueError("a ring has a passphrase and a recovery code")
        if self.pk != self.pairs[0].pk:
            raise ValueError("the first pair is that of the public key")
        return self

    def to_json(self) -> dict[str, Any]:
        return self.model_dump(exclude_none=True)


class KeyringOut(Schema):
    uid: str = Field(description="What everything in the ring is bound to.")
    ring: Ring | None
    created_at: datetime | None = Field(None, description="Of the first ring of these.")
