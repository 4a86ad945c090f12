"""Format 1 of private transcripts, as far as a server needs it: it seals, and opens nothing.

The twin of ``static/js/crypto/``; ``FORMAT.md`` there describes it, ``vectors.json`` holds both to it.
No key of a reader's ever comes here: a result is sealed to a public key.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

FORMAT = "e2ee-v1"
ALGORITHM = "A256GCM"
IV_BYTES, TAG_BYTES, KEY_BYTES, SALT_BYTES, POINT_BYTES, BLOCK_BYTES = 12, 16, 32, 32, 65, 4096
ITERATIONS_LEAST, ITERATIONS_MOST = 600_000, 10_000_000
SUITE = Suite(KEM.P256, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_BASE64URL = re.compile(r"[A-Za-z0-9_-]*")


class Refused(ValueError):  # noqa: N818
    """Not of this format, or not for this key: which of the two helps only whoever forged it."""

    def __init__(self) -> None:
        super().__init__("This cannot be opened with this key.")


@dataclass(frozen=True)
class Envelope:
    """What AES-GCM made, with nothing beside it: what it is bound to comes from its reader."""

    iv: bytes
    ciphertext: bytes

    @classmethod
    def of_json(cls, value: object, length: int | None = None) -> Envelope:
        """``length``: that of the plaintext, where it is known. Raises Refused."""
        if not isinstance(value, dict) or value.get("alg") != ALGORITHM:
            raise Refused
        if type(value.get("v")) is not int or value["v"] != 1:
            raise Refused
        ciphertext = from_base64url(value.get("ct"))
        if len(ciphertext) < TAG_BYTES or length not in {None, len(ciphertext) - TAG_BYTES}:
            raise Refused
        return cls(from_base64url(value.get("iv"), IV_BYTES), ciphertext)

    def to_json(self) -> dict[str, object]:
        parts = {"iv": to_base64url(self.iv), "ct": to_base64url(self.ciphertext)}
        return {"v": 1, "alg": ALGORITHM, **parts}


def pae(*pieces: str | int | bytes) -> bytes:
    """Pre-authentication encoding, as in PASETO: no two lists of pieces give the same bytes."""
    encoded = [piece if isinstance(piece, bytes) else str(piece).encode() for piece in pieces]
    parts = [len(encoded).to_bytes(8, "little")]
    for piece in encoded:
        parts += [len(piece).to_bytes(8, "little"), piece]
    return b"".join(parts)


def bound(purpose: str, *fields: str | int | bytes) -> bytes:
    """What something is bound to: its purpose, and where its reader expects to find it."""
    return pae(FORMAT, purpose, *fields)


def to_base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def from_base64url(text: object, length: int | None = None) -> bytes:
    """Strict: no padding, no other alphabet, no bits beyond the last byte. Raises Refused."""
    if not isinstance(text, str) or not _BASE64URL.fullmatch(text):
        raise Refused
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error:
        raise Refused from None
    if to_base64url(data) != text or length not in {None, len(data)}:
        raise Refused
    return data


def padded(value: Any) -> bytes:
    """JSON in steps of 4 KiB, so that its length says little. Spaces at its end change nothing."""
    encoded = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    return encoded + b" " * (-len(encoded) % BLOCK_BYTES)


def public_key(text: object) -> EllipticCurvePublicKey:
    """A point that is on the curve, uncompressed. Raises Refused."""
    try:
        return EllipticCurvePublicKey.from_encoded_point(
            SECP256R1(), from_base64url(text, POINT_BYTES)
        )
    except ValueError:
        raise Refused from None


def seal_result(value: Any, key: str, *, uid: str, tid: str, job: str) -> bytes:
    """For whoever holds the private half of ``key``, and for this job of theirs. Raises Refused."""
    info = bound("sealed", uid, tid, job, from_base64url(key, POINT_BYTES))
    return SUITE.encrypt(padded(value), public_key(key), info=info)
