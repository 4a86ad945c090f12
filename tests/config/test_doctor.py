"""The doctor: each piece with its state, the mend for what fails, and a status that tells."""

import json
import subprocess
import sys

import psycopg
import pytest

from tests import live
from tests.speech import ROOT

PIECES = [
    "database", "search", "database_logs", "queue", "worker", "memory", "disk_spool", "swap", "core_dumps", "sandbox",
    "engine", "sweeper", "clock", "models", "gpu", "letters",
    "storage", "mail",
]  # fmt: skip


def doctor(data, *arguments, **environment):
    return subprocess.run(
        [sys.executable, "manage.py", "doctor", *arguments],
        cwd=ROOT,
        env=live._environment(data, environment),
        check=False,
        capture_output=True,
        text=True,
        timeout=90,
    )


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("doctor")
    live.manage(folder, "prepare")
    return folder


def test_a_fresh_install_is_well(data):
    done = doctor(data, "--json")
    report = json.loads(done.stdout)
    assert (done.returncode, report["ready"]) == (0, True)
    states = {check["id"]: check["ok"] for check in report["checks"]}
    assert list(states) == PIECES
    assert states["database"] is states["engine"] is states["disk_spool"] is True
    assert states["worker"] is states["sweeper"] is None
    assert states["storage"] is states["mail"] is None


def test_it_reads_well_without_json(data):
    lines = doctor(data).stdout.splitlines()
    assert lines[0].split() == ["ok", "Database", "sqlite"]


def test_no_database_is_named_with_its_mend_and_status_1(tmp_path):
    done = doctor(tmp_path)
    assert done.returncode == 1
    first, mend, *_ = done.stdout.splitlines()
    assert first.startswith("NOT OK   Database")
    assert "manage.py prepare" in mend


def test_a_queue_that_is_down_is_named_and_the_rest_is_still_examined(data):
    done = doctor(data, "--json", REDIS_URL="redis://127.0.0.1:1/0")
    states = {check["id"]: check for check in json.loads(done.stdout)["checks"]}
    assert done.returncode == 1
    assert (states["queue"]["ok"], states["worker"]["ok"], states["memory"]["ok"]) == (False,) * 3
    assert "REDIS_URL" in states["queue"]["mend"]
    assert states["engine"]["ok"] is True


def test_a_model_that_is_not_installed_is_named_with_the_command_that_brings_it(data):
    done = doctor(data, "--json", DEFAULT_MODEL="large-v3-turbo")
    engine = next(check for check in json.loads(done.stdout)["checks"] if check["id"] == "engine")
    assert (done.returncode, engine["ok"]) == (1, False)
    assert "whisperx" in engine["mend"]


def test_a_redis_that_writes_to_a_disk_is_refused(data, tmp_path, redis_url):
    import redis

    server = redis.Redis.from_url(redis_url)
    server.config_set("appendonly", "yes")
    try:
        done = doctor(data, "--json", REDIS_URL=redis_url)
        memory = next(c for c in json.loads(done.stdout)["checks"] if c["id"] == "memory")
        assert (done.returncode, memory["ok"]) == (1, False)
        assert "--appendonly no" in memory["mend"]
        work = subprocess.run(
            [sys.executable, "manage.py", "work"],
            cwd=ROOT,
            env=live._environment(data, {"REDIS_URL": redis_url}),
            check=False,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert work.returncode == 1
        assert "sotto.E010" in work.stderr
    finally:
        server.config_set("appendonly", "no")


def test_a_redis_that_saves_snapshots_is_refused_and_left_as_it_is(data, redis_url):
    import redis

    server = redis.Redis.from_url(redis_url)
    server.config_set("save", "3600 1")
    try:
        done = doctor(data, "--json", REDIS_URL=redis_url)
        memory = next(c for c in json.loads(done.stdout)["checks"] if c["id"] == "memory")
        assert (done.returncode, memory["ok"]) == (1, False)
        assert '--save ""' in memory["mend"]
        assert server.config_get("save") == {"save": "3600 1"}
    finally:
        server.config_set("save", "")


def test_a_postgresql_that_logs_values_is_named_with_the_sql_that_mends_it(data, postgres_url):
    def logs():
        done = doctor(data, "--json", DATABASE_URL=postgres_url)
        return next(c for c in json.loads(done.stdout)["checks"] if c["id"] == "database_logs")

    assert logs()["ok"] is True
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("ALTER DATABASE postgres SET log_statement = 'all'")
        try:
            wrong = logs()
            assert wrong["ok"] is False
            assert wrong["detail"] == "may hold content (default: log_statement = all)"
            mend = wrong["mend"].partition(": ")[2]
            assert mend == "ALTER DATABASE \"postgres\" SET log_statement = 'none';"
            connection.execute(mend)
            assert logs()["ok"] is True
        finally:
            connection.execute("ALTER DATABASE postgres RESET log_statement")


def test_a_reporter_that_is_nothing_stops_the_start(data):
    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env=live._environment(data, {"ERROR_REPORTER": "config.nothing.at_all"}),
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "sotto.E014" in done.stderr
