"""P04: what is left in the memory of processes once a job is over. Reads /proc/<pid>/mem."""

import os
import secrets
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.processes import children, wait_until
from tests.recordings import marked_sound
from tests.transcripts.test_no_disk import send_form, send_upload
from tests.transcripts.test_private_live import Alice

pytestmark = [pytest.mark.embedded, pytest.mark.slow]

CHILDREN_GO_WITHIN_SECONDS = 20
"""The house under test sends an idle recogniser home after 3 seconds."""


def regions(pid: int) -> Iterator[bytes]:
    """All that a process can read of its own memory, a mapping at a time."""
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        for line in Path(f"/proc/{pid}/maps").read_text(encoding="utf-8").splitlines():
            span, rights, *rest = line.split(maxsplit=5)
            if "r" not in rights or rest[-1] in {"[vvar]", "[vsyscall]"}:
                continue
            start, end = (int(address, 16) for address in span.split("-"))
            memory.seek(start)
            try:
                yield memory.read(end - start)
            except OSError:  # it was unmapped a moment ago
                continue


def holds(pid: int, canary: bytes) -> int:
    return sum(region.count(canary) for region in regions(pid))


def test_the_search_finds_what_is_there():
    canary = secrets.token_bytes(64)
    assert holds(os.getpid(), canary) > 0


@pytest.mark.parametrize("ending", ["success", "failure"])
def test_P04_no_audio_is_left_in_any_process(start_sotto, ending):
    canary = secrets.token_bytes(64)
    house = start_sotto(RECOGNISER_IDLE_SECONDS="3")
    data = marked_sound(canary) if ending == "success" else b"\x01" + canary * 50_000
    for answer in (send_form(house, data), send_upload(house, data, 100_000)):
        assert answer.status == (200 if ending == "success" else 422), answer.body
    wait_until(lambda: not children(house.process.pid), CHILDREN_GO_WITHIN_SECONDS)
    time.sleep(1)
    assert holds(house.process.pid, canary) == 0


def test_no_word_of_a_private_job_is_left_in_the_process_that_stays(start_sotto):
    house = start_sotto(RECOGNISER_IDLE_SECONDS="600")  # the one that heard it goes all the same
    alice = Alice(url=house.url)
    alice.begin()
    assert alice.form()["private"] is True
    wait_until(lambda: not children(house.process.pid), CHILDREN_GO_WITHIN_SECONDS)
    said = (b"fellow Americans", b"Americans", b"for your country")
    assert {words: holds(house.process.pid, words) for words in said} == dict.fromkeys(said, 0)
