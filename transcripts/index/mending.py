"""Where the index does not say what the transcripts say: what the sweeper and a rebuild go by."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from privacy.retention import A_MINUTE, NO_REST, Rule
from transcripts.index import writing
from transcripts.index.models import Listed
from transcripts.models import Transcript

AT_ONCE = 2_000
LOOKED_FOR_EVERY = timedelta(minutes=5)


def differing() -> Iterator[str]:
    """Ids of transcripts that the index lacks, has otherwise, or still has though they are gone.

    Both are read in the order of their ids, a part at a time.
    """
    last = ""
    while True:
        rows = _part(Transcript.objects.order_by("pk").filter(pk__gt=last))
        upto = rows[-1][0] if len(rows) == AT_ONCE else ""
        listed = Listed.objects.filter(transcript_id__gt=last)
        if upto:
            listed = listed.filter(transcript_id__lte=upto)
        wanted = {pk: (owner, at) for pk, owner, at in rows if owner}
        there = {
            pk: (owner, at)
            for pk, owner, at in listed.values_list("transcript_id", "owner", "updated_at")
        }
        yield from sorted(
            pk for pk in wanted.keys() | there.keys() if wanted.get(pk) != there.get(pk)
        )
        if not upto:
            return
        last = upto


def _part(rows: QuerySet[Transcript]) -> list[tuple[str, str, object]]:
    found = rows.values_list("pk", "owner_id", "guest_key", "updated_at")[:AT_ONCE]
    return [(pk, writing.owner_token(owner, guest), at) for pk, owner, guest, at in found]


def mend(transcript_id: str) -> bool:
    """Nothing ends by it, so nothing is counted."""
    if not writing.follow(transcript_id):
        raise IndexIsDown
    return False


class IndexIsDown(Exception):  # noqa: N818 - what is wrong
    """The rule has failed, and the report will say so."""


RULES = (
    Rule(
        "search",
        _("Differences between the index for searching and the transcripts: they are mended"),
        differing,
        mend,
        every=LOOKED_FOR_EVERY,
        rests=NO_REST,
    ),
    Rule(
        "search_remains",
        _("Bytes that deleted words have left in the index for searching"),
        writing.stale_tables,
        writing.overwrite,
        every=A_MINUTE,
        rests=NO_REST,
    ),
)
