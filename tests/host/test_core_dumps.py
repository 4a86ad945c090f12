"""P03: whoever crashes leaves no image of its memory behind, although the shell would allow it.

Needs a kernel that writes core dumps as files beside the process (``core_pattern``), and the
right to lift the limit that most shells set.
"""

import os
import resource
import secrets
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests import live, recordings
from tests.config.houses import is_recognising, job, send
from tests.processes import children, is_alive, wait_until
from tests.speech import ROOT
from tests.watching import files_with

pytestmark = [pytest.mark.embedded, pytest.mark.slow]

PATTERN = Path("/proc/sys/kernel/core_pattern")
CANARY = secrets.token_bytes(64)
SIGNALS = [signal.SIGSEGV, signal.SIGABRT]


@pytest.fixture(autouse=True)
def _cores_are_allowed():
    """For this process and all that it starts, as a careless service manager would."""
    pattern = PATTERN.read_text().strip() if PATTERN.exists() else "none"
    if pattern.startswith(("|", "/")) or pattern == "none":
        pytest.skip(f"core dumps do not go to the process's folder here: {pattern}")
    before = resource.getrlimit(resource.RLIMIT_CORE)
    if before[1] != resource.RLIM_INFINITY:
        pytest.skip(f"core dumps cannot be allowed here: the hard limit is {before[1]}")
    resource.setrlimit(resource.RLIMIT_CORE, (before[1], before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_CORE, before)


@pytest.fixture
def house(tmp_path):
    """A house that works in a folder of its own: a core would lie there, or beside the code."""
    live.manage(tmp_path, "prepare")
    cwd = tmp_path / "cwd"
    cwd.mkdir()
    port = live.free_port()
    log = tmp_path / "log.txt"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, ROOT / "manage.py", "serve"],
            cwd=cwd,
            env=live._environment(tmp_path, {"PORT": str(port)}),
            stdout=output,
            stderr=output,
        )
    running = live.LiveSotto(f"http://127.0.0.1:{port}", port, tmp_path, log, process)
    live._wait_for(running, "/ready")
    yield running
    process.kill()
    process.wait()


def cores() -> set[Path]:
    return set(ROOT.glob("core*"))


@pytest.mark.parametrize("number", SIGNALS)
def test_P03_a_process_that_forbids_nothing_does_leave_one(tmp_path, number):
    """Else the tests below could pass because nothing ever dumps here."""
    dying = f"import os; held = bytes.fromhex('{CANARY.hex()}'); os.kill(os.getpid(), {number})"
    subprocess.run([sys.executable, "-c", dying], cwd=tmp_path, check=False)
    [core] = files_with(CANARY, tmp_path)
    assert core.name.startswith("core")


@pytest.mark.parametrize("number", SIGNALS)
def test_P03_a_recogniser_that_crashes_leaves_no_core(house, number):
    before = cores()
    sent = send(house.url, recordings.marked_sound(CANARY, 300))
    wait_until(lambda: is_recognising(house.url, sent), 90)
    for pid in children(house.process.pid):  # the decoder too, if it still works
        os.kill(pid, number)
    wait_until(lambda: "the recogniser died" in house.said(), 30)
    assert_no_core(house, before)
    assert job(house.url, sent)["status"] in {"queued", "running"}


@pytest.mark.parametrize("number", SIGNALS)
def test_P03_a_worker_that_crashes_leaves_no_core(house, number):
    """The embedded house holds the recording itself."""
    before = cores()
    sent = send(house.url, recordings.marked_sound(CANARY, 300))
    wait_until(lambda: is_recognising(house.url, sent), 90)
    family = children(house.process.pid)
    house.process.send_signal(number)
    assert house.process.wait(30) == -number
    wait_until(lambda: not any(is_alive(pid) for pid in family), 30)
    assert_no_core(house, before)


def assert_no_core(house, before):
    assert list((house.data / "cwd").iterdir()) == []
    assert cores() - before == set()
    assert files_with(CANARY, house.data) == []


@pytest.mark.parametrize(
    "command", [["check"], ["sweep", "--once"], ["transcribe", "--help"], ["doctor"]]
)
def test_P03_every_command_forbids_its_own_core_dumps(tmp_path, command):
    """Said by the process itself, after its command has run."""
    run = (
        "import atexit, resource, sys; from django.core.management import "
        "execute_from_command_line as run;"
        "atexit.register(lambda: print(resource.getrlimit(resource.RLIMIT_CORE)[0]));"
        f"run(['manage.py', *{command}])"
    )
    environment = {"DJANGO_SETTINGS_MODULE": "config.settings"}
    done = subprocess.run(
        [sys.executable, "-c", run],
        cwd=ROOT,
        env=live._environment(tmp_path, {}) | environment,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.stdout.splitlines()[-1] == "1"
