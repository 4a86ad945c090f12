"""A change of a whole long transcript at once."""

from tests.bench.editor import brought_in
from tests.browser.driver import Page
from tests.live import LiveSotto

KEPT = """async () => {
  const { StandardStore } = await import("/static/js/editor/store.js");
  const { document } = await new StandardStore(location.pathname.split("/")[2]).load();
  return document.segments;
}"""
# Names in one order: a segment that was put back has them in another.
WRITTEN = """((value) => JSON.stringify(value, (_, one) =>
  one?.constructor === Object ? Object.fromEntries(Object.entries(one).sort()) : one))"""
ORIGINAL = f"async () => {{ globalThis.original = await ({KEPT})(); return original.flatMap(({{ words }}) => words).length; }}"
WORDS = f"async () => [...new Set((await ({KEPT})()).flatMap(({{ text }}) => text.split(' ')))]"
IS_ORIGINAL = f"async () => {WRITTEN}(await ({KEPT})()) === {WRITTEN}(original)"


def test_E07_all_words_replaced_and_taken_back_leave_the_exact_original(
    page: Page, live_sotto: LiveSotto
) -> None:
    page.goto(f"{live_sotto.url}/t/{brought_in(live_sotto.url)}/")
    page.wait_for("[data-segment]")
    words = page.evaluate(ORIGINAL)
    assert words > 90_000
    page.press("Control+h")
    page.click("[name=pattern]")
    page.fill("[name=query]", r"\w+")
    page.fill("[name=replacement]", "so")
    page.press("Control+Enter")
    page.wait_for("[data-preview][open]", seconds=60)
    assert page.text("[data-preview] [data-count]") == f"Chosen: {words} of {words}"
    page.click("[data-make]")
    _saved(page)
    assert page.evaluate(WORDS) == ["so"]
    assert not page.evaluate(IS_ORIGINAL)
    page.press("Escape")
    page.click("[data-act=undo]")
    _saved(page)
    assert page.evaluate(IS_ORIGINAL)


def _saved(page: Page) -> None:
    page.wait_for("[data-status]:not([data-state=saved])")
    page.wait_for("[data-status][data-state=saved]", seconds=60)
