"""Notes, bookmarks, typed times and deleted segments, with real keys."""

from tests.browser.desk import ROWS, caret_behind, rows_of, saved
from tests.browser.driver import Page

DIALOG = "[data-segment-dialog][open]"


def test_notes_are_written_listed_and_found_again(desk: Page) -> None:
    caret_behind(desk, "country can")
    desk.press("Alt+m")
    desk.wait_for(DIALOG)
    assert desk.violations() == []
    desk.call("keyboard.type", "Check against the print <b>")
    desk.click(f"{DIALOG} .button-main")
    assert desk.text(".segment-note:not([hidden])") == "Check against the print <b>"
    desk.wait_for(".mark-item")
    assert desk.texts(".mark-item [data-words]") == ["Check against the print <b>"]
    saved(desk)
    desk.call("page.reload")
    desk.wait_for(".mark-item")
    desk.click(".mark-jump")
    assert desk.evaluate("document.activeElement.textContent") == ROWS[1]
    desk.click(".mark-item [data-edit]")
    desk.fill("#segment-note", "")
    desk.click(f"{DIALOG} .button-main")
    desk.wait_until("!document.querySelector('.mark-item')")
    assert desk.count(".segment-note:not([hidden])") == 0


def test_bookmarks_are_set_named_gone_to_and_removed(desk: Page) -> None:
    caret_behind(desk, "ask what")
    desk.press("Alt+b")
    assert desk.text(".mark-item [data-words]") == ROWS[2]
    desk.click(".mark-item [data-edit]")
    assert desk.violations() == []
    desk.call("keyboard.type", "The famous half")
    desk.press("Enter")
    desk.wait_for(".mark-words:text-is('The famous half')")
    saved(desk)
    desk.call("page.reload")
    desk.wait_for(".mark-words:text-is('The famous half')")
    desk.click(".mark-jump")
    assert desk.evaluate("document.activeElement.textContent") == ROWS[2]
    desk.click(".mark-item [data-remove]")
    desk.wait_until("!document.querySelector('.mark-item')")
    desk.press("Control+z")
    desk.wait_for(".mark-words:text-is('The famous half')")


def test_times_are_typed_and_what_makes_no_sense_is_told(desk: Page) -> None:
    caret_behind(desk, "ask not")
    desk.press("Alt+t")
    desk.wait_for(DIALOG)
    for start, end, words in (
        ("soon", "5", "Type times like 1:02.500: minutes, seconds, and parts of a second."),
        ("5", "0:04.9", "It cannot end before it begins."),
        ("5", "1:00:00", "The recording is not that long."),
    ):
        desk.fill("#segment-start", start)
        desk.fill("#segment-end", end)
        desk.press("Enter")
        assert desk.text("#times-problem") == words
    assert desk.violations() == []
    desk.fill("#segment-end", "0:06.25")
    desk.press("Enter")
    assert desk.texts("[data-stamp]")[1] == "0:05"
    desk.press("Alt+t")
    assert desk.evaluate("document.querySelector('#segment-end').value") == "0:06.250"
    desk.press("Escape", "Control+z")
    assert desk.texts("[data-stamp]")[1] == "0:03"


def test_segments_are_deleted_and_come_back(desk: Page) -> None:
    desk.call("page.hover", ".segment >> nth=1")
    desk.click(".segment >> nth=1 >> [data-segment-menu]")
    desk.click("[data-delete-segment]")
    assert rows_of(desk) == [ROWS[0], ROWS[2]]
    desk.press("Control+z")
    assert rows_of(desk) == list(ROWS)
    caret_behind(desk, "for you,")
    desk.press("Shift+ArrowDown", "Alt+Delete")
    assert rows_of(desk) == [ROWS[0]]
    assert desk.evaluate("document.activeElement.textContent") == ROWS[0]
    desk.press("Control+z")
    assert rows_of(desk) == list(ROWS)
