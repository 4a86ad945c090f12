"""Clocks of running processes that a test can move; see ``clocks.c``."""

import shutil
import struct
import subprocess
from datetime import timedelta
from pathlib import Path

from tests.services import NotInstalled

SOURCE = Path(__file__).with_suffix(".c")


class Clocks:
    """For processes that are started with ``environment``, and for their children."""

    def __init__(self, folder: Path) -> None:
        """Raises NotInstalled."""
        if shutil.which("cc") is None:
            raise NotInstalled("cc")
        library, self._file = folder / "clocks.so", folder / "clocks"
        flags = ["-shared", "-fPIC", "-O2", "-Wall", "-Wextra", "-Werror"]
        subprocess.run(["cc", *flags, "-o", library, SOURCE, "-ldl", "-lpthread"], check=True)
        self._file.write_bytes(bytes(16))
        self.environment = {"LD_PRELOAD": str(library), "CLOCKS_FILE": str(self._file)}

    def jump(self, wall: timedelta) -> None:
        """Somebody sets the wall's clock; no time passes."""
        self._set(wall, timedelta(0))

    def pass_by(self, time: timedelta) -> None:
        """So much time has passed since the start, on every clock."""
        self._set(time, time)

    def _set(self, *ahead: timedelta) -> None:
        nanoseconds = [round(period.total_seconds()) * 10**9 for period in ahead]
        with self._file.open("r+b") as file:  # in place: it is mapped
            file.write(struct.pack("=qq", *nanoseconds))
