"""Fixtures that every test may lean on, and what a run does with tests it cannot run."""

import json
import logging
import os
import tempfile
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from config.logs import Lines
from tests import live, services
from tests.on_servers import Beside
from tests.speech import clip

# CI promises that nothing was left out: there, a test that skips itself has failed.
STRICT = os.environ.get("CI") == "true"
ON_SERVERS = bool(os.environ.get("DATABASE_URL"))
# Browsers and processes on a machine that others use too: one more try, and the closing line tells.
TIMED = {"browser", "faults", "slow"}
A_WHOLE_RUN = 1000
NOTES = pytest.StashKey[list[str]]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[NOTES] = []


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL and Redis only what touches them is run again."""
    for item in items:
        if TIMED & {Path(item.path).parent.name, *(mark.name for mark in item.iter_markers())}:
            item.add_marker(pytest.mark.flaky(reruns=1))
        names = set(getattr(item, "fixturenames", ()))
        if names & {"db", "transactional_db"} and not item.get_closest_marker("django_db"):
            item.add_marker(pytest.mark.django_db(transaction="transactional_db" in names))
        for marker in item.iter_markers("django_db"):
            marker.kwargs.setdefault("databases", ["default", "keys", "search"])
    if not ON_SERVERS:
        return
    chosen = [item for item in items if _touches_servers(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(chosen)])
    items[:] = chosen


def pytest_collection_finish(session: pytest.Session) -> None:
    """Of a whole run, the part on servers goes on beside the rest; it is waited for at its place."""
    wanted = any(
        item.name == "test_the_suite_passes_on_postgresql_and_redis" for item in session.items
    )
    if wanted and len(session.items) > A_WHOLE_RUN and not session.config.option.collectonly:
        session.config.stash[Beside.BEGUN] = Beside()


def pytest_unconfigure(config: pytest.Config) -> None:
    begun = config.stash.get(Beside.BEGUN, None)
    if begun is not None:
        begun.stop()


def _touches_servers(item: pytest.Item) -> bool:
    names = set(getattr(item, "fixturenames", ()))
    starts_its_own = names & {"live_sotto", "start_sotto", "postgres_url", "redis_url"}
    marked = item.get_closest_marker("django_db") is not None
    embedded = item.get_closest_marker("embedded") is not None
    return (marked or "db" in names) and not starts_its_own and not embedded


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if STRICT and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = (
            f"skipped where nothing may be skipped: {call.excinfo and call.excinfo.value}"
        )
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    if STRICT and report.skipped:
        report.outcome = "failed"
        report.longrepr = f"skipped where nothing may be skipped: {report.longrepr}"
    return report


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    for note in config.stash[NOTES]:
        terminalreporter.write_line(note)


@pytest.fixture
def note(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Say a line just before the closing one: figures, versions, what ran elsewhere."""
    return request.config.stash[NOTES].append


@pytest.fixture(autouse=True)
def _nothing_left_behind() -> Iterator[None]:
    """No recording, wake-up or cached answer of one test reaches the next."""
    yield
    import dramatiq
    from django.core.cache import cache

    from transcripts.vault import forget_vault

    forget_vault()
    dramatiq.get_broker().flush_all()
    cache.clear()


@pytest.fixture(autouse=True)
def _no_connection_left_open() -> Iterator[None]:
    """Threads that end take their connection with them unclosed; psycopg warns of that.

    SQLite is left alone: closed while its thread is still in a query, it takes the process along.
    """
    from django.db import connections
    from django.db.backends.signals import connection_created

    opened = []

    def remember(connection, **_: object) -> None:
        if connection.vendor != "sqlite":
            opened.append(connection)

    connection_created.connect(remember)
    yield
    connection_created.disconnect(remember)
    ours = connections.all(initialized_only=True)
    for connection in opened:
        if connection not in ours:
            connection.inc_thread_sharing()
            connection.close()


@pytest.fixture(scope="session")
def speech() -> Callable[[str], Path]:
    """``speech("en/jfk.flac")``: a real recording, or the test is skipped."""
    return clip


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    yield from _server(services.postgres)


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    yield from _server(services.redis)


@pytest.fixture(scope="module")
def live_sotto(tmp_path_factory: pytest.TempPathFactory) -> Iterator[live.LiveSotto]:
    """The embedded house, one per test module."""
    with live.serving(tmp_path_factory.mktemp("sotto")) as running:
        yield running


@pytest.fixture
def start_sotto(tmp_path: Path) -> Iterator[Callable[..., live.LiveSotto]]:
    """``start_sotto(EDITION="hosted", …)``: a house of the test's own, stopped after it."""
    with ExitStack() as stack:

        def start(**environment: str) -> live.LiveSotto:
            data = Path(tempfile.mkdtemp(dir=tmp_path))
            return stack.enter_context(live.serving(data, **environment))

        yield start


def _server(start: Callable) -> Iterator[str]:
    try:
        with start() as url:
            yield url
    except services.NotInstalled as missing:
        pytest.skip(f"{missing} is not installed here")


@pytest.fixture
def logged() -> Iterator[list[dict[str, Any]]]:
    """What goes to the log during the test, from INFO on, as it would stand there."""
    lines: list[dict[str, Any]] = []

    class Catcher(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(json.loads(Lines().format(record)))

    catcher, root = Catcher(), logging.getLogger()
    level = root.level
    root.addHandler(catcher)
    root.setLevel(logging.INFO)
    yield lines
    root.setLevel(level)
    root.removeHandler(catcher)


@pytest.fixture
def hosted(settings) -> None:
    """The service, with guests' and plans' limits."""
    settings.EDITION = "hosted"
    settings.HOSTED = True
