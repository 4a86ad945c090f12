"""What of accounts ends by itself; the sweeper is told of it in privacy/apps.py."""

from __future__ import annotations

from itertools import chain

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from accounts.holdings import erase
from accounts.models import ApiKey, User


def dead_sessions() -> chain[str]:
    """Those past their time, and what was noted of browsers whose session is gone."""
    past = Session.objects.filter(expire_date__lt=timezone.now())
    noted = UserSession.objects.exclude(session_key__in=Session.objects.values("session_key"))
    found = (rows.values_list("session_key", flat=True) for rows in (past, noted))
    return chain.from_iterable(found)


def end_session(session_key: str) -> bool:
    past = Session.objects.filter(pk=session_key, expire_date__lt=timezone.now())
    gone, _ = past.delete()
    if not Session.objects.filter(pk=session_key).exists():
        gone += UserSession.objects.filter(session_key=session_key).delete()[0]
    return gone > 0


def dead_keys() -> QuerySet[ApiKey]:
    return ApiKey.objects.filter(expires_at__lt=timezone.now())


def end_key(key_id: int) -> bool:
    return dead_keys().filter(pk=key_id).delete()[0] > 0


def unconfirmed_accounts() -> QuerySet[User]:
    """Accounts whose address nobody confirmed: else one could sit on another's address."""
    if not settings.HOSTED:
        return User.objects.none()
    before = timezone.now() - settings.UNCONFIRMED_ACCOUNTS_KEPT
    never_used = User.objects.filter(is_staff=False, last_login=None, date_joined__lt=before)
    return never_used.exclude(emailaddress__verified=True)


def end_unconfirmed_account(user_id: int) -> bool:
    user = unconfirmed_accounts().filter(pk=user_id).first()
    if user is None:
        return False
    erase(user)
    return True
