"""The document of a private transcript: envelopes that only its owner's browser made and opens."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Self

from django.conf import settings
from ninja import Schema
from pydantic import Field, RootModel, StrictInt, model_validator
from pydantic.functional_validators import ModelWrapValidatorHandler

from privacy import envelopes
from privacy.envelopes import KEY_BYTES
from privacy.keyring import Manifest
from privacy.wrapped_keys import Dek, Rotation
from transcripts.api.document import DocumentIn
from transcripts.api.keyring_schemas import EnvelopeIO, Exact, Ring

ABOUT_MAX_CHARS = 256 * 1024  # two hundred speakers with long names
MANIFEST_MAX_CHARS = 4 * 1024 * 1024  # some fifty thousand transcripts


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


class AboutEnvelope(EnvelopeIO):
    ct: Annotated[str, Field(max_length=ABOUT_MAX_CHARS)]


class ManifestEnvelope(EnvelopeIO):
    ct: Annotated[str, Field(max_length=MANIFEST_MAX_CHARS)]


class PrivateDocument(Exact):
    """Once its owner's browser has saved it. ``about``: title, folder, tags."""

    version: StrictInt = Field(ge=1)
    dek: WrappedKey
    document: LongEnvelope
    about: AboutEnvelope | None = None


class PrivateDocumentIn(PrivateDocument):
    ring_epoch: StrictInt = Field(ge=1, description="Of the keyring that the key is locked with.")
    machine: LongEnvelope | None = Field(
        None, description="Version 1, sealed again: with a new `dek`, and with no other."
    )


class ManifestIO(Exact):
    """Which versions there are, locked. ``epoch`` is one more with each."""

    epoch: StrictInt = Field(ge=1, le=1_000_000_000)
    env: ManifestEnvelope

    def parsed(self) -> Manifest:
        return Manifest(self.epoch, self.env.model_dump())


class ManifestIn(ManifestIO):
    ring_epoch: StrictInt | None = Field(
        None, ge=1, description="Of the keyring that locks it: refused if that was rotated since."
    )


class DekIn(WrappedKey):
    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9]{1,32}$", description="The transcript's.")]


class RotationIn(Exact):
    ring: Ring
    deks: list[DekIn] = Field(max_length=100_000)
    manifest: ManifestIO | None = Field(description="Null only where there is none.")

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        if len({dek.id for dek in self.deks}) < len(self.deks):
            raise ValueError("two keys are of the same transcript")
        return self

    def parsed(self) -> Rotation:
        deks = {dek.id: Dek(dek.version, dek.env.model_dump()) for dek in self.deks}
        manifest = self.manifest.parsed() if self.manifest else None
        return Rotation(self.ring.to_json(), deks, manifest)


class PrivateRow(Schema):
    """A private transcript in a list. One that ``is_sealed`` has not been saved by a browser yet:
    what the worker sealed is at ``…/document``; ``job`` and ``public_key`` say to whom.
    """

    id: str
    version: int
    created_at: datetime
    updated_at: datetime
    duration: float
    language: str
    model: str
    favourite: bool
    is_sealed: bool
    job: str | None = None
    public_key: str | None = None
    dek: WrappedKey | None = None
    about: AboutEnvelope | None = None


class PrivatePage(Schema):
    uid: str
    epoch: int | None = Field(description="That of the keyring; null where there is none.")
    manifest: ManifestIO | None
    results: list[PrivateRow]
    next: str | None


class SealedResult(Schema):
    """What the worker sealed, until it is first saved: HPKE, to ``public_key``, for ``job``."""

    sealed: str
    public_key: str
    job: str


class DocumentBody(RootModel[DocumentIn | PrivateDocumentIn]):
    """One or the other by what it has, so that mistakes are told of that one alone."""

    @model_validator(mode="wrap")
    @classmethod
    def _of_its_kind(cls, value: Any, _handler: ModelWrapValidatorHandler[Self]) -> Self:
        is_private = isinstance(value, dict) and "dek" in value
        root: DocumentIn | PrivateDocumentIn = (
            PrivateDocumentIn.model_validate(value)
            if is_private
            else DocumentIn.model_validate(value)
        )
        return cls.model_construct(root)
