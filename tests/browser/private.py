"""The private pages, driven as their owner does."""

from typing import Any

from tests.browser.driver import Page
from tests.live import LiveSotto

PASSPHRASE = "quaint lantern orbit thimble meadow"
MAKE_RING = """async (passphrase) => {
  const [{ create }, ring, { written }, { Pins }] = await Promise.all(
    ['crypto/vault', 'private/ring', 'private/code', 'private/pins'].map((name) => import(`/static/js/${name}.js`)),
  );
  const before = await ring.readRing();
  if (before.ring) await ring.deleteRing();
  const made = await create(before.uid, passphrase, 600_000, new Pins(before.uid).after(before.ring?.epoch));
  const put = await ring.putFirst(made.ring);
  if (put.reason) throw new Error(put.reason);
  return written(made.code);
}"""
RING = "async () => (await (await import('/static/js/private/ring.js')).readRing()).ring"
NO_RING = "async () => (await import('/static/js/private/ring.js')).deleteRing()"


def ring_of(page: Page) -> Any:
    return page.evaluate(RING)


def no_ring(page: Page, live: LiveSotto) -> None:
    """Of whoever is logged in there, since less than five minutes."""
    page.goto(f"{live.url}/private/honest/")
    assert page.evaluate(NO_RING) == {}


def with_ring(page: Page, live: LiveSotto, passphrase: str = PASSPHRASE) -> str:
    """Of whoever is logged in there, since less than five minutes. Returns the recovery code."""
    page.goto(f"{live.url}/private/honest/")
    code: str = page.evaluate(MAKE_RING, passphrase)
    return code


def unlock(page: Page, url: str, passphrase: str = PASSPHRASE) -> None:
    """Opens that private page."""
    page.goto(url)
    page.wait_for("[data-shown=locked] [name=passphrase]")
    page.fill("[name=passphrase]", passphrase)
    page.press("Enter")
    page.wait_for("[data-shown]:not([data-shown=locked])")
