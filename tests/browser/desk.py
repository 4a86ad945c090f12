"""A real transcript in the editor, in a few segments."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.browser.driver import Page
from tests.browser.test_main_job import TITLE
from tests.speech import clip

# Of the recording en/jfk.flac; the three together are what the recogniser hears.
ROWS = (
    "And so my fellow Americans",
    "ask not what your country can do for you,",
    "ask what you can do for your country.",
)
_CARET_BEHIND = """(words) => {
  const field = [...document.querySelectorAll('[data-text]')].find((one) => one.textContent.includes(words));
  field.setAttribute('contenteditable', 'plaintext-only');
  field.focus();
  getSelection().collapse(field.firstChild, field.textContent.indexOf(words) + words.length);
}"""

_STORE = """
  const { StandardStore } = await import("/static/js/editor/store.js");
  const store = new StandardStore(location.pathname.split("/")[2]);
"""
_RESTORE = f"async (number) => {{ {_STORE} await store.restore(number, null); }}"
_SEGMENTS = f"async () => {{ {_STORE} return (await store.load()).document.segments; }}"
_CHANGE = f"""async (operations) => {{ {_STORE}
  const {{ newId }} = await import("/static/js/editor/editing.js");
  await store.save({{ base: (await store.load()).version, batch: newId(), operations }});
}}"""
_CURRENT = f"async () => {{ {_STORE} return (await store.versions()).current; }}"


def open_desk(page: Page, recording: Path, rows: Sequence[str] = ROWS) -> None:
    """Transcribes it in that page, and presses Enter between the ``rows``."""
    page.send("[data-files]", recording)
    page.wait_for(TITLE, seconds=60)
    page.wait_for("[data-segment]")
    for text in rows[:-1]:
        caret_behind(page, text)
        page.press("Enter")
    page.wait_until(f"document.querySelectorAll('[data-segment]').length === {len(rows)}")


def begin_again(page: Page, version: int) -> None:
    """The transcript as it was at that version, freshly opened."""
    if page.count("dialog[open]"):
        page.press("Escape")
    page.press("Control+s")
    saved(page)
    page.evaluate(_RESTORE, version)
    page.call("page.reload")
    page.wait_for("[data-segment]")


def version_of(page: Page) -> int:
    """The newest that is saved."""
    return page.evaluate(_CURRENT)


def caret_behind(page: Page, words: str) -> None:
    page.evaluate(_CARET_BEHIND, words)


def segments(page: Page) -> list[dict[str, Any]]:
    """What the server holds."""
    return page.evaluate(_SEGMENTS)


def change(page: Page, *operations: dict[str, Any]) -> None:
    """On the server; then the page is opened afresh."""
    page.evaluate(_CHANGE, list(operations))
    page.call("page.reload")
    page.wait_for("[data-segment]")


def attach(page: Page) -> None:
    page.send("[data-file]", clip("en/jfk.flac"))
    page.wait_for("[data-play]")


def rows_of(page: Page) -> list[str]:
    return page.texts("[data-text]")


def who_of(page: Page) -> list[str]:
    """Whose name stands over each row, said or not."""
    return page.texts("[data-who]")


def saved(page: Page) -> None:
    page.wait_for("[data-status][data-state=saved]")
