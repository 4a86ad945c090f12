"""What the tests of the listening side share."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from gpu.decode import Decoder, MediaInfo


@contextmanager
def in_memory(data: bytes) -> Iterator[int]:
    """A descriptor of anonymous memory that holds these bytes."""
    descriptor = os.memfd_create("media")
    try:
        with open(descriptor, "wb", closefd=False) as file:
            file.write(data)
        yield descriptor
    finally:
        os.close(descriptor)


def children() -> set[int]:
    """Processes that this one started and has not buried, over all of its threads."""
    found = set()
    for thread in Path("/proc/self/task").iterdir():
        found.update(int(pid) for pid in (thread / "children").read_text().split())
    return found


def open_descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


@pytest.fixture
def decode() -> Callable[..., tuple[MediaInfo, bytes]]:
    """``decode(data, max_seconds=None)``: what it was, and its sound."""

    def decode_all(data: bytes, max_seconds: float | None = None) -> tuple[MediaInfo, bytes]:
        with in_memory(data) as media_fd, Decoder(media_fd, len(data), max_seconds) as decoder:
            return decoder.info, b"".join(decoder.blocks())

    return decode_all
