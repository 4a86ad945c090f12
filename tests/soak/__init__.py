"""Faults at random against the split house, many at once, and then the question whether it kept its word.

``run`` starts PostgreSQL, Redis, web, sweeper and two workers, each of which is started again when
it dies, keeps a few short recordings in the queue, and commits one fault after another.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from tests import services
from tests.soak.faults import FAULTS
from tests.soak.house import House
from tests.soak.verdict import Verdict, verdict_on

SECONDS_A_FAULT = 0.9
AT_ONCE = 12


@dataclass
class Soak:
    """What was done, what came of it."""

    seed: int
    faults: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    verdict: Verdict | None = None

    def table(self) -> str:
        rows = [f"| {name} | {count} |" for name, count in sorted(self.faults.items())]
        total = f"| **all, in {self.seconds / 60:.1f} minutes, seed {self.seed}** | **{self.faults.total()}** |"
        head = ["| fault | times |", "| --- | ---: |", *rows, total, ""]
        return "\n".join([*head, self.verdict.table() if self.verdict else ""])


def run(faults: int, seed: int) -> Soak:
    soak = Soak(seed)
    chance = random.Random(seed)
    with (
        tempfile.TemporaryDirectory() as name,
        services.postgres_server() as postgres,
        services.redis_server() as redis,
    ):
        house = House(Path(name), postgres, redis)
        began = time.monotonic()
        with house.standing(), ThreadPoolExecutor(AT_ONCE) as hands:
            done = [_commit(house, chance, hands, soak) for _ in range(faults)]
            for fault in done:
                fault.result()
            soak.seconds = time.monotonic() - began
            house.come_to_rest()
            soak.verdict = verdict_on(house)
    return soak


def _commit(house: House, chance: random.Random, hands: ThreadPoolExecutor, soak: Soak):
    kinds = list(FAULTS)
    kind = chance.choices(kinds, [FAULTS[name].weight for name in kinds])[0]
    soak.faults[kind] += 1
    own_chance = random.Random(chance.random())
    committed = hands.submit(FAULTS[kind].commit, house, own_chance)
    time.sleep(SECONDS_A_FAULT * chance.uniform(0.5, 1.5))
    return committed
