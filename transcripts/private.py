"""Private transcripts: sealed by the worker to their owner's public key, and opened by no one here.

The document's column holds JSON of one of two shapes, sealed once more under the transcript's own
key, so that its deletion reaches every copy of it too. What the worker made, at version 0:
``{"sealed", "public_key", "job"}``. What the owner's browser made of that, from version 1 on:
``{"version", "dek", "document", "about"}``, which ``static/js/crypto/FORMAT.md`` describes.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from privacy import envelopes
from privacy.content_keys import Shredded, shred
from privacy.keyring import uid_of
from transcripts import entries, idempotency, search
from transcripts.document import Document
from transcripts.failures import Refusal
from transcripts.models import Job, Transcript

if TYPE_CHECKING:
    from accounts.models import User
    from transcripts.jobs import Recording

UNSAVED = 0
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


def save(transcript: Transcript, kept: dict[str, Any], base: int) -> int:
    """Replace what there is if it still is version ``base``. Returns the new version.

    The first save, upon UNSAVED, puts an end to what the worker had sealed. Raises Refusal
    ``already_saved`` or ``conflict`` with the current version, ``validation_failed``, ``not_found``.
    """
    if transcript.version != base:
        raise _overtaken(transcript, base)
    if kept["version"] != base + 1:
        problem = _("It is one more than the version that was changed.")
        raise Refusal("validation_failed", errors={"version": problem})
    try:
        columns = transcript.sealed(document=kept)
    except Shredded:
        raise Refusal("not_found") from None
    unchanged = Transcript.objects.filter(pk=transcript.pk, version=base)
    with transaction.atomic():
        if not unchanged.update(**columns, version=base + 1, updated_at=timezone.now()):
            raise _overtaken(transcript, base)
        entries.changed(transcript, "document", base + 1)
    search.follow(transcript.pk)
    return base + 1


def _overtaken(transcript: Transcript, base: int) -> Refusal:
    current = Transcript.objects.filter(pk=transcript.pk).values_list("version", flat=True).first()
    if current is None:
        return Refusal("not_found")
    code = "already_saved" if base == UNSAVED else "conflict"
    return Refusal(code, extra={"current_version": current})
