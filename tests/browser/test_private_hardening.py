"""What a browser is told to refuse on the private pages, it refuses; and nothing is kept after a log-out."""

import re
from collections.abc import Callable
from dataclasses import replace
from urllib.request import urlopen

import pytest

from tests.browser.driver import Page
from tests.browser.private import PASSPHRASE, with_ring
from tests.browser.private_desk import address_of, enter, save, send, type_behind
from tests.browser.test_every_page import log_in
from tests.live import LiveSotto, manage
from tests.proxies import between

HTMX = "htmx-current-path-for-history"  # of the standard library
LISTEN = "window.refused = []; addEventListener('securitypolicyviolation', (event) => refused.push(event.violatedDirective))"
TRIES = """async () => {
  const tried = (act) => { try { act(); return 'done'; } catch (error) { return error.name; } };
  const place = document.createElement('div');
  const never = await fetch('https://example.invalid/').then(() => 'done', (error) => error.name);
  const inline = document.createElement('script');
  return {
    markup: tried(() => { place.innerHTML = '<b>x</b>'; }),
    inserted: tried(() => place.insertAdjacentHTML('beforeend', '<b>x</b>')),
    parsed: tried(() => new DOMParser().parseFromString('<b>x</b>', 'text/html')),
    script: tried(() => { inline.textContent = 'window.ran = 1'; }),
    worker: tried(() => new Worker('/static/js/editor/finding.js')),
    policy: tried(() => trustedTypes.createPolicy('other', {})),
    again: tried(() => trustedTypes.createPolicy('sotto', {})),
    elsewhere: never,
  };
}"""
TRUSTED = """async () => {
  const { trusted } = await import('/static/js/trusted.js');
  const tried = (address) => { try { return String(trusted(address)); } catch (error) { return error.name; } };
  return [tried('/static/js/editor/finding.js'), tried('data:text/javascript,1'), tried('/s/x/'), tried('https://example.org/static/x.js')];
}"""
KEPT = """async () => {
  const bases = [];
  for (const { name } of await indexedDB.databases()) {
    const base = await new Promise((resolve) => { indexedDB.open(name).onsuccess = ({ target }) => resolve(target.result); });
    for (const store of base.objectStoreNames) {
      const rows = await new Promise((resolve) => { base.transaction(store).objectStore(store).getAll().onsuccess = ({ target }) => resolve(target.result); });
      bases.push([name, store, JSON.stringify(rows)]);
    }
    base.close();
  }
  return { local: { ...localStorage }, session: { ...sessionStorage }, bases, caches: await caches.keys() };
}"""


def test_what_could_run_false_code_is_refused(
    page: Page, live_sotto: LiveSotto, reader: tuple[str, str]
) -> None:
    page.expected = (
        "violates the following Content Security Policy",
        "requires 'TrustedScript",
        "requires 'TrustedHTML",
        "Refused to create a TrustedTypePolicy",
        "Creating a TrustedTypePolicy",
        "Refused to connect",
        "Connecting to",
        "Evaluating a string",
    )
    log_in(page, live_sotto, reader)
    with_ring(page, live_sotto)
    page.goto(f"{live_sotto.url}/private/honest/")
    page.evaluate(f"(() => {{ {LISTEN} }})()")
    page.click("footer [href='/private/keys/']")
    page.wait_for("[data-shown=locked]")
    page.fill("[name=passphrase]", PASSPHRASE)
    page.press("Enter")
    page.wait_for("[data-shown=keys]")
    page.click("nav [data-go]")
    page.wait_for("[data-shown=library]")
    page.click("[data-lock]")
    page.wait_for("[data-shown=locked]")
    assert page.evaluate("window.refused") == []
    origin = live_sotto.url
    file = re.sub("^.*/static", f"{origin}/static", "/static/js/editor/finding.js")
    assert page.evaluate(TRUSTED) == [file, "TypeError", "TypeError", "TypeError"]
    assert page.evaluate(TRIES) == {
        "markup": "TypeError",
        "inserted": "TypeError",
        "parsed": "TypeError",
        "script": "TypeError",
        "worker": "TypeError",
        "policy": "TypeError",
        "again": "TypeError",
        "elsewhere": "TypeError",
    }
    assert "connect-src" in page.evaluate("window.refused")


@pytest.mark.parametrize(
    ("before", "after", "sees"),
    [
        # of a view
        (
            b"Says why it is locked,",
            b"Says why it is locked!",
            "[data-shown=trouble] [data-reason=part]",
        ),
        # of page.js: then nothing at all happens, and the page says what that means
        (
            b"The one document that holds keys.",
            b"The one document that holds keys!",
            "main > .hint",
        ),
    ],
)
def test_a_module_with_one_changed_byte_is_not_run(
    page: Page,
    live_sotto: LiveSotto,
    reader: tuple[str, str],
    before: bytes,
    after: bytes,
    sees: str,
) -> None:
    page.expected = ("integrity", "Failed to fetch dynamically", "Failed to load")
    with between(live_sotto.port, changes=((before, after),)) as proxy:
        seen = replace(live_sotto, url=proxy.url)
        log_in(page, seen, reader)
        page.goto(f"{proxy.url}/private/")
        page.wait_for(sees)
        assert page.count("[name=passphrase]") == 0


def test_the_outside_look_finds_one_changed_byte(live_sotto: LiveSotto) -> None:
    manage(live_sotto.data, "integrity", "--against", live_sotto.url)
    changes = ((b"An unlocked keyring.", b"An unlocked keyring!"),)
    with between(live_sotto.port, changes=changes) as proxy:
        with urlopen(f"{proxy.url}/ready") as answer:
            assert answer.status == 200
        with pytest.raises(Exception, match="returned non-zero exit status 1") as told:
            manage(live_sotto.data, "integrity", "--against", proxy.url)
        said = told.value.stdout.decode()
    assert re.sub(r"vault\.\w+\.js", "vault.js", said) == "differs: /static/js/crypto/vault.js\n"


def test_P14_a_browser_keeps_integers_and_ciphertext_and_after_a_log_out_nothing(
    page: Page, open_page: Callable[..., Page], live_sotto: LiveSotto, reader: tuple[str, str]
) -> None:
    page.expected = ("401 (Unauthorized)",)
    log_in(page, live_sotto, reader)
    code = with_ring(page, live_sotto)
    enter(page, address_of(page, live_sotto, send(page)))
    type_behind(page, "Americans", " zyzzyva")
    save(page)
    page.click("nav [data-go]")
    page.wait_for("[data-rows] > li")
    kept = page.evaluate(KEPT)
    everything = str(kept).lower()
    assert "a256gcm" in everything  # one does look
    secrets = (PASSPHRASE, code, reader[1], "zyzzyva", "americans", "country")
    assert [secret for secret in secrets if secret.lower() in everything] == []
    known = re.compile(r"sotto-(epoch|manifest|public)-u\d+")
    assert [name for name in kept["local"] if not known.fullmatch(name)] == []
    assert kept["local"]
    assert (set(kept["session"]), kept["caches"]) == ({HTMX}, [])
    title = page.evaluate("document.title")
    page.goto(f"{live_sotto.url}/accounts/logout/")
    page.click("main [type=submit]")
    page.wait_for("text=Log in")
    left = page.evaluate(KEPT)
    assert left.pop("session") in ({}, {HTMX: "/"})  # of the page to which it led
    assert left == {"local": {}, "bases": [], "caches": []}
    assert title.startswith("Private transcripts ")
