"""Two gigabytes over a line that breaks fifty times: all arrive, and no byte is on a disk."""

import contextlib
import hashlib
import http.client
import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live import serving
from tests.processes import peak_bytes, resident_bytes, restart_peak
from tests.proxies import Proxy, between, random_cuts
from tests.sending import Client, connect

MB = 1_000_000
SIZE_BYTES = 2_000 * MB
DROPS = 50
SEED = 20_26
TUS = {"Tus-Resumable": "1.0.0"}
PART = {**TUS, "Content-Type": "application/offset+octet-stream"}
JOURNALS = ("sotto.sqlite3", "keys.sqlite3", "search.sqlite3", "log.txt")
DATABASE_BYTES = SIZE_BYTES / 100

pytestmark = [pytest.mark.embedded, pytest.mark.services]


class Recording:
    """Bytes that nobody can compress or guess, without holding two gigabytes of them."""

    def __init__(self, size_bytes: int) -> None:
        self.size_bytes = size_bytes
        self._block = random.Random(SEED).randbytes(MB)

    def piece(self, number: int) -> bytes:
        return number.to_bytes(8, "big") + self._block[8:]

    def from_(self, offset: int) -> Iterator[bytes]:
        first = offset // MB
        yield self.piece(first)[offset % MB :]
        for number in range(first + 1, self.size_bytes // MB):
            yield self.piece(number)

    def sha256(self) -> str:
        digest = hashlib.sha256()
        for piece in self.from_(0):
            digest.update(piece)
        return digest.hexdigest()


@contextlib.contextmanager
def through(proxy: Proxy) -> Iterator[Client]:
    connection = http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=60)
    try:
        yield Client(connection)
    finally:
        connection.close()


def send_stubbornly(proxy: Proxy, path: str, recording: Recording) -> int:
    """HEAD, PATCH, and again, until all is there. Returns how often the line broke."""
    breaks = 0
    for _ in range(2 * DROPS):
        with through(proxy) as client, contextlib.suppress(OSError, http.client.HTTPException):
            offset = int(client.ask("HEAD", path, TUS).headers["upload-offset"])
            length = {"Content-Length": recording.size_bytes - offset}
            headers = {**PART, **length, "Upload-Offset": offset}
            answer = client.ask("PATCH", path, headers, recording.from_(offset))
            if answer.status == 204:
                return breaks
            assert answer.status == 409  # what came before the break was still being put away
            continue
        breaks += 1
    raise AssertionError("it never arrived")


def files_below(*folders: Path) -> dict[str, int]:
    """Sizes of all files but the databases and the log."""
    found = {}
    for folder in folders:
        for path in folder.rglob("*"):
            with contextlib.suppress(OSError):
                if path.is_file() and not path.name.startswith(JOURNALS):
                    found[str(path)] = path.stat().st_size
    return found


def written_bytes(pid: int) -> int:
    """What the process made the kernel write to storage."""
    lines = Path(f"/proc/{pid}/io").read_text().splitlines()
    return int(dict(line.split(": ") for line in lines)["write_bytes"])


@pytest.mark.slow
@pytest.mark.parametrize("server", ["daphne", "uvicorn"])
def test_two_gigabytes_survive_a_line_that_breaks_fifty_times(tmp_path, server, note):
    data, temporary = tmp_path / "data", tmp_path / "tmp"
    data.mkdir()
    temporary.mkdir()
    recording = Recording(SIZE_BYTES)
    own = {"SERVER": server, "AUDIO_BUDGET_MB": "2100", "TMPDIR": str(temporary)}
    cuts = random_cuts(DROPS, SIZE_BYTES, SEED)
    with serving(data, **own) as live, between(live.port, cut_after=cuts) as proxy:
        pid = live.process.pid
        before = (files_below(data, temporary), resident_bytes(pid), written_bytes(pid))
        restart_peak(pid)
        with connect(live) as client:
            made = client.ask("POST", "/v1/uploads", {**TUS, "Upload-Length": SIZE_BYTES})
        began = time.monotonic()
        breaks = send_stubbornly(proxy, made.headers["location"], recording)
        seconds = time.monotonic() - began
        grown = (peak_bytes(pid) - before[1]) / MB
        written = written_bytes(pid) - before[2]
        note(
            f"2 GB in {breaks + 1} parts by {server}: {seconds:.0f} s, web process +{grown:.0f} MB"
            f" beside the recording, {written / MB:.1f} MB written"
        )
        assert (breaks, proxy.cuts) == (DROPS, DROPS)
        assert files_below(data, temporary) == before[0]
        assert written < DATABASE_BYTES
        assert grown < 50
        assert sha256_held(pid, SIZE_BYTES) == recording.sha256()


def sha256_held(pid: int, size_bytes: int) -> str:
    """Of the one recording in the memory of that process."""
    for link in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(OSError):
            if "memfd:audio" in str(link.readlink()) and link.stat().st_size == size_bytes:
                with link.open("rb") as audio:
                    return hashlib.file_digest(audio, "sha256").hexdigest()
    raise AssertionError("the process holds no such recording")
