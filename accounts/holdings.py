"""What other apps keep for a guest or a user. They declare it; this app knows none of them."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Model
from django.utils.functional import Promise

from accounts.models import User

logger = logging.getLogger(__name__)
ERASED = "an account that was erased"


@dataclass(frozen=True)
class Holding:
    """Rows with an ``owner`` (deleted with the user's row) and a ``guest_key``.

    ``erase`` ends what deleting the rows alone would leave behind: running work, held audio.
    """

    id: str
    label: str | Promise
    model: type[Model]
    erase: Callable[[User], None] | None = None

    def rows(self, **conditions: Any) -> Any:
        return self.model._default_manager.filter(**conditions)  # noqa: SLF001 - Django's own way


_holdings: dict[str, Holding] = {}
_adopted: list[Callable[[User], None]] = []
_before: list[Callable[[User], None]] = []
_while: list[Callable[[User], None]] = []


def declare(holding: Holding) -> None:
    """Called from an app's ``ready()``; what makes rows of other kinds is declared after them."""
    _holdings[holding.id] = holding


def holdings() -> tuple[Holding, ...]:
    """Makers first: a job that ends while it is being moved has then either left all its rows
    to be moved after it, or will make them for its new owner.
    """
    return tuple(reversed(_holdings.values()))


def adopt(guest_key: str, user: User) -> None:
    """All of a guest's rows become the user's, or none do."""
    if not guest_key:
        return
    with transaction.atomic():
        for holding in holdings():
            holding.rows(owner=None, guest_key=guest_key).update(owner=user, guest_key="")
    for hook in _adopted:
        hook(user)


def after_adopting(hook: Callable[[User], None]) -> None:
    """Called from an app's ``ready()``: ``hook`` runs once rows have become the user's."""
    _adopted.append(hook)


def before_erasing(hook: Callable[[User], None]) -> None:
    """Called from an app's ``ready()``: ``hook`` runs first of all, and may run again."""
    _before.append(hook)


def while_erasing(hook: Callable[[User], None]) -> None:
    """Called from an app's ``ready()``: ``hook`` runs in the transaction that deletes the rows."""
    _while.append(hook)


def erase(user: User) -> None:
    """Delete the user with everything that is kept for them. There is no way back.

    No log-in, key or socket of theirs works from the first step on. Safe to repeat.
    """
    for hook in _before:
        hook(user)
    User.objects.filter(pk=user.pk).update(is_active=False)
    for session in UserSession.objects.filter(user=user):
        session.end()
    with transaction.atomic():
        for holding in holdings():
            if holding.erase is not None:
                holding.erase(user)
        for hook in _while:
            hook(user)
        _forget_in_the_admin_log(user)
        user.delete()
    logger.info("an account was erased")


def _forget_in_the_admin_log(user: User) -> None:
    """What staff did about the account stays on record; its address does not."""
    about = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(User), object_id=str(user.pk)
    )
    about.update(object_repr=ERASED)
