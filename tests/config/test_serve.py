"""The embedded house from outside: one line, one process, nothing left behind."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request

import pytest

from tests import live, recordings, services
from tests.config.houses import is_recognising, job, send
from tests.processes import children, is_alive, wait_until
from tests.speech import ROOT

STOPS_WITHIN_SECONDS = 3.0
HEAVY = {"numpy", "torch", "moonshine_voice", "pocketsphinx", "av", "whisperx"}


@pytest.fixture(scope="module")
def half_an_hour():
    return recordings.wav(1800)


@pytest.mark.parametrize("server", ["daphne", "uvicorn"])
def test_a_background_job_of_a_shell_hears_ctrl_c_too(tmp_path, server):
    """Such a process is born with SIGINT ignored."""
    deaf = ["sh", "-c", 'trap "" INT; exec "$@"', "sh"]
    with live.serving(tmp_path, under=deaf, SERVER=server) as house:
        assert house.stop(signal.SIGINT) == 0


@pytest.mark.parametrize("server", ["daphne", "uvicorn"])
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_says_one_line_and_leaves_nothing_behind(
    start_sotto, tmp_path, half_an_hour, server, how
):
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    house = start_sotto(SERVER=server, TMPDIR=str(temporary))
    sent = send(house.url, half_an_hour)
    wait_until(lambda: is_recognising(house.url, sent), 120)
    family = children(house.process.pid)
    assert family
    started = time.monotonic()
    assert house.stop(how) == 0
    assert time.monotonic() - started < STOPS_WITHIN_SECONDS
    assert house.said() == f"Sotto is ready: {house.url}\n"
    assert not any(is_alive(pid) for pid in family)
    assert list(temporary.iterdir()) == []
    assert {path.name for path in house.data.iterdir()} == {
        "keys.sqlite3",
        "log.txt",
        "search.sqlite3",
        "secret-key",
        "sotto.sqlite3",
        "static",
    }


def test_kill_9_leaves_no_process_and_the_next_start_ends_the_job(tmp_path, half_an_hour, note):
    with live.serving(tmp_path) as house:
        sent = send(house.url, half_an_hour)
        waiting = send(house.url, half_an_hour[:2_000_000])
        wait_until(lambda: is_recognising(house.url, sent), 120)
        family = children(house.process.pid)
        assert family
        house.process.kill()
        house.process.wait()
        wait_until(lambda: not any(is_alive(pid) for pid in family), 2)
    with live.serving(tmp_path, ready="/health") as house:
        started = time.monotonic()
        for lost in (sent, waiting):
            shape = job(house.url, lost)
            assert (shape["status"], shape["error"]["code"]) == ("failed", "audio_lost")
        note(f"a lost job was told {time.monotonic() - started:.2f} s after the restart")


def test_F01_a_killed_recogniser_does_not_stop_the_house(start_sotto):
    """The job is done on the second attempt, and told while it is under way."""
    house = start_sotto()
    sent = send(house.url, recordings.wav(60))
    wait_until(lambda: is_recognising(house.url, sent), 120)
    for pid in children(house.process.pid):
        os.kill(pid, signal.SIGKILL)
    wait_until(lambda: job(house.url, sent)["status"] == "done", 120)
    with sqlite3.connect(house.data / "sotto.sqlite3") as database:
        rows = database.execute("SELECT attempt, crashes, minutes FROM transcripts_job").fetchall()
        assert rows == [(2, 1, 1)]
        assert database.execute("SELECT count(*) FROM transcripts_transcript").fetchone() == (1,)
        assert database.execute("SELECT minutes FROM billing_ledgerentry").fetchall() == [(1,)]
    database.close()


def test_cancelling_over_http_ends_the_processes_within_two_seconds(
    start_sotto, half_an_hour, note
):
    house = start_sotto()
    sent = send(house.url, half_an_hour)
    wait_until(lambda: is_recognising(house.url, sent), 120)
    family = children(house.process.pid)
    started = time.monotonic()
    request = urllib.request.Request(f"{house.url}/v1/jobs/{sent}", method="DELETE")
    urllib.request.urlopen(request, timeout=30).close()
    wait_until(lambda: not any(is_alive(pid) for pid in family), 2)
    note(f"cancelled over HTTP: processes gone after {time.monotonic() - started:.2f} s")
    assert job(house.url, sent)["status"] == "cancelled"


def test_a_data_directory_has_one_house(start_sotto):
    house = start_sotto()
    done = _serve(house.data, PORT=str(services.free_port()))
    assert done.returncode == 1
    assert "already runs" in done.stderr


def test_a_port_that_is_taken_is_named_with_the_mend(tmp_path):
    live.manage(tmp_path, "prepare")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = _serve(tmp_path, PORT=str(port))
    assert done.returncode == 1
    assert f"Cannot listen on 127.0.0.1:{port}" in done.stderr
    assert f"PORT={port + 1}" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_web_server_alone_needs_a_queue(tmp_path):
    done = _serve(tmp_path, "--web-only")
    assert done.returncode == 1
    assert "REDIS_URL" in done.stderr


def test_the_web_process_loads_nothing_that_listens(tmp_path):
    code = (
        "import os, sys; os.environ['DJANGO_SETTINGS_MODULE'] = 'config.settings';"
        "import config.asgi, config.server, config.house, config.worker, config.streaming_daphne;"
        "import config.management.commands.serve;"
        "print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "SOTTO_DATA": str(tmp_path), "REDIS_URL": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    assert HEAVY & set(done.stdout.split()) == set()


def _serve(data, *arguments, **environment):
    return subprocess.run(
        [sys.executable, "manage.py", "serve", *arguments],
        cwd=ROOT,
        env=live._environment(data, environment),
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
