"""Find and replace in the editor, with real keys."""

from tests.browser.desk import ROWS, caret_behind, rows_of, saved
from tests.browser.driver import Page

FOUND = "[data-found]"


def find(page: Page, text: str, count: str) -> None:
    page.press("Control+f")
    page.call("keyboard.type", text)
    page.wait_for(f"{FOUND}:text-is('{count}')")


def lit(page: Page, name: str = "sotto-found") -> list[str]:
    """What is marked in the text, once it is painted."""
    page.wait_until(
        "new Promise((seen) => requestAnimationFrame(() => requestAnimationFrame(seen))).then(() => true)"
    )
    return page.evaluate("(name) => [...CSS.highlights.get(name)].map(String)", name)


def test_finds_are_counted_marked_and_gone_through(desk: Page) -> None:
    caret_behind(desk, "ask not")
    find(desk, "COUNTRY", "1 of 2")
    assert lit(desk) == ["country", "country"]
    assert desk.text("[data-context]") == ROWS[1]
    assert desk.violations() == []
    desk.press("Enter")
    assert desk.text(FOUND) == "2 of 2"
    assert desk.text("[data-context]") == ROWS[2]
    desk.press("F3")
    assert desk.text(FOUND) == "1 of 2"
    desk.press("Shift+Enter")
    assert desk.text(FOUND) == "2 of 2"
    desk.press("Escape")
    assert desk.evaluate("document.activeElement.textContent") == ROWS[2]
    desk.press("ArrowLeft", "x")
    assert rows_of(desk)[2] == "ask what you can do for your countrxy."


def test_case_whole_words_accents_and_patterns(desk: Page) -> None:
    find(desk, "as", "1 of 2")
    desk.click("[name=whole]")
    desk.wait_for(f"{FOUND}:text-is('Nothing found')")
    desk.click("[name=whole]")
    desk.fill("[name=query]", "AND")
    desk.wait_for(f"{FOUND}:text-is('1 of 1')")
    desk.click("[name=cased]")
    desk.wait_for(f"{FOUND}:text-is('Nothing found')")
    desk.click("[name=folded]")
    desk.fill("[name=query]", "Ámericáns")
    desk.wait_for(f"{FOUND}:text-is('1 of 1')")
    desk.click("[name=pattern]")
    desk.fill("[name=query]", r"\b(c\w+)")
    desk.wait_for(f"{FOUND}:text-is('1 of 4')")
    desk.fill("[name=query]", "(")
    desk.wait_for("text=This pattern has a mistake")
    assert desk.violations() == []
    for name in ("cased", "folded", "pattern"):
        desk.click(f"[name={name}]")


def test_a_pattern_that_would_take_years_is_given_up(desk: Page) -> None:
    caret_behind(desk, "my fellow")
    desk.call("keyboard.type", " " + "a" * 60)
    desk.press("Control+f")
    desk.click("[name=pattern]")
    desk.fill("[name=query]", "(a|aa)+$")
    desk.wait_for("text=This pattern takes too long on this transcript.")
    desk.fill("[name=query]", "a{60}")
    desk.wait_for(f"{FOUND}:text-is('1 of 1')")
    desk.click("[name=pattern]")


def test_one_is_replaced_after_the_other(desk: Page) -> None:
    find(desk, "country", "1 of 2")
    desk.fill("[name=replacement]", "town and country")
    desk.press("Enter")
    desk.wait_for(f"{FOUND}:text-is('2 of 2')")
    assert rows_of(desk) == [ROWS[0], ROWS[1].replace("country", "town and country"), ROWS[2]]
    desk.press("Enter")
    desk.wait_until("document.querySelector('.rows').textContent.split('town').length === 3")
    desk.press("Escape", "Control+z", "Control+z")
    assert rows_of(desk) == list(ROWS)


def test_all_are_replaced_as_one_step_after_a_look(desk: Page) -> None:
    desk.press("Control+h")
    desk.click("[name=pattern]")
    desk.fill("[name=query]", r"(you|can) (\w+)")
    desk.fill("[name=replacement]", "$2 $1")
    desk.press("Control+Enter")
    desk.wait_for("[data-preview][open]")
    assert desk.texts(".preview-list [data-old]") == ["can do", "you can"]
    assert desk.texts(".preview-list [data-new]") == ["do can", "can you"]
    assert desk.text("[data-preview] [data-count]") == "Chosen: 2 of 2"
    assert desk.violations() == []
    desk.click(".preview-list input >> nth=0")
    assert desk.text("[data-preview] [data-count]") == "Chosen: 1 of 2"
    desk.click("[data-make]")
    assert rows_of(desk) == [*ROWS[:2], ROWS[2].replace("you can", "can you")]
    desk.click("[data-replace-all]")
    desk.wait_for("[data-preview][open]")
    desk.press("Enter")
    after = rows_of(desk)
    desk.click("[data-act=undo]")
    assert rows_of(desk) == [*ROWS[:2], ROWS[2].replace("you can", "can you")]
    desk.click("[data-act=redo]")
    assert rows_of(desk) == after
    saved(desk)
    desk.call("page.reload")
    desk.wait_for("[data-segment]")
    assert rows_of(desk) == after
