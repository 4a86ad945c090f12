"""Links to copies of private transcripts: made in a dialog, opened by whoever has one, ended."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import requests

from tests.browser.conftest import PICTURES
from tests.browser.driver import Page
from tests.browser.private import PASSPHRASE, with_ring
from tests.browser.test_every_page import log_in, too_wide
from tests.live import LiveSotto
from tests.proxies import between
from tests.speech import clip

TITLE = "Zyzzyva interview"
PASSWORD = "three brown owls"
SAID = "ask what you can do for your country"
REFUSED = ("403 (Forbidden)", "404 (Not Found)")
RING = "async () => (await import('/static/js/private/ring.js')).readRing()"
OPEN_DIALOG = """async (given) => {
  const [{ unlock }, { fromBase64url }, ring, { Remote }, { openShares }] = await Promise.all(
    ['crypto/vault', 'crypto/format', 'private/ring', 'private/remote', 'private/shares'].map((name) => import(`/static/js/${name}.js`)),
  );
  const [remote, { uid, ring: kept }] = [new Remote(), await ring.readRing()];
  const vault = await unlock(uid, kept, given.passphrase);
  const { sealed, job, public_key } = await remote.document(given.tid);
  const document = await vault.openResult(given.tid, job, public_key, fromBase64url(sealed));
  document.segments[0].note = 'a note of her own';
  openShares(globalThis.document.querySelector('main'), { tid: given.tid, remote, document, title: given.title });
}"""


@dataclass
class Owner:
    page: Page
    tid: str

    def make(self, *, password: str = "", views: str = "", lifetime: str = "7") -> str:
        """In the dialog. Returns the address."""
        page, form = self.page, "[data-shares] form"
        known = page.count(".share-row")
        page.call("page.selectOption", f"{form} [name=lifetime]", lifetime)
        page.call("page.selectOption", f"{form} [name=views]", views)
        page.fill(f"{form} [name=password]", password)
        page.click("text=Make the link")
        page.wait_until(f"document.querySelectorAll('.share-row').length > {known}")
        return page.text("[data-address]")

    def withdraw(self) -> None:
        known = self.page.count(".share-row")
        self.page.click(".share-row button >> nth=0")
        self.page.wait_until(f"document.querySelectorAll('.share-row').length < {known}")


def heard(page: Page, url: str, public_key: str) -> str:
    """A private transcript of whoever is logged in there, as the worker has sealed it."""
    jar = {cookie["name"]: cookie["value"] for cookie in page.call("context.cookies")}
    answer = requests.post(
        f"{url}/v1/transcribe",
        data={"private": "true", "public_key": public_key},
        files={"file": ("talk.flac", clip("en/jfk.flac").read_bytes())},
        cookies=jar,
        headers={"X-CSRFToken": jar["sotto_csrf"]},
        timeout=120,
    )
    assert answer.status_code == 200, answer.text
    return answer.json()["id"]


def owner_of(page: Page, live: LiveSotto, reader: tuple[str, str]) -> Owner:
    log_in(page, live, reader)
    with_ring(page, live)
    tid = heard(page, live.url, page.evaluate(RING)["ring"]["pk"])
    given = {"passphrase": PASSPHRASE, "tid": tid, "title": TITLE}
    page.evaluate(OPEN_DIALOG, given)
    page.wait_for("[data-shares] form")
    return Owner(page, tid)


@pytest.fixture
def owner(page: Page, live_sotto: LiveSotto, reader: tuple[str, str]) -> Owner:
    return owner_of(page, live_sotto, reader)


def shown(visitor: Page, address: str) -> str:
    """The heading of what a visitor sees in the end."""
    visitor.goto("about:blank")
    visitor.goto(address)
    visitor.wait_for("main h1")
    return visitor.text("main h1")


def problems(page: Page) -> list[str]:
    return page.violations() + too_wide(page)


def test_a_visitor_without_an_account_reads_the_copy_and_it_counts(
    owner: Owner, open_page: Callable[..., Page], tmp_path: Path
) -> None:
    address = owner.make(views="3")
    assert re.fullmatch(r"http://[^/]+/s/[A-Za-z0-9]{22}#[A-Za-z0-9_-]{43}", address)
    assert owner.page.evaluate("document.activeElement.matches('[data-copy]')")
    visitor = open_page()
    assert shown(visitor, address) == TITLE
    assert visitor.evaluate("document.activeElement.tagName") == "H1"
    assert SAID in visitor.text("[data-words]")
    assert "a note of her own" not in visitor.evaluate("document.documentElement.innerHTML")
    kept = "JSON.stringify([{...localStorage}, {...sessionStorage}, history.state, document.referrer, document.cookie, location.hash])"
    assert visitor.evaluate(kept) == '[{},{},null,"","",""]'
    assert visitor.call("context.cookies") == []
    visitor.fill("[data-find]", "COUNTRY")
    visitor.wait_until("document.querySelectorAll('mark').length === 2")
    assert visitor.text("[data-found]").startswith("Found 2")
    visitor.press("Enter")
    assert visitor.count("mark.is-now") == 1
    visitor.click("summary")
    name = visitor.download("[data-format=txt]", tmp_path / "copy.txt")
    assert name == "Zyzzyva interview.txt"
    assert SAID in (tmp_path / "copy.txt").read_text(encoding="utf-8")
    owner.page.click("[data-shares] [data-close]")
    assert TITLE not in owner.page.evaluate("document.documentElement.textContent")
    owner.page.evaluate(OPEN_DIALOG, {"passphrase": PASSPHRASE, "tid": owner.tid, "title": TITLE})
    owner.page.wait_for(".share-row")
    row = owner.page.text(".share-row")
    assert re.search(r"opened 1 ., last .* of 3 at most$", row.split(" Withdraw")[0])


def test_every_link_that_opens_nothing_says_so(
    owner: Owner, open_page: Callable[..., Page], live_sotto: LiveSotto
) -> None:
    visitor = open_page()
    visitor.expected = REFUSED
    once = owner.make(views="1")
    other = owner.make()
    assert shown(visitor, once[:-1]) == "This link is not whole."
    assert shown(visitor, once.split("#")[0]) == "This link is not whole."
    wrong_key = f"{once.split('#')[0]}#{other.split('#')[1]}"
    assert shown(visitor, wrong_key) == "This link is not whole."
    assert shown(visitor, once) == TITLE  # wrong tries were no views
    assert shown(visitor, once) == "This link opens nothing any more."
    owner.withdraw()
    assert shown(visitor, other) == "This link opens nothing any more."
    assert shown(visitor, f"{live_sotto.url}/s/{'a' * 22}#{other.split('#')[1]}") == (
        "This link opens nothing any more."
    )
    assert "A shared transcript" in visitor.call("page.title")


@pytest.mark.parametrize(("look", "width"), [("light", 1280), ("dark", 360)])
def test_every_state_is_for_everybody(
    open_page: Callable[..., Page],
    live_sotto: LiveSotto,
    reader: tuple[str, str],
    look: str,
    width: int,
) -> None:
    shape = {"colorScheme": look, "viewport": {"width": width, "height": 800}}
    owner = owner_of(open_page(**shape), live_sotto, reader)
    visitor = open_page(**shape)
    visitor.expected = REFUSED
    found = {"empty": problems(owner.page)}
    address = owner.make(password=PASSWORD)
    found["made"] = problems(owner.page)
    owner.page.screenshot(PICTURES / f"private-shares-{look}.png", full=False)
    assert shown(visitor, address) == "This transcript asks for a password"
    found["asking"] = problems(visitor)
    visitor.fill("#password", "three Brown owls")
    visitor.press("Enter")
    visitor.wait_for("#problem")
    assert visitor.text("#problem").startswith("This is not the password of this link.")
    found["wrong"] = problems(visitor)
    visitor.fill("#password", PASSWORD)
    visitor.press("Enter")
    visitor.wait_for("[data-words]")
    found["shown"] = problems(visitor)
    visitor.screenshot(PICTURES / f"private-shared-{look}.png")
    assert shown(visitor, address.split("#")[0]) == "This link is not whole."
    found["incomplete"] = problems(visitor)
    assert [state for state in found.items() if state[1]] == []


def test_P12_neither_link_nor_password_nor_words_of_a_share_leave(
    open_page: Callable[..., Page], live_sotto: LiveSotto, reader: tuple[str, str]
) -> None:
    page, visitor = open_page(), open_page()
    with between(live_sotto.port, keeps=True) as proxy:
        seen = replace(live_sotto, url=proxy.url)
        owner = owner_of(page, seen, reader)
        address = owner.make(password=PASSWORD)
        assert shown(visitor, address) == "This transcript asks for a password"
        visitor.fill("#password", PASSWORD)
        visitor.press("Enter")
        visitor.wait_for("[data-words]")
        visitor.fill("[data-find]", "country")
        visitor.wait_for("mark")
        sent = b"".join(bytes(kept) for kept in proxy.kept).decode("latin1").lower()
    everywhere = "".join([sent, *page.spoken(), *visitor.spoken()]).lower()
    share_id, fragment = address.split("/s/")[1].split("#")
    assert f"post /v1/private-shares/{share_id.lower()}" in sent  # one does look
    slips = [PASSWORD, PASSWORD.replace(" ", "+"), PASSWORD.replace(" ", "%20"), fragment]
    slips += [TITLE, "fellow americans", "a note of her own", "country"]
    assert [slip for slip in slips if slip.lower() in everywhere] == []


def test_what_is_not_what_was_shared_is_not_shown(
    owner: Owner, open_page: Callable[..., Page], live_sotto: LiveSotto
) -> None:
    """A server that hands out the copy of another link."""
    one, other = owner.make(), owner.make()
    ids = [address.split("/s/")[1].split("#")[0] for address in (one, other)]
    visitor = open_page()
    mixed = """const plain = globalThis.fetch; globalThis.fetch = async (address, options) => {
      if (options?.method !== 'POST') return plain(address, options);
      const answer = await (await plain(address, options)).json();
      answer.env.ct = answer.env.ct.slice(0, -2) + (answer.env.ct.endsWith('AA') ? 'BA' : 'AA');
      return new Response(JSON.stringify(answer), { headers: { 'Content-Type': 'application/json' } });
    };"""
    visitor.call("page.addInitScript", {"content": mixed})
    assert len(set(ids)) == 2
    assert shown(visitor, one) == "What the server handed out is not what was shared."
    assert "country" not in visitor.text("main")
