"""What a transcript was before: each version is a change, kept with what takes it back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from copy import deepcopy
from typing import TYPE_CHECKING, Any

from privacy.content_keys import seal, unseal
from transcripts.failures import Refusal
from transcripts.models import Transcript, Version
from transcripts.operations import Draft, Operation

if TYPE_CHECKING:
    from transcripts.editing import Change

MACHINE = 1


def keep(transcript: Transcript, number: int, change: Change, inverse: list[Operation]) -> None:
    Version.objects.create(
        transcript=transcript,
        number=number,
        batch=change.batch,
        author=change.author,
        kinds=Counter(operation["op"] for operation in change.operations),
        restores=change.restores,
        sealed_operations=_sealed(transcript, number, "operations", change.operations),
        sealed_inverse=_sealed(transcript, number, "inverse", inverse),
    )


def between(transcript: Transcript, base: int, last: int) -> list[Version]:
    """Those after ``base``, up to and without ``last`` + 1."""
    rows = transcript.versions.filter(number__gt=base, number__lte=last)
    return list(rows.select_related("author"))


def operations_of(transcript: Transcript, version: Version) -> list[Operation]:
    return _opened(transcript, version.number, "operations", version.sealed_operations)


def document_at(transcript: Transcript, number: int) -> dict[str, Any]:
    """Raises Refusal ``not_found`` for a version that never was."""
    if number == MACHINE and transcript.sealed_machine:
        return dict(transcript.machine)
    draft = Draft(deepcopy(transcript.document))
    draft.apply_all(way_back(transcript, number))
    return draft.document


def way_back(transcript: Transcript, number: int) -> list[Operation]:
    """What makes the document again what it was at this version. Raises Refusal ``not_found``."""
    if not MACHINE <= number <= transcript.version:
        raise Refusal("not_found")
    later = between(transcript, number, transcript.version)
    if len(later) < transcript.version - number:
        raise Refusal("not_found")  # it was changed before versions were kept
    return [one for version in reversed(later) for one in _inverse_of(transcript, version)]


def _inverse_of(transcript: Transcript, version: Version) -> Iterable[Operation]:
    return _opened(transcript, version.number, "inverse", version.sealed_inverse)


def _sealed(transcript: Transcript, number: int, what: str, value: list[Operation]) -> bytes:
    return seal(transcript.content_key, transcript.context(f"version {number} {what}"), value)


def _opened(
    transcript: Transcript, number: int, what: str, raw: bytes | memoryview
) -> list[Operation]:
    opened: list[Operation] = unseal(
        transcript.content_key, transcript.context(f"version {number} {what}"), raw
    )
    return opened
