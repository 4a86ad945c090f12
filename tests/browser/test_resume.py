"""An upload that a reload interrupts goes on where it was, once its file is chosen again."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.browser.driver import Page
from tests.live import LiveSotto
from tests.processes import wait_until
from tests.proxies import Proxy, between
from tests.recordings import wav

SIZE_BYTES = 24_000_000
SLOW = 8_000_000
OF_A_RELOAD = ("ERR_", "WebSocket", "htmx:", "[object Event]", "404", "409")
REMEMBERED = "'sotto:uploads' in sessionStorage"


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some seconds of speech, and much that is no sound, so that only sending takes long."""
    file = tmp_path_factory.mktemp("resume") / "Gespräch.wav"
    speech = wav(8)
    room = SIZE_BYTES - len(speech) - 8
    body = speech[8:] + b"junk" + room.to_bytes(4, "little") + b"\x5a" * room
    file.write_bytes(b"RIFF" + len(body).to_bytes(4, "little") + body)
    return file


@pytest.fixture
def line(live_sotto: LiveSotto) -> Iterator[Proxy]:
    with between(live_sotto.port, bytes_a_second=SLOW) as proxy:
        yield proxy


@pytest.fixture
def interrupted(page: Page, line: Proxy, recording: Path) -> Page:
    """The page after a real reload in the middle of sending."""
    page.expected = OF_A_RELOAD
    page.goto(line.url + "/")
    page.wait_for("[data-options-now]:not(:empty)")
    page.send("[data-files]", recording)
    page.wait_until("Number(document.querySelector('.row progress')?.value) > 40")
    page.call("page.reload")
    page.wait_for(".row[data-state=left]")
    line.wait_until_idle()
    page.call("page.reload")  # so that the page knows what was still on its way
    page.wait_for(".row[data-state=left]")
    return page


def test_after_a_reload_the_same_file_goes_on_where_it_was(
    interrupted: Page, line: Proxy, recording: Path, pictures: Path
) -> None:
    row = interrupted.text(".row")
    assert "Gespräch.wav" in row
    assert "Choose the same file again, and it goes on from here." in row
    held = interrupted.evaluate("Number(document.querySelector('.row progress').value)")
    assert 10 < held < 100
    assert interrupted.violations() == []
    interrupted.screenshot(pictures / "interrupted.png")
    line.offsets.clear()
    before = line.sent_bytes
    interrupted.send(".row [data-file]", recording)
    interrupted.wait_for(".transcript-title", seconds=60)
    assert interrupted.text(".transcript-title") == "Gespräch.wav"
    assert line.offsets[0] == pytest.approx(SIZE_BYTES * held / 100, abs=1)
    assert line.sent_bytes - before < SIZE_BYTES - SIZE_BYTES * held / 100 + 500_000
    assert interrupted.evaluate(REMEMBERED) is False


def test_nothing_of_the_recording_is_kept_in_the_browser(interrupted: Page) -> None:
    kept = interrupted.evaluate("JSON.stringify({...sessionStorage, ...localStorage})")
    assert "Gespr" not in kept
    assert len(kept) < 500
    assert interrupted.evaluate("async () => (await indexedDB.databases()).length") == 0
    assert interrupted.evaluate("async () => (await caches.keys()).length") == 0


def test_P14_after_logging_out_nothing_is_left_in_the_browser(
    interrupted: Page, line: Proxy, speech: Callable[[str], Path]
) -> None:
    page = interrupted
    page.goto(f"{line.url}/accounts/signup/")
    page.fill("input[name=email]", "alice@example.org")
    page.fill("input[name=password1]", "nine horses cross the ford")
    page.click("main button[type=submit]")
    page.wait_for("nav a[href='/accounts/']")
    page.goto(line.url + "/")
    page.click(".theme-switch")
    page.wait_for(".row[data-state=left]")
    page.send("[data-files]", speech("en/jfk.flac"))
    page.wait_for("text=my fellow Americans", seconds=60)
    assert page.evaluate(REMEMBERED) is True
    assert page.evaluate("localStorage.length") > 0
    page.goto(f"{line.url}/accounts/logout/")
    page.click("main button[type=submit]")
    page.wait_for("nav a[href='/accounts/login/']")
    kept = page.evaluate("Object.values({...sessionStorage, ...localStorage})")
    assert set(kept) <= {"/"}  # htmx's note of the page that is open now
    assert page.evaluate("async () => (await indexedDB.databases()).length") == 0
    assert page.evaluate("async () => (await caches.keys()).length") == 0
    for _ in range(2):  # the page that asked whether to log out, and the transcript before it
        page.call("page.goBack")
        assert "Americans" not in page.evaluate("document.documentElement.outerHTML")


def test_another_file_is_refused_and_the_row_waits_on(
    interrupted: Page, speech: Callable[[str], Path], recording: Path
) -> None:
    interrupted.send(".row [data-file]", speech("en/jfk.flac"))
    interrupted.wait_for("text=This is another file than the one that was being sent.")
    assert interrupted.text("[data-aloud]").startswith("This is another file")
    assert interrupted.count(".row[data-state=left]") == 1


def test_dropping_the_file_on_the_page_goes_on_too(
    interrupted: Page, line: Proxy, recording: Path
) -> None:
    line.offsets.clear()
    interrupted.send("#dropzone [data-files]", recording)
    interrupted.wait_for(".transcript-title", seconds=60)
    assert line.offsets[0] > 0


def test_the_button_is_reached_and_pressed_by_keyboard(interrupted: Page, recording: Path) -> None:
    interrupted.evaluate("document.querySelector('.row [data-file]').focus()")
    name = interrupted.evaluate("document.activeElement.getAttribute('aria-label')")
    assert name == "Choose the file again: Gespräch.wav"
    assert "goes on from here" in interrupted.evaluate(
        "document.querySelector('[data-aloud]').textContent"
    )
    interrupted.send(".row [data-file]", recording)
    interrupted.wait_for(".row:not([data-state=left])")
    assert interrupted.evaluate("document.activeElement.matches('.row [data-cancel]')") is True


def test_dismissing_frees_the_servers_memory(interrupted: Page) -> None:
    address = interrupted.evaluate("JSON.parse(sessionStorage['sotto:uploads'])[0].url")
    interrupted.click(".row >> text=Dismiss")
    interrupted.wait_until("!document.querySelector('.row')")
    assert interrupted.evaluate(REMEMBERED) is False
    look = "async (url) => (await fetch(url, {method: 'HEAD', headers: {'Tus-Resumable': '1.0.0'}})).status"
    wait_until(lambda: interrupted.evaluate(look, address) == 404, 10)  # the page doesn't wait


def test_an_upload_that_expired_says_so_and_begins_anew(
    interrupted: Page, line: Proxy, recording: Path
) -> None:
    interrupted.evaluate(
        "async (name) => { const [{ url }] = JSON.parse(sessionStorage['sotto:uploads']);"
        " const token = document.cookie.match(/csrf=([^;]+)/)[1];"
        " await fetch(url, {method: 'DELETE', headers: {'Tus-Resumable': '1.0.0', 'X-CSRFToken': token}}); }",
        "",
    )
    interrupted.call("page.reload")
    interrupted.wait_for("text=the server no longer has what was sent")
    assert "60 minutes" in interrupted.text(".row")
    assert interrupted.evaluate(REMEMBERED) is False
    line.offsets.clear()
    interrupted.send(".row [data-file]", recording)
    interrupted.wait_for(".transcript-title", seconds=60)
    assert line.offsets[0] == 0
