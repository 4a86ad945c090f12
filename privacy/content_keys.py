"""Contents at rest: each recording's names and words are sealed under a key of their own.

The keys lie in a second, small database. ``shred`` destroys one, and with it every copy of what
it sealed: rows, write-ahead logs, backups. A sealed value is one byte of version, a nonce of 12
bytes and AES-256-GCM over zlib over JSON; the key's id and the field's name are bound in.
"""

from __future__ import annotations

import json
import secrets
import zlib
from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from typing import Any

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
PIECE_CHARS = 1 << 20


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
    text = json.dumps(value, cls=_Encoder, separators=(",", ":"), ensure_ascii=False)
    return seal_bytes(key, context, _compressed(text))


def unseal(key: bytes, context: str, sealed: bytes | memoryview) -> Any:
    """Raises Shredded."""
    return json.loads(zlib.decompress(unseal_bytes(key, context, sealed)))


class _Encoder(DjangoJSONEncoder):
    """Of a large document there is never a second one, of dictionaries."""

    def default(self, o: Any) -> Any:
        if is_dataclass(o):
            return {column.name: getattr(o, column.name) for column in fields(o)}
        return super().default(o)


def _compressed(text: str) -> bytes:
    """Piece by piece: ten hours of words are large enough without a copy of them as bytes."""
    press = zlib.compressobj(level=6)
    pieces = [
        press.compress(text[start : start + PIECE_CHARS].encode())
        for start in range(0, len(text), PIECE_CHARS)
    ]
    return b"".join([*pieces, press.flush()])


def seal_bytes(key: bytes, context: str, data: bytes) -> bytes:
    nonce = secrets.token_bytes(NONCE_BYTES)
    return VERSION + nonce + AESGCM(key).encrypt(nonce, data, context.encode())


def unseal_bytes(key: bytes, context: str, sealed: bytes | memoryview) -> bytes:
    """Raises Shredded."""
    raw = bytes(sealed)
    nonce, body = raw[1 : 1 + NONCE_BYTES], raw[1 + NONCE_BYTES :]
    try:
        if raw[:1] != VERSION:
            raise Shredded
        return AESGCM(key).decrypt(nonce, body, context.encode())
    except (InvalidTag, ValueError):
        raise Shredded from None
