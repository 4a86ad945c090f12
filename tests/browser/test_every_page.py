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
    "accounts/2fa/recovery-codes/download/",
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


def walk_everywhere(page: Page, live_sotto: LiveSotto, others: list[str]) -> dict[str, list[str]]:
    """What axe finds, by the address where it was found."""
    page.expected = REFUSED
    found = {}
    for address in [*pages(), *others]:
        page.goto(f"{live_sotto.url}/{address}")
        if page.evaluate("document.contentType") == "text/html":
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
    look: str,
    width: int,
) -> None:
    page = open_page(colorScheme=look, viewport={"width": width, "height": 800})
    page.goto(live_sotto.url)
    transcribe(page, speech("en/jfk.flac"))
    transcript = page.path.removeprefix("/")
    assert walk_everywhere(page, live_sotto, [transcript, "no/such/page"]) == {}


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
    home.click(".voice [data-edit]")
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
    shown["security"] = "/security/"
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
    home.press("Tab", "Tab", "Tab", "Tab")
    focused = [home.evaluate("document.activeElement.textContent.trim()")]
    assert focused == ["TXT"]
    home.call("page.focus", "#words")
    home.press("ArrowRight", "ArrowRight", "ArrowRight", "Enter")
    home.wait_until("document.querySelector('.is-lit')?.textContent === 'my'")
    home.press("Space")
    home.wait_until("document.querySelector('audio').paused")
    before = home.evaluate("document.querySelector('audio').currentTime")
    home.evaluate("document.activeElement.blur()")
    home.press("ArrowRight")
    home.wait_until(f"document.querySelector('audio').currentTime > {before} + 4")


def test_nothing_of_a_transcript_stays_in_the_browser(
    home: Page, speech: Callable[[str], Path]
) -> None:
    transcribe(home, speech("en/jfk.flac"))
    home.click("text=Library")
    home.wait_for(".search")
    kept = home.evaluate(
        "async () => JSON.stringify([{...localStorage}, {...sessionStorage}, history.state,"
        " await caches.keys(), await indexedDB.databases()])"
    )
    assert "fellow" not in kept
    assert kept == ('[{},{"htmx-current-path-for-history":"/library/"},{"htmx":true},[],[]]')
