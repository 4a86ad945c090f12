"""The set for training: what is consented to at this moment, as JSON lines and WAV files.

Nothing in it says whose it is. Each row is asked about once more just before it is written.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from privacy import consent
from privacy.content_keys import Shredded
from privacy.models import Contribution
from privacy.voicelab import keys, objects
from privacy.voicelab.contributions import SWITCH_OF, open_all, sound_of

LINES = "contributions.jsonl"


class Target(Protocol):
    """A folder or an archive that files are added to."""

    def add(self, name: str, content: bytes) -> None: ...


@dataclass(frozen=True)
class Item:
    """One line; ``sound`` is WAV, and b"" where only text was given."""

    row: Contribution
    before: str
    after: str
    sound: bytes

    @property
    def sound_name(self) -> str:
        return f"audio/{self.row.pk}.wav" if self.sound else ""

    @property
    def line(self) -> str:
        facts = {
            "id": self.row.pk,
            "kind": self.row.kind,
            "language": self.row.language,
            "model": self.row.model,
            "before": self.before,
            "after": self.after,
            "audio": self.sound_name or None,
            "seconds": round(self.row.end_seconds - self.row.start_seconds, 3),
            "use_until": keys.end_of(self.row.day).isoformat(),
        }
        return json.dumps(facts, ensure_ascii=False) + "\n"


def write(target: Target) -> Counter[str]:
    """Returns how many of each kind. Raises objects.StorageDown: then the set is not whole."""
    counts: Counter[str] = Counter()
    lines = []
    for item in consented():
        if item.sound:
            target.add(item.sound_name, item.sound)
        lines.append(item.line)
        counts[item.row.kind] += 1
    target.add(LINES, "".join(lines).encode())
    return counts


def consented() -> Iterator[Item]:
    """Raises objects.StorageDown."""
    fresh = Contribution.objects.filter(day__gt=keys.newest_over())
    for pk in list(fresh.order_by("created_at", "pk").values_list("pk", flat=True)):
        row = fresh.filter(pk=pk).select_related("owner").first()
        item = _item(row) if row else None
        if item is not None:
            yield item


def _item(row: Contribution) -> Item | None:
    kind = Contribution.Kind(row.kind)
    if not consent.is_on(row.owner, SWITCH_OF[kind]):
        return None
    opened = open_all([row])
    if not opened:
        return None
    if kind == Contribution.Kind.TEXT:
        return Item(row, opened[0].before, opened[0].after, b"")
    try:
        return Item(row, opened[0].before, opened[0].after, sound_of(row))
    except (Shredded, objects.ObjectGone):  # still to be cut out, or just withdrawn
        return None
