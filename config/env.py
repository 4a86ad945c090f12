"""Typed readers of environment variables: the only place that touches ``os.environ``.

A wrong value stops the start with the variable's name and what it should look like.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

T = TypeVar("T")
TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off", ""}


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default).strip()


def choice(name: str, choices: tuple[str, ...], default: str) -> str:
    value = text(name, default)
    if value not in choices:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(choices)}; it is {value!r}.")
    return value


def boolean(name: str, *, default: bool) -> bool:
    value = text(name, "1" if default else "0").lower()
    if value not in TRUE | FALSE:
        raise ImproperlyConfigured(f"{name} must be 1 or 0; it is {value!r}.")
    return value in TRUE


def number(name: str, default: int, *, least: int = 0) -> int:
    value = _convert(name, int, str(default), "a whole number")
    if value < least:
        raise ImproperlyConfigured(f"{name} must be at least {least}; it is {value}.")
    return value


def words(name: str, default: str = "") -> list[str]:
    return [item.strip() for item in text(name, default).split(",") if item.strip()]


def path(name: str, default: Path) -> Path:
    return Path(text(name) or default).expanduser().resolve()


_FAST_LOG = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
# A write-ahead log would keep what was deleted until it is next emptied.
_NO_LOG = "PRAGMA journal_mode=DELETE; PRAGMA synchronous=FULL;"


# By default 2 MB, of which every query of a large index would read most anew.
_LARGE_CACHE = "PRAGMA cache_size=-65536; PRAGMA mmap_size=1073741824;"


def database(
    name: str, default_file: Path, *, forgets: bool = False, large: bool = False
) -> dict[str, object]:
    """A Django ``DATABASES`` entry from ``postgres://user:password@host:port/name?option=…``.

    Without the variable: SQLite in ``default_file``, tuned for one machine. ``secure_delete``
    overwrites deleted rows, because deletion here is meant to be permanent; ``forgets`` keeps no
    write-ahead log either; ``large`` is read in many places at once.
    """
    url = text(name)
    if not url:
        return _sqlite(default_file, forgets=forgets, large=large)
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured(f"{name} must begin with postgres://; see the README.")
    return _postgres(parts)


def _sqlite(file: Path, *, forgets: bool, large: bool) -> dict[str, object]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": file,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                (_NO_LOG if forgets else _FAST_LOG)
                + "PRAGMA secure_delete=ON; PRAGMA temp_store=MEMORY;"
                + (_LARGE_CACHE if large else "")
            ),
        },
    }


def _postgres(parts: SplitResult) -> dict[str, object]:
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.removeprefix("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "server_side_binding": True,
            # By default a network that swallows packets would be waited for by the quarter of an hour.
            "connect_timeout": "5",
            "tcp_user_timeout": "15000",
            **dict(parse_qsl(parts.query)),
        },
    }


def storage(name: str, default_folder: Path) -> dict[str, object]:
    """A Django ``STORAGES`` entry from ``s3://key:secret@bucket?endpoint_url=…&region_name=…``.

    Key and secret may be left out where the machine has a role. Without the variable: a folder.
    Objects are never overwritten, never public, and links to them are signed and short-lived.
    """
    url = text(name)
    if not url:
        return {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": default_folder},
        }
    parts = urlsplit(url)
    if parts.scheme != "s3" or not parts.hostname:
        raise ImproperlyConfigured(
            f"{name} must look like s3://key:secret@bucket?endpoint_url=https://…"
        )
    options: dict[str, object] = {
        "bucket_name": parts.hostname,
        "access_key": unquote(parts.username or "") or None,
        "secret_key": unquote(parts.password or "") or None,
        "signature_version": "s3v4",
        "addressing_style": "path",
        "file_overwrite": False,
        "default_acl": None,
        "querystring_expire": 300,
        **dict(parse_qsl(parts.query)),
    }
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {**options, "client_config": _soon_given_up(options)},
    }


def _soon_given_up(options: dict[str, object]) -> object:
    """Somebody may be waiting for an answer; what did not work is tried again by the sweeper."""
    from botocore.config import Config

    return Config(
        s3={"addressing_style": options["addressing_style"]},
        signature_version=options["signature_version"],
        connect_timeout=3,
        read_timeout=20,
        retries={"total_max_attempts": 2},
    )


@dataclass(frozen=True)
class MailServer:
    backend: str = "django.core.mail.backends.console.EmailBackend"
    host: str = ""
    port: int = 0
    user: str = ""
    password: str = ""
    starttls: bool = False
    tls: bool = False


def mail(name: str) -> MailServer:
    """Where mail goes: ``smtps://user:password@host:465`` (TLS), ``smtp://…:587`` (STARTTLS),
    ``smtp+plain://…:25`` (no TLS, for a relay on this machine) or ``console``.

    Without the variable, mail is printed.
    """
    url = text(name, "console")
    if url in {"", "console", "console://"}:
        return MailServer()
    parts = urlsplit(url)
    ports = {"smtp": 587, "smtps": 465, "smtp+plain": 25}
    if parts.scheme not in ports or not parts.hostname:
        raise ImproperlyConfigured(
            f"{name} must look like smtp://user:password@mail.example:587 or be 'console'."
        )
    return MailServer(
        backend="django.core.mail.backends.smtp.EmailBackend",
        host=parts.hostname,
        port=parts.port or ports[parts.scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        starttls=parts.scheme == "smtp",
        tls=parts.scheme == "smtps",
    )


def _convert(name: str, convert: Callable[[str], T], default: str, wanted: str) -> T:
    value = text(name, default)
    try:
        return convert(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be {wanted}; it is {value!r}.") from None
