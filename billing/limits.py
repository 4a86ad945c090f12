"""The questions that are asked of a plan. Pure: a plan and what was used go in, an answer out."""

from dataclasses import dataclass
from enum import StrEnum

from billing.plans import Plan


class Limit(StrEnum):
    FILE_SIZE = "file_size"
    JOBS_AT_ONCE = "jobs_at_once"
    FILES_A_DAY = "files_a_day"
    MINUTES = "minutes"
    LINK_OPTIONS = "link_options"
    PRIVATE = "private"


class LimitReached(Exception):  # noqa: N818
    def __init__(self, limit: Limit) -> None:
        super().__init__(str(limit))
        self.limit = limit


@dataclass(frozen=True)
class Use:
    """``minutes_claimed`` is what recordings in work may cost at most."""

    recordings_in_work: int = 0
    files_today: int = 0
    minutes_used: int = 0
    minutes_claimed: int = 0


def require_room(plan: Plan, use: Use) -> None:
    """Whether one more recording may be taken. Raises LimitReached."""
    if _reached(plan.jobs_at_once, use.recordings_in_work):
        raise LimitReached(Limit.JOBS_AT_ONCE)
    if _reached(plan.files_a_day, use.files_today):
        raise LimitReached(Limit.FILES_A_DAY)
    if _reached(plan.minutes_a_month, use.minutes_used):
        raise LimitReached(Limit.MINUTES)
    if _reached(plan.minutes_a_month, use.minutes_used + use.minutes_claimed):
        # The minutes may come back: what is in work may turn out shorter.
        raise LimitReached(Limit.JOBS_AT_ONCE)


def require_size(plan: Plan, size_bytes: int) -> None:
    """Raises LimitReached."""
    if plan.max_file_bytes is not None and size_bytes > plan.max_file_bytes:
        raise LimitReached(Limit.FILE_SIZE)


def require_link_options(plan: Plan, *, password: bool, permanent: bool) -> None:
    """Raises LimitReached."""
    if (password or permanent) and not plan.password_and_permanent_links:
        raise LimitReached(Limit.LINK_OPTIONS)


def require_private(plan: Plan) -> None:
    """Raises LimitReached."""
    if not plan.private_transcripts:
        raise LimitReached(Limit.PRIVATE)


def seconds_allowed(plan: Plan, use: Use) -> float | None:
    """How long the next recording may be, so that the month's minutes are never overdrawn."""
    limits = []
    if plan.max_recording_seconds is not None:
        limits.append(float(plan.max_recording_seconds))
    if plan.minutes_a_month is not None:
        left = plan.minutes_a_month - use.minutes_used - use.minutes_claimed
        limits.append(60.0 * max(left, 0))
    return min(limits, default=None)


def _reached(limit: int | None, used: int) -> bool:
    return limit is not None and used >= limit
