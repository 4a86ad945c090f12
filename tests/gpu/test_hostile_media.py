"""Whatever the file is, the decoder ends soon, says what it was, and leaves nothing behind.

``HOSTILE_MEDIA=DIR`` runs it over the files of that folder instead of our own.
"""

import gc
import time
from pathlib import Path

import pytest

from gpu.contract import Failure, ListeningFailed
from gpu.decode import Decoder
from tests.gpu.conftest import children, in_memory, open_descriptors
from tests.hostile_media import given, made

pytestmark = pytest.mark.hostile_media

CASES = given() or made()
LIMIT_SECONDS = 60.0
MAX_DECODED_SECONDS = 4 * 3600
MEMORY_BYTES = 32 << 20
KNOWN = {
    Failure.UNREADABLE_MEDIA,
    Failure.NO_AUDIO_TRACK,
    Failure.TOO_LONG,
    Failure.DECODER_CRASH,
}


@pytest.mark.parametrize("name", CASES)
def test_a_hostile_file_ends_and_leaves_nothing(name):
    data = CASES[name]()
    memory_bytes = _memory_bytes()  # first, for it also closes what tests before had forgotten
    left = children(), open_descriptors()
    started = time.monotonic()
    with in_memory(data) as media_fd:
        ending = _decode(media_fd, len(data))
        waited_seconds = time.monotonic() - started
    assert ending in KNOWN | {None}
    assert waited_seconds < LIMIT_SECONDS + len(data) / 10_000_000
    assert (children(), open_descriptors()) == left
    assert _memory_bytes() - memory_bytes < MEMORY_BYTES


def _decode(media_fd: int, size_bytes: int) -> Failure | None:
    try:
        with Decoder(media_fd, size_bytes, MAX_DECODED_SECONDS) as decoder:
            for _block in decoder.blocks():
                pass
    except ListeningFailed as failed:
        return failed.failure
    return None


def _memory_bytes() -> int:
    gc.collect()
    status = Path("/proc/self/status").read_text()
    return int(status.split("RssAnon:")[1].split()[0]) * 1024
