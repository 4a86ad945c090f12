"""E01-E09: what is typed is saved, or kept, or said to be lost; whatever happens to the line."""

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.browser.driver import Browser, Page
from tests.browser.test_every_page import log_in
from tests.browser.test_main_job import transcribe
from tests.live import LiveSotto
from tests.processes import wait_until

ASK = """async (asked) => {
  const [method, path, body, ifMatch] = asked;
  const name = document.documentElement.dataset.csrfCookie;
  const token = document.cookie.split("; ").find((row) => row.startsWith(name + "=")).split("=")[1];
  const headers = {"X-CSRFToken": token, "Content-Type": "application/json"};
  if (ifMatch) headers["If-Match"] = ifMatch;
  const answer = await fetch(path, {method, headers, body: body && JSON.stringify(body)});
  return [answer.status, answer.status === 204 ? null : await answer.json()];
}"""
SAVED = "[data-status][data-state=saved]"


def ask(page: Page, method: str, path: str, body: object = None, if_match: str = "") -> object:
    status, answer = page.evaluate(ASK, [method, path, body, if_match])
    assert status < 300, answer
    return answer


def id_of(page: Page) -> str:
    return page.path.split("/")[2]


def stored(page: Page) -> list[str]:
    document = ask(page, "GET", f"/v1/transcripts/{id_of(page)}/document")
    return [row["text"] for row in document["segments"]]


def edit(page: Page, number: int, text: str) -> None:
    """Goes to the end of a segment, and types."""
    page.evaluate("(number) => document.querySelectorAll('.segment-text')[number].focus()", number)
    page.press("Control+End")
    page.call("keyboard.type", text)


@pytest.fixture
def talk(home: Page, speech: Callable[[str], Path]) -> Page:
    """Three segments, open in the editor."""
    transcribe(home, speech("en/jfk.flac"))
    return in_three(home)


def in_three(page: Page) -> Page:
    path = f"/v1/transcripts/{id_of(page)}/document"
    document = ask(page, "GET", path)
    (row,) = document["segments"]
    texts = ("One.", "Two.", "Three.")
    document["segments"] = [
        {**row, "id": f"g{n}", "text": text, "words": [], "start": n, "end": n + 1}
        for n, text in enumerate(texts, start=1)
    ]
    ask(page, "PUT", path, document, '"1"')
    page.call("page.reload")
    page.wait_for(".segment-text:has-text('Three.')")
    return page


def test_typing_is_saved_by_itself_and_undone_for_good(talk: Page) -> None:
    edit(talk, 1, " And more.")
    talk.wait_for("text=Changed; saved in a moment")
    talk.wait_for(SAVED)
    assert stored(talk) == ["One.", "Two. And more.", "Three."]
    talk.press("Control+z", "Control+s")
    talk.wait_for(SAVED)
    assert stored(talk) == ["One.", "Two.", "Three."]


def test_enter_splits_and_backspace_at_the_start_joins(talk: Page) -> None:
    edit(talk, 0, " Another.")
    talk.press(*["ArrowLeft"] * len(" Another."), "Enter")
    assert talk.texts(".segment-text") == ["One.", "Another.", "Two.", "Three."]
    assert talk.evaluate("document.activeElement.textContent") == "Another."
    talk.press("Backspace")
    assert talk.texts(".segment-text") == ["One. Another.", "Two.", "Three."]
    talk.call("keyboard.type", "x")
    talk.press("Control+z", "Control+z", "Control+z", "Control+z", "Control+s")
    talk.wait_for(SAVED)
    assert stored(talk) == ["One.", "Two.", "Three."]


def test_E01_two_tabs_edit_different_segments(talk: Page) -> None:
    other = talk.beside()
    other.goto(talk.evaluate("location.href"))
    other.wait_for(".segment-text")
    edit(talk, 0, " Mine.")
    edit(other, 2, " Also mine.")
    for tab in (talk, other):
        tab.press("Control+s")
        tab.wait_for(SAVED)
    edit(talk, 0, "!")
    talk.press("Control+s")
    talk.wait_for(SAVED)
    both = ["One. Mine.!", "Two.", "Three. Also mine."]
    assert stored(talk) == both
    assert talk.texts(".segment-text") == both


def test_E02_two_tabs_edit_the_same_segment(talk: Page) -> None:
    talk.expected = ("409",)
    other = talk.beside()
    other.goto(talk.evaluate("location.href"))
    other.wait_for(".segment-text")
    edit(other, 0, " Theirs.")
    edit(talk, 0, " Mine.")
    edit(talk, 1, " Mine too.")
    other.press("Control+s")
    other.wait_for(SAVED)
    talk.press("Control+s")
    talk.wait_for("[data-clash-dialog][open]")
    assert talk.texts(".clash-pair [data-yours]") == ["One. Mine."]
    assert talk.texts(".clash-pair [data-theirs]") == ["One. Theirs."]
    assert talk.violations() == []
    talk.click("[value=theirs]")
    talk.click("text=Go on")
    talk.press("Control+s")
    talk.wait_for(SAVED)
    assert stored(talk) == ["One. Theirs.", "Two. Mine too.", "Three."]
    assert talk.texts(".segment-text") == stored(talk)


def test_E03_what_is_typed_offline_is_saved_in_order_later(talk: Page) -> None:
    talk.expected = ("ERR_INTERNET_DISCONNECTED",)
    talk.call("context.setOffline", True)
    for number in range(6):
        edit(talk, number % 3, f" {number}")
    talk.press("Control+s")
    talk.wait_for("text=Offline: edits kept in this browser")
    talk.call("context.setOffline", False)
    talk.wait_for(SAVED)
    assert stored(talk) == ["One. 0 3", "Two. 1 4", "Three. 2 5"]


@pytest.fixture
def killable(browser: Browser, tmp_path: Path) -> Iterator[Callable[[], Page]]:
    opened: list[Page] = []

    def start() -> Page:
        opened.append(browser.open(profile=str(tmp_path)))
        return opened[-1]

    yield start
    opened[-1].close()


def kill_browser_of(profile: Path) -> None:
    """All of its processes, at once."""

    def alive() -> list[int]:
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                if str(profile).encode() in (process / "cmdline").read_bytes():
                    found.append(int(process.name))
            except OSError:
                continue
        return found

    for pid in alive():
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
    wait_until(lambda: not alive(), 10)


def test_E04_an_edit_outlives_a_killed_browser(
    killable: Callable[[], Page],
    live_sotto: LiveSotto,
    speech: Callable[[str], Path],
    reader: tuple[str, str],
    tmp_path: Path,
) -> None:
    page = killable()
    log_in(page, live_sotto, reader)
    page.goto(live_sotto.url + "/")
    page.wait_for("[data-options-now]:not(:empty)")
    transcribe(page, speech("en/jfk.flac"))
    address = in_three(page).evaluate("location.href")
    page.call("context.setOffline", True)
    edit(page, 1, " Kept.")
    page.wait_for("[data-state=offline]")
    kill_browser_of(tmp_path)
    again = killable()
    again.goto(address)
    if again.count(".editor") == 0:  # the session's cookie had not been written down yet
        again.expected = ("404",)
        log_in(again, live_sotto, reader)
        again.goto(address)
    again.wait_for(".segment-text:has-text('Two. Kept.')")
    again.wait_for(SAVED)
    assert stored(again) == ["One.", "Two. Kept.", "Three."]


def test_E08_a_session_that_ends_costs_no_word(
    open_page: Callable[..., Page],
    live_sotto: LiveSotto,
    reader: tuple[str, str],
    speech: Callable[[str], Path],
) -> None:
    page = open_page()
    page.expected = ("404", "403")
    log_in(page, live_sotto, reader)
    page.goto(live_sotto.url + "/")
    page.wait_for("[data-options-now]:not(:empty)")
    transcribe(page, speech("en/jfk.flac"))
    in_three(page)
    page.call("context.clearCookies")
    edit(page, 0, " Still here.")
    page.press("Control+s")
    page.wait_for("text=You are logged out. Log in again; edits kept here: 1")
    other = page.beside()
    log_in(other, live_sotto, reader)
    page.evaluate("dispatchEvent(new Event('focus'))")
    page.wait_for(SAVED)
    assert stored(page) == ["One. Still here.", "Two.", "Three."]


def test_E09_a_transcript_deleted_elsewhere_is_said_and_not_brought_back(talk: Page) -> None:
    talk.expected = ("404",)
    ask(talk, "DELETE", f"/v1/transcripts/{id_of(talk)}")
    edit(talk, 0, " Too late.")
    talk.press("Control+s")
    talk.wait_for("text=This transcript was deleted elsewhere.")
    talk.wait_for("text=Save a copy on this computer")
    assert talk.texts(".segment-text")[0] == "One. Too late."
    assert talk.evaluate("async () => (await fetch(location.href)).status") == 404


def test_leaving_the_page_saves_at_once(talk: Page) -> None:
    address = talk.evaluate("location.href")
    edit(talk, 2, " Last word.")
    talk.click("text=Library")
    talk.wait_for(".search")
    talk.goto(address)
    talk.wait_for(".segment-text:has-text('Three. Last word.')")
