"""A private transcript of real speech, and what its owner does with it."""

import base64

from tests.browser.desk import caret_behind, saved
from tests.browser.driver import Page
from tests.browser.private import PASSPHRASE, unlock
from tests.live import LiveSotto
from tests.speech import clip

_SEND = """async (recording) => {
  const [{ readRing }, { csrfToken }] = await Promise.all(['private/ring', 'csrf'].map((name) => import(`/static/js/${name}.js`)));
  const bytes = Uint8Array.from(atob(recording), (sign) => sign.charCodeAt(0));
  const body = new FormData();
  body.append('file', new File([bytes], 'jfk.flac'));
  body.append('private', 'true');
  body.append('public_key', (await readRing()).ring.pk);
  body.append('wait', 'false');
  const answer = await fetch('/v1/transcribe', { method: 'POST', body, headers: { 'X-CSRFToken': csrfToken() } });
  const job = await answer.json();
  if (!answer.ok) throw new Error(JSON.stringify(job));
  return job.id;
}"""
_HEARD = """async (id) => {
  for (;;) {
    const { transcript, status, error } = await (await fetch(`/v1/jobs/${id}`)).json();
    if (transcript) return transcript;
    if (error) throw new Error(`${status}: ${error}`);
    await new Promise((go) => setTimeout(go, 100));
  }
}"""


def send(page: Page) -> str:
    """A private job of whoever is logged in there. Returns its id at once."""
    recording = base64.b64encode(clip("en/jfk.flac").read_bytes()).decode()
    job: str = page.evaluate(_SEND, recording)
    return job


def address_of(page: Page, live: LiveSotto, job: str) -> str:
    """Where its transcript is read, once it has been heard."""
    return f"{live.url}/private/t/{page.evaluate(_HEARD, job)}/"


def enter(page: Page, url: str, passphrase: str = PASSPHRASE) -> Page:
    unlock(page, url, passphrase)
    page.wait_for("[data-segment]")
    return page


def again(page: Page) -> Page:
    """The page is loaded once more, and unlocked."""
    return enter(page, page.evaluate("location.href"))


def save(page: Page) -> None:
    page.press("Control+s")
    saved(page)


def type_behind(page: Page, words: str, text: str) -> None:
    caret_behind(page, words)
    page.call("keyboard.type", text)


_KEPT = """async () => {
  const all = [];
  for (const { name, version } of await indexedDB.databases()) {
    const database = await new Promise((go, no) => { const asked = indexedDB.open(name, version); asked.onsuccess = () => go(asked.result); asked.onerror = no; });
    for (const store of database.objectStoreNames) {
      const rows = await new Promise((go) => { const asked = database.transaction(store).objectStore(store).getAll(); asked.onsuccess = () => go(asked.result); });
      all.push(...rows.map((row) => JSON.stringify(row, (_, value) => (value instanceof Uint8Array ? new TextDecoder('latin1').decode(value) : value))));
    }
    database.close();
  }
  return [...all, JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage })];
}"""


def kept_here(page: Page) -> list[str]:
    """Every row that this browser keeps for the site, in whatever it keeps such things in."""
    found: list[str] = page.evaluate(_KEPT)
    return found
