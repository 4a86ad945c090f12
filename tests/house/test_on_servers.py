"""What touches the database or the queue, once more on real PostgreSQL and Redis."""

import os
import subprocess
import sys

import pytest

from tests.services import NotInstalled, other_databases, postgres, redis
from tests.speech import ROOT

MINUTES = 15


@pytest.mark.slow
@pytest.mark.services
@pytest.mark.timeout(MINUTES * 60)
def test_the_suite_passes_on_postgresql_and_redis(tmp_path, note):
    try:
        with postgres() as database_url, redis() as redis_url:
            servers = {
                "DATABASE_URL": database_url,
                **other_databases(database_url),
                "REDIS_URL": redis_url,
            }
            done = _pytest(servers | {"SOTTO_DATA": str(tmp_path)})
    except NotInstalled as missing:
        pytest.skip(f"{missing} is not installed here")
    if done.returncode:
        pytest.fail(f"on PostgreSQL and Redis:\n{done.stdout[-60_000:]}", pytrace=False)
    note(f"On PostgreSQL and Redis: {done.stdout.strip().splitlines()[-1].strip('= ')}")


def _pytest(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pytest", "--color=no", "-p", "no:cacheprovider"],
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=ROOT,
        env=os.environ | environment,
    )
