"""Whether the main job would work now, piece by piece: for ``/ready`` and for the doctor."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache as once
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection, connections
from django.utils import timezone
from redis import Redis
from redis.exceptions import RedisError

from gpu.contract import MODELS_BY_ID, why_not_installed
from privacy.retention import AN_HOUR
from privacy.sweeper import LATE_AFTER, last_jump, last_report
from transcripts import fleet
from transcripts.index.models import Listed, Stale
from transcripts.models import Job, Status
from transcripts.vault import vault
from transcripts.vault.persistence import evicts, refuse_persistence

PROBE_TIMEOUT_SECONDS = 2.0
LEAST_BUDGET_BYTES = 1_000_000

DATABASE = ("database", "Database")
SEARCH = ("search", "Search")
QUEUE = ("queue", "Queue")
WORKER = ("worker", "Worker")
ENGINE = ("engine", "Engine")
MEMORY = ("memory", "Memory for recordings")
SWEEPER = ("sweeper", "Sweeper")
CLOCK = ("clock", "Clock")


@dataclass(frozen=True)
class Check:
    """One piece. ``ok`` is ``None`` where it is not set up and need not be.

    Without an ``essential`` piece no recording becomes a transcript. ``mend`` says what to do.
    """

    id: str
    label: str
    ok: bool | None
    detail: str = ""
    mend: str = ""
    essential: bool = True

    @classmethod
    def works(cls, piece: tuple[str, str], detail: str, **more: Any) -> Check:
        return cls(*piece, ok=True, detail=detail, **more)

    @classmethod
    def fails(cls, piece: tuple[str, str], detail: str, mend: str, **more: Any) -> Check:
        return cls(*piece, ok=False, detail=detail, mend=mend, **more)


def readiness() -> list[Check]:
    """Quick enough for a probe every second; a piece that hangs costs two seconds."""
    here = [] if settings.REDIS_URL else [engine()]
    return [database(), search(), queue(), worker(), *here, memory(), sweeper(), clock()]


def is_ready(checks: list[Check]) -> bool:
    return all(check.ok is not False for check in checks if check.essential)


def database() -> Check:
    try:
        Job.objects.filter(status=Status.QUEUED).exists()
        if _is_read_only():
            mend = "Free room on its disk, or connect to the primary."
            return Check.fails(DATABASE, "it takes no writes", mend)
    except DatabaseError as error:
        mend = "Run: python manage.py prepare. If that fails too, check DATABASE_URL."
        return Check.fails(DATABASE, type(error).__name__, mend)
    return Check.works(DATABASE, connection.vendor)


def search() -> Check:
    """Without it transcripts are listed, but not found."""
    try:
        Listed.objects.exists()
        Stale.objects.exists()
    except DatabaseError as error:
        mend = "Run: python manage.py prepare. If that fails too, check SEARCH_DATABASE_URL."
        return Check.fails(SEARCH, type(error).__name__, mend, essential=False)
    return Check.works(SEARCH, connections["search"].vendor, essential=False)


def queue() -> Check:
    if not settings.REDIS_URL:
        return Check.works(QUEUE, "in this process")
    try:
        _redis(settings.REDIS_URL).ping()
    except RedisError as error:
        mend = "Start Redis, or check REDIS_URL."
        return Check.fails(QUEUE, type(error).__name__, mend)
    return Check.works(QUEUE, "Redis")


def worker() -> Check:
    """Whether one lives that can take what is sent without choosing a model."""
    living = fleet.living()
    if not living:
        mend = "Start one: make worker." if settings.REDIS_URL else "Start Sotto: make run."
        return Check.fails(WORKER, "none has been heard of", mend)
    able = sum(settings.DEFAULT_MODEL in models for models in living)
    if not able:
        mend = f"Start a worker that has {settings.DEFAULT_MODEL}, or set DEFAULT_MODEL."
        return Check.fails(WORKER, f"{len(living)}, none with {settings.DEFAULT_MODEL}", mend)
    return Check.works(WORKER, f"{able}")


def engine() -> Check:
    model = MODELS_BY_ID.get(settings.DEFAULT_MODEL)
    if model is None:
        mend = f"Set DEFAULT_MODEL to one of: {', '.join(MODELS_BY_ID)}."
        return Check.fails(ENGINE, f"no model {settings.DEFAULT_MODEL}", mend)
    if reason := why_not_installed(model, settings.MODELS_DIR):
        return Check.fails(ENGINE, f"{model.label}: {reason}", model.install_hint)
    return Check.works(ENGINE, model.label)


def memory() -> Check:
    try:
        if settings.REDIS_URL:  # asked anew: it may have been started again, with other settings
            refuse_persistence(_redis(settings.REDIS_URL))
        held, budget = vault().held_bytes(), budget_bytes()
    except ImproperlyConfigured as wrong:
        return Check.fails(MEMORY, "Redis would write to a disk", str(wrong))
    except RedisError as error:
        return Check.fails(MEMORY, type(error).__name__, "Start Redis, or check REDIS_URL.")
    detail = f"{held // 1_000_000} of {budget // 1_000_000} MB in use"
    if budget < LEAST_BUDGET_BYTES:
        return Check.fails(MEMORY, detail, "Free some memory, or set AUDIO_BUDGET_MB.")
    return Check.works(MEMORY, detail)


def eviction_policy() -> str:
    """By which a full Redis would throw recordings away; empty if it keeps them, or is down."""
    if not settings.REDIS_URL:
        return ""
    try:
        return evicts(_redis(settings.REDIS_URL))
    except RedisError:
        return ""


def sweeper() -> Check:
    """Nothing may outlive its time unseen: without a sweeper this place is not ready."""
    try:
        report = last_report()
    except DatabaseError as error:
        return Check.fails(SWEEPER, type(error).__name__, "See what is wrong with the database.")
    mend = "Start one: make sweeper." if settings.REDIS_URL else "Start Sotto: make run."
    if report is None:
        return Check.fails(SWEEPER, "no round was finished yet", mend)
    age = timezone.now() - report.finished_at
    if abs(age) > LATE_AFTER:
        return Check.fails(SWEEPER, f"last round at {report.finished_at:%Y-%m-%d %H:%M} UTC", mend)
    if failed := [rule for rule, count in report.gone.items() if count < 0]:
        detail, mend = f"failed: {', '.join(failed)}", "See the log of the sweeper."
        return Check.fails(SWEEPER, detail, mend, essential=False)
    return Check.works(SWEEPER, f"last round {max(0, round(age.total_seconds()))} s ago")


def clock() -> Check:
    """An alarm for people; what is due by the clock rests meanwhile."""
    try:
        jumped = last_jump()
    except DatabaseError as error:
        mend = "See what is wrong with the database."
        return Check.fails(CLOCK, type(error).__name__, mend, essential=False)
    if jumped is None or abs(timezone.now() - jumped.finished_at) > AN_HOUR:
        return Check.works(CLOCK, "steady", essential=False)
    detail = f"jumped by {jumped.clock_jump_seconds:+.0f} s on {jumped.machine}"
    mend = "Check what sets this machine's clock. What goes by the clock rests for an hour."
    return Check.fails(CLOCK, detail, mend, essential=False)


def budget_bytes() -> int:
    """Raises RedisError."""
    return vault().budget_bytes


def _is_read_only() -> bool:
    if connection.vendor != "postgresql":
        return False
    with connection.cursor() as cursor:
        cursor.execute("SHOW transaction_read_only")
        return bool(cursor.fetchone() == ("on",))


@once
def _redis(url: str) -> Redis:
    return Redis.from_url(
        url, socket_timeout=PROBE_TIMEOUT_SECONDS, socket_connect_timeout=PROBE_TIMEOUT_SECONDS
    )
