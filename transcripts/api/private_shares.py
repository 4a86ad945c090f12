"""Links to copies of private transcripts: made and ended by their owner, opened by whoever has one."""

from __future__ import annotations

from ninja import Path, Router
from ninja import Status as Answer

from transcripts import private_shares
from transcripts.access import transcript_for
from transcripts.addresses import address_of
from transcripts.api.door import ApiRequest
from transcripts.api.private_share_schemas import (
    PrivateShareIn,
    PrivateShareKdf,
    PrivateShareList,
    PrivateShareOut,
    SharedCopy,
    ShareToken,
)
from transcripts.api.schemas import problems
from transcripts.api.shapes import Shape, private_share_shape
from transcripts.private_shares import Copy

router = Router(tags=["Private transcripts"])


@router.post(
    "/transcripts/{transcript_id}/private-shares",
    response={201: PrivateShareOut, **problems(400, 403, 404, 413, 415, 422)},
)
def make_private_share(
    request: ApiRequest, transcript_id: Path[str], fields: PrivateShareIn
) -> Answer[Shape]:
    """A copy of a private transcript that your browser has sealed for a link.

    The link itself never comes here. The same request again makes no second one.
    """
    found = transcript_for(request.auth, transcript_id, write=True, private=True)
    copy = Copy(
        id=fields.id,
        token_sha256=fields.token_sha256,
        envelope=fields.env.model_dump(),
        kdf=fields.kdf.model_dump() if fields.kdf else None,
        expires_at=fields.expires_at,
        max_views=fields.max_views,
    )
    return Answer(201, private_share_shape(private_shares.make(request.auth, found, copy)))


@router.get(
    "/transcripts/{transcript_id}/private-shares",
    response={200: PrivateShareList, **problems(404)},
)
def list_private_shares(request: ApiRequest, transcript_id: Path[str]) -> Shape:
    """The links that still open a copy of it, newest first."""
    found = transcript_for(request.auth, transcript_id, private=True)
    return {"results": [private_share_shape(share) for share in private_shares.links_of(found)]}


@router.delete(
    "/transcripts/{transcript_id}/private-shares/{share_id}",
    response={204: None, **problems(403, 404)},
)
def revoke_private_share(
    request: ApiRequest, transcript_id: Path[str], share_id: Path[str]
) -> Answer[None]:
    """The copy is deleted: the link opens nothing from now on."""
    found = transcript_for(request.auth, transcript_id, write=True, private=True)
    private_shares.revoke(found, share_id)
    return Answer(204, None)


@router.get("/private-shares/{share_id}", response={200: PrivateShareKdf, **problems(404)})
def ask_private_share(request: ApiRequest, share_id: Path[str]) -> Shape:  # noqa: ARG001 - ninja hands it over
    """Whether such a link opens something, and how its password goes into its key. No view."""
    return {"kdf": private_shares.found(share_id).kdf}


@router.post(
    "/private-shares/{share_id}",
    response={200: SharedCopy, **problems(400, 403, 404, 413, 415, 422, 429)},
)
def open_private_share(request: ApiRequest, share_id: Path[str], given: ShareToken) -> Shape:
    """The copy, for whoever has the link: its token is made of what stands behind the ``#``.

    It counts as a view.
    """
    return {"env": private_shares.opened(share_id, given.token, address_of(request))}
