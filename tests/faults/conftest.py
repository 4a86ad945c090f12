"""A split house on servers of the test's own, which it may kill."""

from contextlib import ExitStack

import pytest

from tests import services
from tests.split import standing


@pytest.fixture
def servers():
    """``servers.postgres`` and ``servers.redis``, each with ``kill``, ``pause``, ``start``."""
    with ExitStack() as stack:

        class Servers:
            try:
                postgres = stack.enter_context(services.postgres_server())
                redis = stack.enter_context(services.redis_server())
            except services.NotInstalled as missing:
                pytest.skip(f"{missing} is not installed here")

        yield Servers


@pytest.fixture
def split(tmp_path, servers):
    """Web and sweeper; workers are started by the test."""
    with standing(tmp_path, servers.postgres.url, servers.redis.url) as house:
        yield house
