"""What a transcript was before: each version is a change, kept with what takes it back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from copy import deepcopy
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from privacy.content_keys import seal, unseal
from transcripts.failures import Refusal
from transcripts.imports import MODEL as IMPORTED
from transcripts.models import Transcript, Version
from transcripts.operations import Draft, Operation

if TYPE_CHECKING:
    from transcripts.editing import Change

MACHINE = 1
HEARD_AGAIN = "heard_again"


def keep(transcript: Transcript, number: int, change: Change, inverse: list[Operation]) -> None:
    Version.objects.create(
        transcript=transcript,
        number=number,
        batch=change.batch,
        author=change.author,
        kinds={HEARD_AGAIN: 1} if change.heard else Counter(op["op"] for op in change.operations),
        restores=change.restores,
        heard_by=change.heard["model"] if change.heard else "",
        sealed_operations=_sealed(transcript, number, "operations", change.operations),
        sealed_inverse=_sealed(transcript, number, "inverse", inverse),
        sealed_heard=_sealed(transcript, number, "heard", change.heard) if change.heard else b"",
    )


def between(transcript: Transcript, base: int, last: int) -> list[Version]:
    """Those after ``base``, up to and without ``last`` + 1."""
    rows = transcript.versions.filter(number__gt=base, number__lte=last)
    return list(rows.select_related("author"))


def operations_of(transcript: Transcript, version: Version) -> list[Operation]:
    operations: list[Operation] = _opened(
        transcript, version.number, "operations", version.sealed_operations
    )
    return operations


def document_at(transcript: Transcript, number: int) -> dict[str, Any]:
    """Raises Refusal ``not_found`` for a version that never was."""
    if number == MACHINE and transcript.sealed_machine:
        return deepcopy(transcript.machine)
    draft = Draft(deepcopy(transcript.document))
    draft.apply_all(way_back(transcript, number))
    return draft.document


def heard_at(transcript: Transcript, number: int) -> int:
    """The version that brought the machine's words that this one was made of."""
    told = Q(restores__isnull=False) | ~Q(heard_by="")
    rows = transcript.versions.filter(told, number__lte=number).order_by("-number")
    for at, restores, heard_by in rows.values_list("number", "restores", "heard_by"):
        if at > number:
            continue  # what a later version brought back is older than this
        if heard_by:
            return int(at)
        number = int(restores or MACHINE)
    return MACHINE


def hearings(transcript: Transcript) -> list[int]:
    """The versions that a machine made of the recording, newest first."""
    if transcript.model == IMPORTED:
        return []
    again = transcript.versions.exclude(heard_by="").order_by("-number")
    return [*again.values_list("number", flat=True), MACHINE]


def heard_in(transcript: Transcript, number: int) -> dict[str, Any] | None:
    """What the machine heard, all of it and unchanged. None where this version is a person's."""
    if number == MACHINE:
        return document_at(transcript, MACHINE)
    version = transcript.versions.filter(number=number).exclude(heard_by="").first()
    if version is None:
        return None
    heard: dict[str, Any] = _opened(transcript, number, "heard", version.sealed_heard)
    return heard


def way_back(transcript: Transcript, number: int) -> list[Operation]:
    """What makes the document again what it was at this version. Raises Refusal ``not_found``."""
    if not MACHINE <= number <= transcript.version:
        raise Refusal("not_found")
    later = between(transcript, number, transcript.version)
    if len(later) < transcript.version - number:
        raise Refusal("not_found")  # it was changed before versions were kept
    return [one for version in reversed(later) for one in _inverse_of(transcript, version)]


def _inverse_of(transcript: Transcript, version: Version) -> Iterable[Operation]:
    inverse: list[Operation] = _opened(
        transcript, version.number, "inverse", version.sealed_inverse
    )
    return inverse


def _sealed(transcript: Transcript, number: int, what: str, value: object) -> bytes:
    return seal(transcript.content_key, transcript.context(f"version {number} {what}"), value)


def _opened(transcript: Transcript, number: int, what: str, raw: bytes | memoryview) -> Any:
    return unseal(transcript.content_key, transcript.context(f"version {number} {what}"), raw)
