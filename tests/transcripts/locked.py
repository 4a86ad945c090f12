"""Private transcripts as a person with a keyring has them, and their browser's part in Python."""

from __future__ import annotations

import json
import secrets
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import load_der_private_key

from accounts.models import User
from privacy import keyring
from privacy.envelopes import Envelope, bound, from_base64url, padded
from tests.accounts.test_keyring import VECTORS, a_ring
from tests.privacy import twin
from tests.transcripts.recorded import a_result, submitted
from tests.transcripts.things import Person
from transcripts import jobs
from transcripts.models import Job, Transcript

SET = VECTORS["made_by_node"]
PUBLIC_KEY: str = SET["pk"]
OTHER_PUBLIC_KEY: str = VECTORS["made_by_python"]["pk"]
FIRST = {"If-None-Match": "*"}
KEY = bytes(range(32))


def with_keyring(person: Person) -> Person:
    keyring.keep(person.user, a_ring(), 1, instead_of=keyring.NONE_YET)
    return person


def a_private_job(person: Person, **options: Any) -> Job:
    """It waits."""
    return submitted(caller=person.caller, public_key=PUBLIC_KEY, **options)


def a_private_transcript(person: Person, **options: Any) -> Transcript:
    """Sealed by the worker, and not saved by a browser yet."""
    job = a_private_job(person, **options)
    held = jobs.claim("w")
    assert held is not None
    assert held.job_id == job.pk
    assert jobs.finish(held, a_result())
    return Transcript.objects.get(job=job)


def opened(kept: dict[str, str], user: User | str, transcript_id: str) -> Any:
    """What the worker sealed, as its owner reads it."""
    key = load_der_private_key(bytes.fromhex(SET["pkcs8_hex"]), None)
    uid = user if isinstance(user, str) else keyring.uid_of(user)
    sealed = from_base64url(kept["sealed"])
    plain = twin.result_of(key, kept["public_key"], sealed, uid, transcript_id, kept["job"])
    return json.loads(plain)


def envelope(key: bytes, plain: bytes, aad: bytes) -> dict[str, object]:
    iv = secrets.token_bytes(12)
    return Envelope(iv, AESGCM(key).encrypt(iv, plain, aad)).to_json()


@cache
def wrapped(uid: str, transcript_id: str, dek: int) -> dict[str, object]:
    """The same each time, as a browser has it from the server."""
    return envelope(KEY, KEY, bound("dek", uid, transcript_id, dek))


def locked(
    uid: str, transcript_id: str, version: int, document: object, *, dek: int = 1
) -> dict[str, Any]:
    """A document as a browser saves it, but for `ring_epoch`. `dek`: which key of it this is."""
    return {
        "version": version,
        "dek": {"version": dek, "env": wrapped(uid, transcript_id, dek)},
        "document": envelope(
            KEY,
            padded(document),
            bound("doc", uid, transcript_id, version, twin.CONTENT_TYPE),
        ),
        "about": envelope(KEY, padded({"title": "x"}), bound("meta", uid, transcript_id, version)),
    }
