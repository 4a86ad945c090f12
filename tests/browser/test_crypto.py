"""The cryptography of private transcripts, in a browser's own WebCrypto."""

from pathlib import Path

from tests.browser.driver import Page
from tests.speech import ROOT

FAILURES = """async () => {
  const { failuresIn } = await import('/static/js/crypto/check.js');
  return failuresIn(await (await fetch('/static/js/crypto/vectors.json')).json());
}"""
CODE_LINES = 250


def test_every_set_opens_and_nothing_changed_about_it_does(home: Page) -> None:
    assert home.evaluate(FAILURES) == []


def test_it_is_small_enough_to_be_read() -> None:
    folder = ROOT / "static/js/crypto"
    assert sum(
        map(_code_lines, (folder / f"{name}.js" for name in ("keys", "format", "vault")))
    ) <= (CODE_LINES)


def _code_lines(path: Path) -> int:
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    return sum(bool(line) and not line.startswith(("//", "/**")) for line in lines)
