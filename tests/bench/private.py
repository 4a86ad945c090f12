"""Private transcripts in Chromium: unlocking, and a text of ten hours, sealed, opened, shown, saved."""

import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from tests import live
from tests.bench import Row
from tests.bench.editor import WORDS, long_document
from tests.browser.driver import Browser, Page
from tests.browser.private import PASSPHRASE, unlock, with_ring
from tests.browser.private_desk import address_of, enter, send
from tests.browser.test_every_page import log_in

_MEASURE = """async (value) => {
  const { create, unlock } = await import('/static/js/crypto/vault.js');
  const derive = async (iterations) => {
    const way = { name: 'PBKDF2', hash: 'SHA-256', salt: new Uint8Array(32), iterations };
    const key = await crypto.subtle.importKey('raw', new TextEncoder().encode('words'), 'PBKDF2', false, ['deriveBits']);
    return crypto.subtle.deriveBits(way, key, 256);
  };
  const timed = async (work) => {
    const took = [];
    for (let run = 0; run < 5; run += 1) {
      const began = performance.now();
      await work();
      took.push(performance.now() - began);
    }
    return took.sort((one, other) => one - other)[2];
  };
  const told = {};
  let vault;
  for (const iterations of [600_000, 1_000_000]) {
    const { ring } = await create('u', 'words', iterations);
    told[iterations] = [await timed(async () => (vault = await unlock('u', ring, 'words'))), await timed(() => derive(iterations))];
  }
  const { key } = await vault.newDek('t', 1);
  let sealed;
  told.seal = await timed(async () => (sealed = await vault.sealText(key, 't', 1, value)));
  told.open = await timed(() => vault.openText(key, 't', 1, sealed));
  told.json = await timed(async () => JSON.parse(JSON.stringify(value)));
  told.megabytes = sealed.ct.length / 1e6;
  return told;
}"""


# What the server has of it becomes ten hours long; the page does not know yet.
_LENGTHEN = """async (given) => {
  const [tid, passphrase, document] = given;
  const names = ['crypto/vault', 'private/ring', 'private/remote', 'private/texts', 'private/history'];
  const [{ unlock }, { readRing }, { Remote }, texts, { changed }] = await Promise.all(names.map((name) => import(`/static/js/${name}.js`)));
  const { uid, ring } = await readRing();
  const [vault, remote] = [await unlock(uid, ring, passphrase), new Remote()];
  const text = await texts.openedText(vault, tid, await remote.document(tid));
  const { version, content } = changed(text, { base: text.version, batch: 'lengthened', operations: [] });
  content.document = { ...content.document, ...document };
  await remote.put(tid, await texts.sealedText(vault, tid, { ...text, version, content }), { base: text.version });
}"""
_OPEN = """async () => {
  performance.clearMarks();
  const link = document.querySelector('[data-row] [data-title]');
  const began = performance.now();
  link.click();
  while (!performance.getEntriesByName('sotto-editor').length) await new Promise((go) => setTimeout(go, 5));
  await new Promise((go) => requestAnimationFrame(() => setTimeout(go)));
  return performance.now() - began;
}"""
READER = ("bench@example.org", "correct horse battery staple")


def _shown(page: Page, house: live.LiveSotto) -> list[Row]:
    """From the press in the list to the words on the page; and a save of all of it."""
    live.manage(
        house.data,
        *("createsuperuser", "--email", READER[0], "--noinput"),
        DJANGO_SUPERUSER_PASSWORD=READER[1],
    )
    log_in(page, house, READER)
    with_ring(page, house)
    address = address_of(page, house, send(page))
    enter(page, address)
    page.evaluate(_LENGTHEN, [address.split("/")[-2], PASSPHRASE, long_document()])
    unlock(page, f"{house.url}/private/")
    took = []
    for _ in range(5):
        page.wait_for("[data-row] [data-title]")
        took.append(page.evaluate(_OPEN))
        page.call("page.goBack")
    page.wait_for("[data-row] [data-title]")
    page.evaluate(_OPEN)
    page.evaluate("document.querySelector('[data-text]').focus()")
    page.call("keyboard.type", "more ")
    began = time.monotonic()
    page.press("Control+s")
    page.wait_for("[data-status][data-state=saved]")
    saved = time.monotonic() - began
    seconds = statistics.median(took) / 1000
    return [
        Row("private: open and show ten hours, s", f"{seconds:.2f} s", "", seconds, "≤ 1"),
        Row("private: save ten hours, s", f"{saved:.2f} s", "", saved, "≤ 3"),
    ]


def rows() -> list[Row]:
    with tempfile.TemporaryDirectory() as name, live.serving(Path(name)) as house:
        browser = Browser()
        try:
            page = browser.open()
            page.goto(f"{house.url}/")
            told: dict[str, Any] = page.evaluate(_MEASURE, long_document())
            shown = _shown(page, house)
        finally:
            browser.close()
    unlocking = [
        Row(
            f"private: unlock at {int(iterations):,} iterations",
            f"{told[iterations][0]:.0f} ms",
            f"{told[iterations][1]:.0f} ms",
            told[iterations][0] / told[iterations][1],
            "≤ 1.2",
            note="peer: the derivation alone",
        )
        for iterations in ("600000", "1000000")
    ]
    size = f"{WORDS:,} words, {told['megabytes']:.1f} MB sealed; JSON alone {told['json']:.0f} ms"
    texts = [
        Row(f"private: {work} ten hours, ms", f"{told[work]:.0f} ms", "", told[work], "≤ 100", size)
        for work in ("seal", "open")
    ]
    return [*unlocking, *texts, *shown]
