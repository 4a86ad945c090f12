"""The door of the recogniser: what a plan allows, what a model can, and then the job.

Every way in (multipart, finished upload, and later links) comes through ``start_job`` or
``start_job_from_upload``.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.callers import Caller
from billing.ledger import minutes_for, minutes_this_month
from billing.limits import (
    Limit,
    LimitReached,
    Use,
    require_private,
    require_room,
    require_size,
    seconds_allowed,
)
from billing.models import LedgerEntry
from billing.plans import plan_of
from gpu.contract import MODELS_BY_ID, Options
from privacy.consent import is_on
from privacy.content_keys import shred
from privacy.keyring import keyring_of
from transcripts import access, fleet, jobs, retranscribing
from transcripts.failures import Refusal
from transcripts.jobs import Keep, Recording
from transcripts.models import LIVE, Batch, Job, Transcript, Upload
from transcripts.vault import vault

REFUSED_AS = {
    Limit.FILE_SIZE: "file_too_large",
    Limit.JOBS_AT_ONCE: "too_many_jobs",
    Limit.FILES_A_DAY: "files_exhausted",
    Limit.MINUTES: "minutes_exhausted",
}


def max_file_bytes(caller: Caller) -> int:
    """The largest file that can ever be taken from this caller."""
    limits = [settings.MAX_FILE_BYTES, vault().budget_bytes, plan_of(caller).max_file_bytes]
    return min(limit for limit in limits if limit)


def require_admission(caller: Caller, size_bytes: int | None = None) -> None:
    """Asked at the door, before a byte is taken. Raises Refusal."""
    if size_bytes is not None and size_bytes > max_file_bytes(caller):
        raise Refusal("file_too_large")
    try:
        require_room(plan_of(caller), _use_of(caller, count_uploads=True))
    except LimitReached as reached:
        raise Refusal(REFUSED_AS[reached.limit]) from None


def require_model(options: Options) -> None:
    """Raises Refusal ``model_unavailable`` or ``language_unsupported``."""
    model = MODELS_BY_ID[options.model]
    if fleet.why_unavailable(model):
        raise Refusal("model_unavailable")
    if options.language not in {"auto", *model.languages}:
        raise Refusal("language_unsupported")


def require_keyring(caller: Caller, public_key: str) -> None:
    """For a private transcript: only whoever set that up can ever open it.

    Raises Refusal ``plan_required``, or ``validation_failed`` naming ``public_key``.
    """
    try:
        require_private(plan_of(caller))
    except LimitReached:
        raise Refusal("plan_required") from None
    ring = keyring_of(caller.user) if caller.user else None
    if ring is None or ring.ring["pk"] != public_key:
        problem = _("This is not the public key of your keyring.")
        raise Refusal("validation_failed", errors={"public_key": problem})


def start_job(
    caller: Caller,
    recording: Recording,
    options: Options,
    *,
    keep: Keep | None = None,
    part_of: Transcript | None = None,
) -> Job:
    """Check the limits and make the job. On Refusal the recording is still the caller's.

    ``keep`` None: as the caller has chosen for all of theirs; ``part_of``: see ``jobs.submit``.
    """
    require_model(options)
    with transaction.atomic():
        return _admit(caller, recording, options, keep=keep, part_of=part_of)


def start_job_from_upload(
    caller: Caller,
    upload_id: str,
    options: Options,
    *,
    keep: Keep | None = None,
    part_of: Batch | Transcript | None = None,
) -> Job:
    """The same for a finished upload, which ends with it; on Refusal the upload stays.

    Raises Refusal ``conflict`` while bytes are missing.
    """
    require_model(options)
    recording = _finished(caller, upload_id)
    with transaction.atomic():
        job = _admit(caller, recording, options, keep=keep, part_of=part_of)
        _end_upload(upload_id)
    return job


def video_from_upload(caller: Caller, upload_id: str) -> Recording:
    """A finished upload that no job is made of: it ends, and its bytes are the caller's to destroy.

    Raises Refusal as ``start_job_from_upload``.
    """
    video = _finished(caller, upload_id)
    _end_upload(upload_id)
    shred([upload_id])
    return video


def _finished(caller: Caller, upload_id: str) -> Recording:
    upload = access.upload_for(caller, upload_id)
    if not upload.is_complete:
        raise Refusal("conflict", _("The upload is not finished."))
    return Recording(
        upload.pk,
        bytes(upload.key),
        upload.file_name,
        upload.length_bytes,
        upload.sha256,
        transport="parts",
        began_at=upload.created_at,
    )


def _end_upload(upload_id: str) -> None:
    if not Upload.objects.filter(pk=upload_id).delete()[0]:
        raise Refusal("not_found")  # another request took it a moment before


def _admit(
    caller: Caller,
    recording: Recording,
    options: Options,
    *,
    keep: Keep | None,
    part_of: Batch | Transcript | None = None,
) -> Job:
    plan = plan_of(caller)
    keep = keep or Keep(keeps_by_default(caller))
    if keep.public_key:
        require_keyring(caller, keep.public_key)
    _one_at_a_time(caller)
    use = _use_of(caller, count_uploads=False)
    try:
        require_size(plan, recording.size_bytes)
        require_room(plan, use)
    except LimitReached as reached:
        raise Refusal(REFUSED_AS[reached.limit]) from None
    seconds = seconds_allowed(plan, use)
    if isinstance(part_of, Transcript):
        longest = retranscribing.longest_seconds(part_of)
        seconds = longest if seconds is None else min(seconds, longest)
    allowed = replace(options, max_seconds=seconds)
    return jobs.submit(caller, recording, allowed, keep=keep, part_of=part_of)


def keeps_by_default(caller: Caller) -> bool:
    return not is_on(caller.user, "keep_nothing")


def _use_of(caller: Caller, *, count_uploads: bool) -> Use:
    if not settings.HOSTED:
        return Use()  # nothing is limited, so nothing need be counted
    working = access.jobs_of(caller).filter(status__in=LIVE)
    uploads = Upload.objects.filter(caller.owns(), expires_at__gt=timezone.now())
    # Counted in the ledger, which remembers files whose transcripts have been deleted since.
    today = LedgerEntry.objects.filter(
        caller.owns(), created_at__gt=timezone.now() - timedelta(days=1)
    )
    return Use(
        recordings_in_work=working.count() + (uploads.count() if count_uploads else 0),
        files_today=working.count() + today.count(),
        minutes_used=minutes_this_month(caller),
        minutes_claimed=sum(minutes_for(job.parsed_options.max_seconds or 0) for job in working),
    )


def _one_at_a_time(caller: Caller) -> None:
    """Until the transaction ends, nobody else counts this caller's jobs.

    SQLite has taken its one write lock when the transaction began (``transaction_mode``).
    """
    if connection.vendor != "postgresql" or not settings.HOSTED:
        return
    name = f"admission:{caller.user.pk if caller.user else caller.guest_key}"
    lock = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [lock])
