"""Share links of a transcript: make, list, end."""

from __future__ import annotations

from django.utils.crypto import salted_hmac
from ninja import HeaderEx, P, Path, Router
from ninja import Status as Answer

from transcripts import sharing
from transcripts.access import transcript_for
from transcripts.api.door import ApiRequest
from transcripts.api.schemas import problems
from transcripts.api.shapes import Shape, share_shape
from transcripts.api.share_schemas import ShareIn, ShareList, ShareMade
from transcripts.idempotency import answer_once
from transcripts.sharing import Wanted

router = Router(tags=["Share links"])


@router.post(
    "/transcripts/{transcript_id}/shares",
    response={201: ShareMade, **problems(400, 403, 404, 413, 415, 422)},
)
def make_share(
    request: ApiRequest,
    transcript_id: Path[str],
    fields: ShareIn,
    idempotency_key: HeaderEx[str, P(alias="Idempotency-Key")] = "",
) -> Answer[Shape]:
    """A link that opens the transcript to whoever has it. It is shown in this answer only.

    The same request again makes no second link, and is answered without the token.
    """
    found = transcript_for(request.auth, transcript_id, write=True)
    tokens: list[str] = []

    def create() -> Shape:
        share, token = sharing.make(request.auth, found, _wanted(fields))
        tokens.append(token)
        return share_shape(share)

    answer = answer_once(
        request.auth,
        idempotency_key,
        ["POST shares", found.pk, _without_password(fields)],
        create,
        address=request.META.get("REMOTE_ADDR", ""),
    )
    token = tokens[0] if tokens else None
    url = sharing.address_of_link(token) if token else None
    return Answer(201, {**answer, "token": token, "url": url})


@router.get("/transcripts/{transcript_id}/shares", response={200: ShareList, **problems(404)})
def list_shares(request: ApiRequest, transcript_id: Path[str]) -> Shape:
    """The links that still open it, newest first."""
    found = transcript_for(request.auth, transcript_id)
    return {"results": [share_shape(share) for share in sharing.links_of(found)]}


@router.delete(
    "/transcripts/{transcript_id}/shares/{share_id}",
    response={204: None, **problems(403, 404)},
)
def revoke_share(
    request: ApiRequest, transcript_id: Path[str], share_id: Path[str]
) -> Answer[None]:
    """It opens nothing from now on; pages that are open with it close."""
    sharing.revoke(transcript_for(request.auth, transcript_id, write=True), share_id)
    return Answer(204, None)


def _wanted(fields: ShareIn) -> Wanted:
    return Wanted(
        expires_at=fields.expires_at,
        is_permanent=fields.permanent,
        password=fields.password or "",
        allows_downloads=fields.downloads,
    )


def _without_password(fields: ShareIn) -> Shape:
    """What tells two requests apart is kept for a day, where a bare digest could be guessed at."""
    sent = fields.model_dump(mode="json")
    sent["password"] = salted_hmac("transcripts.api.shares", fields.password or "").hexdigest()
    return sent
