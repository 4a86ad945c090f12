"""Browsers that somebody has logged in from before.

A stranger who guesses at an account soon meets the limit for that account. Its owner must not:
a browser that once proved to be hers has a limit of its own (the "device cookie" of OWASP).
The cookie opens nothing; it only says which counter wrong passwords are counted on.
"""

from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from accounts.ids import digest, new_id

SALT = "accounts.known-browser"
MAX_AGE_SECONDS = 365 * 24 * 3600


def known_browser(request: HttpRequest, email: str) -> str:
    """An id of this browser, if the address has been logged in from it; else an empty text."""
    try:
        found = signing.loads(
            request.COOKIES.get(settings.KNOWN_BROWSER_COOKIE_NAME, ""),
            salt=SALT,
            max_age=MAX_AGE_SECONDS,
        )
    except signing.BadSignature:
        return ""
    return str(found["browser"]) if found["email"] == digest(email.lower()) else ""


def remember_browser(response: HttpResponseBase, email: str) -> None:
    response.set_cookie(
        settings.KNOWN_BROWSER_COOKIE_NAME,
        signing.dumps({"email": digest(email.lower()), "browser": new_id()}, salt=SALT),
        max_age=MAX_AGE_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
