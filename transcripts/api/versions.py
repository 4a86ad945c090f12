"""Changing a transcript by operations, and what it was before."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, JsonResponse
from ninja import Path, Query, Router

from accounts.ids import new_id
from transcripts import editing, versions
from transcripts.access import transcript_for
from transcripts.api.door import ApiRequest
from transcripts.api.operations import ChangeIn, RestoreIn
from transcripts.api.preconditions import etag
from transcripts.api.schemas import VersionConflict, problems
from transcripts.api.shapes import Shape, model_label, saved_shape, version_shape
from transcripts.api.version_schemas import SavedOut, VersionPage, VersionQuery, WholeVersion
from transcripts.editing import Change

router = Router(tags=["Transcripts"])
CHANGING: dict[int, Any] = {
    200: SavedOut,
    409: VersionConflict,
    **problems(400, 403, 404, 413, 415, 422),
}


@router.post("/transcripts/{transcript_id}/operations", response=CHANGING)
def change_by_operations(
    request: ApiRequest, response: HttpResponse, transcript_id: Path[str], change: ChangeIn
) -> Shape:
    """Applies the operations, in order and all or none, to the version they were made on.

    Where others changed the transcript meanwhile, they are applied upon that as long as both
    leave alone what the other touched; ``others`` says what came in between. Else 409, with the
    texts of both sides. What a machine heard again meanwhile (``heard_by``) gives way to yours:
    read the document anew then, instead of applying ``others``.
    """
    found = transcript_for(request.auth, transcript_id, write=True)
    saved = editing.apply(
        found,
        Change(
            change.base_version,
            change.plain_operations(),
            change.batch or new_id(),
            request.auth.user,
        ),
    )
    response["ETag"] = etag(saved.version)
    return saved_shape(found, saved)


@router.get(
    "/transcripts/{transcript_id}/versions", response={200: VersionPage, **problems(404, 422)}
)
def list_versions(
    request: ApiRequest, transcript_id: Path[str], query: Query[VersionQuery]
) -> Shape:
    """Newest first. Version 1 is what the machine heard, or what was brought in."""
    found = transcript_for(request.auth, transcript_id)
    rows = found.versions.select_related("author").order_by("-number")
    if query.before is not None:
        rows = rows.filter(number__lt=query.before)
    page = list(rows.defer("sealed_operations", "sealed_inverse")[: query.limit])
    has_more = len(page) == query.limit and page[-1].number > versions.MACHINE + 1
    return {
        "current": found.version,
        "machine": versions.heard_at(found, found.version),
        "hearings": versions.hearings(found),
        "results": [version_shape(row) for row in page],
        "next": request.build_absolute_uri(
            f"{request.path}?before={page[-1].number}&limit={query.limit}"
        )
        if has_more
        else None,
    }


@router.get(
    "/transcripts/{transcript_id}/versions/{number}",
    response={200: WholeVersion, **problems(404, 422)},
)
def read_version(request: ApiRequest, transcript_id: Path[str], number: Path[int]) -> HttpResponse:
    """The document as it was, and by which operations it came to be so."""
    found = transcript_for(request.auth, transcript_id)
    document = versions.document_at(found, number)
    heard = versions.heard_in(found, number)
    row = found.versions.filter(number=number).first()
    shape = {
        "number": number,
        "document": document,
        "heard": heard,
        "heard_by": model_label(heard["model"]) if heard else None,
        "operations": versions.operations_of(found, row) if row else [],
    }
    return JsonResponse(shape)


@router.post("/transcripts/{transcript_id}/versions/{number}/restore", response=CHANGING)
def restore_version(
    request: ApiRequest,
    response: HttpResponse,
    transcript_id: Path[str],
    number: Path[int],
    restore: RestoreIn,
) -> Shape:
    """Makes the transcript again what it was, as a new version: nothing of the way is lost."""
    found = transcript_for(request.auth, transcript_id, write=True)
    base = restore.base_version or found.version
    saved = editing.restore(found, number, base, request.auth.user)
    response["ETag"] = etag(saved.version)
    return saved_shape(found, saved)
