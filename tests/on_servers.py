"""What touches the database or the queue, once more on real PostgreSQL and Redis.

``python -m tests.on_servers``: starts both, runs those tests, ends with pytest's exit status, or
with ``NOTHING_TO_RUN_ON`` where the machine has no such servers.
"""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.services import NotInstalled, other_databases, postgres, redis
from tests.speech import ROOT

NOTHING_TO_RUN_ON = 77


class Beside:
    """A process of its own: it has a core to itself while the same tests run on SQLite."""

    BEGUN = pytest.StashKey["Beside"]()

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="sotto-on-servers-")
        self._output = Path(self._folder.name) / "output"
        with self._output.open("wb") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.on_servers"],
                stdout=output,
                stderr=output,
                cwd=ROOT,
                env=os.environ | {"SOTTO_DATA": self._folder.name},
            )

    def ended(self, within_seconds: float) -> tuple[int, str]:
        """Exit status and output. Raises TimeoutExpired."""
        return self._process.wait(within_seconds), self._output.read_text(encoding="utf-8")

    def stop(self) -> None:
        """It stops its servers on SIGTERM, as at the end."""
        self._process.terminate()
        self._process.wait(30)
        self._folder.cleanup()


def main() -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    try:
        with postgres() as database_url, redis() as redis_url:
            servers = {"DATABASE_URL": database_url, "REDIS_URL": redis_url}
            command = [sys.executable, "-m", "pytest", "--color=no", "-p", "no:cacheprovider"]
            environment = os.environ | servers | other_databases(database_url)
            return subprocess.run(command, check=False, cwd=ROOT, env=environment).returncode
    except NotInstalled as missing:
        print(missing)  # noqa: T201 - who started it reads it there
        return NOTHING_TO_RUN_ON


if __name__ == "__main__":
    sys.exit(main())
