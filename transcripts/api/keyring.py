"""The ring of locked keys, for its owner's browser. Keys of the API never come here."""

from __future__ import annotations

import math
import time

from allauth.account.authentication import get_authentication_records
from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from ninja import HeaderEx, P, Router

from accounts.models import User
from billing.limits import LimitReached, require_private
from billing.plans import plan_of
from privacy import keyring
from privacy.models import Keyring
from transcripts import private
from transcripts.api.door import ApiRequest
from transcripts.api.keyring_schemas import KeyringOut, Ring
from transcripts.api.preconditions import base_version, etag
from transcripts.api.private_schemas import RotationIn
from transcripts.api.schemas import VersionConflict, problems
from transcripts.failures import Refusal

router = Router(tags=["Private transcripts"])

# A session that was left open somewhere last week shows nobody what could be guessed at.
READ_AFTER_SECONDS = 12 * 3600
CHANGED_AFTER_SECONDS = 5 * 60


@router.get("/keyring", response={200: KeyringOut, **problems(403)})
def read_keyring(request: ApiRequest) -> HttpResponse:
    """Yours, or ``null``. In a browser in which you have logged in within twelve hours."""
    user = whoever_is_here(request, READ_AFTER_SECONDS)
    return _answer(user, keyring.keyring_of(user))


@router.put(
    "/keyring",
    response={200: KeyringOut, 409: VersionConflict, **problems(400, 403, 413, 415, 422, 428)},
)
def write_keyring(
    request: ApiRequest,
    ring: Ring,
    if_match: HeaderEx[str | None, P(alias="If-Match")] = None,
    if_none_match: HeaderEx[str | None, P(alias="If-None-Match")] = None,
) -> HttpResponse:
    """A first ring with ``If-None-Match: *``; another one with ``If-Match`` and the epoch before.

    In a browser in which you have given your password within five minutes.
    """
    user = whoever_is_here(request, CHANGED_AFTER_SECONDS)
    before = keyring.keyring_of(user)
    epoch = before.epoch if before else keyring.NONE_YET
    is_first = if_none_match == "*"
    if is_first:
        _require_private(request)
        instead_of = keyring.NONE_YET
    else:
        instead_of = base_version(if_match, epoch)
        if before is None or instead_of != epoch:
            raise _overtaken(epoch)
    if ring.epoch <= instead_of:
        raise Refusal("validation_failed", errors={"epoch": _("It goes up with each change.")})
    try:
        keyring.keep(user, ring.to_json(), ring.epoch, instead_of=instead_of)
    except keyring.Overtaken as overtaken:
        raise _overtaken(overtaken.epoch) from None
    except keyring.LocksOut:
        problem = _("There are texts that only the keys before can open: rotate them together.")
        raise Refusal("validation_failed", errors={"pk": problem}) from None
    return _answer(user, keyring.keyring_of(user))


@router.put(
    "/keyring/rotation",
    response={200: KeyringOut, 409: VersionConflict, **problems(400, 403, 413, 415, 422, 428)},
)
def rotate_keys(
    request: ApiRequest,
    rotation: RotationIn,
    if_match: HeaderEx[str | None, P(alias="If-Match")] = None,
) -> HttpResponse:
    """New keys in the place of all of those before, in one act, whatever else goes on meanwhile.

    ``If-Match`` names the ring before by its epoch, ``deks`` are the keys of all private transcripts
    that have been saved. 409 unless they are exactly those there are: read them, and try again.
    As with any change, your password comes first.
    """
    user = whoever_is_here(request, CHANGED_AFTER_SECONDS)
    before = keyring.keyring_of(user)
    epoch = before.epoch if before else keyring.NONE_YET
    if base_version(if_match, epoch) != epoch or before is None:
        raise _overtaken(epoch)
    if rotation.ring.epoch <= epoch:
        raise Refusal("validation_failed", errors={"epoch": _("It goes up with each change.")})
    try:
        private.rotate(user, rotation.parsed(), instead_of=epoch)
    except keyring.Overtaken as overtaken:
        raise _overtaken(overtaken.epoch) from None
    return _answer(user, keyring.keyring_of(user))


@router.delete("/keyring", response={204: None, **problems(403)})
def delete_keyring(request: ApiRequest) -> HttpResponse:
    """Starts over: private transcripts, whose texts nobody could open any more, are deleted with it,
    and private jobs are cancelled. As with a change, your password comes first.
    """
    keyring.start_over(whoever_is_here(request, CHANGED_AFTER_SECONDS))
    return HttpResponse(status=204)


def whoever_is_here(request: ApiRequest, within_seconds: float = math.inf) -> User:
    """Raises Refusal: nobody is logged in, a key asks, or the log-in is too long ago."""
    if "Authorization" in request.headers:
        raise Refusal("forbidden", _("Keys of the API may not do this: use a browser."))
    user = request.auth.user
    if user is None:
        raise Refusal("unauthenticated")
    newest = max((record["at"] for record in get_authentication_records(request, user)), default=0)
    if time.time() - newest > within_seconds:
        raise Refusal("reauthentication_required")
    return user


def _require_private(request: ApiRequest) -> None:
    try:
        require_private(plan_of(request.auth))
    except LimitReached:
        raise Refusal("plan_required") from None


def _overtaken(epoch: int) -> Refusal:
    return Refusal("conflict", extra={"current_version": epoch or None})


def _answer(user: User, found: Keyring | None) -> HttpResponse:
    body: dict[str, object] = {"uid": keyring.uid_of(user), "ring": None}
    if found is None:
        return JsonResponse(body)
    body |= {"ring": found.ring, "created_at": found.created_at}
    return JsonResponse(body, headers={"ETag": etag(found.epoch)})
