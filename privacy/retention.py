"""What must go, and when: apps declare rules beside their models, the sweeper runs them."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True)
class Rule:
    """``run`` does the work and returns how many rows went; it is safe to run twice at once."""

    id: str
    label: str | Promise
    run: Callable[[], int]


_rules: dict[str, Rule] = {}


def declare(rule: Rule) -> None:
    """Called from an app's ``ready()``."""
    _rules[rule.id] = rule


def rules() -> tuple[Rule, ...]:
    return tuple(_rules.values())
