"""Private transcripts: sealed by the worker to their owner's public key, and opened by no one here.

The columns hold JSON, sealed once more under the transcript's own key, so that its deletion reaches
every copy of it too. What the worker made is there as version 0: ``{"sealed", "public_key", "job"}``.
What the owner's browser made of that, from version 1 on, is envelopes, which
``static/js/crypto/FORMAT.md`` describes: of the document, of what it is about (title, folder, tags)
and, once it has been changed, of the document that the machine heard, which is version 1 for ever.
The key that they are locked with lies elsewhere: privacy/wrapped_keys.py.
"""

from __future__ import annotations

import zlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import orjson
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from privacy import envelopes, wrapped_keys
from privacy.content_keys import Shredded, shred
from privacy.keyring import Rotated, keyring_of, uid_of
from privacy.wrapped_keys import Dek, Rotation
from transcripts import entries, idempotency, search
from transcripts.document import Document
from transcripts.failures import Refusal
from transcripts.models import Job, Transcript

if TYPE_CHECKING:
    from accounts.models import User
    from transcripts.jobs import Recording

FORMAT = "sotto-private-1"  # of what an export holds
UNSAVED = 0
FIRST = 1
UNMARKED = "unmarked"


def nameless(recording: Recording) -> Recording:
    """As it came, without what tells which file it was. What an upload knew of that is destroyed."""
    idempotency.forget_names([recording.audio_id])
    shred([recording.audio_id])
    return replace(recording, file_name="", sha256="", transport=UNMARKED)


def sealed(job: Job, document: Document) -> Transcript:
    """The transcript as it will be stored. From here on nothing on this server can read it."""
    owner = cast("User", job.owner)  # admission sees to that
    transcript = Transcript(
        owner=owner,
        is_private=True,
        version=UNSAVED,
        language=document.language,
        model=document.model,
        duration_seconds=document.duration,
    )
    blob = envelopes.seal_result(
        document.to_json(), job.public_key, uid=uid_of(owner), tid=transcript.pk, job=job.pk
    )
    kept = {
        "sealed": envelopes.to_base64url(blob),
        "public_key": job.public_key,
        "job": job.pk,
    }
    transcript.sealed_document = transcript.sealed(document=kept)["sealed_document"]
    return transcript


def can_be_opened(job: Job) -> bool:
    """Whether its owner still has what opens a result of it."""
    ring = keyring_of(cast("User", job.owner))
    return ring is not None and any(pair["pk"] == job.public_key for pair in ring.ring["pairs"])


def save(transcript: Transcript, brought: dict[str, Any], base: int) -> int:
    """Replace what there is if it still is version ``base``. Returns the new version.

    ``brought`` has ``version``, ``dek``, ``document``, ``about``, ``machine`` and ``ring_epoch``, that
    of the ring which locks the key. The first save, upon UNSAVED, puts an end to what the worker
    had sealed. Raises Refusal ``already_saved`` or ``conflict`` with the current version,
    ``validation_failed``, ``not_found``.
    """
    if transcript.version != base:
        raise _overtaken(transcript, base)
    if brought["version"] != base + 1:
        problem = _("It is one more than the version that was changed.")
        raise Refusal("validation_failed", errors={"version": problem})
    dek = Dek(**brought["dek"])
    machine = _machine(transcript, dek, brought["machine"])
    try:  # sealing is slow for ten hours, so not under a lock
        columns = transcript.sealed(
            document=brought["document"], about=brought["about"] or {}, **machine
        )
    except Shredded:
        raise Refusal("not_found") from None
    with transaction.atomic():
        same = {"pk": transcript.pk, "version": base, "key_id": transcript.key_id}
        locked = Transcript.objects.select_for_update().filter(**same)
        if not list(locked.values_list("pk")):
            raise _overtaken(transcript, base)
        put_key(transcript, dek, brought["ring_epoch"])
        numbers = {"version": base + 1, "dek_version": dek.version}
        locked.update(**columns, **numbers, updated_at=timezone.now())
        entries.changed(transcript, "document", base + 1)
    search.follow(transcript.pk)
    return base + 1


def put_key(transcript: Transcript, dek: Dek, ring_epoch: int) -> None:
    """For whoever holds the lock of its row. Raises Refusal ``conflict``."""
    owner = cast("User", transcript.owner)
    try:
        wrapped_keys.put(owner, ring_epoch, transcript.pk, dek, transcript.dek_version)
    except Rotated:
        problem = _("The keys have been changed meanwhile. Unlock again, and save then.")
        told = {"current_version": transcript.version}
        raise Refusal("conflict", errors={"ring_epoch": problem}, extra=told) from None


def _machine(transcript: Transcript, dek: Dek, brought: Any) -> dict[str, Any]:
    """What is to be kept as version 1, where that changes. Raises Refusal ``validation_failed``."""
    if dek.version < transcript.dek_version:
        problem = _("It counts the keys of this transcript: one more for a new one.")
        raise Refusal("validation_failed", errors={"dek": problem})
    is_new_key = transcript.version != UNSAVED and dek.version > transcript.dek_version
    if is_new_key != (brought is not None):
        problem = _("It is version 1, sealed again: send it with a new key, and with no other.")
        raise Refusal("validation_failed", errors={"machine": problem})
    if is_new_key:
        return {"machine": brought}
    return {"machine": transcript.document} if transcript.version == FIRST else {}


def body_of(transcript: Transcript, version: int | None = None) -> bytes:
    """As a browser gets it: put together, never unfolded. ``version``: FIRST, or the current one.

    Raises Refusal ``not_found``.
    """
    if transcript.version == UNSAVED and version is None:
        return _kept(transcript, "document")
    dek = _key_of(transcript)
    version = version or transcript.version
    if version not in {FIRST, transcript.version}:
        raise Refusal("not_found")
    head: dict[str, Any] = {"version": version, "dek": {"version": dek.version, "env": dek.env}}
    if version == transcript.version:
        head["about"] = transcript.about or None
    column = "document" if version == transcript.version else "machine"
    return orjson.dumps(head)[:-1] + b',"document":' + _kept(transcript, column) + b"}"


def _key_of(transcript: Transcript) -> Dek:
    dek = wrapped_keys.of([(transcript.pk, transcript.dek_version)]).get(transcript.pk)
    if dek is None:
        raise Refusal("not_found")
    return dek


def _kept(transcript: Transcript, column: str) -> bytes:
    if not getattr(transcript, f"sealed_{column}"):
        raise Refusal("not_found")
    try:
        return zlib.decompress(transcript.deflated(column))
    except Shredded:
        raise Refusal("not_found") from None


def rotate(owner: User, new: Rotation, instead_of: int) -> None:
    """All keys at once, in the place of those of that epoch. Raises Overtaken."""
    with transaction.atomic():
        named = wrapped_keys.owned_by(owner)
        theirs = Transcript.objects.filter(Q(owner=owner, is_private=True) | Q(pk__in=named))
        # Whoever saves one of them has done so before or waits: see wrapped_keys.py.
        rows = list(
            theirs.select_for_update()
            .order_by("pk")
            .values_list("pk", "dek_version", "is_private", "owner_id")
        )
        in_use = {
            pk: dek
            for pk, dek, is_private, whose in rows
            if dek and is_private and whose == owner.pk
        }
        known = [*named, *(row[0] for row in rows)]
        wrapped_keys.rotate(owner, new, instead_of=instead_of, in_use=in_use, known=known)


def _overtaken(transcript: Transcript, base: int) -> Refusal:
    current = Transcript.objects.filter(pk=transcript.pk).values_list("version", flat=True).first()
    if current is None:
        return Refusal("not_found")
    code = "already_saved" if base == UNSAVED else "conflict"
    return Refusal(code, extra={"current_version": current})
