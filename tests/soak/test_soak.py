"""A short soak; ``make soak`` is the long one."""

import pytest

from tests.services import NotInstalled
from tests.soak import run

FAULTS = 30


@pytest.mark.slow
@pytest.mark.services
def test_faults_at_random_lose_nothing_and_charge_nothing_twice(note):
    try:
        soak = run(FAULTS, seed=3)
    except NotInstalled as missing:
        pytest.skip(f"{missing} is not installed here")
    note(soak.table())
    assert soak.faults.total() == FAULTS
    assert [name for name, (_, kept) in soak.verdict.checks.items() if not kept] == []
