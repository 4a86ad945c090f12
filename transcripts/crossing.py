"""From Standard to Private and back: one state of a transcript ends for good in the act that stores the other.

What ends lay under one key, and the new state gets another. The former key goes as soon as the new
state is stored; should the process die in between, it seals nothing any more and the sweeper ends it.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.callers import Caller
from accounts.ids import new_id
from billing.limits import LimitReached, require_private
from billing.plans import plan_of
from privacy.content_keys import shred
from privacy.erasure import erase_with_transcripts
from privacy.keyring import forget_keys_of
from privacy.models import Deletion
from privacy.wrapped_keys import Dek
from transcripts import editing, entries, private, private_shares, search
from transcripts.document import Document
from transcripts.failures import Refusal
from transcripts.models import IdempotencyKey, Job, Transcript

FIRST = private.FIRST
NAMELESS = {"sealed_file_name": b"", "sealed_vocabulary": b"", "sha256": ""}
PLAIN = ("sealed_title", "sealed_folder", "sealed_tags", "sealed_heard", "sealed_machine")


def make_private(caller: Caller, transcript: Transcript, brought: dict[str, Any], base: int) -> int:
    """Envelopes, as ``private.save`` has them, in the place of version ``base`` and all before it.

    Returns the version, which is the first again. Raises Refusal ``conflict`` (with ``dek`` where the
    key must have a higher number), ``forbidden``, ``plan_required`` or ``validation_failed``.
    """
    _require_may(caller, transcript)
    dek = Dek(**brought["dek"])
    _require_first(transcript, brought, dek)
    editing.stop_hearing_again(transcript)
    former, fresh = transcript.key_id, Transcript(pk=transcript.pk, key_id=new_id())
    columns = fresh.sealed(document=brought["document"], about=brought["about"] or {})
    with transaction.atomic():
        of_it = Job.objects.filter(Q(transcript=transcript) | Q(retranscribes=transcript))
        jobs = dict(of_it.select_for_update().order_by("pk").values_list("pk", "audio_id"))
        row = _locked(transcript, base)
        erase_with_transcripts([transcript.pk])
        private.put_key(transcript, dek, brought["ring_epoch"])
        about = [transcript.pk, former, *jobs, *jobs.values()]
        answers = IdempotencyKey.objects.filter(about__in=about)
        keys = {former, *jobs.values(), *answers.values_list("key_id", flat=True)}
        answers.delete()
        transcript.versions.all().delete()
        Job.objects.filter(pk__in=jobs).update(**NAMELESS)
        row.update(
            **columns,
            **dict.fromkeys(PLAIN, b""),
            **_begun(fresh),
            is_private=True,
            dek_version=dek.version,
            media_sha256="",
        )
        entries.crossed(transcript, "made_private", len(columns["sealed_document"]))
        transaction.on_commit(partial(_end_plain, former, keys))
    search.forget([transcript.pk])
    search.follow(transcript.pk)
    return FIRST


def make_standard(
    caller: Caller, transcript: Transcript, document: Document, labels: dict[str, Any], base: int
) -> int:
    """Words that the server can read, in the place of ciphertext of version ``base``.

    ``labels``: title, folder and tags. Its model stays what it was. Returns the version.
    Raises Refusal ``conflict`` or ``forbidden``.
    """
    if transcript.owner_id is None or not caller.can_write:
        raise Refusal("forbidden")
    if not transcript.is_private:
        raise _overtaken(transcript)
    document.model = transcript.model
    former, fresh = transcript.key_id, Transcript(pk=transcript.pk, key_id=new_id())
    columns = fresh.sealed(document=document, **labels)
    with transaction.atomic():
        row = _locked(transcript, base)
        private_shares.end_with_transcripts([transcript.pk])
        row.update(
            **columns,
            **_begun(fresh),
            sealed_about=b"",
            sealed_machine=b"",
            is_private=False,
            language=document.language,
            duration_seconds=document.duration,
        )
        entries.crossed(transcript, "made_standard", len(columns["sealed_document"]))
        transaction.on_commit(partial(_end_ciphertext, transcript.pk, former))
    search.follow(transcript.pk, search.outline_of(document), FIRST)
    return FIRST


def _require_may(caller: Caller, transcript: Transcript) -> None:
    if transcript.owner_id is None:
        raise Refusal("forbidden", _("Only whoever has an account has keys to lock it with."))
    try:
        require_private(plan_of(caller))
    except LimitReached:
        raise Refusal("plan_required") from None


def _require_first(transcript: Transcript, brought: dict[str, Any], dek: Dek) -> None:
    if transcript.is_private:
        raise _overtaken(transcript)
    if brought["version"] != FIRST:
        problem = _("What is made private begins anew: with version 1.")
        raise Refusal("validation_failed", errors={"version": problem})
    if dek.version <= transcript.dek_version:
        problem = _("It counts the keys of this transcript, and it has had that one.")
        told = {"dek_version": transcript.dek_version}
        raise Refusal("conflict", errors={"dek": problem}, extra=told)


def _locked(transcript: Transcript, base: int) -> Any:
    """The row if it is what was read, for update."""
    row = Transcript.objects.select_for_update().filter(
        pk=transcript.pk, version=base, key_id=transcript.key_id
    )
    if not list(row.values_list("pk")):
        raise _overtaken(transcript)
    return Transcript.objects.filter(pk=transcript.pk)


def _begun(fresh: Transcript) -> dict[str, Any]:
    return {"key_id": fresh.key_id, "version": FIRST, "updated_at": timezone.now()}


def _end_plain(former: str, keys: Iterable[str]) -> None:
    """A backup that brings back this state by both databases is told by the journal."""
    shred(keys, [(Deletion.Kind.CONTENT, former)])


def _end_ciphertext(transcript_id: str, former: str) -> None:
    forget_keys_of([transcript_id])
    shred([former])


def _overtaken(transcript: Transcript) -> Refusal:
    current = Transcript.objects.filter(pk=transcript.pk).values_list("version", flat=True).first()
    if current is None:
        return Refusal("not_found")
    return Refusal("conflict", extra={"current_version": current})
