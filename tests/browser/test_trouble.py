"""What a person sees when something goes wrong, and what the page mends by itself."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.driver import Page
from tests.live import LiveSotto, serving
from tests.processes import children
from tests.recordings import wav
from tests.speech import SPEECH

LONG_SECONDS = 300
OF_A_DEAD_SERVER = ("ERR_CONNECTION", "WebSocket", "htmx:", "[object Event]")


@pytest.fixture(scope="module")
def long_recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("long") / "long.wav"
    file.write_bytes(wav(LONG_SECONDS))
    return file


def state_of(page: Page, name: str) -> str:
    return page.evaluate(
        "(name) => [...document.querySelectorAll('.row')].find((row) => row.querySelector('.row-name').textContent === name)?.dataset.state",
        name,
    )


def wait_for_state(page: Page, name: str, state: str, seconds: float = 60) -> None:
    page.wait_for(f".row[data-state={state}]:has-text('{name}')", seconds=seconds)


def test_many_files_go_two_at_a_time_and_each_can_be_opened(home: Page) -> None:
    files = sorted((SPEECH / "en").glob("austen_*.wav"))[:4]
    if len(files) < 4:
        pytest.skip("no austen clips in the folder of speech (set SPEECH)")
    home.evaluate(
        """() => { globalThis.most = 0; new MutationObserver(() => {
             most = Math.max(most, document.querySelectorAll('.row[data-state=sending]').length);
           }).observe(document.querySelector('#queue'), {subtree: true, childList: true, attributes: true}); }"""
    )
    home.send("[data-files]", *files)
    assert home.count(".row") == 4
    for file in files:
        wait_for_state(home, file.name, "done")
    assert home.path == "/"
    assert home.evaluate("most") == 2
    home.click(f".row:has-text('{files[2].name}') >> text=Open")
    home.wait_for(".transcript-title")
    assert home.text(".transcript-title") == files[2].name
    assert sorted(home.texts(".dock .row-name")) == sorted(
        file.name for file in files if file != files[2]
    )


UNREADABLE = "This file could not be read as audio or video."
TRY_MP3 = "if it does, save it as MP3 or WAV and try again."
BAD_FILES = {
    "empty.mp3": (b"", [UNREADABLE, "The file is empty."]),
    "text.mp3": (b"This is no sound.\n" * 100, [UNREADABLE, TRY_MP3]),
    "program.wav": (b"\x7fELF" + bytes(4000), [UNREADABLE, TRY_MP3]),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_bad_file_ends_with_a_sentence_that_helps(home: Page, tmp_path: Path, name: str) -> None:
    content, sentences = BAD_FILES[name]
    (tmp_path / name).write_bytes(content)
    home.expected = ("422",)
    home.send("[data-files]", tmp_path / name)
    wait_for_state(home, name, "failed")
    said = home.text(".row")
    assert [sentence for sentence in sentences if sentence not in said] == []


def test_a_recording_without_speech_says_so(home: Page) -> None:
    file = next((SPEECH / "noise").glob("*.*"), None)
    if file is None:
        pytest.skip("no noise in the folder of speech (set SPEECH)")
    home.send("[data-files]", file)
    wait_for_state(home, file.name, "failed")
    assert "No speech was found in this recording." in home.text(".row")


def test_cancel_stops_the_work_and_retry_begins_anew(home: Page, long_recording: Path) -> None:
    home.send("[data-files]", long_recording)
    home.wait_for(".row progress[value]:not([value='0'])")
    home.click("text=Cancel")
    wait_for_state(home, "long.wav", "cancelled", seconds=4)
    home.click("text=Try again")
    wait_for_state(home, "long.wav", "working")
    home.wait_for(".row .progress[data-status=running]")
    home.click("text=Cancel")
    wait_for_state(home, "long.wav", "cancelled", seconds=4)
    home.click("text=Dismiss")
    assert home.count(".row") == 0


def test_a_killed_recogniser_costs_time_only(
    home: Page, live_sotto: LiveSotto, tmp_path: Path
) -> None:
    (tmp_path / "talk.wav").write_bytes(wav(100))
    home.send("[data-files]", tmp_path / "talk.wav")
    home.wait_for(".row .progress[data-status=running]")
    home.wait_until("Number(document.querySelector('.row progress').value) > 0")
    for child in children(live_sotto.process.pid):
        os.kill(child, signal.SIGKILL)
    home.wait_for(".transcript-title", seconds=240)
    assert home.text(".transcript-title") == "talk.wav"
    assert "the recogniser died" in live_sotto.said()


def test_a_server_that_was_killed_gets_the_recording_again_by_itself(
    open_page: Callable[..., Page], tmp_path: Path, long_recording: Path
) -> None:
    page = open_page()
    page.expected = OF_A_DEAD_SERVER
    with serving(tmp_path) as first:
        page.goto(first.url + "/")
        page.send("[data-files]", long_recording)
        page.wait_for(".row .progress[data-status=running]")
        first.process.kill()
        first.process.wait()
    with serving(tmp_path, PORT=str(first.port)):
        page.wait_for("text=this page is sending it again by itself", seconds=90)
        page.wait_for(".row .progress[data-status=running]", seconds=60)
        page.click("text=Cancel")
        wait_for_state(page, "long.wav", "cancelled")


def test_without_its_socket_the_page_polls(
    open_page: Callable[..., Page], live_sotto: LiveSotto, speech: Callable[[str], Path]
) -> None:
    page = open_page()
    page.expected = ("htmx:wsError", "[object Event]")
    page.call(
        "page.addInitScript",
        "globalThis.WebSocket = class extends EventTarget { constructor() { super(); setTimeout(() => { this.onerror?.(new Event('error')); this.onclose?.({ code: 1006 }); }, 50); } close() {} };",
    )
    page.goto(live_sotto.url + "/")
    page.send("[data-files]", speech("en/jfk.flac"))
    page.wait_for(".transcript-title", seconds=60)


def test_a_job_page_shows_its_stages_and_opens_the_transcript(
    home: Page, live_sotto: LiveSotto, long_recording: Path, speech: Callable[[str], Path]
) -> None:
    home.send("[data-files]", long_recording)
    home.wait_for(".row .job")
    first = home.evaluate("document.querySelector('.row .job').dataset.job")
    home.send("[data-files]", speech("en/jfk.flac"))
    home.wait_until("document.querySelectorAll('.row .job').length === 2")
    second = home.evaluate("document.querySelectorAll('.row .job')[1].dataset.job")
    home.goto(f"{live_sotto.url}/jobs/{second}/")
    home.wait_for("text=Waiting: next in line")
    assert home.texts(".stage")[0] == "Reading the file"
    status = home.evaluate(
        "async (url) => (await fetch(url, {method: 'DELETE', headers: {'X-CSRFToken': document.cookie.match(/csrf=([^;]+)/)[1]}})).status",
        f"/v1/jobs/{first}",
    )
    assert status == 204
    home.wait_for(".transcript-title", seconds=60)
    assert home.text(".transcript-title") == "jfk.flac"


def test_X01_a_name_made_to_hurt_is_only_a_name(
    home: Page, live_sotto: LiveSotto, speech: Callable[[str], Path]
) -> None:
    name = "<img src=x onerror=globalThis.hurt=1>\"'{{7}}.flac"
    home.drop("main", [(name, speech("en/jfk.flac"))])
    home.wait_for(".row")
    assert home.texts(".row-name") == [name]
    home.wait_for(".transcript-title", seconds=60)
    assert home.text(".transcript-title") == name
    home.click("text=Library")
    home.wait_for(".search")
    assert home.texts("#results .row-name") == [name]
    assert home.evaluate("globalThis.hurt ?? null") is None
