"""Every page that the URLconf knows: for everybody to use, in both looks, at every width."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from tests.browser.driver import Page
from tests.browser.test_main_job import transcribe
from tests.live import LiveSotto

# Not pages: files, answers for machines, and Django's own admin.
LEFT_OUT = (
    *("admin/", "v1/", "health", "ready", "guest-session/"),
    *("accounts/2fa/recovery-codes/download/", "accounts/export/sotto-export.zip"),
)
WIDTHS = (360, 768, 1440)
REFUSED = ("404", "403", "405")


def pages() -> list[str]:
    """Addresses without parameters."""
    return sorted(
        route
        for route in _walk(get_resolver())
        if not route.startswith(LEFT_OUT) and "<" not in route
    )


def _walk(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield route
        else:
            yield from _walk(pattern, route)


def log_in(page: Page, live_sotto: LiveSotto, reader: tuple[str, str]) -> None:
    page.goto(f"{live_sotto.url}/accounts/login/")
    page.fill("[name=login]", reader[0])
    page.fill("[name=password]", reader[1])
    page.press("Enter")
    page.wait_for("text=Account")
    page.wait_until("location.pathname !== '/accounts/login/'")


def receipt_of(page: Page) -> str:
    """From the page of its transcript."""
    return page.evaluate("document.querySelector('[href^=\"/receipts/\"]').pathname")


def work_of(page: Page, bad: Path) -> list[str]:
    """What has an id in its address: a transcript, its receipt, a job that failed, and its own."""
    paths = [page.path, f"{page.path}subtitles/", receipt_of(page)]
    page.goto(page.evaluate("location.origin"))
    page.wait_for("[data-options-now]:not(:empty)")
    page.send("[data-files]", bad)
    page.wait_for(".row[data-state=failed]")
    job = page.evaluate(
        "async () => (await (await fetch('/v1/jobs?status=failed')).json()).results[0].id"
    )
    paths += [f"/jobs/{job}/", f"/receipts/{job}/"]
    return [path.removeprefix("/") for path in paths]


def walk_everywhere(page: Page, live_sotto: LiveSotto, others: list[str]) -> dict[str, list[str]]:
    """What axe finds, by the address where it was found."""
    page.expected = REFUSED
    found = {}
    for address in [*pages(), *others]:
        page.goto(f"{live_sotto.url}/{address}")
        if page.evaluate("document.contentType") == "text/html":
            page.wait_for("main:not([aria-busy=true])")
            found[page.path] = page.violations() + too_wide(page)
    return {path: problems for path, problems in found.items() if problems}


def too_wide(page: Page) -> list[str]:
    width, room = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    return [f"{width} pixels wide in a window of {room}"] if width > room else []


@pytest.mark.parametrize(("look", "width"), [("light", 1440), ("dark", 360)])
def test_no_page_keeps_a_guest_out(
    open_page: Callable[..., Page],
    live_sotto: LiveSotto,
    speech: Callable[[str], Path],
    tmp_path: Path,
    look: str,
    width: int,
) -> None:
    page = open_page(colorScheme=look, viewport={"width": width, "height": 800})
    page.goto(live_sotto.url)
    transcribe(page, speech("en/jfk.flac"))
    (tmp_path / "bad.mp3").write_bytes(b"no sound" * 100)
    mine = work_of(page, tmp_path / "bad.mp3")
    assert walk_everywhere(page, live_sotto, [*mine, "no/such/page"]) == {}


def test_a_receipt_stands_still_while_its_times_become_the_readers_own(
    open_page: Callable[..., Page], live_sotto: LiveSotto, speech: Callable[[str], Path]
) -> None:
    page = open_page(timezoneId="Asia/Tokyo", viewport={"width": 390, "height": 800})
    page.goto(live_sotto.url)
    transcribe(page, speech("en/jfk.flac"))
    page.goto(live_sotto.url + receipt_of(page))
    page.wait_until("document.querySelector('.entry-here').textContent !== ''")
    assert page.texts(".entry-here")[0].endswith("GMT+9")
    assert page.texts(".entry-when time")[0].endswith("UTC")
    heights = "[...document.querySelectorAll('.entry')].map((entry) => entry.offsetHeight)"
    after = page.evaluate(heights)
    page.evaluate("document.querySelectorAll('.entry-here').forEach((e) => { e.textContent = '' })")
    assert page.evaluate(heights) == after
    page.click(".entry summary")
    assert page.violations() == []


@pytest.mark.parametrize(("look", "width"), [("dark", 1440), ("light", 360)])
def test_no_page_keeps_a_user_out(
    open_page: Callable[..., Page],
    live_sotto: LiveSotto,
    reader: tuple[str, str],
    look: str,
    width: int,
) -> None:
    page = open_page(colorScheme=look, viewport={"width": width, "height": 800})
    log_in(page, live_sotto, reader)
    assert walk_everywhere(page, live_sotto, []) == {}


def test_parts_that_open_are_accessible_too(
    home: Page, speech: Callable[[str], Path], tmp_path: Path
) -> None:
    home.click(".options > summary")
    home.click(".catalogue > summary")
    assert home.violations() == []
    (tmp_path / "bad.mp3").write_bytes(b"no sound" * 100)
    home.send("[data-files]", tmp_path / "bad.mp3")
    home.wait_for(".row[data-state=failed]")
    assert home.violations() == []
    transcribe(home, speech("en/jfk.flac"))
    home.click(".voice [data-change]")
    assert home.violations() == []
    home.press("Escape")
    home.click(".title-line [data-edit]")
    assert home.violations() == []
    home.click("text=Delete")
    assert home.violations() == []


@pytest.mark.parametrize("look", ["light", "dark"])
def test_pictures_of_the_pages(
    open_page: Callable[..., Page],
    live_sotto: LiveSotto,
    speech: Callable[[str], Path],
    pictures: Path,
    look: str,
) -> None:
    page = open_page(colorScheme=look)
    page.goto(live_sotto.url)
    transcribe(page, speech("en/jfk.flac"))
    shown = {"home": "/", "transcript": page.path, "library": "/library/", "how": "/how-it-works/"}
    shown |= {"security": "/security/", "receipts": "/receipts/", "receipt": receipt_of(page)}
    for name, path in {**shown, "error": "/no/such/page", "login": "/accounts/login/"}.items():
        page.expected = REFUSED
        page.goto(live_sotto.url + path)
        for width in WIDTHS:
            page.call("page.setViewportSize", {"width": width, "height": 900})
            assert too_wide(page) == []
            page.screenshot(pictures / f"{name}-{width}-{look}.png")


def test_the_look_is_kept_without_a_flash(home: Page) -> None:
    home.click(".theme-switch")
    assert home.evaluate("document.documentElement.dataset.theme") == "dark"
    home.call("page.reload")
    assert home.evaluate("document.documentElement.dataset.theme") == "dark"
    assert home.evaluate("getComputedStyle(document.body.parentElement).backgroundColor") == (
        "rgb(21, 24, 27)"
    )


def test_all_of_it_without_a_mouse(home: Page, speech: Callable[[str], Path]) -> None:
    home.press("Tab", "Enter")
    assert home.evaluate("document.activeElement.id") == "main"
    home.press("Tab")
    assert home.evaluate("document.activeElement.matches('[data-files]')") is True
    transcribe(home, speech("en/jfk.flac"))
    assert home.evaluate("document.activeElement.id") == "main"
    home.call("page.focus", ".segment-text")
    home.press("End", "Space", "Y", "e", "s")
    home.wait_for("[data-state=saved]:has-text('Saved')")
    assert home.text(".segment-text").count(" Yes") == 1
    home.call("page.focus", ".stamp")
    home.press("Enter")
    home.wait_until("document.querySelector('audio').currentTime > 0.5")
    home.evaluate("document.activeElement.blur()")
    home.press("Space")
    home.wait_until("document.querySelector('audio').paused")
    before = home.evaluate("document.querySelector('audio').currentTime")
    home.press("ArrowRight")
    home.wait_until(f"document.querySelector('audio').currentTime > {before} + 4")


KEPT = """async () => {
  const opened = (name) => new Promise((done) => (indexedDB.open(name).onsuccess = ({target}) => done(target.result)));
  const rows = [];
  for (const {name} of await indexedDB.databases()) {
    const database = await opened(name);
    for (const store of database.objectStoreNames) {
      const asked = database.transaction(store).objectStore(store).getAll();
      rows.push(...await new Promise((done) => (asked.onsuccess = () => done(asked.result))));
    }
  }
  return JSON.stringify([{...localStorage}, {...sessionStorage}, history.state, await caches.keys(), rows]);
}"""


def test_nothing_of_a_saved_transcript_stays_in_the_browser(
    home: Page, speech: Callable[[str], Path]
) -> None:
    transcribe(home, speech("en/jfk.flac"))
    home.click("text=Library")
    home.wait_for(".search")
    kept = home.evaluate(KEPT)
    assert "fellow" not in kept
    assert kept == ('[{},{"htmx-current-path-for-history":"/library/"},{"htmx":true},[],[]]')
