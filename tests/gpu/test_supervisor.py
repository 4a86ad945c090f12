"""A real recogniser on real speech: what it hears, and that it can always be got rid of."""

import os
import signal
import subprocess
import sys
import threading
import time
from itertools import pairwise
from pathlib import Path

import pytest

from gpu.contract import EMBEDDED_MODEL_ID, Failure, ListeningFailed, Options, Stage
from gpu.supervisor import Recogniser, RecogniserCrashed, Stopped, _environment
from tests import recordings
from tests.processes import children, cpu_seconds, is_alive, wait_until
from tests.speech import ROOT

OPTIONS = Options(EMBEDDED_MODEL_ID)
JFK = (
    "And so my fellow Americans ask not what your country can do for you, "
    "ask what you can do for your country."
)


@pytest.fixture
def recogniser(tmp_path):
    made = Recogniser(tmp_path)
    yield made
    made.close()


@pytest.fixture
def jfk(speech):
    with recordings.in_memory(speech("en/jfk.flac").read_bytes()) as media:
        yield media


@pytest.fixture(scope="module")
def two_minutes():
    with recordings.in_memory(recordings.wav(120)) as media:
        yield media


@pytest.fixture(scope="module")
def half_an_hour():
    """So long that its decoder is still at work while the first words are recognised."""
    with recordings.in_memory(recordings.wav(1800)) as media:
        yield media


def listen(recogniser, media, on_progress=lambda progress: True, options=OPTIONS):
    return recogniser.transcribe(media, os.fstat(media).st_size, options, on_progress)


def test_a_recording_becomes_its_words(recogniser, jfk):
    seen = []
    result = listen(recogniser, jfk, lambda progress: seen.append(progress) or True)
    assert [segment.text for segment in result.segments] == [JFK]
    assert [word.text for word in result.segments[0].words] == JFK.split()
    assert (result.language, result.duration, result.speakers) == ("en", 11.0, ["Speaker 1"])
    stages = [progress.stage for progress in seen if progress]
    assert stages[0] == Stage.DECODING
    assert Stage.RECOGNISING in stages
    fractions = [progress.fraction for progress in seen if progress]
    assert fractions == sorted(fractions)


def test_the_child_stays_warm_and_hears_the_same_again(recogniser, jfk):
    first = listen(recogniser, jfk)
    child = recogniser.child_pid
    assert listen(recogniser, jfk) == first
    assert recogniser.child_pid == child


def test_long_results_arrive_whole(recogniser, two_minutes):
    result = listen(recogniser, two_minutes)
    assert result.duration == 120.0
    assert result.segments[-1].end > 110
    assert [s.start for s in result.segments] == sorted(s.start for s in result.segments)


def test_a_file_that_is_no_media_fails_with_its_reason_and_the_child_lives(recogniser, jfk):
    with recordings.in_memory(b"no recording at all" * 50) as text:
        with pytest.raises(ListeningFailed) as failed:
            listen(recogniser, text)
        assert failed.value.failure == Failure.UNREADABLE_MEDIA
        child = recogniser.child_pid
        assert listen(recogniser, jfk).segments[0].text == JFK
        assert recogniser.child_pid == child


def test_an_unknown_model_is_a_failure_not_a_crash(recogniser, jfk):
    with pytest.raises(ListeningFailed) as failed:
        listen(recogniser, jfk, options=Options("no-such-model"))
    assert failed.value.failure == Failure.MODEL_UNAVAILABLE


def test_too_long_is_found_while_decoding(recogniser, two_minutes):
    with pytest.raises(ListeningFailed) as failed:
        listen(recogniser, two_minutes, options=Options(EMBEDDED_MODEL_ID, max_seconds=100))
    assert failed.value.failure == Failure.TOO_LONG


def test_saying_no_kills_child_and_decoder_at_once(recogniser, half_an_hour):
    family, asked_at = [], 0.0

    def stop_when_recognising(progress):
        nonlocal asked_at
        if progress and progress.fraction > 0 and not family:
            family.extend([recogniser.child_pid, *children(recogniser.child_pid)])
            asked_at = time.monotonic()
            return False
        return True

    with pytest.raises(Stopped):
        listen(recogniser, half_an_hour, stop_when_recognising)
    assert time.monotonic() - asked_at < 1
    assert len(family) >= 2  # the recogniser and its decoder
    wait_until(lambda: not any(is_alive(pid) for pid in family), 1)


def test_asks_twice_a_second_even_when_the_child_is_silent(recogniser, two_minutes):
    asked = []

    def freeze_then_stop(progress):
        if not asked and progress and progress.fraction > 0:
            os.kill(recogniser.child_pid, signal.SIGSTOP)
            asked.append(time.monotonic())
        elif asked:
            asked.append(time.monotonic())
        return len(asked) < 5

    with pytest.raises(Stopped):
        listen(recogniser, two_minutes, freeze_then_stop)
    assert max(b - a for a, b in pairwise(asked)) < 0.5


def test_a_killed_child_is_a_crash_and_the_next_job_gets_a_fresh_one(recogniser, two_minutes, jfk):
    def kill_when_recognising(progress):
        if progress and progress.fraction > 0:
            os.kill(recogniser.child_pid, signal.SIGKILL)
        return True

    with pytest.raises(RecogniserCrashed, match="signal-9"):
        listen(recogniser, two_minutes, kill_when_recognising)
    assert listen(recogniser, jfk).segments[0].text == JFK


def test_a_child_that_reports_nothing_new_for_long_is_taken_for_dead(tmp_path, two_minutes):
    recogniser = Recogniser(tmp_path, stall_seconds=1.0)

    def freeze(progress):
        if progress and progress.fraction > 0:
            os.kill(recogniser.child_pid, signal.SIGSTOP)
        return True

    with pytest.raises(RecogniserCrashed, match="no-progress"):
        listen(recogniser, two_minutes, freeze)
    assert recogniser.child_pid is None


def test_an_idle_child_goes_home_and_the_next_job_wakes_another(tmp_path, jfk):
    recogniser = Recogniser(tmp_path, idle_seconds=0.5)
    listen(recogniser, jfk)
    first = recogniser.child_pid
    wait_until(lambda: not is_alive(first), 3)
    assert listen(recogniser, jfk).segments[0].text == JFK
    assert recogniser.child_pid != first
    wait_until(lambda: not is_alive(recogniser.child_pid), 3)
    recogniser.bury()
    assert recogniser.child_pid is None


def test_the_child_may_leave_no_core(recogniser, jfk):
    listen(recogniser, jfk)
    limits = Path(f"/proc/{recogniser.child_pid}/limits").read_text()
    core = next(line for line in limits.splitlines() if line.startswith("Max core file size"))
    assert core.split()[4:6] == ["0", "0"]


def test_the_child_is_told_no_secret(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "a-secret-of-ours")
    monkeypatch.setenv("DATABASE_URL", "postgres://a-password-of-ours@localhost/sotto")
    assert {"SECRET_KEY", "DATABASE_URL"}.isdisjoint(_environment())


def test_P03_no_graphics_card_dumps_its_memory(monkeypatch):
    monkeypatch.setenv("CUDA_ENABLE_COREDUMP_ON_EXCEPTION", "1")
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0")
    kept = {name for name in _environment() if name.startswith("CUDA_")}
    assert kept == {"CUDA_VISIBLE_DEVICES"}


PARENT = """
import os, sys
from pathlib import Path
from gpu.contract import Options
from gpu.supervisor import Recogniser
media = os.open(sys.argv[1], os.O_RDONLY)
recogniser = Recogniser(Path("models"))
def tell(progress):
    if progress and progress.fraction > 0:
        print(recogniser.child_pid, flush=True)
    return True
recogniser.transcribe(media, os.fstat(media).st_size, Options("moonshine-tiny-en"), tell)
"""


def test_kill_9_of_the_parent_leaves_no_process(tmp_path):
    file = tmp_path / "long.wav"
    file.write_bytes(recordings.wav(1800))
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(file)], cwd=ROOT, stdout=subprocess.PIPE
    )
    child = int(parent.stdout.readline())
    family = [child, *children(child)]
    assert len(family) >= 2
    parent.kill()
    parent.wait()
    parent.stdout.close()
    wait_until(lambda: not any(is_alive(pid) for pid in family), 2)


def test_a_recogniser_at_rest_uses_no_cpu(recogniser, jfk):
    listen(recogniser, jfk)
    before = cpu_seconds(recogniser.child_pid)
    threading.Event().wait(1)
    assert cpu_seconds(recogniser.child_pid) - before <= 0.05


def test_the_parent_loads_no_engine():
    code = (
        "import sys, gpu.supervisor; "
        "print(sorted({name.partition('.')[0] for name in sys.modules} "
        "& {'numpy', 'av', 'moonshine_voice', 'pocketsphinx', 'torch', 'django'}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
