"""Transcripts: list, read, rename, replace, take away, delete."""

from __future__ import annotations

import re
import zlib
from hashlib import sha256

from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from ninja import HeaderEx, P, Path, Query, QueryEx, Router
from ninja import Status as Answer

from privacy.content_keys import Shredded
from transcripts import editing, private
from transcripts.access import transcript_for, transcripts_of
from transcripts.api.document_schemas import DocumentOut
from transcripts.api.door import ApiRequest
from transcripts.api.paging import page_of
from transcripts.api.preconditions import base_version, etag, is_fresh
from transcripts.api.private_schemas import (
    DocumentBody,
    PrivateDocument,
    PrivateDocumentIn,
    SealedResult,
)
from transcripts.api.schemas import (
    ExportFormat,
    ExportQuery,
    ImportIn,
    TranscriptOut,
    TranscriptPage,
    TranscriptPatch,
    TranscriptQuery,
    VersionConflict,
    WholeTranscript,
    problems,
)
from transcripts.api.shapes import Shape, hit_shape, transcript_shape, whole_transcript_shape
from transcripts.downloads import download, options_of
from transcripts.failures import Refusal
from transcripts.idempotency import answer_once
from transcripts.importing import import_text
from transcripts.models import LONG_COLUMNS, Status, Transcript
from transcripts.sealed import unlock
from transcripts.search import ORDERS, Row, Sort, Wanted, matching, rows_of

router = Router(tags=["Transcripts"])


@router.get("/transcripts", response={200: TranscriptPage, **problems(422)})
def list_transcripts(request: ApiRequest, query: Query[TranscriptQuery]) -> Shape:
    """Your own transcripts."""
    if query.status and query.status.value != Status.DONE:
        return {"results": [], "next": None}  # what has no transcript: see /v1/jobs
    wanted = _wanted(query)
    if wanted == Wanted() and query.sort == Sort.NEWEST:  # needs no index
        rows = transcripts_of(request.auth).defer(*LONG_COLUMNS)
        page, following = page_of(request, rows, query.cursor, query.limit)
        return {"results": [_found(row) for row in unlock(page)], "next": following}
    listed = matching(request.auth, wanted, query.sort)
    order = ORDERS[query.sort]
    some, following = page_of(request, listed, query.cursor, query.limit, order)
    ids = [row.transcript_id for row in some]
    mine = transcripts_of(request.auth).filter(pk__in=ids).defer(*LONG_COLUMNS)
    by_id = {row.pk: row for row in unlock(mine)}
    shown = [row for row in rows_of(request.auth, some, wanted) if row.id in by_id]
    return {"results": [_found(by_id[row.id], row) for row in shown], "next": following}


def _wanted(query: TranscriptQuery) -> Wanted:
    return Wanted(
        query.q,
        query.tag,
        query.folder,
        query.speaker,
        query.language,
        query.since,
        query.until,
        query.favourite,
    )


def _found(transcript: Transcript, row: Row | None = None) -> Shape:
    return {
        **transcript_shape(transcript),
        "hits": [hit_shape(hit) for hit in row.hits] if row else [],
    }


@router.post(
    "/transcripts", response={201: TranscriptOut, **problems(400, 403, 413, 415, 422, 429)}
)
def import_transcript(
    request: ApiRequest,
    brought: ImportIn,
    idempotency_key: HeaderEx[str, P(alias="Idempotency-Key")] = "",
) -> Answer[Shape]:
    """Makes a transcript of subtitles, of a document or of text: no job, no minutes.

    Recordings go to ``/v1/transcribe``.
    """
    fields = brought.model_dump()
    content = fields.pop("content").encode()
    answer = answer_once(
        request.auth,
        idempotency_key,
        ["POST /v1/transcripts", fields, sha256(content).hexdigest()],
        lambda: transcript_shape(
            import_text(request.auth, brought.name, content, brought.language, brought.title)
        ),
    )
    return Answer(201, answer)


@router.get(
    "/transcripts/{transcript_id}",
    response={200: WholeTranscript, **problems(404)},
)
def read_transcript(request: ApiRequest, transcript_id: Path[str]) -> HttpResponse:
    """The transcript with its document."""
    found = transcript_for(request.auth, transcript_id, private=True)
    return JsonResponse(whole_transcript_shape(found), headers={"ETag": etag(found.version)})


@router.patch(
    "/transcripts/{transcript_id}",
    response={200: TranscriptOut, **problems(400, 403, 404, 413, 415, 422)},
)
def change_transcript(
    request: ApiRequest, transcript_id: Path[str], patch: TranscriptPatch
) -> Shape:
    """Rename, file, tag, mark as a favourite. Tags replace the ones before."""
    changes = patch.model_dump(exclude_none=True)
    is_outside = changes.keys() <= {"favourite"}  # of what is ciphertext where it is private
    found = transcript_for(request.auth, transcript_id, write=True, private=is_outside)
    if "tags" in changes:
        changes["tags"] = sorted(set(changes["tags"]))
    favourite = changes.pop("favourite", None)
    if changes:
        editing.relabel(found, changes)
    if favourite is not None:
        editing.mark_favourite(found, favourite=favourite)
    return transcript_shape(found)


@router.delete("/transcripts/{transcript_id}", response={204: None, **problems(403, 404)})
def delete_transcript(request: ApiRequest, transcript_id: Path[str]) -> Answer[None]:
    """Permanent, at once, with its job and every kept answer about it."""
    found = transcript_for(request.auth, transcript_id, write=True, private=True)
    editing.delete_transcript(found)
    return Answer(204, None)


@router.get(
    "/transcripts/{transcript_id}/document",
    response={200: DocumentOut | PrivateDocument | SealedResult, 304: None, **problems(404, 422)},
)
def read_document(
    request: ApiRequest,
    transcript_id: Path[str],
    version: QueryEx[int | None, P(ge=1, le=1)] = None,
    if_none_match: HeaderEx[str | None, P(alias="If-None-Match")] = None,
) -> HttpResponse:
    """The document itself. Its ``ETag`` is its version: send it back as ``If-Match`` to change it.

    Of a private transcript: its envelopes, or what the worker sealed until they were first saved.
    ``version=1`` gives the one that was saved first, which is what the machine heard.
    """
    found = transcript_for(request.auth, transcript_id, private=True)
    if version is not None:
        return _private_version(found, version)
    headers = {"ETag": etag(found.version)}
    if is_fresh(if_none_match, found.version):
        return HttpResponse(status=304, headers=headers)
    if found.is_private:
        body = private.body_of(found)
        return HttpResponse(body, content_type="application/json", headers=headers)
    return _as_it_is_kept(found, headers, accepted=request.headers.get("Accept-Encoding", ""))


@router.put(
    "/transcripts/{transcript_id}/document",
    response={
        200: TranscriptOut,
        409: VersionConflict,
        412: VersionConflict,
        **problems(400, 403, 404, 413, 415, 422, 428),
    },
)
def replace_document(
    request: ApiRequest,
    transcript_id: Path[str],
    document: DocumentBody,
    if_match: HeaderEx[str | None, P(alias="If-Match")] = None,
    if_none_match: HeaderEx[str | None, P(alias="If-None-Match")] = None,
) -> HttpResponse:
    """Replaces the document if it still is the version that ``If-Match`` names.

    Its ``model`` stays what it was. A stale one answers 409 with the current version and document; none at all, 428.
    A private one takes envelopes, and no document comes with the 409. It is first saved with
    ``If-None-Match: *``: that ends what the worker sealed, and whoever comes second gets 412.
    ``errors.ring_epoch`` of a 409 says that the keys have been rotated since.
    """
    found = transcript_for(request.auth, transcript_id, write=True, private=True)
    new = document.root
    if isinstance(new, PrivateDocumentIn) != found.is_private:
        raise _of_the_other_kind(found)
    if isinstance(new, PrivateDocumentIn):
        is_first = if_none_match == "*"
        base = private.UNSAVED if is_first else base_version(if_match, found.version)
        found.version = private.save(found, new.model_dump(), base)
    else:
        base = base_version(if_match, found.version)
        found.version = editing.save_document(found, new.to_document(), base, request.auth.user)
    headers = {"ETag": etag(found.version)}
    return JsonResponse(transcript_shape(_reread(found)), headers=headers)


@router.get(
    "/transcripts/{transcript_id}/export/{format_id}", response={200: str, **problems(404, 422)}
)
def export_transcript(
    request: ApiRequest,
    transcript_id: Path[str],
    format_id: Path[ExportFormat],
    query: Query[ExportQuery],
) -> HttpResponse:
    """The transcript as a file."""
    found = transcript_for(request.auth, transcript_id)
    options = options_of(request.auth, query)
    return download(request, found, str(format_id), options, to="api")


def _of_the_other_kind(transcript: Transcript) -> Refusal:
    problem = (
        _("This transcript is private: send envelopes.")
        if transcript.is_private
        else _("This transcript is not private: send its document as it is.")
    )
    return Refusal("validation_failed", errors={"document": problem})


def _private_version(transcript: Transcript, version: int) -> HttpResponse:
    if not transcript.is_private:
        raise Refusal("not_found")  # those of others: see versions.py
    return HttpResponse(private.body_of(transcript, version), content_type="application/json")


def _as_it_is_kept(transcript: Transcript, headers: dict[str, str], accepted: str) -> HttpResponse:
    """Ten hours are ten megabytes: whoever takes them so gets them as they were compressed once."""
    try:
        body = transcript.deflated("document")
    except Shredded:
        raise Refusal("not_found") from None
    headers["Vary"] = "Accept-Encoding"
    if re.search(r"\bdeflate\b(?!\s*;\s*q=0(\.0*)?\b)", accepted):
        headers["Content-Encoding"] = "deflate"
    else:
        body = zlib.decompress(body)
    return HttpResponse(body, content_type="application/json", headers=headers)


def _reread(transcript: Transcript) -> Transcript:
    transcript.refresh_from_db(fields=["updated_at", "language", "version"])
    return transcript
