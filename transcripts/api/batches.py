"""Batches: recordings that are sent together, and how far they are."""

from __future__ import annotations

from django.db import transaction
from ninja import HeaderEx, P, Path, Router
from ninja import Status as Answer

from transcripts import batches
from transcripts.access import batch_for
from transcripts.api.batch_schemas import BatchIn, BatchOut, BatchPatch
from transcripts.api.door import ApiRequest
from transcripts.api.schemas import problems
from transcripts.api.shapes import Shape, batch_shape
from transcripts.idempotency import answer_once

router = Router(tags=["Batches"])


@router.post("/batches", response={201: BatchOut, **problems(400, 403, 413, 415, 422)})
def begin_batch(
    request: ApiRequest,
    fields: BatchIn,
    idempotency_key: HeaderEx[str, P(alias="Idempotency-Key")] = "",
) -> Answer[Shape]:
    """Say how many recordings will come; name its id in each job as ``batch``."""
    answer = answer_once(
        request.auth,
        idempotency_key,
        ["POST batches", fields.model_dump()],
        lambda: batch_shape(batches.begin(request.auth, fields.expected, wants_mail=fields.mail)),
        address=request.META.get("REMOTE_ADDR", ""),
    )
    return Answer(201, answer)


@router.get("/batches/{batch_id}", response={200: BatchOut, **problems(404)})
def read_batch(request: ApiRequest, batch_id: Path[str]) -> Shape:
    """How many of its jobs wait, run and have ended, and each job's status."""
    return batch_shape(batch_for(request.auth, batch_id))


@router.patch(
    "/batches/{batch_id}", response={200: BatchOut, **problems(400, 403, 404, 413, 415, 422)}
)
def change_batch(request: ApiRequest, batch_id: Path[str], patch: BatchPatch) -> Shape:
    """Say that fewer or more recordings will come than was said at first."""
    found = batch_for(request.auth, batch_id, write=True)
    with transaction.atomic():
        batches.expect(found, patch.expected)
    found.refresh_from_db()
    return batch_shape(found)
