"""P09, F17: a running house while time passes, and while its clock jumps."""

import json
import os
import signal
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from tests import live, recordings, services
from tests.clocks import Clocks
from tests.config.houses import is_recognising, job, send
from tests.live import LiveSotto
from tests.processes import children, wait_until

pytestmark = [pytest.mark.services, pytest.mark.slow]

A_DAY = timedelta(days=1)
TWO_LEASES_AND_TWO_ROUNDS_SECONDS = 20
TUS = {"Tus-Resumable": "1.0.0"}
KEYS = """
from datetime import timedelta
from django.utils import timezone
from accounts.models import ApiKey, User
user = User.objects.create_user("alice@example.org")
for days in (1, 3):
    end = timezone.now() + timedelta(days=days)
    print(ApiKey.issue(user, "key", expires_at=end)[1], file=open("{folder}/key" + str(days), "w"))
"""


@pytest.fixture
def clocks(tmp_path: Path) -> Clocks:
    try:
        return Clocks(tmp_path)
    except services.NotInstalled as missing:
        pytest.skip(f"{missing} is not installed here")


@pytest.fixture
def house(clocks: Clocks, start_sotto: Callable[..., LiveSotto]) -> LiveSotto:
    return start_sotto(GUEST_DAYS="30", **clocks.environment)


def ask(house: LiveSotto, path: str, method: str = "GET", data: bytes = b"", **headers: str):
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(
        house.url + path, data or None, TUS | names if "uploads" in path else names, method=method
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


def status(house: LiveSotto, path: str, **headers: str) -> int:
    return ask(house, path, **headers)[0]


def begin_upload(house: LiveSotto, half: bytes) -> str:
    """An upload that has half of its bytes. Returns its address."""
    _, headers, _ = ask(house, "/v1/uploads", "POST", Upload_Length=str(2 * len(half)))
    path = headers["Location"].removeprefix(house.url)
    assert send_part(house, path, half, 0) == 204
    return path


def send_part(house: LiveSotto, path: str, data: bytes, at: int) -> int:
    kind = "application/offset+octet-stream"
    return ask(house, path, "PATCH", data, Upload_Offset=str(at), Content_Type=kind)[0]


def hold(house: LiveSotto, sent: str) -> list[int]:
    """Stop what recognises, in the middle. Its worker goes on to say that it lives."""
    wait_until(lambda: is_recognising(house.url, sent), 60)
    held = children(house.process.pid)
    for pid in held:
        os.kill(pid, signal.SIGSTOP)
    return held


def go_on(held: list[int]) -> None:
    for pid in held:
        os.kill(pid, signal.SIGCONT)


def check(house: LiveSotto, name: str) -> dict:
    checks = json.loads(ask(house, "/ready")[2])["checks"]
    return next(row for row in checks if row["id"] == name)


def audio_bytes(pid: int) -> int:
    """In anonymous memory that is called audio, whatever the vault says."""
    held = 0
    for process in [pid, *children(pid)]:
        for descriptor in Path(f"/proc/{process}/fd").iterdir():
            try:
                if "memfd:audio" in str(descriptor.readlink()):
                    held += descriptor.stat().st_size
            except FileNotFoundError:
                continue
    return held


def attempts(house: LiveSotto, job_id: str) -> list[str]:
    """What the receipt says of workers that took the job, and of what put it back."""
    receipt = json.loads(ask(house, f"/v1/jobs/{job_id}/receipt")[2])
    return [row["event"] for row in receipt["entries"] if row["event"] in {"taken", "put_back"}]


def test_P09_after_a_day_no_audio_is_left_of_a_stuck_job_a_waiting_one_and_an_upload(clocks, house):
    upload = begin_upload(house, bytes(100_000))
    stuck, waiting = (send(house.url, recordings.wav(300)) for _ in range(2))
    hold(house, stuck)
    assert audio_bytes(house.process.pid) > 2 * 9_000_000
    clocks.pass_by(A_DAY + timedelta(minutes=2))
    wait_until(lambda: audio_bytes(house.process.pid) == 0, 30)
    for sent in (stuck, waiting):
        wait_until(lambda sent=sent: job(house.url, sent)["status"] == "failed", 30)
        assert job(house.url, sent)["error"]["code"] == "audio_expired"
    wait_until(lambda: ask(house, upload, "HEAD")[0] == 404, 10)
    assert check(house, "memory")["detail"].startswith("0 of")
    assert check(house, "clock")["ok"]


def test_P09_guests_transcripts_go_after_thirty_days_and_their_receipts_ninety_later(clocks, house):
    sent = send(house.url, recordings.wav(5))
    wait_until(lambda: job(house.url, sent)["status"] == "done", 60)
    transcript = f"/v1/transcripts/{job(house.url, sent)['transcript']}"
    receipt = f"/v1/jobs/{sent}/receipt"
    clocks.pass_by(29 * A_DAY)
    wait_until(lambda: check(house, "sweeper")["ok"], 20)
    assert status(house, transcript) == 200
    clocks.pass_by(31 * A_DAY)
    wait_until(lambda: status(house, transcript) == 404, 20)
    # Its key goes before its rows, and the receipt's end is noted with the rows.
    wait_until(lambda: json.loads(ask(house, receipt)[2])["expires_at"], 20)
    clocks.pass_by(120 * A_DAY)
    wait_until(lambda: check(house, "sweeper")["ok"], 20)
    assert status(house, receipt) == 200
    clocks.pass_by(122 * A_DAY)
    wait_until(lambda: status(house, receipt) == 404, 20)
    assert check(house, "clock")["ok"]


def test_F17_two_days_ahead_and_back_end_nothing_too_early(clocks, house):
    live.manage(house.data, "shell", "-c", KEYS.format(folder=house.data))
    short, long = ((house.data / f"key{days}").read_text().strip() for days in (1, 3))
    half = recordings.wav(5)[:80_000]
    upload = begin_upload(house, half)
    sent = send(house.url, recordings.wav(120))
    held = hold(house, sent)
    clocks.jump(timedelta(days=2))
    wait_until(lambda: check(house, "clock")["ok"] is False, 15)
    assert check(house, "clock")["detail"].startswith("jumped by +17280")
    assert check(house, "sweeper")["ok"]
    assert "the clock has jumped" in house.said()
    assert status(house, "/v1/transcripts", Authorization=f"Bearer {short}") == 401
    assert status(house, "/v1/transcripts", Authorization=f"Bearer {long}") == 200
    time.sleep(TWO_LEASES_AND_TWO_ROUNDS_SECONDS)
    assert job(house.url, sent)["status"] == "running"
    assert ask(house, upload, "HEAD")[0] == 200
    clocks.jump(timedelta(0))
    wait_until(lambda: "jumped by -17280" in check(house, "clock")["detail"], 15)
    assert status(house, "/v1/transcripts", Authorization=f"Bearer {short}") == 200
    assert send_part(house, upload, half, len(half)) == 204
    go_on(held)
    wait_until(lambda: job(house.url, sent)["status"] == "done", 60)
    assert attempts(house, sent) == ["taken"]


def test_F17_an_hour_back_leaves_leases_sane(clocks, house):
    half = recordings.wav(5)[:80_000]
    upload = begin_upload(house, half)
    sent = send(house.url, recordings.wav(120))
    held = hold(house, sent)
    clocks.jump(timedelta(hours=-1))
    wait_until(lambda: "jumped by -360" in check(house, "clock")["detail"], 15)
    assert check(house, "sweeper")["ok"]
    time.sleep(TWO_LEASES_AND_TWO_ROUNDS_SECONDS)
    assert job(house.url, sent)["status"] == "running"
    go_on(held)
    wait_until(lambda: job(house.url, sent)["status"] == "done", 60)
    assert attempts(house, sent) == ["taken"]
    assert send_part(house, upload, half, len(half)) == 204
    later = send(house.url, recordings.wav(5))
    wait_until(lambda: job(house.url, later)["status"] == "done", 60)
