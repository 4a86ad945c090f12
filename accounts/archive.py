"""A ZIP made while it is sent: a file at a time in memory, and never the whole."""

from __future__ import annotations

import zipfile
from collections.abc import AsyncIterator, Iterable, Iterator

from asgiref.sync import sync_to_async
from django.db import close_old_connections

File = tuple[str, bytes]
# When it was made says nothing that its files do not; the same files give the same bytes.
MADE_AT = (1980, 1, 1, 0, 0, 0)


def zipped(files: Iterable[File]) -> Iterator[bytes]:
    """The archive in pieces, each no longer than its longest file."""
    drain = _Drain()
    with zipfile.ZipFile(drain, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            entry = zipfile.ZipInfo(name, MADE_AT)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
            yield drain.take()
    yield drain.take()


async def sent(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    """For a server that must not wait: each piece is made in a thread."""
    while piece := await sync_to_async(_next)(pieces):
        yield piece


def _next(pieces: Iterator[bytes]) -> bytes:
    piece = next(pieces, b"")
    close_old_connections()  # a slow reader is no reason to hold a connection
    return piece


class _Drain:
    """What is written to it can be taken away at once; it has no beginning to go back to."""

    def __init__(self) -> None:
        self._written: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._written.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        """Nothing is open."""

    def take(self) -> bytes:
        taken = b"".join(self._written)
        self._written.clear()
        return taken
