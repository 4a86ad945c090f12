"""Who has which plan, and what the guest's says."""

import pytest

from accounts.callers import Caller
from accounts.models import User
from billing.plans import FREE, GUEST, PLANS, SELFHOSTED, plan_of

ALICE = Caller(user=User(email="alice@example.org"))
STRANGERS = (Caller(), Caller(guest_key="guest"))


def test_at_home_nobody_has_limits(settings):
    settings.HOSTED = False
    assert {plan_of(caller).id for caller in (ALICE, *STRANGERS)} == {"selfhosted"}
    limits = (
        SELFHOSTED.minutes_a_month,
        SELFHOSTED.files_a_day,
        SELFHOSTED.max_file_bytes,
        SELFHOSTED.max_recording_seconds,
        SELFHOSTED.jobs_at_once,
    )
    assert limits == (None,) * 5


def test_in_the_service_guests_and_members_do(settings):
    settings.HOSTED = True
    assert [plan_of(caller) for caller in (ALICE, *STRANGERS)] == [FREE, GUEST, GUEST]


@pytest.mark.parametrize(
    ("plan", "row"),
    [
        (GUEST, (600, 3, 100_000_000, 3600, 1)),
        (FREE, (600, None, 500_000_000, 7200, 2)),
    ],
)
def test_the_figures_are_the_products(plan, row):
    assert row == (
        plan.minutes_a_month,
        plan.files_a_day,
        plan.max_file_bytes,
        plan.max_recording_seconds,
        plan.jobs_at_once,
    )


def test_ids_are_told_apart():
    assert len({plan.id for plan in PLANS}) == len(PLANS)


def test_private_transcripts_come_with_a_plan_or_a_setting(settings):
    assert [plan.private_transcripts for plan in PLANS] == [False, False, True]
    settings.HOSTED, settings.PRIVATE_TRANSCRIPTS = True, True
    assert plan_of(ALICE).private_transcripts
    assert not any(plan_of(caller).private_transcripts for caller in STRANGERS)
