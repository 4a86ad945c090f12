"""What of this app goes into the export of an account."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from typing import cast

from django.utils.translation import gettext_lazy as _

from accounts.archive import File
from accounts.callers import Caller
from accounts.models import User
from accounts.takeout import Part, as_json, declare
from privacy import receipts
from privacy.keyring import uid_of
from privacy.receipts import Event
from transcripts import private, templates
from transcripts.api.shapes import (
    job_shape,
    private_share_shape,
    share_shape,
    transcript_shape,
    whole_transcript_shape,
)
from transcripts.document import Document
from transcripts.downloads import file_name
from transcripts.exports import render
from transcripts.failures import Refusal
from transcripts.models import Job, PrivateShare, Share, Transcript


def declare_parts() -> None:
    declare(Part("transcripts", _("each transcript as data and as text"), transcripts))
    declare(Part("shares", _("each share link: when it ends, how often it was seen"), shares))
    declare(Part("templates", _("each DOCX template as it was sent"), own_templates))
    declare(Part("jobs", _("each recording that was sent: its name, size and how it went"), jobs))


def own_templates(user: User) -> Iterator[File]:
    caller = Caller(user)
    for number, row in enumerate(templates.templates_of(caller), start=1):
        yield f"{number:05}-{file_name(row.name, 'docx')}", templates.bytes_of(caller, row.pk)


def transcripts(user: User) -> Iterator[File]:
    """Numbered, oldest first, so that no two names are the same."""
    rows = Transcript.objects.filter(owner=user)
    ids = rows.order_by("created_at", "pk").values_list("pk", flat=True)
    for number, pk in enumerate(list(ids), start=1):
        row = rows.filter(pk=pk).select_related("job").first()
        if row is None or not row.content_key:
            continue  # deleted meanwhile
        if hasattr(row, "job"):
            receipts.note(row.job.pk, Event.EXPORTED, format="zip", to="owner")
        if row.is_private:
            yield from _private(row, number)
            continue
        yield f"{number:05}-{file_name(row.title, 'json')}", as_json(whole_transcript_shape(row))
        _type, text = render("txt", Document.from_json(row.document))
        yield f"{number:05}-{file_name(row.title, 'txt')}", text


def _private(row: Transcript, number: int) -> Iterator[File]:
    """With its key, so that it can be opened without this server: see docs/private.md."""
    with contextlib.suppress(Refusal):  # deleted meanwhile
        sealed = {"format": private.FORMAT, "uid": uid_of(cast("User", row.owner))}
        whole = {**transcript_shape(row), **json.loads(private.body_of(row)), **sealed}
        if row.sealed_machine:
            whole["machine"] = json.loads(private.body_of(row, private.FIRST))
        yield f"{number:05}-{file_name('private', 'json')}", as_json(whole)


def shares(user: User) -> Iterator[File]:
    """Of the links themselves nobody has more than how they begin."""
    rows = Share.objects.filter(transcript__owner=user).order_by("created_at", "pk")
    for share in rows.select_related("transcript"):
        yield f"{share.pk}.json", as_json({"transcript": share.transcript_id, **share_shape(share)})
    copies = PrivateShare.objects.filter(transcript__owner=user).order_by("created_at", "pk")
    for copy in copies:
        told = {"transcript": copy.transcript_id, **private_share_shape(copy)}
        yield f"{copy.pk}.json", as_json(told)


def jobs(user: User) -> Iterator[File]:
    for job in Job.objects.filter(owner=user).order_by("created_at").iterator():
        yield f"{job.pk}.json", as_json(job_shape(job))
