"""Doubtful words and the glossary, with real keys."""

from tests.browser.desk import ROWS, caret_behind, rows_of, saved
from tests.browser.driver import Page

LEFT, WORD = ".doubt [data-left]", "[data-word]"
SELECTED = "String(getSelection())"
# The small model says nothing about how sure it is; larger ones do.
_DOUBT = """async (words) => {
  const { StandardStore } = await import("/static/js/editor/store.js");
  const store = new StandardStore(location.pathname.split("/")[2]);
  const { document: all, version } = await store.load();
  const segments = all.segments.map((row) => ({ ...row, words: row.words.map((word) =>
    ({ ...word, confidence: words.includes(word.text) ? 0.4 : 0.9 })) }));
  await store.save({ base: version, batch: `doubt-${version}-doubt`, operations: [{ op: "put", segments }] });
}"""


def doubt(page: Page, *words: str) -> None:
    page.evaluate(_DOUBT, list(words))
    page.call("page.reload")
    page.wait_for("[data-segment]")


def put_right(page: Page, wrong: str, right: str) -> None:
    """Types it over the first that is there, and goes elsewhere."""
    caret_behind(page, wrong)
    for _ in wrong:
        page.press("Backspace")
    page.call("keyboard.type", right)
    page.click("[data-act=keys]")
    page.press("Escape")
    page.evaluate("document.activeElement.blur()")


def test_from_one_doubtful_word_to_the_next_by_keys(desk: Page) -> None:
    doubt(desk, "fellow", "country", "country.")
    desk.press("Alt+n")
    assert desk.text(LEFT) == "Doubtful words left: 3"
    assert (desk.text(WORD), desk.text("[data-why]")) == ("“fellow”", "40 % sure")
    assert desk.evaluate(SELECTED) == "fellow"
    desk.wait_until("CSS.highlights.get('sotto-doubt').size === 3")
    assert desk.violations() == []
    desk.press("Alt+a")
    assert desk.text(LEFT) == "Doubtful words left: 2"
    assert desk.evaluate(SELECTED) == "country"
    desk.press("Alt+Shift+A")
    assert desk.text(LEFT) == "No doubtful word is left."
    desk.press("Control+z", "Alt+n")
    assert desk.text(LEFT) == "Doubtful words left: 2"
    desk.press("Alt+p")
    desk.call("keyboard.type", "nation.")
    desk.press("Alt+n")
    assert desk.text(LEFT) == "Doubtful words left: 1"
    assert "nation." in " ".join(rows_of(desk))
    saved(desk)


def test_on_a_phone_the_doubtful_word_is_between_the_bar_and_the_player(desk: Page) -> None:
    doubt(desk, "fellow")
    desk.call("page.setViewportSize", {"width": 360, "height": 640})
    desk.press("Alt+n")
    desk.wait_until("""(() => {
      const { top, bottom } = getSelection().getRangeAt(0).getBoundingClientRect();
      const [head, player] = ['.desk-head', '.player'].map((name) => document.querySelector(name).getBoundingClientRect());
      return head.bottom <= top && bottom <= player.top;
    })()""")
    assert desk.evaluate(SELECTED) == "fellow"
    desk.call("page.setViewportSize", {"width": 1280, "height": 800})


def test_how_sure_is_sure_enough_is_the_readers_own(desk: Page) -> None:
    doubt(desk, "fellow")
    desk.press("Alt+n")
    assert desk.text(".doubt [data-level]") == "Less sure than 50 %"
    desk.call("page.focus", ".doubt-level [type=range]")
    desk.press(*["ArrowLeft"] * 2)
    desk.wait_for("text=No doubtful word is left.")
    desk.press("End")
    desk.wait_for("text=Doubtful words left: 22")
    desk.press(*["ArrowLeft"] * 10)
    desk.wait_for("text=Doubtful words left: 1")


def test_a_doubtful_word_is_replaced_everywhere(desk: Page) -> None:
    doubt(desk, "country")
    desk.press("Alt+n", "Alt+r")
    desk.wait_for("[data-found]:text-is('1 of 2')")
    desk.call("keyboard.type", "land")
    desk.press("Control+Enter")
    desk.wait_for("[data-preview][open]")
    desk.press("Enter")
    assert rows_of(desk) == [row.replace("country", "land") for row in ROWS]


def test_a_model_that_does_not_say_is_said(desk: Page) -> None:
    desk.click("[data-act=doubt-next]")
    assert desk.text(LEFT) == "The model that wrote this does not say how sure it is of its words."


def test_a_correction_made_twice_is_offered_as_a_rule(desk: Page) -> None:
    caret_behind(desk, "Americans")
    desk.call("keyboard.type", " with country, country and country")
    desk.evaluate("document.activeElement.blur()")
    put_right(desk, "country", "Land")
    assert desk.count("[data-offer]:not([hidden])") == 0
    put_right(desk, "country", "Land")
    desk.wait_for("text=You put “Land” for “country” twice. Make it a rule?")
    assert desk.violations() == []
    desk.click("[data-yes]")
    desk.wait_for("[data-preview][open]")
    assert desk.texts(".preview-list [data-old]") == ["country"] * 3
    desk.click("[data-make]")
    assert [row.count("country") for row in rows_of(desk)] == [0, 0, 0]
    desk.call("page.reload")
    desk.wait_for("[data-segment]")
    assert desk.texts(".rule [data-to]") == ["Land"]
    desk.press("Alt+n")
    desk.click("[data-remove]")
    assert desk.evaluate("localStorage.getItem('sotto-glossary guest')") is None
    assert desk.count(".rule") == 0


def test_rules_are_typed_applied_and_mark_doubtful_words(desk: Page) -> None:
    desk.fill("[name=from]", "fellow")
    desk.press("Enter")
    assert (
        desk.text("[data-glossary] [data-said]")
        == "Type what is heard, and what is to stand there instead."
    )
    desk.fill("[name=to]", "good")
    desk.press("Enter")
    assert desk.violations() == []
    desk.click("[data-act=doubt-next]")
    assert desk.text("[data-why]") == "in your glossary: “good”"
    desk.click("[data-apply-all]")
    desk.wait_for("[data-preview][open]")
    desk.press("Enter")
    assert rows_of(desk)[0] == "And so my good Americans"
    desk.click("[data-apply-all]")
    assert desk.text("[data-glossary] [data-said]") == "Nothing in this transcript to change by it."
    desk.click("[data-remove]")
