import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.browser.desk import begin_again, change, open_desk, saved, segments, version_of
from tests.browser.driver import Browser, NotInstalled, Page
from tests.live import LiveSotto, manage
from tests.speech import ROOT, clip

PICTURES = ROOT / "test-output"
EMAIL, PASSWORD = "reader@example.org", "a long enough passphrase"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    try:
        running = Browser()
    except NotInstalled as missing:
        pytest.skip(f"{missing} not to be had here")
    yield running
    running.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Pages in profiles of their own; at the end none may have an error in its console."""
    pages: list[Page] = []

    def open_one(**options: object) -> Page:
        pages.append(browser.open(**options))
        return pages[-1]

    yield open_one
    troubles = [trouble for page in pages for trouble in page.troubles()]
    for page in pages:
        page.close()
    assert troubles == []


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    return open_page()


@pytest.fixture
def home(page: Page, live_sotto: LiveSotto) -> Page:
    page.goto(live_sotto.url + "/")
    page.wait_for("[data-options-now]:not(:empty)")
    return page


@pytest.fixture(scope="module")
def desk_of_the_module(browser: Browser, live_sotto: LiveSotto) -> Iterator[tuple[Page, int]]:
    page = browser.open()
    page.goto(live_sotto.url + "/")
    page.wait_for("[data-options-now]:not(:empty)")
    open_desk(page, clip("en/jfk.flac"))
    page.press("Control+s")
    saved(page)
    yield page, version_of(page)
    page.close()


@pytest.fixture
def desk(desk_of_the_module: tuple[Page, int]) -> Iterator[Page]:
    """The same transcript, in three segments, at the beginning of each test of a module."""
    page, version = desk_of_the_module
    begin_again(page, version)
    yield page
    assert page.troubles() == []


@pytest.fixture
def halves(desk: Page) -> Page:
    """Of that transcript two segments that meet at four seconds; nothing set, nothing attached."""
    first, second, third = segments(desk)
    desk.evaluate("localStorage.clear()")
    change(
        desk,
        {"op": "merge", "segment": second["id"], "next": third["id"]},
        {"op": "times", "segment": first["id"], "start": first["start"], "end": 4},
        {"op": "times", "segment": second["id"], "start": 4, "end": third["end"]},
    )
    return desk


@pytest.fixture(scope="session")
def pictures() -> Path:
    return Path(os.environ.get("TEST_OUTPUT") or PICTURES)


@pytest.fixture(scope="module")
def reader(live_sotto: LiveSotto) -> tuple[str, str]:
    os.environ["DJANGO_SUPERUSER_PASSWORD"] = PASSWORD
    manage(live_sotto.data, "createsuperuser", "--email", EMAIL, "--noinput")
    del os.environ["DJANGO_SUPERUSER_PASSWORD"]
    return EMAIL, PASSWORD
