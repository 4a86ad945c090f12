"""Standard to Private, and back."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from django.http import HttpResponse, JsonResponse
from ninja import HeaderEx, P, Path, Router
from pydantic import Field, RootModel, model_validator
from pydantic.functional_validators import ModelWrapValidatorHandler

from transcripts import crossing
from transcripts.access import transcript_for
from transcripts.api.document import DocumentIn
from transcripts.api.door import ApiRequest
from transcripts.api.keyring_schemas import Exact
from transcripts.api.preconditions import base_version, etag
from transcripts.api.private_schemas import PrivateDocumentIn
from transcripts.api.schemas import Text, TranscriptOut, VersionConflict, problems
from transcripts.api.shapes import transcript_shape

router = Router(tags=["Private transcripts"])


class MakePrivate(PrivateDocumentIn):
    """As a first save, of version 1."""

    private: Literal[True]
    machine: None = None


class MakeStandard(Exact):
    private: Literal[False]
    document: DocumentIn
    title: Text = Field("", max_length=255)
    folder: Text = Field("", max_length=80)
    tags: list[Annotated[Text, Field(min_length=1, max_length=40)]] = Field([], max_length=50)

    @property
    def labels(self) -> dict[str, Any]:
        return {"title": self.title, "folder": self.folder, "tags": sorted(set(self.tags))}


class Crossing(RootModel[MakePrivate | MakeStandard]):
    """One or the other by ``private``, so that mistakes are told of that one alone."""

    @model_validator(mode="wrap")
    @classmethod
    def _of_its_kind(cls, value: Any, _handler: ModelWrapValidatorHandler[Self]) -> Self:
        is_private = isinstance(value, dict) and value.get("private") is True
        kind = MakePrivate if is_private else MakeStandard
        return cls.model_construct(kind.model_validate(value))


@router.post(
    "/transcripts/{transcript_id}/privacy",
    response={
        200: TranscriptOut,
        409: VersionConflict,
        **problems(400, 403, 404, 413, 415, 422, 428),
    },
)
def cross(
    request: ApiRequest,
    transcript_id: Path[str],
    wanted: Crossing,
    if_match: HeaderEx[str | None, P(alias="If-Match")] = None,
) -> HttpResponse:
    """Makes a transcript private, or one that the server can read, if it still is the version of ``If-Match``.

    To private: what the server could read is destroyed in the same act: document, versions, links,
    title, folder, tags, index, names of files, and what was made of it for Voice Lab. From private:
    ciphertext, its keys and its links are destroyed. Either begins anew with version 1.
    """
    found = transcript_for(request.auth, transcript_id, write=True, private=True)
    base = base_version(if_match, found.version)
    new = wanted.root
    if isinstance(new, MakePrivate):
        crossing.make_private(request.auth, found, new.model_dump(exclude={"private"}), base)
    else:
        document = new.document.to_document()
        crossing.make_standard(request.auth, found, document, new.labels, base)
    after = transcript_for(request.auth, transcript_id, private=True)
    return JsonResponse(transcript_shape(after), headers={"ETag": etag(after.version)})
