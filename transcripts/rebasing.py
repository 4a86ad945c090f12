"""A change made before a machine heard the recording again, and sent after it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from transcripts import versions
from transcripts.clashes import clash
from transcripts.differences import difference
from transcripts.models import Transcript, Version
from transcripts.operations import Draft, Unfit
from transcripts.replaying import replayed

if TYPE_CHECKING:
    from transcripts.editing import Change


def over_hearings(transcript: Transcript, change: Change, others: list[Version]) -> Change:
    """As if it had been made in time: people's, so that the machine's words give way to it.

    ``others`` are the versions since its base. Where it clashes with what people did before the
    machine, it comes back as far as it got.
    """
    for version in others:
        if not version.heard_by:
            continue
        earlier = [other for other in others if change.base < other.number < version.number]
        theirs = [one for other in earlier for one in versions.operations_of(transcript, other)]
        if clash(change.operations, theirs):
            return change
        before = versions.document_at(transcript, version.number - 1)
        people = Draft(before)
        try:
            people.apply_all(change.operations)
        except Unfit:
            return change
        heard = versions.heard_in(transcript, versions.heard_at(transcript, version.number - 1))
        fresh = versions.heard_in(transcript, version.number)
        if heard is None or fresh is None:
            return change
        result = replayed(heard, people.document, fresh)
        operations = difference(versions.document_at(transcript, version.number), result)
        change = replace(change, base=version.number, operations=operations)
    return change
