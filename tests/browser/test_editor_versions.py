"""Versions in the editor: listed, compared, brought back; and what the machine said."""

from tests.browser.desk import ROWS, caret_behind, rows_of, saved
from tests.browser.driver import Page

SAID = "[data-versions] [data-said]"


def type_behind(page: Page, words: str, text: str) -> None:
    caret_behind(page, words)
    page.call("keyboard.type", text)
    page.press("Control+s")
    saved(page)


def test_versions_are_listed_compared_and_brought_back(desk: Page) -> None:
    type_behind(desk, "fellow", " dear")
    before = rows_of(desk)
    type_behind(desk, "your country can", "not")
    desk.press("Alt+v")
    desk.wait_for(".version")
    assert desk.count("[data-list] > .version") == 2
    assert desk.texts("[data-list] > .version [data-author]")[0] == "A guest"
    desk.click("[data-list] > .version >> nth=0 >> summary")
    assert desk.texts("details .version [data-kinds]")[:2] == ["texts changed: 1"] * 2
    desk.click("details .version >> nth=1 >> [data-compare]")
    desk.wait_for(".block")
    assert desk.text(SAID).endswith("compared with now. Places that differ: 1")
    assert desk.texts(".block del") == ["removed since: can"]
    assert desk.texts(".block ins") == ["added since: cannot"]
    assert desk.violations() == []
    desk.click("[name=unchanged]")
    assert desk.count(".block") == 3
    machine = desk.evaluate("document.querySelector('[name=other]').options.length") - 1
    desk.call("page.selectOption", "[name=other]", {"index": machine})
    desk.wait_for("text=What the machine heard, compared with")
    assert desk.texts(".block ins")[0].startswith("added since: dear")
    desk.click("details .version >> nth=1 >> [data-restore]")
    desk.wait_until("!document.querySelector('[data-versions]').open")
    assert rows_of(desk) == before
    desk.press("Alt+v")
    desk.wait_for("text=an earlier version was brought back")
    desk.press("Escape")
    type_behind(desk, "for you", " all")
    desk.call("page.reload")
    desk.wait_for("[data-segment]")
    assert rows_of(desk) == [before[0], before[1].replace("for you", "for you all"), before[2]]


def test_bringing_back_what_the_machine_heard_loses_no_version(desk: Page) -> None:
    desk.press("Alt+v")
    desk.wait_for(".version:has-text('What the machine heard')")
    desk.click("[data-list] > .version:last-child [data-restore]")
    desk.wait_until("!document.querySelector('[data-versions]').open")
    assert rows_of(desk) == [" ".join(ROWS)]
    desk.press("Alt+v")
    desk.wait_for("[data-list] > .version")
    desk.click("[data-list] > .version:last-child [data-compare]")
    desk.wait_until(f"document.querySelector('{SAID}').textContent.endsWith('the same as now.')")


def test_what_the_machine_said_is_taken_back(desk: Page) -> None:
    type_behind(desk, "what your country", " and mine")
    desk.press("Alt+t")
    desk.click("[data-machine-show]")
    desk.wait_for("[data-machine-back]")
    assert desk.texts("[data-machine-words] del") == ["goes: and mine"]
    assert desk.violations() == []
    desk.click("[data-machine-back]")
    assert rows_of(desk) == list(ROWS)
    desk.press("Alt+t")
    desk.click("[data-machine-show]")
    desk.wait_for("text=The same as stands there now.")
