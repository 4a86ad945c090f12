"""What touches the database or the queue passes on real PostgreSQL and Redis as well."""

import pytest

from tests.on_servers import NOTHING_TO_RUN_ON, Beside

MINUTES = 20


@pytest.mark.services
@pytest.mark.timeout(MINUTES * 60)
def test_the_suite_passes_on_postgresql_and_redis(request, note):
    beside = request.config.stash.get(Beside.BEGUN, None) or Beside()
    try:
        status, said = beside.ended(MINUTES * 60 - 30)
    finally:
        beside.stop()
    if status == NOTHING_TO_RUN_ON:
        pytest.skip(f"{said.strip()} is not installed here")
    if status:
        pytest.fail(f"on PostgreSQL and Redis:\n{said[-60_000:]}", pytrace=False)
    note(f"On PostgreSQL and Redis: {said.strip().splitlines()[-1].strip('= ')}")
