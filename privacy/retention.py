"""What must go, and when: apps declare rules beside their models, the sweeper runs them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils.functional import Promise

AT_ONCE = timedelta(0)
A_MINUTE = timedelta(minutes=1)
AN_HOUR = timedelta(hours=1)
NO_REST = timedelta(0)


@dataclass(frozen=True)
class Rule:
    """Rows whose time has come, and how one of them ends.

    ``due`` gives their keys, or the rows as a queryset. ``end`` ends the row of one key in a
    transaction of its own, and says whether, or how many, it was this call that ended: it compares
    and sets, so that of several sweepers one counts the row. ``label`` and ``after`` are the promise
    as the privacy page shows it; ``after`` None: there is no such promise on this server. A rule
    that goes by a wall clock ``rests`` after that clock has jumped; one that does not rests for no
    time.
    """

    id: str
    label: str | Promise
    due: Callable[[], Iterable[Any]]
    end: Callable[[Any], int]
    after: timedelta | None = AT_ONCE
    every: timedelta = A_MINUTE
    rests: timedelta = AN_HOUR


_rules: dict[str, Rule] = {}


def declare(*added: Rule) -> None:
    """Called from an app's ``ready()``."""
    _rules.update((rule.id, rule) for rule in added)


def rules() -> tuple[Rule, ...]:
    return tuple(_rules.values())
