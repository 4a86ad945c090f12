"""Minutes are rounded up once and counted once (B05, B06, B07 as far as they exist)."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.callers import Caller
from accounts.models import User
from billing.ledger import minutes_for, minutes_this_month, settle
from billing.models import LedgerEntry

GUEST = Caller(guest_key="guest")


@pytest.mark.parametrize(
    ("seconds", "minutes"),
    [(0.2, 1), (59.4, 1), (60.0, 1), (60.6, 2), (61, 2), (3600, 60), (3600.04, 61), (36_000, 600)],
)
def test_B05_a_minute_is_a_minute_rounded_up(seconds, minutes):
    assert minutes_for(seconds) == minutes


def test_B05_nothing_costs_nothing():
    assert minutes_for(0) == 0


@pytest.mark.django_db
def test_a_job_is_counted_once_however_often_it_is_delivered():
    assert [settle("job", None, "guest", 90) for _ in range(3)] == [2, 2, 2]
    assert minutes_this_month(GUEST) == 2


@pytest.mark.django_db
def test_everybody_has_their_own_sum():
    user = User.objects.create_user("a@example.org")
    settle("one", user, "", 60)
    settle("two", user, "", 61)
    settle("three", None, "guest", 600)
    settle("four", None, "", 6000)  # whoever sent it without a session or a key
    assert minutes_this_month(Caller(user=user)) == 3
    assert minutes_this_month(GUEST) == 10
    assert minutes_this_month(Caller()) == 0


@pytest.mark.django_db
def test_a_month_begins_at_its_first():
    settle("job", None, "guest", 60)
    last_month = datetime.now(UTC).replace(day=1, hour=0, minute=0, second=0) - timedelta(seconds=1)
    LedgerEntry.objects.update(created_at=last_month)
    assert minutes_this_month(GUEST) == 0


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3])
def test_the_sum_is_one_question(count, django_assert_num_queries):
    for n in range(count):
        settle(str(n), None, "guest", 60)
    with django_assert_num_queries(1):
        assert minutes_this_month(GUEST) == count
