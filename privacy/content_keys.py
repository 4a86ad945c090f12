"""Contents at rest: each recording's names and words are sealed under a key of their own.

The keys lie in a second, small database. ``shred`` destroys one, and with it every copy of what
it sealed: rows, write-ahead logs, backups. A sealed value is one byte of version, a nonce of 12
bytes and AES-256-GCM over zlib over JSON; the key's id and the field's name are bound in.
"""

from __future__ import annotations

import secrets
import zlib
from collections.abc import Iterable
from typing import Any

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from privacy.models import ContentKey, Deletion
from privacy.routers import KEYS

KEY_BYTES = 32
NONCE_BYTES = 12
VERSION = b"\x01"
ASKED_AT_ONCE = 500
# Ten hours of words are written anew with each edit: a tenth larger, in a third of the time.
COMPRESSION = 1
AS_DJANGO_SAYS_IT = orjson.OPT_PASSTHROUGH_DATETIME


class Shredded(Exception):  # noqa: N818 - what happened to it
    """There is no key any more, or the value was not sealed with it: nobody can read it."""


def make_key(key_id: str) -> bytes:
    """The key of that id, made now if there is none."""
    row, _new = ContentKey.objects.get_or_create(
        pk=key_id, defaults={"key": secrets.token_bytes(KEY_BYTES)}
    )
    return bytes(row.key)


def key_of(key_id: str) -> bytes:
    """Raises Shredded."""
    row = ContentKey.objects.filter(pk=key_id).first()
    if row is None:
        raise Shredded
    return bytes(row.key)


def keys_of(key_ids: Iterable[str]) -> dict[str, bytes]:
    """The keys that still are; a missing one is no error here."""
    wanted = sorted(set(key_ids))
    keys: dict[str, bytes] = {}
    for start in range(0, len(wanted), ASKED_AT_ONCE):
        rows = ContentKey.objects.filter(pk__in=wanted[start : start + ASKED_AT_ONCE])
        keys |= {row.pk: bytes(row.key) for row in rows}
    return keys


def shred(key_ids: Iterable[str], deleted: Iterable[tuple[Deletion.Kind, str]] = ()) -> None:
    """Destroy the keys, and note by id what is deleted with them. Safe to repeat.

    Called before the rows go: should the process die in between, they are unreadable at once
    and the sweeper finishes.
    """
    rows = [Deletion(kind=kind, object_id=object_id) for kind, object_id in deleted]
    doomed = list(key_ids)
    with transaction.atomic(using=KEYS):
        for start in range(0, len(doomed), ASKED_AT_ONCE):
            ContentKey.objects.filter(pk__in=doomed[start : start + ASKED_AT_ONCE]).delete()
        Deletion.objects.bulk_create(rows, ignore_conflicts=True, batch_size=ASKED_AT_ONCE)


def seal(key: bytes, context: str, value: Any) -> bytes:
    """``value`` is anything that JSON can say, a dataclass included;
    ``context`` must be given again to unseal it.
    """
    text = orjson.dumps(value, default=DjangoJSONEncoder().default, option=AS_DJANGO_SAYS_IT)
    return seal_bytes(key, context, zlib.compress(text, COMPRESSION))


def unseal(key: bytes, context: str, sealed: bytes | memoryview) -> Any:
    """Raises Shredded."""
    return orjson.loads(zlib.decompress(unseal_bytes(key, context, sealed)))


def seal_bytes(key: bytes, context: str, data: bytes) -> bytes:
    nonce = secrets.token_bytes(NONCE_BYTES)
    return VERSION + nonce + AESGCM(key).encrypt(nonce, data, context.encode())


def unseal_bytes(key: bytes, context: str, sealed: bytes | memoryview) -> bytes:
    """What was sealed, still compressed if it was ``seal`` that did it. Raises Shredded."""
    raw = bytes(sealed)
    nonce, body = raw[1 : 1 + NONCE_BYTES], raw[1 + NONCE_BYTES :]
    try:
        if raw[:1] != VERSION:
            raise Shredded
        return AESGCM(key).decrypt(nonce, body, context.encode())
    except (InvalidTag, ValueError):
        raise Shredded from None
