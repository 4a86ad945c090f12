"""The cryptography of private transcripts in Chromium: unlocking, and a text of ten hours."""

import tempfile
from pathlib import Path
from typing import Any

from tests import live
from tests.bench import Row
from tests.bench.editor import WORDS, long_document
from tests.browser.driver import Browser

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


def rows() -> list[Row]:
    with tempfile.TemporaryDirectory() as name, live.serving(Path(name)) as house:
        browser = Browser()
        try:
            page = browser.open()
            page.goto(f"{house.url}/")
            told: dict[str, Any] = page.evaluate(_MEASURE, long_document())
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
    return [*unlocking, *texts]
