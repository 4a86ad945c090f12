"""Share links in the browser: the owner's dialog, the visitor's page, the end of both."""

from collections.abc import Callable

import pytest

from tests.browser.driver import Page
from tests.browser.test_every_page import too_wide
from tests.browser.test_main_job import transcribe
from tests.live import LiveSotto

PASSWORD = "three brown owls"
WORDS = "And so my fellow Americans"
NO_SOCKETS = (
    "globalThis.WebSocket = class extends EventTarget { constructor() { super();"
    " setTimeout(() => this.dispatchEvent(new CloseEvent('close', { code: 1006 }))); } };"
)
REFUSED = ("403 (Forbidden)", "404 (Not Found)")


@pytest.fixture
def owner(home: Page, speech) -> Page:
    transcribe(home, speech("en/jfk.flac"))
    return home


def make_link(owner: Page, *, password: str = "", downloads: bool = False) -> str:
    """In the dialog. Returns the address."""
    if not owner.evaluate("document.querySelector('#sharing-dialog').open"):
        owner.click("text=Share…")
    owner.wait_for("#sharing form")
    owner.fill("#share-password", password)
    if downloads:
        owner.click("#share-downloads")
    known = owner.count(".share-row")
    owner.click("text=Make the link")
    owner.wait_until(f"document.querySelectorAll('.share-row').length > {known}")
    owner.click("text=Copy the link")
    owner.wait_for("text=Copied")
    return owner.text("#new-address")


def problems(page: Page) -> list[str]:
    return page.violations() + too_wide(page)


def test_L02_an_open_page_ends_within_a_second_of_its_link(
    owner: Page, open_page: Callable[..., Page]
) -> None:
    address = make_link(owner)
    visitor = open_page()
    visitor.goto(address)
    assert WORDS in visitor.text("#words")
    assert visitor.call("page.title").startswith("A shared transcript ")
    kept = (
        "JSON.stringify([{...localStorage}, {...sessionStorage}, history.state, document.referrer])"
    )
    assert visitor.evaluate(kept) == '[{},{},null,""]'
    owner.click(".share-row button")
    visitor.wait_for("text=This link opens nothing any more.", seconds=5)
    assert WORDS not in visitor.evaluate("document.documentElement.textContent")
    assert visitor.evaluate("document.activeElement.tagName") == "H1"
    assert problems(visitor) == []
    visitor.expected = REFUSED
    visitor.call("page.reload")
    assert visitor.text("h1") == "This link opens nothing any more."


def test_L02_where_sockets_do_not_work_it_asks(owner: Page, open_page: Callable[..., Page]) -> None:
    address = make_link(owner)
    visitor = open_page()
    visitor.expected = REFUSED
    visitor.call("page.addInitScript", {"content": NO_SOCKETS})
    visitor.goto(address)
    assert WORDS in visitor.text("#words")
    owner.click(".share-row button")
    visitor.wait_for("text=This link opens nothing any more.", seconds=15)


def test_the_visitor_listens_to_a_copy_of_their_own(
    owner: Page, open_page: Callable[..., Page], speech
) -> None:
    address = make_link(owner, downloads=True)
    visitor = open_page()
    visitor.goto(address)
    visitor.wait_until("document.querySelectorAll('[data-speed] option').length > 1")  # it listens
    visitor.send("[data-file]", speech("en/jfk.flac"))
    visitor.wait_for("[data-bar]:not([hidden])")
    visitor.click("#words [data-start] >> nth=3")
    visitor.wait_until("document.querySelector('.is-lit')?.textContent === 'fellow'")
    assert visitor.texts(".downloads a")[:2] == ["TXT", "SRT"]


@pytest.mark.parametrize(("look", "width"), [("light", 1280), ("dark", 360)])
def test_every_state_is_for_everybody(
    open_page: Callable[..., Page], live_sotto: LiveSotto, speech, look: str, width: int
) -> None:
    shape = {"colorScheme": look, "viewport": {"width": width, "height": 800}}
    owner, visitor = open_page(**shape), open_page(**shape)
    owner.goto(live_sotto.url)
    owner.wait_for("[data-options-now]:not(:empty)")
    transcribe(owner, speech("en/jfk.flac"))
    owner.evaluate("document.querySelector('details.side').open = true")
    found = {}
    address = make_link(owner, password=PASSWORD, downloads=True)
    found["made"] = problems(owner)
    visitor.expected = REFUSED
    visitor.goto(address)
    found["password"] = problems(visitor)
    visitor.fill("#password", "wrong")
    visitor.press("Enter")
    visitor.wait_for("#problem")
    found["wrong"] = problems(visitor)
    visitor.fill("#password", PASSWORD)
    visitor.press("Enter")
    visitor.wait_for("#words")
    found["shared"] = problems(visitor)
    visitor.goto(f"{live_sotto.url}/s/never/")
    found["gone"] = problems(visitor)
    owner.goto(f"{live_sotto.url}{owner.path}sharing/")
    found["page"] = problems(owner)
    assert [state for state in found.items() if state[1]] == []


def test_all_of_it_without_javascript(
    open_page: Callable[..., Page], live_sotto: LiveSotto, owner: Page
) -> None:
    transcript = owner.path
    make_link(owner)
    cookies = owner.call("context.cookies")
    plain = open_page(javaScriptEnabled=False)
    plain.call("context.addCookies", cookies)
    plain.goto(f"{live_sotto.url}{transcript}sharing/")
    plain.fill("#share-password", PASSWORD)
    plain.click("text=Make the link")
    address = plain.text("#new-address")
    visitor = open_page(javaScriptEnabled=False)
    visitor.expected = REFUSED
    visitor.goto(address)
    visitor.fill("#password", PASSWORD)
    visitor.press("Enter")
    visitor.wait_for("#words")
    assert WORDS in visitor.text("#words")
    plain.click(".share-row button >> nth=0")
    plain.click(".share-row button >> nth=0")
    plain.wait_for("text=No link opens this transcript.")
    visitor.call("page.reload")
    assert visitor.text("h1") == "This link opens nothing any more."
