"""What goes with a transcript or an account. Apps declare it; those that delete know none of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from accounts.models import User


@dataclass(frozen=True)
class Erased:
    """Both run inside the transaction that deletes the rows, and may run again after a crash.

    What touches no database, such as objects in storage, goes into ``transaction.on_commit``.
    """

    id: str
    of_transcripts: Callable[[Sequence[str]], None]
    of_account: Callable[[User], None]


_erased: dict[str, Erased] = {}


def declare(erased: Erased) -> None:
    """Called from an app's ``ready()``."""
    _erased[erased.id] = erased


def erase_with_transcripts(transcript_ids: Sequence[str]) -> None:
    for erased in _erased.values():
        erased.of_transcripts(transcript_ids)


def erase_with_account(user: User) -> None:
    for erased in _erased.values():
        erased.of_account(user)
