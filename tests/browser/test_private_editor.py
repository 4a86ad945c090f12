"""A private transcript in the editor: opened the next day, edited, brought back, kept through locks and crashes."""

import base64
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.desk import ROWS, rows_of
from tests.browser.driver import Page
from tests.browser.private import PASSPHRASE, unlock, with_ring
from tests.browser.test_every_page import log_in
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
HEARD = " ".join(ROWS)


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


@pytest.fixture
def owner(page: Page, live_sotto: LiveSotto, reader: tuple[str, str]) -> Page:
    log_in(page, live_sotto, reader)
    with_ring(page, live_sotto)
    return page


def test_the_tab_closed_at_once_it_opens_the_next_day_elsewhere(
    owner: Page,
    live_sotto: LiveSotto,
    reader: tuple[str, str],
    open_page: Callable[..., Page],
    tmp_path: Path,
) -> None:
    job = send(owner)
    owner.close()
    other = open_page()
    log_in(other, live_sotto, reader)
    enter(other, address_of(other, live_sotto, job))
    other.screenshot(Path("/tmp/s7/shots/c/first.png"))
    assert rows_of(other) == [HEARD]
