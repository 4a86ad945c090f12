"""What of accounts ends by itself; the sweeper is told of it in privacy/apps.py."""

from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.models import ApiKey, User


def delete_expired_sessions() -> int:
    return Session.objects.filter(expire_date__lt=timezone.now()).delete()[0]


def delete_expired_keys() -> int:
    return ApiKey.objects.filter(expires_at__lt=timezone.now()).delete()[0]


def delete_unconfirmed_accounts() -> int:
    """Accounts whose address nobody confirmed: else one could sit on another's address."""
    if not settings.HOSTED:
        return 0
    before = timezone.now() - settings.UNCONFIRMED_ACCOUNTS_KEPT
    never_used = User.objects.filter(
        is_staff=False, last_login=None, date_joined__lt=before
    ).exclude(emailaddress__verified=True)
    return never_used.delete()[0]
