"""What a reader's browser does with keys, in Python: for tests that must open what a browser sealed."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import load_der_private_key

from privacy.envelopes import (
    ITERATIONS_LEAST,
    ITERATIONS_MOST,
    IV_BYTES,
    KEY_BYTES,
    POINT_BYTES,
    SALT_BYTES,
    SUITE,
    TAG_BYTES,
    Envelope,
    Refused,
    bound,
    from_base64url,
    to_base64url,
)

KDF = {"pass": "PBKDF2-SHA256", "code": "HKDF-SHA256"}
CONTENT_TYPE = "application/json"
SEALED_KEY_BYTES = POINT_BYTES + KEY_BYTES + TAG_BYTES


def derived(key: bytes, salt: bytes | None, info: bytes) -> bytes:
    return HKDF(hashes.SHA256(), KEY_BYTES, salt, info).derive(key)


def subkey(uid: str, master: bytes, purpose: str) -> bytes:
    return derived(master, None, bound("subkey", uid, purpose))


def opened(key: bytes, value: object, aad: bytes, length: int | None = None) -> bytes:
    envelope = Envelope.of_json(value, length)
    try:
        return AESGCM(key).decrypt(envelope.iv, envelope.ciphertext, aad)
    except InvalidTag:
        raise Refused from None


def master_of(uid: str, slot: dict[str, Any], secret: str | bytes) -> bytes:
    kind, iterations = slot["type"], slot.get("iter", 0)
    salt = from_base64url(slot["salt"], SALT_BYTES)
    if kind == "pass":
        key = _typed(str(secret), salt, iterations)
    elif kind == "code" and "iter" not in slot:
        key = derived(bytes(secret), salt, bound("code-kek", uid))
    else:
        raise Refused
    aad = bound("slot", uid, slot["id"], kind, KDF[kind], iterations, salt)
    return opened(key, slot["env"], aad, KEY_BYTES)


def dek_of(uid: str, tid: str, version: int, wrap: bytes, value: object) -> bytes:
    return opened(wrap, value, bound("dek", uid, tid, version), KEY_BYTES)


def text_of(
    dek: bytes, value: object, uid: str, tid: str, version: int, kind: str = CONTENT_TYPE
) -> bytes:
    return opened(dek, value, bound("doc", uid, tid, version, kind))


def private_key_of(uid: str, pk: str, wrap: bytes, value: object) -> EllipticCurvePrivateKey:
    encoded = opened(wrap, value, bound("priv", uid, from_base64url(pk, POINT_BYTES)))
    key = load_der_private_key(encoded, None)
    assert isinstance(key, EllipticCurvePrivateKey)
    return key


def open_from(key: EllipticCurvePrivateKey, sealed: bytes, info: bytes) -> bytes:
    try:
        return SUITE.decrypt(sealed, key, info=info)
    except (InvalidTag, ValueError):
        raise Refused from None


def result_of(key: EllipticCurvePrivateKey, pk: str, sealed: bytes, *ids: str) -> bytes:
    """``ids``: of the user, the transcript and the job."""
    return open_from(key, sealed, bound("sealed", *ids, from_base64url(pk, POINT_BYTES)))


def link_of(secret: bytes, kdf: dict[str, Any] | None = None, password: str = "") -> bytes:
    """What the keys of a link are derived from."""
    if kdf is None:
        return secret
    return secret + _typed(password, from_base64url(kdf["salt"], SALT_BYTES), kdf["iter"])


def share_of(share_id: str, link: bytes, value: object, kind: str = CONTENT_TYPE) -> bytes:
    key = derived(link, None, bound("share-doc", share_id))
    return opened(key, value, bound("share", share_id, kind))


def token_of(share_id: str, link: bytes) -> str:
    return to_base64url(derived(link, None, bound("share-auth", share_id)))


def upload_of(key: EllipticCurvePrivateKey, data: bytes, about: bytes, chunk_bytes: int) -> bytes:
    content_key = AESGCM(open_from(key, data[:SEALED_KEY_BYTES], about))
    rest, size = data[SEALED_KEY_BYTES:], chunk_bytes + TAG_BYTES
    pieces = [rest[at : at + size] for at in range(0, len(rest), size)] or [b""]
    plain = b""
    for number, piece in enumerate(pieces):
        nonce = number.to_bytes(IV_BYTES - 1, "big") + bytes([number == len(pieces) - 1])
        try:
            plain += content_key.decrypt(nonce, piece, about)
        except InvalidTag:
            raise Refused from None
    return plain


def _typed(words: str, salt: bytes, iterations: object) -> bytes:
    if type(iterations) is not int or not ITERATIONS_LEAST <= iterations <= ITERATIONS_MOST:
        raise Refused
    text = unicodedata.normalize("NFC", words).encode()
    return hashlib.pbkdf2_hmac("sha256", text, salt, iterations)


def json_of(plain: bytes) -> Any:
    return json.loads(plain)
