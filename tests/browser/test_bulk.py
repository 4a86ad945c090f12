"""Many recordings at once, a whole folder among them: sent, counted and ended as one."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import recordings
from tests.browser.driver import Page
from tests.browser.test_every_page import log_in
from tests.browser.test_resume import OF_A_RELOAD
from tests.live import LiveSotto
from tests.proxies import Proxy, between

TALLY = "document.querySelector('[data-tally]').textContent === {!r}"
TOLD = (
    "globalThis.told = []; globalThis.Notification = class { static permission = 'granted';"
    " static async requestPermission() { return 'granted'; }"
    " constructor(title, { body }) { told.push([title, body]); } };"
)


@pytest.fixture
def folder(tmp_path: Path, speech: Callable[[str], Path]) -> Path:
    """Three recordings that differ, one of them deeper down, and two files that are none."""
    deep = tmp_path / "interviews" / "second day"
    deep.mkdir(parents=True)
    shutil.copy(speech("en/jfk.flac"), deep.parent / "one.flac")
    shutil.copy(speech("en/jfk.mp3"), deep.parent / "two.mp3")
    (deep / "three.mp3").write_bytes(b"no sound" * 100)
    (deep / "notes.txt").write_text("not a recording")
    (deep.parent / "picture.png").write_bytes(b"\x89PNG")
    (deep.parent / ".DS_Store").write_bytes(b"hidden")
    return deep.parent


def send_folder(page: Page, folder: Path) -> None:
    page.wait_for("[data-options-now]:not(:empty)")
    page.call("page.setInputFiles", "[data-folder]", str(folder))


def batches_of(page: Page) -> list[dict]:
    """As the server knows them, by what the jobs say."""
    return page.evaluate(
        "async () => { const jobs = (await (await fetch('/v1/jobs')).json()).results;"
        " const ids = [...new Set(jobs.map((job) => job.batch).filter(Boolean))];"
        " return Promise.all(ids.map(async (id) => (await fetch(`/v1/batches/${id}`)).json())); }"
    )


def test_a_folder_is_one_batch_and_what_is_no_recording_is_said(home: Page, folder: Path) -> None:
    home.call("page.addInitScript", {"content": TOLD})
    home.call("page.reload")
    send_folder(home, folder)
    assert home.text("[data-left-out]").startswith(
        "2 files of the folder are no recordings and were left out: picture.png, notes.txt"
    )
    assert home.texts(".row-name") == ["one.flac", "three.mp3", "two.mp3"]
    home.click("text=Tell me when all are done")
    home.wait_until(TALLY.format("2 of 3 ready, 1 without a transcript"), seconds=120)
    assert home.violations() == []
    told = [["Your recordings are done", "2 of 3 recordings are ready."]]
    assert home.evaluate("told") == told
    [batch] = batches_of(home)
    figures = (batch["expected"], batch["done"], batch["failed"], bool(batch["settled_at"]))
    assert figures == (3, 2, 1, True)
    home.click("text=Try the failed ones again")
    home.wait_until("document.querySelectorAll('.row[data-state=failed]').length === 0")
    home.wait_until(TALLY.format("2 of 3 ready, 1 without a transcript"), seconds=60)
    [batch] = batches_of(home)
    assert (batch["done"], batch["failed"], len(batch["jobs"])) == (2, 1, 3)
    home.click("text=Clear the list")
    home.wait_until("document.querySelector('#queue').hidden")
    assert home.evaluate("sessionStorage.getItem('sotto:batches')") is None


def test_all_are_cancelled_at_once(home: Page, tmp_path: Path) -> None:
    files = []
    for number in range(5):
        files.append(tmp_path / f"{number}.wav")
        files[-1].write_bytes(recordings.wav(600))
    home.send("[data-files]", *files)
    home.wait_until("document.querySelectorAll('.row').length === 5")
    home.click("text=Stop all of them")
    home.wait_until("document.querySelectorAll('.row[data-state=cancelled]').length === 5")
    assert home.text("[data-tally]") == "0 of 5 ready"
    live = "async () => (await (await fetch('/v1/jobs')).json()).results.map((job) => job.status)"
    assert set(home.evaluate(live)) <= {"cancelled"}


def test_of_many_the_first_are_watched_and_then_the_others(home: Page, tmp_path: Path) -> None:
    """No more sockets than one person may have."""
    files = [tmp_path / f"{number}.wav" for number in range(14)]
    for number, file in enumerate(files):
        file.write_bytes(recordings.wav(300 + number))  # none is done before all are sent
    home.send("[data-files]", *files)
    home.wait_until("document.querySelectorAll('.row[data-state=working]').length === 14")
    assert home.count(".row .job") == 12
    assert home.texts(".row [data-words]")[-1] == "Sent. It waits in line on the server."
    home.click("text=Stop all of them")
    home.wait_until("document.querySelectorAll('.row[data-state=cancelled]').length === 14")
    assert home.text("[data-tally]") == "0 of 14 ready"


@pytest.fixture
def line(live_sotto: LiveSotto) -> Iterator[Proxy]:
    with between(live_sotto.port, bytes_a_second=4_000_000) as proxy:
        yield proxy


def test_after_a_reload_the_rest_follows_and_nothing_is_sent_twice(
    page: Page, line: Proxy, tmp_path: Path, speech: Callable[[str], Path]
) -> None:
    """Two have been sent, two are on their way, one was not begun."""
    files = [tmp_path / f"{number}.wav" for number in range(5)]
    for number, file in enumerate(files):
        file.write_bytes(recordings.wav(number + 1))
    for file in files[2:]:
        file.write_bytes(file.read_bytes() + b"\x5a" * 16_000_000)
    page.expected = OF_A_RELOAD
    page.goto(line.url + "/")
    page.wait_for("[data-options-now]:not(:empty)")
    page.send("[data-files]", *files)
    page.wait_until("JSON.parse(sessionStorage['sotto:batches'] ?? '[{}]')[0].sent?.length === 2")
    page.wait_until("JSON.parse(sessionStorage['sotto:uploads'] ?? '[]').length === 2")
    page.call("page.reload")
    page.wait_for("text=Not sent before the page was left: 1.")
    assert page.count(".row[data-state=left]") == 2
    page.wait_for("[data-options-now]:not(:empty)")
    line.wait_until_idle()
    page.send("[data-files]", *files)
    page.wait_for("text=2 of them had been sent already and were left alone.")
    page.wait_until(TALLY.format("5 of 5 ready"), seconds=120)
    [batch] = batches_of(page)
    figures = (batch["expected"], batch["done"], len(batch["jobs"]), bool(batch["settled_at"]))
    assert figures == (5, 5, 5, True)


def test_one_mail_when_it_was_asked_for(
    page: Page, live_sotto: LiveSotto, reader: tuple[str, str], folder: Path
) -> None:
    log_in(page, live_sotto, reader)
    page.goto(live_sotto.url)
    page.click(".options > summary")
    page.click("#option-mail")
    send_folder(page, folder)
    page.wait_until(TALLY.format("2 of 3 ready, 1 without a transcript"), seconds=120)
    assert batches_of(page)[0]["mail"] is True
