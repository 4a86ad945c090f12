"""Somebody who has a keyboard and no mouse, and who must see at each step where they are."""

from pathlib import Path

from tests.browser.driver import Page

MOST_TABS = 120
# A new page begins at its `main`, which has no outline: it is all that is to be seen.
_WHERE = """async (wanted) => {
  const isThere = () => Boolean(wanted && document.activeElement?.matches(wanted));
  const trouble = (at) => {
    if (!at || at === document.body) return "the focus is nowhere";
    if (at.matches("main")) return "";
    const shown = at.closest(".file-button") ?? at;
    const words = shown.outerHTML.slice(0, 160);
    const box = shown.getClientRects()[0] ?? new DOMRect();
    if (box.width < 2 || box.height < 2 || !at.checkVisibility({ visibilityProperty: true })) return `hidden: ${words}`;
    const [left, right] = [Math.max(box.left, 0), Math.min(box.right, innerWidth)];
    const [top, bottom] = [Math.max(box.top, 0), Math.min(box.bottom, innerHeight)];
    if (left >= right || top >= bottom) return `out of sight: ${words}`;
    const parts = [0.1, 0.5, 0.9];
    const isFree = parts.some((x) => parts.some((y) => {
      const over = document.elementFromPoint(left + x * (right - left), top + y * (bottom - top));
      return shown.contains(over);
    }));
    if (!isFree) return `something lies over it: ${words}`;
    const { outlineStyle, outlineWidth } = getComputedStyle(shown);
    return outlineStyle !== "none" && parseFloat(outlineWidth) >= 2 ? "" : `no outline: ${words}`;
  };
  const deadline = performance.now() + 5000;
  while (trouble(document.activeElement) && performance.now() < deadline) {
    await new Promise(requestAnimationFrame);  // the window is still scrolling there
  }
  return [trouble(document.activeElement), isThere()];
}"""


class Hands:
    """Has no way to click, to fill in or to drop, and complains of each place without an outline."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.wait_for, self.wait_until = page.wait_for, page.wait_until
        self.text, self.texts, self.count = page.text, page.texts, page.count
        self.evaluate = page.evaluate

    @property
    def path(self) -> str:
        return self._page.path

    def press(self, *keys: str) -> None:
        for key in keys:
            self._page.press(key)
            self.look()

    def type(self, words: str) -> None:
        self._page.call("keyboard.type", words)
        self.look()

    def look(self) -> None:
        self._is_at("")

    def _is_at(self, selector: str) -> bool:
        trouble, is_there = self.evaluate(_WHERE, selector)
        if trouble:
            raise AssertionError(trouble)
        return bool(is_there)

    def to(self, selector: str, key: str = "Tab") -> None:
        """From one place to the next until it is there."""
        for _ in range(MOST_TABS):
            self._page.press(key)
            if self._is_at(selector):
                return
        raise AssertionError(f"{selector} is not reached by {MOST_TABS} times {key}")

    def enter(self, selector: str, key: str = "Tab") -> None:
        self.to(selector, key)
        self._page.press("Enter")

    def choose(self, *files: Path) -> None:
        """In the chooser that Enter opens here."""
        self._page.call("chosen", [str(file) for file in files])
        self.look()

    def take(self, into: Path) -> str:
        """The file that Enter brings here. Returns its name."""
        name: str = self._page.download("", into)
        self.look()
        return name
