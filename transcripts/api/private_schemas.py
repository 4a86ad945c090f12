"""The document of a private transcript: envelopes that only its owner's browser made and opens."""

from __future__ import annotations

from typing import Annotated, Any, Self

from django.conf import settings
from ninja import Schema
from pydantic import Field, RootModel, StrictInt, model_validator
from pydantic.functional_validators import ModelWrapValidatorHandler

from privacy import envelopes
from privacy.envelopes import KEY_BYTES
from transcripts.api.document import DocumentIn
from transcripts.api.keyring_schemas import EnvelopeIO, Exact


class LongEnvelope(EnvelopeIO):
    ct: Annotated[str, Field(max_length=settings.DOCUMENT_BODY_MAX_BYTES)]


class WrappedKey(Exact):
    """The key of this text, under the master key."""

    version: StrictInt = Field(ge=1, le=1_000_000)
    env: EnvelopeIO

    @model_validator(mode="after")
    def _is_a_key(self) -> Self:
        envelopes.Envelope.of_json(self.env.model_dump(), KEY_BYTES)
        return self


class PrivateDocument(Exact):
    """Once its owner's browser has saved it. ``about``: title, folder, tags."""

    version: StrictInt = Field(ge=1)
    dek: WrappedKey
    document: LongEnvelope
    about: LongEnvelope | None = None


class SealedResult(Schema):
    """What the worker sealed, until it is first saved: HPKE, to ``public_key``, for ``job``."""

    sealed: str
    public_key: str
    job: str


class DocumentBody(RootModel[DocumentIn | PrivateDocument]):
    """One or the other by what it has, so that mistakes are told of that one alone."""

    @model_validator(mode="wrap")
    @classmethod
    def _of_its_kind(cls, value: Any, _handler: ModelWrapValidatorHandler[Self]) -> Self:
        is_private = isinstance(value, dict) and "dek" in value
        root: DocumentIn | PrivateDocument = (
            PrivateDocument.model_validate(value)
            if is_private
            else DocumentIn.model_validate(value)
        )
        return cls.model_construct(root)
