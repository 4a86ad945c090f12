"""What of transcripts and their recordings goes to training, where both were consented to.

Sound is archived only of recordings that were sent while Voice Lab was on. A correction is told
by comparing with the machine's own words; these are kept, sealed like the rest, from the first
change of a transcript whose owner contributes, and go when the owner stops.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from django.db import transaction

from accounts.callers import Caller
from accounts.models import User
from privacy import consent
from privacy.voicelab import archive, contributions
from privacy.voicelab.contributions import SWITCH_OF, Correction, Source
from privacy.voicelab.objects import StorageDown
from transcripts.document import Document
from transcripts.models import Job, Transcript

logger = logging.getLogger(__name__)

PIECE_SECONDS = archive.PIECE_SECONDS


def declare_leaving() -> None:
    for switch in SWITCH_OF.values():
        consent.on_leave(switch, forget_what_was_heard)


def may_contribute(owned: Transcript | Job) -> bool:
    """The one place where it is asked whether anything of this may go to training at all.

    Never what is a guest's, or private. Teams, once there are any, are refused here.
    """
    return owned.owner_id is not None and not owned.is_private


# --- sound, at the worker's door -----------------------------------------------------------


def marks(caller: Caller) -> bool:
    """Whether a recording that is sent now may be archived when it is done."""
    return consent.is_on(caller.user, "voice_lab")


def archive_recording(job: Job, blocks: Callable[[], Iterable[bytes]]) -> None:
    """Whatever fails here costs the archive, never the job. ``blocks`` as ``archive.fill`` has it."""
    if not (job.for_voice_lab and may_contribute(job)):
        return
    held = archive.begin(job.owner, job.pk)
    if held is None:
        return
    try:
        archive.fill(held, blocks())
    except archive.TakenBack:
        return
    except BaseException as error:
        archive.drop_of_job(job.pk)
        if not isinstance(error, StorageDown):
            raise
        logger.warning("the archive is down: a recording is not kept", extra={"job": job.pk})


def forget_recording(job_id: str) -> None:
    """Of a job that failed or was cancelled."""
    archive.drop_of_job(job_id)


def settle(job: Job, transcript: Transcript) -> None:
    """In the transaction that ends the job well."""
    if job.for_voice_lab:
        archive.settle(job.pk, transcript.pk)


# --- words ---------------------------------------------------------------------------------


def heard_before(transcript: Transcript, machine: dict[str, Any]) -> dict[str, bytes]:
    """The columns to change along with the first change of a document that was the machine's."""
    if not _contributes(transcript):
        return {}
    segments = machine["segments"]
    heard = {row["id"]: [row["start"], row["end"], row["text"]] for row in segments}
    return transcript.sealed(heard=heard)


def heard_again(
    transcript: Transcript, document: dict[str, Any], brought: set[str]
) -> dict[str, bytes]:
    """The same where a machine brought segments anew: its other words are no correction."""
    if not _contributes(transcript):
        return {}
    before, heard = transcript.heard, {}
    for row in document["segments"]:
        fresh = [row["start"], row["end"], row["text"]]
        heard[row["id"]] = fresh if row["id"] in brought else before.get(row["id"], fresh)
    return transcript.sealed(heard=heard)


def after_saving(transcript: Transcript, document: dict[str, Any], version: int) -> None:
    """Once the change is committed. It costs a contribution if this fails, never the change."""
    transaction.on_commit(partial(_contribute, transcript.pk, document, version))


def forget_what_was_heard(user: User) -> str:
    """Nothing is compared any more once both switches are off."""
    if not contributions.takes_any(user):
        Transcript.objects.filter(owner=user).exclude(sealed_heard=b"").update(sealed_heard=b"")
    return ""


def _contributes(transcript: Transcript) -> bool:
    return may_contribute(transcript) and contributions.takes_any(transcript.owner)


def _contribute(transcript_id: str, document: dict[str, Any], version: int) -> None:
    try:
        current = Transcript.objects.select_related("owner", "job").defer("sealed_document")
        transcript = current.filter(pk=transcript_id, version=version).first()
        if transcript is None or transcript.owner is None or not _contributes(transcript):
            return
        job_id = transcript.job.pk if hasattr(transcript, "job") else ""
        source = Source(
            transcript.owner, transcript.pk, job_id, transcript.language, transcript.model
        )
        contributions.take(source, corrections_of(transcript.heard, Document.from_json(document)))
    except Exception:  # see ``after_saving``
        logger.exception("a correction was saved, but not contributed")


def corrections_of(heard: dict[str, list[object]], document: Document) -> list[Correction]:
    """Of stretches that are as long as they were: one that was split or joined is another."""
    found = []
    for segment in document.segments:
        start, end, text = heard.get(segment.id, (None, None, segment.text))
        if (segment.start, segment.end) == (start, end) and text != segment.text:
            found.append(
                Correction(segment.id, segment.start, segment.end, str(text), segment.text)
            )
    return found
