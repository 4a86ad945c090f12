"""Private transcripts as their owner finds them: listed, searched, labelled and deleted in the page alone."""

import zipfile
from collections.abc import Callable, Iterator

import pytest

from tests.browser.driver import Browser, Page
from tests.browser.private import PASSPHRASE, unlock, with_ring
from tests.browser.private_account import send_private
from tests.browser.test_every_page import log_in, too_wide
from tests.live import LiveSotto

KENNEDY, AUSTEN, ANOTHER = "en/jfk.mp3", "en/austen_0880.wav", "en/austen_0930.wav"
ROWS = "document.querySelectorAll('[data-rows] > li').length"
ON_DISK = """async () => {
  const open = indexedDB.open('sotto-private');
  await new Promise((done) => { open.onsuccess = done; });
  const asked = open.result.transaction('words').objectStore('words').getAll();
  await new Promise((done) => { asked.onsuccess = done; });
  open.result.close();
  return JSON.stringify([asked.result, { ...localStorage }, { ...sessionStorage }]);
}"""
DELETE_LAST = """async () => {
  const { csrfToken } = await import('/static/js/csrf.js');
  const at = document.querySelector('[data-rows] > li:last-child').dataset.id;
  await fetch(`/v1/transcripts/${at}`, { method: 'DELETE', headers: { 'X-CSRFToken': csrfToken() } });
}"""
EVERYTHING = "document.documentElement.outerHTML + [...document.querySelectorAll('template')].map((one) => one.innerHTML).join('')"


def titles(page: Page) -> list[str]:
    return page.texts("[data-rows] [data-title]")


@pytest.fixture(scope="module")
def owner(browser: Browser, live_sotto: LiveSotto, reader: tuple[str, str]) -> Iterator[Page]:
    """Of three, just heard."""
    page = browser.open()
    log_in(page, live_sotto, reader)
    with_ring(page, live_sotto)
    unlock(page, f"{live_sotto.url}/private/")
    page.wait_for("[data-empty]")
    assert page.violations() == []
    for name in (KENNEDY, AUSTEN, ANOTHER):
        send_private(page, name)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for("[data-job-row]")
    assert page.violations() == []
    page.wait_until(f"{ROWS} === 3", seconds=90)
    page.wait_for("[data-jobs]", state="hidden")
    yield page
    page.close()


@pytest.fixture
def shelf(owner: Page, live_sotto: LiveSotto) -> Iterator[Page]:
    """Its list, with what each test before has left."""
    unlock(owner, f"{live_sotto.url}/private/")
    owner.wait_for("[data-rows] > li")
    yield owner
    assert owner.troubles() == []


def test_listed_found_labelled_and_deleted_in_the_page_alone(
    shelf: Page, live_sotto: LiveSotto, pictures
) -> None:
    page = shelf
    there = page.evaluate(ROWS)
    kennedy = next(title for title in titles(page) if title.startswith("And so my fellow"))
    page.press("/")
    assert page.evaluate("document.activeElement.id") == "search"
    page.fill("#search", "countr")
    page.wait_for(".hit mark")
    assert titles(page) == [kennedy]
    assert {word.lower() for word in page.texts(".hit mark")} == {"country"}
    assert page.evaluate("location.href") == f"{live_sotto.url}/private/"
    assert page.evaluate("document.querySelector('.hit').hash").startswith("#t=")
    assert page.text("[data-found]") == "1 transcript"
    assert page.violations() == []
    page.screenshot(pictures / "private-library-found.png")
    for words, count in (('"country ask"', 0), ("country -fellow", 0), ("FELLOW amér", 1)):
        page.fill("#search", words)
        page.wait_until(f"document.querySelectorAll('[data-rows] > li').length === {count}")
    page.fill("#search", "")
    page.wait_until(f"{ROWS} === {there}")

    page.evaluate("document.activeElement.blur()")
    page.press("j", "j", "k", "x")
    page.wait_for("text=1 chosen")
    page.press("f")
    page.wait_for("[data-star][aria-pressed=true]")
    page.fill("[data-value]", "speeches")
    page.click("[data-act=tag]")
    page.wait_for("text=Tagged: 1.")
    page.wait_for(".badge:has-text('speeches')")
    page.click("[data-choose] >> nth=0")
    page.fill("[data-value]", "Archive")
    page.click("[data-act=move]")
    page.wait_for(".badge-folder:has-text('Archive')")
    assert page.violations() == []
    page.screenshot(pictures / "private-library.png")
    page.click(".badge-folder")
    page.wait_until("document.querySelectorAll('[data-rows] > li').length === 1")
    assert page.evaluate("document.querySelector('#folder').value") == "Archive"
    page.click("[data-filters] [data-all-again]")
    page.wait_until(f"{ROWS} === {there}")

    page.evaluate(
        "document.querySelector('[data-star][aria-pressed=true]').closest('li').querySelector('[data-choose]').click()"
    )
    page.click("[data-act=remove]")
    page.wait_for("text=Delete 1 transcript?")
    assert page.violations() == []
    page.press("Escape")
    assert page.evaluate(ROWS) == there
    page.click("[data-act=remove]")
    page.click("[data-doomed] [value=delete]")
    page.wait_for("text=Deleted for good: 1.")
    page.wait_until(f"{ROWS} === {there - 1}")
    assert kennedy in titles(page)


def test_a_new_one_begins_as_private(shelf: Page) -> None:
    shelf.click("a:has-text('New private transcript')")
    shelf.wait_for("#level-private:checked", state="attached")


def test_several_are_taken_along_in_an_archive(
    shelf: Page, live_sotto: LiveSotto, tmp_path
) -> None:
    page, into = shelf, tmp_path / "taken.zip"
    names = titles(page)
    page.click("[data-all]")
    page.evaluate("document.querySelector('#bulk-format').value = 'srt'")
    assert page.download("[data-act=export]", into) == "Private transcripts.zip"
    with zipfile.ZipFile(into) as archive:
        files = {name: archive.read(name).decode() for name in archive.namelist()}
    assert len(files) == len(names)
    assert all(name.endswith(".srt") and "-->" in said for name, said in files.items())
    page.wait_for(f"text=Among your downloads: {len(names)}.")
    page.click("[data-all]")
    page.click("[data-choose] >> nth=-1")
    assert page.download("[data-act=export]", into).endswith(".srt")
    assert into.read_text() in files.values()


def test_nothing_of_them_is_left_once_it_is_locked(shelf: Page, live_sotto: LiveSotto) -> None:
    page = shelf
    page.fill("#search", "fellow")
    page.wait_for(".hit mark")
    assert "Americans" in page.evaluate(EVERYTHING)
    page.click("[data-lock]")
    page.wait_for("[data-shown=locked]")
    shown = page.evaluate(EVERYTHING).lower()
    kept = page.evaluate(ON_DISK).lower()
    assert "a256gcm" in kept  # one does look
    for word in ("fellow", "americans", "country", "young man"):
        assert (word, word in shown, word in kept) == (word, False, False)
    assert page.evaluate("document.title.includes('fellow')") is False

    asked = page.evaluate("performance.getEntriesByType('resource').length")
    page.fill("[name=passphrase]", PASSPHRASE)
    page.press("Enter")
    page.wait_for("[data-rows] > li")
    assert page.evaluate("document.querySelector('#search').value") == ""
    page.fill("#search", "fellow")
    page.wait_for(".hit mark")
    fetched = f"performance.getEntriesByType('resource').slice({asked}).map((one) => one.name)"
    assert [name for name in page.evaluate(fetched) if name.endswith("/document")] == []


def test_what_was_deleted_elsewhere_is_asked_about(shelf: Page, live_sotto: LiveSotto) -> None:
    page = shelf
    there = page.evaluate(ROWS)
    page.evaluate(DELETE_LAST)
    page.click("a[href='/private/honest/'] >> nth=0")
    page.wait_for("[data-shown=honest]")
    unlock(page, f"{live_sotto.url}/private/")
    page.wait_for("text=1 of your transcripts is not there any more.")
    assert page.violations() == []
    assert page.count("[data-rows]") == 0
    page.click("[data-accept]")
    page.wait_until(f"{ROWS} === {there - 1}")
    unlock(page, f"{live_sotto.url}/private/")
    page.wait_until(f"{ROWS} === {there - 1}")


@pytest.mark.parametrize(("look", "width"), [("dark", 360), ("light", 768)])
def test_it_keeps_nobody_out(
    open_page: Callable[..., Page],
    shelf: Page,
    live_sotto: LiveSotto,
    pictures,
    look: str,
    width: int,
) -> None:
    state = shelf.call("context.storageState")
    page = open_page(storageState=state, colorScheme=look, viewport={"width": width, "height": 800})
    unlock(page, f"{live_sotto.url}/private/")
    page.wait_for("[data-rows] > li")
    page.fill("#search", "a")
    page.wait_for(".hit mark")
    page.click("[data-choose] >> nth=0")
    page.click(".library-filters summary")
    assert page.violations() + too_wide(page) == []
    page.screenshot(pictures / f"private-library-{look}-{width}.png")
