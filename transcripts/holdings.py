"""What of this app follows a guest into an account, and goes when the account goes."""

import contextlib
from functools import partial

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from redis.exceptions import RedisError

from accounts.callers import Caller
from accounts.holdings import Holding, after_adopting, declare
from accounts.models import User
from privacy import journal, keyring
from privacy.content_keys import shred
from privacy.erasure import erase_with_transcripts
from privacy.models import Deletion
from transcripts import jobs, search
from transcripts.editing import delete_transcript, delete_transcripts
from transcripts.idempotency import name_of
from transcripts.models import (
    LIVE,
    LONG_COLUMNS,
    Batch,
    DocumentTemplate,
    Handover,
    IdempotencyKey,
    Job,
    Transcript,
    Upload,
)
from transcripts.templates import shred_templates
from transcripts.vault import vault


def declare_holdings() -> None:
    declare(Holding("batches", _("Batches of recordings"), Batch))
    declare(Holding("transcripts", _("Transcripts"), Transcript, erase=shred_transcripts))
    declare(Holding("uploads", _("Uploads under way"), Upload, erase=end_uploads))
    declare(Holding("jobs", _("Jobs, running ones included"), Job, erase=end_jobs))
    declare(Holding("templates", _("Templates"), DocumentTemplate, erase=shred_templates))
    after_adopting(search.follow_all_of)
    keyring.declare_locked("transcripts", end_private)
    again = partial(delete_transcript, by="journal")
    journal.declare(Deletion.Kind.TRANSCRIPT, still_there, again)
    journal.declare(Deletion.Kind.CONTENT, still_plain, again)


def end_jobs(user: User) -> None:
    """Running work stops and its audio goes; the rows go with the user's."""
    # Locked in the order of transcripts/entries.py: jobs, transcripts, receipts.
    rows = list(Job.objects.select_for_update().filter(owner=user).order_by("pk"))
    for job in rows:
        if job.is_live:
            jobs.cancel(job)
    for waiting in Handover.objects.filter(job__owner=user, end=""):
        with contextlib.suppress(RedisError):
            vault().destroy(waiting.pk)
    answers = IdempotencyKey.objects.filter(caller=name_of(Caller(user)))
    shred([*(job.key_id for job in rows), *answers.values_list("key_id", flat=True)])
    answers.delete()


def end_private(user: User) -> None:
    """Jobs first: one that is done just before its end has a transcript then, which goes too."""
    for job in Job.objects.filter(owner=user, status__in=LIVE).exclude(public_key=""):
        jobs.cancel(job)
    theirs = Transcript.objects.filter(owner=user, is_private=True)
    delete_transcripts(list(theirs.defer(*LONG_COLUMNS)))


def end_uploads(user: User) -> None:
    """A vault that is down stops nothing: the key that it seals the bytes with goes with the row."""
    for upload in Upload.objects.filter(owner=user):
        with contextlib.suppress(RedisError):
            vault().destroy(upload.pk)
        shred([upload.key_id])


def shred_transcripts(user: User) -> None:
    """The rows go with the user's; their keys are in another database."""
    theirs = Transcript.objects.select_for_update().filter(owner=user).order_by("pk")
    rows = list(theirs.values_list("pk", "key_id"))
    shred((key_id for _pk, key_id in rows), [(Deletion.Kind.TRANSCRIPT, pk) for pk, _key in rows])
    erase_with_transcripts([pk for pk, _key in rows])
    transaction.on_commit(partial(search.forget, [pk for pk, _key in rows]))


def still_there(entries: list[Deletion]) -> list[Transcript]:
    """Transcripts that were deleted and are there: cut short, or back from a backup."""
    ids = [entry.object_id for entry in entries]
    return list(Transcript.objects.filter(pk__in=ids).defer(*LONG_COLUMNS))


def still_plain(entries: list[Deletion]) -> list[Transcript]:
    """Transcripts that were made private, and are back from a backup as they were before."""
    ids = [entry.object_id for entry in entries]
    return list(Transcript.objects.filter(key_id__in=ids).defer(*LONG_COLUMNS))
