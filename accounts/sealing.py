"""Secrets at rest: what a copy of the database alone must not give away."""

import base64
import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

VERSION = "v1."
NONCE_BYTES = 12
PURPOSE = b"sotto: second factors"


class CannotUnseal(Exception):  # noqa: N818 - the name says what happened
    """Sealed under a key that is gone, or changed since."""


def seal(plaintext: str) -> str:
    """AES-256-GCM under a key derived from ``SECRET_KEY``; text in, text out."""
    nonce = os.urandom(NONCE_BYTES)
    sealed = AESGCM(_key(settings.SECRET_KEY)).encrypt(nonce, plaintext.encode(), PURPOSE)
    return VERSION + base64.urlsafe_b64encode(nonce + sealed).decode()


def unseal(sealed_text: str) -> str:
    """The counterpart. Tries ``SECRET_KEY_FALLBACKS`` too. Raises CannotUnseal."""
    if not sealed_text.startswith(VERSION):
        raise CannotUnseal
    sealed = base64.urlsafe_b64decode(sealed_text.removeprefix(VERSION))
    if len(sealed) < NONCE_BYTES:
        raise CannotUnseal
    for secret_key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        try:
            plain = AESGCM(_key(secret_key)).decrypt(
                sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], PURPOSE
            )
        except InvalidTag:
            continue
        return plain.decode()
    raise CannotUnseal


@lru_cache(maxsize=8)
def _key(secret_key: str) -> bytes:
    return HKDF(SHA256(), length=32, salt=None, info=PURPOSE).derive(secret_key.encode())
