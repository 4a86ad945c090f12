"""All that is kept for an account as one ZIP, made while it is sent: a file at a time in memory.

Apps declare what they add; this one knows none of them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.archive import File, zipped
from accounts.models import User

FILE_NAME = "sotto-export.zip"


@dataclass(frozen=True)
class Part:
    """``label`` is its line in the README; ``files`` yields names, safe in any ZIP, and contents."""

    id: str
    label: str | Promise
    files: Callable[[User], Iterable[File]]


_parts: dict[str, Part] = {}


def declare(part: Part) -> None:
    """Called from an app's ``ready()``."""
    _parts[part.id] = part


def parts() -> list[Part]:
    """What an export holds, a folder each."""
    own = Part("account", gettext_lazy("address, dates, log-ins, names of keys"), _account)
    return [own, *_parts.values()]


def as_json(value: Any) -> bytes:
    text = json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
    return text.encode("utf-8", "replace")


def zip_of(user: User) -> Iterator[bytes]:
    """The archive in pieces."""
    return zipped(_files(user))


def _files(user: User) -> Iterator[File]:
    yield "README.txt", _readme(user).encode()
    for part in parts():
        for name, content in part.files(user):
            yield f"{part.id}/{name}", content


def _readme(user: User) -> str:
    lines = [
        _("All that Sotto keeps for %(email)s.") % {"email": user.email},
        _(
            "Recordings are not in it: they are destroyed when their job ends, unless you gave them to Voice Lab."
        ),
        _("Neither are passwords and keys: only their fingerprints are kept."),
        "",
        *(f"{part.id}/  {part.label}" for part in parts()),
    ]
    return "\n".join(lines) + "\n"


def _account(user: User) -> Iterator[File]:
    yield (
        "account.json",
        as_json(
            {
                "email": user.email,
                "addresses": _rows(EmailAddress, user, "email", "verified", "primary"),
                "date_joined": user.date_joined,
                "last_login": user.last_login,
                "second_factors": _rows(Authenticator, user, "type", "created_at", "last_used_at"),
                "api_keys": list(
                    user.api_keys.values(
                        *("name", "hint", "can_write", "created_at", "expires_at", "last_used_at")
                    )
                ),
                "log_ins": _rows(
                    UserSession, user, "ip", "user_agent", "created_at", "last_seen_at"
                ),
            }
        ),
    )


def _rows(model: Any, user: User, *fields: str) -> list[dict[str, Any]]:
    return list(model.objects.filter(user=user).order_by("pk").values(*fields))
