"""The signing key of an install that was given none: made once, kept beside the database."""

import os
import secrets
from pathlib import Path


def read_or_make_secret_key(file: Path) -> str:
    """Two processes that start at once end with the same key: the first to create it wins."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        descriptor = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return file.read_text(encoding="ascii").strip()
    with os.fdopen(descriptor, "w", encoding="ascii") as handle:
        handle.write(secrets.token_urlsafe(50))
    return file.read_text(encoding="ascii").strip()
