"""Whether the house kept its word: read from its databases and from Redis once all is quiet."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass

import redis

from tests.soak.house import House

RUNS_AGAIN_WITHIN_SECONDS = 20.0
ENOUGH_KILLS = 20  # of fewer there is no ninety-fifth percentile; F01 holds a single one
ALLOWED = {
    ("done", ""): "done",
    ("cancelled", "cancelled"): "cancelled",
    ("failed", "worker_crash"): "given up after two crashes",
    ("failed", "audio_lost"): "told that Redis lost the recording",
}


@dataclass(frozen=True)
class Verdict:
    ends: dict[str, int]
    checks: dict[str, tuple[str, bool]]

    @property
    def kept(self) -> bool:
        return all(kept for _, kept in self.checks.values())

    def table(self) -> str:
        rows = [f"| {name} | {count} |" for name, count in sorted(self.ends.items())]
        checks = [
            f"| {name} | {found} | {'yes' if kept else '**no**'} |"
            for name, (found, kept) in self.checks.items()
        ]
        return "\n".join(
            [
                *("| how jobs ended | jobs |", "| --- | ---: |", *rows, ""),
                *("| check | found | kept |", "| --- | --- | --- |", *checks),
            ]
        )


def verdict_on(house: House) -> Verdict:
    cut_off = _end_what_was_cut_off(house)
    jobs = _rows(house, "SELECT id, status, failure, crashes, minutes FROM transcripts_job")
    known = {row[0] for row in jobs}
    ends = Counter(ALLOWED.get(row[1:3], f"{row[1]} {row[2]}") for row in jobs)
    lost = [job for job in house.sent if job not in known]
    stuck = [row for row in jobs if row[1] in {"queued", "running"}]
    odd = [row for row in jobs if row[1:3] not in ALLOWED and row not in stuck]
    odd += [row for row in jobs if row[2] == "worker_crash" and row[3] + 1 < 2]
    odd += [row for row in jobs if row[2] == "audio_lost" and not house.redis_deaths]
    checks = {
        "jobs lost": _none(lost),
        "jobs stuck": _none(stuck),
        "jobs that ended for no good reason": _none(odd),
        "minutes charged twice, or for nothing": _none(_wrong_charges(house, jobs)),
        "transcripts without a job, or two for one": _none(_wrong_transcripts(house)),
        "values of recordings left in Redis": _none(_audio_left(house)),
        "uploads that died with their server, left to the sweeper": (str(cut_off), True),
        "receipts that do not verify": _none(_broken_receipts(house)),
        "p95 until a killed worker's job runs again": _restarts(house),
    }
    return Verdict(dict(ends), checks)


def _none(found: list) -> tuple[str, bool]:
    named = f": {found[:3]}" if found else ""
    return f"{len(found)}{named}", not found


def _rows(house: House, query: str) -> list[tuple]:
    rows = house.rows(query)
    assert rows is not None, "the database is away after the soak"
    return rows


def _wrong_charges(house: House, jobs: list[tuple]) -> list:
    charged = Counter(_rows(house, "SELECT job_id, minutes FROM billing_ledgerentry"))
    owed = Counter((row[0], row[4]) for row in jobs if row[1] == "done")
    return [*(charged - owed), *(owed - charged)]


def _wrong_transcripts(house: House) -> list:
    made = {row[0] for row in _rows(house, "SELECT id FROM transcripts_transcript")}
    named = Counter(
        row[0]
        for row in _rows(house, "SELECT transcript_id FROM transcripts_job WHERE status = 'done'")
    )
    return [*(made ^ set(named)), *(name for name, times in named.items() if times > 1)]


def _end_what_was_cut_off(house: House) -> int:
    """As an hour later. What belongs to a job is none of it, and must be gone by itself."""
    code = (
        "from datetime import timedelta; from django.conf import settings; "
        "settings.UPLOAD_ABANDONED_AFTER = timedelta(seconds=-2); "
        "from transcripts.retention import cut_off_recordings, end_cut_off; "
        "print(sum(map(end_cut_off, cut_off_recordings())))"
    )
    return int(house.split.manage("shell", "--no-imports", "-v0", "-c", code))


def _audio_left(house: House) -> list:
    return list(redis.Redis.from_url(house.redis.url).scan_iter("sotto:audio:*"))


def _broken_receipts(house: House) -> list[str]:
    code = (
        "from privacy.models import Receipt; from privacy.receipts import faults; "
        "print([r.pk for r in Receipt.objects.all() if faults(r)], Receipt.objects.count() > 0)"
    )
    said = house.split.manage("shell", "--no-imports", "-v0", "-c", code).strip()
    return [] if said == "[] True" else [said]


def _restarts(house: House) -> tuple[str, bool]:
    took = sorted(kill.again_after_seconds or math.inf for kill in house.kills)
    if not took:
        return "no job was at work when a worker was killed", True
    p95 = took[math.ceil(0.95 * len(took)) - 1]
    found = f"{p95:.1f} s, of {len(took)}; median {took[len(took) // 2]:.1f} s"
    return found, p95 <= RUNS_AGAIN_WITHIN_SECONDS or len(took) < ENOUGH_KILLS
