"""What a password may not be, beyond too short and too common. No rules of composition."""

import re

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

PRODUCT_WORDS = ("sotto", "transcript", "transcription", "password")
MIN_OWN_CHARS = 8
MIN_DISTINCT_CHARS = 5
WORD = re.compile(r"[^\W_]{4,}")


class MaximumLengthValidator:
    """Hashing text of any length is work that strangers could ask for."""

    def __init__(self, max_length: int) -> None:
        self.max_length = max_length

    def validate(self, password: str, user: object = None) -> None:  # noqa: ARG002 - Django's
        if len(password) > self.max_length:
            raise ValidationError(
                _("A password can have up to %(max)d characters."),
                code="password_too_long",
                params={"max": self.max_length},
            )

    def get_help_text(self) -> str:
        """Nothing: nobody needs to be told beforehand."""
        return ""


class ContextWordsValidator:
    """Refuses a password with little in it but this service's name and the user's address."""

    def validate(self, password: str, user: object = None) -> None:
        rest = password.casefold()
        for word in sorted(_context_words(user), key=len, reverse=True):
            rest = rest.replace(word, "")
        if rest != password.casefold() and len(rest) < MIN_OWN_CHARS:
            raise ValidationError(
                _("This password is mostly the name of this service or your own address."),
                code="password_context",
            )
        if len(set(password)) < MIN_DISTINCT_CHARS:
            raise ValidationError(
                _("This password repeats the same few characters."), code="password_repeats"
            )

    def get_help_text(self) -> str:
        return _("A sentence makes a good one. Your address or the name of this service does not.")


def _context_words(user: object) -> set[str]:
    email = str(getattr(user, "email", "") or "").casefold()
    host = settings.PUBLIC_URL.partition("://")[2].casefold()
    return {email, *PRODUCT_WORDS, *WORD.findall(email), *WORD.findall(host)} - {""}
