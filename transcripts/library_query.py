"""What the library's address asks for. What makes no sense asks for nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from transcripts.models import Status
from transcripts.prose import clean
from transcripts.search import Sort, Wanted

WORDS_MAX_CHARS = 200
SORTS = (
    (Sort.NEWEST, _("Newest first")),
    (Sort.OLDEST, _("Oldest first")),
    (Sort.CHANGED, _("Changed last")),
    (Sort.TITLE, _("By title")),
    (Sort.LONGEST, _("Longest first")),
    (Sort.SHORTEST, _("Shortest first")),
)
STATUSES = tuple((status.value, status.label) for status in Status)


@dataclass(frozen=True)
class Asked:
    """``wanted`` is for the index; ``status`` other than done asks for jobs."""

    wanted: Wanted = field(default_factory=Wanted)
    sort: Sort = Sort.NEWEST
    status: str = ""
    page: str = ""

    @classmethod
    def of(cls, address: QueryDict) -> Asked:
        text = {name: clean(address.get(name, ""))[:WORDS_MAX_CHARS] for name in address}
        status = text.get("status", "")
        return cls(
            Wanted(
                words=text.get("q", ""),
                tag=text.get("tag", ""),
                folder=text.get("folder", ""),
                speaker=text.get("speaker", ""),
                language=text.get("language", ""),
                since=_day(text, "since"),
                until=_day(text, "until"),
                favourite=bool(text.get("favourite")),
                within=text.get("in", ""),
                unfinished=True,
            ),
            Sort(text["sort"]) if text.get("sort") in set(Sort) else Sort.NEWEST,
            status if status in Status.values else "",
            text.get("page", ""),
        )

    @property
    def words(self) -> str:
        return self.wanted.words

    @property
    def is_about_jobs(self) -> bool:
        return self.status not in {"", Status.DONE}

    @property
    def narrows(self) -> bool:
        """Whether anything is left out."""
        return self.wanted != Wanted(unfinished=True) or bool(self.status)

    @property
    def filters(self) -> bool:
        """The same, without regard to words."""
        return self.narrows and self != Asked(Wanted(words=self.words, unfinished=True), self.sort)

    sorts = SORTS
    statuses = STATUSES


def _day(text: Mapping[str, str], name: str) -> date | None:
    try:
        return date.fromisoformat(text.get(name, ""))
    except ValueError:
        return None
