"""Two clocks: the wall's, which may jump, and one that does nothing but count."""

from __future__ import annotations

import time

from django.db import DatabaseError, connection

A_JUMP_SECONDS = 60.0


def seconds_since_boot() -> float:
    """It counts while the machine sleeps too, so that a laptop that wakes is no jump."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


class Watch:
    """Tells a wall clock that was moved from time that has passed: ours, and the database's."""

    def __init__(self) -> None:
        self._seen = _readings()

    def jump_seconds(self) -> float:
        """How far a clock was moved since this was last asked; 0.0 for less than a minute."""
        before, self._seen = self._seen, _readings()
        moves = [now - before[name] for name, now in self._seen.items() if name in before]
        furthest = max(moves, key=abs)
        return furthest if abs(furthest) > A_JUMP_SECONDS else 0.0


def _readings() -> dict[str, float]:
    """Each wall clock against the one that counts."""
    readings = {"here": time.time() - seconds_since_boot()}
    if connection.vendor == "postgresql":
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT extract(epoch FROM clock_timestamp())::float8")
                readings["database"] = cursor.fetchone()[0] - seconds_since_boot()
        except DatabaseError:
            pass  # the rules will say so
    return readings
