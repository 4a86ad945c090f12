"""Two texts side by side, word by word: what went, what came, what stayed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

# Chinese, Japanese and Thai write no spaces: there, a sign is a word.
_WORD = re.compile(
    r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|[^\s\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+|\s+"
)
MOST_WORDS = 2_000


@dataclass(frozen=True)
class Run:
    text: str
    changed: bool


def before_and_after(before: str, after: str) -> tuple[list[Run], list[Run]]:
    """Each text as runs that are in the other too, and runs that are not."""
    left, right = _WORD.findall(before), _WORD.findall(after)
    if max(len(left), len(right)) > MOST_WORDS:  # comparing takes the square of it
        return [Run(before, changed=True)], [Run(after, changed=True)]
    steps = SequenceMatcher(None, left, right, autojunk=False).get_opcodes()
    return (
        list(_runs(left, [(tag != "equal", start, end) for tag, start, end, _, _ in steps])),
        list(_runs(right, [(tag != "equal", start, end) for tag, _, _, start, end in steps])),
    )


def _runs(words: list[str], spans: list[tuple[bool, int, int]]) -> Iterator[Run]:
    for changed, start, end in spans:
        if text := "".join(words[start:end]):
            yield Run(text, changed)
