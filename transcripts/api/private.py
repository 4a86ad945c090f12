"""The private transcripts of whoever is here, all at once: for their browser, which opens them."""

from __future__ import annotations

from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from ninja import Field, Query, Router

from privacy import keyring, wrapped_keys
from privacy.wrapped_keys import Dek
from transcripts.access import transcripts_of
from transcripts.api.door import ApiRequest
from transcripts.api.keyring import READ_AFTER_SECONDS, whoever_is_here
from transcripts.api.paging import page_of
from transcripts.api.private_schemas import ManifestIn, ManifestIO, PrivatePage
from transcripts.api.schemas import PageQuery, VersionConflict, problems
from transcripts.api.shapes import Shape
from transcripts.failures import Refusal
from transcripts.models import LONG_COLUMNS, Transcript
from transcripts.private import UNSAVED
from transcripts.sealed import unlock

router = Router(tags=["Private transcripts"])
LONGER_COLUMNS = sorted({*LONG_COLUMNS} - {"sealed_about"})


class PrivateQuery(PageQuery):
    limit: int = Field(200, ge=1, le=200)


@router.get("/private", response={200: PrivatePage, **problems(403, 422)})
def list_private(request: ApiRequest, query: Query[PrivateQuery]) -> HttpResponse:
    """Your private transcripts with their keys, all of them locked.

    In a browser in which you have logged in within twelve hours. ``manifest`` was left here by
    your browser: by it the browser knows if something is held back, or older than it was.
    """
    user = whoever_is_here(request, READ_AFTER_SECONDS)
    ring = keyring.keyring_of(user)
    rows = transcripts_of(request.auth).filter(is_private=True).defer(*LONGER_COLUMNS)
    with_jobs = rows.select_related("job")
    page, following = page_of(request, with_jobs, query.cursor, query.limit)
    deks = wrapped_keys.of((row.pk, row.dek_version) for row in page)
    manifest = ring and ring.manifest and {"epoch": ring.manifest_epoch, "env": ring.manifest}
    return JsonResponse(
        {
            "uid": keyring.uid_of(user),
            "epoch": ring.epoch if ring else None,
            "manifest": manifest,
            "results": [_row(row, deks.get(row.pk)) for row in unlock(page)],
            "next": following,
        }
    )


@router.put(
    "/private/manifest",
    response={200: ManifestIO, 409: VersionConflict, **problems(400, 403, 413, 415, 422)},
)
def write_manifest(request: ApiRequest, manifest: ManifestIn) -> Shape:
    """In the place of the one before, whose epoch is one less; a first one may begin with any.

    409 with ``current_version``, that of the one that is there, if another came first.
    """
    user = whoever_is_here(request)
    try:
        keyring.keep_manifest(user, manifest.parsed(), manifest.ring_epoch)
    except keyring.Rotated:
        problem = _("The keys have been changed meanwhile. Unlock again, and save then.")
        raise Refusal("conflict", errors={"ring_epoch": problem}) from None
    except keyring.Overtaken as overtaken:
        told = {"current_version": overtaken.epoch or None}
        raise Refusal("conflict", extra=told) from None
    return manifest.model_dump(exclude={"ring_epoch"})


def _row(transcript: Transcript, dek: Dek | None) -> Shape:
    is_sealed = transcript.version == UNSAVED
    shape = {
        "id": transcript.pk,
        "version": transcript.version,
        "created_at": transcript.created_at,
        "updated_at": transcript.updated_at,
        "duration": transcript.duration_seconds,
        "language": transcript.language,
        "model": transcript.model,
        "favourite": transcript.favourite,
        "is_sealed": is_sealed,
    }
    if is_sealed:
        return {**shape, "job": transcript.job.pk, "public_key": transcript.job.public_key}
    locked = {"version": dek.version, "env": dek.env} if dek else None
    return {**shape, "dek": locked, "about": transcript.about or None}
