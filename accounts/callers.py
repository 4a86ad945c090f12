"""Who is asking: one value for pages, API and sockets alike."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import InternalError, transaction
from django.db.models import Q
from django.utils import timezone

from accounts.ids import new_id
from accounts.models import ApiKey, User

if TYPE_CHECKING:
    from django.contrib.sessions.backends.base import SessionBase
    from django.http import HttpRequest

GUEST_SESSION_KEY = "guest_key"


class BadApiKey(Exception):  # noqa: N818 - the name says what happened
    """The Authorization header carries no key that is valid now."""


class MayNotWrite(Exception):  # noqa: N818
    """The key may read only."""


@dataclass(frozen=True)
class Caller:
    """A signed-in user, a guest known by a secret in the session, or a stranger with neither.

    What a stranger makes (``curl`` without a key) belongs to nobody: whoever holds its
    unguessable id may read and delete it; it is in no list.
    """

    user: User | None = None
    guest_key: str = ""
    can_write: bool = True

    @property
    def fields(self) -> dict[str, object]:
        """The columns that mark a new row as this caller's."""
        return {"owner": self.user, "guest_key": "" if self.user else self.guest_key}

    @property
    def kind(self) -> str:
        if self.user is not None:
            return "user"
        return "guest" if self.guest_key else "stranger"

    def owns(self) -> Q:
        """Rows that are listed for this caller."""
        if self.user is not None:
            return Q(owner=self.user)
        return Q(owner=None, guest_key=self.guest_key) if self.guest_key else Q(pk__in=[])

    def may_open(self) -> Q:
        """Rows that this caller may open by id."""
        return self.owns() | Q(owner=None, guest_key="")


def caller_from_key(secret: str) -> Caller:
    key = ApiKey.objects.matching(secret)
    if key is None:
        raise BadApiKey
    now = timezone.now()
    if key.last_used_at is None or (now - key.last_used_at).total_seconds() > 60:
        # A database that takes no writes now can still be read.
        with contextlib.suppress(InternalError), transaction.atomic():
            ApiKey.objects.filter(pk=key.pk).update(last_used_at=now)
    return Caller(user=key.user, can_write=key.can_write)


def caller_from_session(user: object, session: SessionBase) -> Caller:
    if isinstance(user, User):
        return Caller(user=user)
    return Caller(guest_key=session.get(GUEST_SESSION_KEY, ""))


def caller_of(request: HttpRequest) -> Caller:
    """The caller of a page, or of an API view with or without a key.

    Raises BadApiKey.
    """
    header = request.headers.get("Authorization", "")
    if header:
        return caller_from_key(bearer_secret(header))
    return caller_from_session(request.user, request.session)


def bearer_secret(header: str) -> str:
    scheme, _, secret = header.partition(" ")
    if scheme.lower() != "bearer" or not secret.strip():
        raise BadApiKey
    return secret.strip()


def remember_guest(session: SessionBase) -> str:
    """The guest's secret, made on first need: reading a page alone sets no cookie."""
    if not session.get(GUEST_SESSION_KEY):
        session[GUEST_SESSION_KEY] = new_id()
    return str(session[GUEST_SESSION_KEY])
