"""Identifiers and secrets that nobody can guess."""

import hashlib
import secrets

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"  # nothing that looks alike
ID_CHARS = 24  # 57**24 is 140 bits


def new_id() -> str:
    """140 random bits that read well aloud and need no escaping in a URL."""
    return "".join(secrets.choice(ALPHABET) for _ in range(ID_CHARS))


def digest(secret: str) -> str:
    """SHA-256 in hex. For secrets of 128 random bits and more, which need no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()
