"""Questions to a plan: what is left, what the next recording may be."""

from dataclasses import replace

import pytest

from billing.limits import Limit, LimitReached, Use, require_room, require_size, seconds_allowed
from billing.plans import GUEST, PLANS, SELFHOSTED, Plan

NOTHING_USED = Use()


def limit_of(plan: Plan, use: Use) -> Limit | None:
    try:
        require_room(plan, use)
    except LimitReached as reached:
        return reached.limit
    return None


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.id)
def test_every_plan_lets_the_first_recording_in(plan):
    assert limit_of(plan, NOTHING_USED) is None


@pytest.mark.parametrize(
    ("use", "limit"),
    [
        (Use(recordings_in_work=1), Limit.JOBS_AT_ONCE),
        (Use(files_today=2), None),
        (Use(files_today=3), Limit.FILES_A_DAY),
        (Use(minutes_used=599), None),
        (Use(minutes_used=600), Limit.MINUTES),
        (Use(minutes_used=590, minutes_claimed=10), Limit.JOBS_AT_ONCE),
    ],
)
def test_a_guests_limits(use, limit):
    assert limit_of(GUEST, use) == limit


def test_an_unlimited_plan_never_ends():
    endless = Use(recordings_in_work=10**6, files_today=10**6, minutes_used=10**9)
    assert limit_of(SELFHOSTED, endless) is None
    assert seconds_allowed(SELFHOSTED, endless) is None
    require_size(SELFHOSTED, 10**15)


def test_size_is_counted_to_the_byte():
    require_size(GUEST, 100_000_000)
    with pytest.raises(LimitReached):
        require_size(GUEST, 100_000_001)


@pytest.mark.parametrize(
    ("use", "seconds"),
    [
        (NOTHING_USED, 3600),
        (Use(minutes_used=590), 600),
        (Use(minutes_used=590, minutes_claimed=8), 120),
        (Use(minutes_used=700), 0),
    ],
)
def test_what_is_in_work_can_never_overdraw_the_month(use, seconds):
    assert seconds_allowed(GUEST, use) == seconds


def test_minutes_alone_limit_a_plan_without_a_longest_recording():
    plan = replace(GUEST, max_recording_seconds=None)
    assert seconds_allowed(plan, NOTHING_USED) == 36_000
