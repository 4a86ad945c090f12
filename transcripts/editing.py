"""Changes to a stored transcript: each counts only against the version it was made from."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.ids import new_id
from accounts.models import User
from privacy import receipts
from privacy.content_keys import shred
from privacy.erasure import erase_with_transcripts
from privacy.models import Deletion
from privacy.receipts import Event
from transcripts import entries, moves, search, versions
from transcripts.clashes import EVERYTHING, clash, texts_in
from transcripts.contributing import after_saving, heard_again, heard_before
from transcripts.document import MAX_MARKS, MAX_SEGMENTS, MAX_SPEAKERS_NAMED, Document
from transcripts.failures import Refusal
from transcripts.models import LIVE, IdempotencyKey, Job, Status, Transcript, Version
from transcripts.operations import Draft, Operation, Unfit
from transcripts.progress import announce
from transcripts.rebasing import over_hearings

SPEAKER_NAME_MAX_CHARS = 80
# So many others may come first, one after the other, before a change is told to come again.
TRIES = 5
MOST = {"segments": MAX_SEGMENTS, "speakers": MAX_SPEAKERS_NAMED, "marks": MAX_MARKS}


@dataclass(frozen=True)
class Change:
    """Operations made on version ``base``. ``batch`` names them; sent twice they count once.

    ``heard``: the machine's own document, where hearing the recording again made them.
    """

    base: int
    operations: list[Operation]
    batch: str = field(default_factory=new_id)
    author: User | None = None
    restores: int | None = None
    heard: dict[str, Any] | None = None


@dataclass(frozen=True)
class Saved:
    """``others`` came between the base and this version; what they did is in it too."""

    version: int
    others: list[Version]


def apply(transcript: Transcript, change: Change) -> Saved:
    """Store the change as a version of its own, upon whatever came in between.

    Raises Refusal: ``conflict`` where both touched the same, with the texts of both sides,
    ``validation_failed`` where an operation does not fit, ``not_found``.
    """
    for _attempt in range(TRIES):
        earlier = transcript.versions.filter(batch=change.batch).first()
        if earlier is not None:
            return Saved(
                earlier.number, versions.between(transcript, change.base, earlier.number - 1)
            )
        others = _others(transcript, change)
        document = transcript.document
        if not document:
            raise Refusal("not_found")  # its key was destroyed a moment ago
        machine = deepcopy(document) if transcript.version == 1 else None
        upon = _upon(transcript, change, others)
        inverse = _applied(document, upon.operations, has_others=bool(others))
        if _store(transcript, document, upon, inverse, machine):
            return Saved(transcript.version, others)
        _reread(transcript)
    raise Refusal("unavailable")


def restore(transcript: Transcript, number: int, base: int, author: User | None) -> Saved:
    """Make it again what it was, in a version of its own. Raises Refusal as ``apply``."""
    way_back = versions.way_back(transcript, number)
    if not way_back:
        return Saved(transcript.version, [])
    return apply(transcript, Change(base, way_back, author=author, restores=number))


def save_document(
    transcript: Transcript, document: Document, base_version: int, author: User | None = None
) -> int:
    """Replace the document if it still is ``base_version``. Returns the new version.

    Its model stays: only a hearing changes that, and its column is not sealed.
    Raises Refusal ``conflict``, which carries the current version and document.
    """
    replacement = document.to_json() | {"model": transcript.model}
    operations = [{"op": "document", "document": replacement}]
    return apply(transcript, Change(base_version, operations, author=author)).version


def _others(transcript: Transcript, change: Change) -> list[Version]:
    """The versions since the base. Raises Refusal where they are not known."""
    if change.base == transcript.version:
        return []
    others = versions.between(transcript, change.base, transcript.version)
    if not 0 < change.base < transcript.version or len(others) < transcript.version - change.base:
        raise _conflict(transcript, change, {EVERYTHING})
    return others


def _upon(transcript: Transcript, change: Change, others: list[Version]) -> Change:
    """The change as it goes upon them. Raises Refusal unless they leave alone what it touches."""
    upon = change
    both = _clashes(transcript, change, others)
    if both and any(other.heard_by for other in others):
        upon = over_hearings(transcript, change, others)
        later = [other for other in others if other.number > upon.base]
        both = _clashes(transcript, upon, later)
    if both:
        raise _conflict(transcript, change, both)
    return upon


def _clashes(transcript: Transcript, change: Change, others: list[Version]) -> set[str]:
    theirs = [one for other in others for one in versions.operations_of(transcript, other)]
    return clash(change.operations, theirs) if others else set()


def _applied(
    document: dict[str, Any], operations: list[Operation], *, has_others: bool
) -> list[Operation]:
    try:
        inverse = Draft(document).apply_all(operations)
    except Unfit as unfit:
        code = "conflict" if has_others else "validation_failed"
        place = unfit.segment_id or "operations"
        raise Refusal(code, errors={place: unfit.problem}) from None
    for what, most in MOST.items():
        if len(document.get(what, [])) > most:
            raise Refusal("validation_failed", errors={what: _("There are too many.")})
    return inverse


def _store(
    transcript: Transcript,
    document: dict[str, Any],
    change: Change,
    inverse: list[Operation],
    machine: dict[str, Any] | None,
) -> bool:
    """Only upon the version that was read. False: somebody was faster."""
    number = transcript.version + 1
    columns = transcript.sealed(document=document)
    if machine is not None:
        columns |= transcript.sealed(machine=machine) | heard_before(transcript, machine)
    if change.heard is not None:
        brought = {segment_id for segment_id, _text in texts_in(change.operations)}
        columns |= heard_again(transcript, document, brought)
    unchanged = Transcript.objects.filter(
        pk=transcript.pk, version=transcript.version, key_id=transcript.key_id
    )
    try:
        with transaction.atomic():
            saved = unchanged.update(
                **columns,
                language=document["language"],
                model=document["model"],
                duration_seconds=document["duration"],
                version=number,
                updated_at=timezone.now(),
            )
            if not saved:
                return False
            versions.keep(transcript, number, change, inverse)
            entries.changed(transcript, "document", number)
            after_saving(transcript, document, number)
    except IntegrityError:
        if transcript.versions.filter(Q(number=number) | Q(batch=change.batch)).exists():
            return False  # the same batch, sent twice at once
        raise
    transcript.version = number
    search.follow(transcript.pk, search.outline(document), number)
    return True


def _reread(transcript: Transcript) -> None:
    """Raises Refusal: it is gone, or has been made private meanwhile."""
    now = Transcript.objects.filter(pk=transcript.pk).only("key_id", "is_private").first()
    if now is None:
        raise Refusal("not_found")
    if now.is_private:
        raise Refusal("private_transcript")
    if now.key_id != transcript.key_id:  # it has been private, and is back
        raise Refusal("not_found")
    transcript.refresh_from_db(fields=["version", "sealed_document"])


def _conflict(transcript: Transcript, change: Change, both: set[str]) -> Refusal:
    """With what is needed to go on from there: the whole document, or the texts of both sides."""
    told: dict[str, Any] = {"current_version": transcript.version}
    if EVERYTHING in both:
        return Refusal("conflict", extra={**told, "current_document": transcript.document})
    theirs = {row["id"]: row["text"] for row in transcript.document["segments"]}
    yours = dict(texts_in(change.operations))
    told["conflicts"] = [
        {"segment": one, "yours": yours.get(one), "theirs": theirs.get(one)}
        for one in sorted(both & (yours.keys() | theirs.keys()))
    ]
    return Refusal("conflict", extra=told)


def relabel(transcript: Transcript, labels: dict[str, Any]) -> None:
    """Change its title, folder or tags."""
    for name, value in labels.items():
        setattr(transcript, name, value)
    columns = {f"sealed_{name}": getattr(transcript, f"sealed_{name}") for name in labels}
    transcript.updated_at = timezone.now()
    same = Transcript.objects.filter(pk=transcript.pk, key_id=transcript.key_id)
    with transaction.atomic():
        if not same.update(**columns, updated_at=transcript.updated_at):
            raise Refusal("not_found")  # deleted meanwhile, or made private
        for name in labels:
            entries.changed(transcript, name)
    search.follow(transcript.pk)


def mark_favourite(transcript: Transcript, *, favourite: bool) -> None:
    transcript.favourite = favourite
    transcript.save(update_fields=["favourite", "updated_at"])
    search.follow(transcript.pk)


def rename_speaker(
    transcript: Transcript, speaker_id: str, name: str, author: User | None = None
) -> int:
    """Returns the new version. Raises Refusal ``not_found``, ``validation_failed``, ``conflict``."""
    name = " ".join(name.replace("\x00", "").split())
    if not name or len(name) > SPEAKER_NAME_MAX_CHARS:
        problem = _("A name has 1 to %(most)d characters.") % {"most": SPEAKER_NAME_MAX_CHARS}
        raise Refusal("validation_failed", errors={"name": problem})
    if all(row["id"] != speaker_id for row in transcript.document["speakers"]):
        raise Refusal("not_found")
    operations = [{"op": "rename_speaker", "id": speaker_id, "name": name}]
    return apply(transcript, Change(transcript.version, operations, author=author)).version


def delete_transcript(transcript: Transcript, by: str = "owner", *, forget: bool = True) -> bool:
    """For good, with its job and every answer that was kept about them. False: another did.

    The key goes first: from then on no copy can be read, whatever becomes of the rows.
    """
    stop_hearing_again(transcript)
    of_it = Job.objects.filter(Q(transcript=transcript) | Q(retranscribes=transcript))
    jobs = dict(of_it.values_list("pk", "audio_id"))
    about = [transcript.pk, transcript.key_id, *jobs, *jobs.values()]
    answers = IdempotencyKey.objects.filter(about__in=about)
    keys = [transcript.key_id, *jobs.values(), *answers.values_list("key_id", flat=True)]
    shred(keys, [(Deletion.Kind.TRANSCRIPT, transcript.pk)])
    with transaction.atomic():
        # Rows of jobs first, receipts after them: see transcripts/entries.py.
        list(Job.objects.select_for_update().filter(pk__in=jobs).order_by("pk"))
        # Whoever saves it has done so by now, with all that goes with it, or finds it gone.
        list(Transcript.objects.select_for_update().filter(pk=transcript.pk).values_list("pk"))
        erase_with_transcripts([transcript.pk])
        answers.delete()
        Job.objects.filter(pk__in=jobs).delete()
        ours = Transcript.objects.filter(pk=transcript.pk).delete()[0] > 0
        for job_id in jobs if ours else ():
            receipts.note(job_id, Event.DELETED, what="transcript", by=by)
            transaction.on_commit(partial(announce, job_id))
        receipts.expire_later(jobs)
    if forget:
        search.forget([transcript.pk])
    return ours


def stop_hearing_again(transcript: Transcript) -> None:
    for job in Job.objects.filter(retranscribes=transcript, status__in=LIVE):
        live = Job.objects.filter(pk=job.pk, status__in=LIVE)
        moves.end(job.pk, job.audio_id, live, Status.CANCELLED, "cancelled")


def delete_transcripts(transcripts: list[Transcript]) -> int:
    """Each as above. The index forgets them together, for it overwrites what it held. How many."""
    gone = sum(delete_transcript(row, forget=False) for row in transcripts)
    search.forget([row.pk for row in transcripts])
    return gone
