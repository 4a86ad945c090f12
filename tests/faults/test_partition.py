"""F11: a worker and the database lose sight of one another, while both live."""

import signal
import socket
import threading
import time
from contextlib import contextmanager, suppress

import pytest

from tests import recordings
from tests.config.houses import is_recognising, send
from tests.processes import wait_until
from tests.split import tell_family

pytestmark = [pytest.mark.services, pytest.mark.slow]

PARTED_SECONDS = 25  # four leases


class Line:
    """Forwards a port until it is ``cut``: then what is under way stalls, and nobody comes in."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._whole = threading.Event()
        self._whole.set()
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        self._whole.clear()

    def mend(self) -> None:
        """The connections of before are forgotten on the way, as a router does."""
        for pair in self._pairs:
            for end in pair:
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
        self._whole.set()

    def close(self) -> None:
        self._listener.close()
        self.mend()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near = self._listener.accept()[0]
                if not self._whole.is_set():
                    near.close()
                    continue
                far = socket.create_connection(("127.0.0.1", self._to))
                self._pairs.append((near, far))
                for source, sink in ((near, far), (far, near)):
                    threading.Thread(target=self._pump, args=(source, sink), daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                self._whole.wait()
                sink.sendall(data)
        with suppress(OSError):
            sink.shutdown(socket.SHUT_WR)


@contextmanager
def a_line_to(url: str):
    line = Line(int(url.rpartition(":")[2].partition("/")[0]))
    try:
        yield line
    finally:
        line.close()


@pytest.mark.parametrize("another_worker", [False, True], ids=["alone", "beside another"])
def test_F11_a_parted_worker_delivers_or_another_does_and_either_counts_once(split, another_worker):
    with a_line_to(split.database) as line:
        port = split.database.rpartition(":")[2].partition("/")[0]
        through = {
            name: split.environment[name].replace(f":{port}/", f":{line.port}/")
            for name in ("DATABASE_URL", "KEYS_DATABASE_URL", "SEARCH_DATABASE_URL")
        }
        parted = split.start("work", **through)
        sent = send(split.url, recordings.wav(60))
        wait_until(lambda: is_recognising(split.url, sent), 60)
        line.cut()
        if another_worker:
            split.start("work")
            wait_until(lambda: split.is_done(sent), 90)
        else:
            time.sleep(PARTED_SECONDS)
        line.mend()
        wait_until(lambda: split.is_done(sent), 90)
        time.sleep(3)  # what the parted one may still want to say
        assert split.attempts(sent) == (2, 1)
        assert split.count("transcripts_transcript") == split.count("billing_ledgerentry") == 1
        assert parted.poll() is None, "it goes on"
        tell_family(parted, signal.SIGKILL)
