"""A ten-hour transcript of 100,000 words in the editor: opening, typing, finding, subtitles, saving.

In Chromium.
"""

import json
import statistics
import tempfile
import time
import urllib.request
from pathlib import Path
from random import Random

from gpu.contract import EMBEDDED_MODEL_ID
from tests import live
from tests.bench import Row
from tests.browser.driver import Browser, Page
from tests.config.houses import transcribe
from tests.speech import clip

WORDS = 100_000
WORDS_A_SEGMENT = 14
KEYS = 200
_FIND = """async () => {
  const bar = document.querySelector('[data-find]');
  const told = bar.querySelector('[data-found]');
  const type = (text) => {
    bar.querySelector('[name=query]').value = text;
    bar.querySelector('[name=query]').dispatchEvent(new Event('input', { bubbles: true }));
  };
  const said = () => new Promise((done) => new MutationObserver((_, watching) => {
    watching.disconnect();
    requestAnimationFrame(() => setTimeout(done));
  }).observe(told, { childList: true, characterData: true, subtree: true }));
  if (told.textContent) {
    type('');
    await said();
  }
  bar.querySelector('[name=pattern]').checked = %(is_pattern)s;
  const began = performance.now();
  type(%(query)s);
  await said();
  if (!/\\d/.test(told.textContent)) throw new Error(told.textContent);
  return performance.now() - began;
}"""
SAVES = 150  # what five minutes of typing come to
EDITS_A_SAVE = 20  # ten a second, saved after two seconds


def rows() -> list[Row]:
    with tempfile.TemporaryDirectory() as name, live.serving(Path(name)) as house:
        browser = Browser()
        try:
            page = browser.open()
            page.goto(f"{house.url}/")
            transcript = brought_in(house.url)
            return [
                _opening(page, f"{house.url}/t/{transcript}/"),
                _typing(page),
                *_finding(page),
                *_subtitles(page, f"{house.url}/t/{transcript}/subtitles/"),
                *_saving(f"{house.url}/v1/transcripts/{transcript}"),
            ]
        finally:
            browser.close()


def _opening(page: Page, address: str) -> Row:
    took = []
    for _ in range(5):
        page.goto("about:blank")
        page.goto(address)
        page.wait_for(".segment-text")
        took.append(page.evaluate("performance.getEntriesByName('sotto-editor').at(-1).startTime"))
    seconds = statistics.median(took) / 1000
    return Row("editor: open 100,000 words, s", f"{seconds:.2f} s", "", seconds, "≤ 1")


def _typing(page: Page) -> Row:
    """From key to paint, as the browser itself measures it, in steps of 8 ms."""
    page.evaluate(
        """() => { globalThis.took = []; new PerformanceObserver((list) => {
             for (const one of list.getEntries()) if (one.name === 'keydown') took.push(one.duration);
           }).observe({type: 'event', durationThreshold: 16, buffered: false}); }"""
    )
    page.click(".segment-text >> nth=3")
    for key in "the quick brown fox " * (KEYS // 20):
        page.press("Space" if key == " " else key)
    page.evaluate("new Promise((done) => setTimeout(done, 500))")
    # Those of less than 16 ms are not told.
    took = sorted([*page.evaluate("took"), *[16] * KEYS][:KEYS])
    p95 = took[int(len(took) * 0.95)]
    return Row("editor: key to paint, p95, ms", f"≤ {p95:.0f} ms", "", p95, "≤ 50")


def _finding(page: Page) -> list[Row]:
    """From the last letter typed to the paint with the count, the pause for more letters included."""
    page.press("Control+f")
    page.wait_for("[data-find]:not([hidden])")
    rows = []
    for name, query, is_pattern in [
        ("a word", "ee", False),
        ("a pattern", r"\\b\\w+(st|ed)\\b", True),
    ]:
        took = [
            page.evaluate(_FIND % {"query": f"'{query}'", "is_pattern": json.dumps(is_pattern)})
            for _ in range(5)
        ]
        milliseconds = statistics.median(took)
        title = f"editor: find {name} in 100,000 words, ms"
        rows.append(Row(title, f"{milliseconds:.0f} ms", "", milliseconds, "≤ 300"))
    page.press("Escape")
    return rows


def _subtitles(page: Page, address: str) -> list[Row]:
    """Opening them, and a repair near the beginning: all cues are made again."""
    took = []
    for _ in range(3):
        page.goto("about:blank")
        page.goto(address)
        page.wait_for(".cue")
        took.append(
            page.evaluate("performance.getEntriesByName('sotto-subtitles').at(-1).startTime")
        )
    seconds = statistics.median(took) / 1000
    page.press("n")
    milliseconds = page.evaluate(
        """() => { const began = performance.now();
                   document.querySelector('[aria-current] [data-mend]').click();
                   return performance.now() - began; }"""
    )
    return [
        Row("subtitles: open 100,000 words, s", f"{seconds:.2f} s", "", seconds, "≤ 2"),
        Row("subtitles: repair one, ms", f"{milliseconds:.0f} ms", "", milliseconds, "≤ 200"),
    ]


def _saving(path: str) -> list[Row]:
    took = []
    version = _asked("GET", f"{path}/versions")["current"]
    for save in range(SAVES):
        operations = [
            {"op": "text", "segment": f"g{save * EDITS_A_SAVE + edit}", "text": f"edit {edit}"}
            for edit in range(EDITS_A_SAVE)
        ]
        began = time.monotonic()
        body = {"base_version": version, "operations": operations}
        version = _asked("POST", f"{path}/operations", body)["version"]
        took.append(time.monotonic() - began)
    p95 = sorted(took)[int(SAVES * 0.95)]
    third = SAVES // 3
    growth = statistics.median(took[-third:]) / statistics.median(took[:third])
    return [
        Row("editor: save of 20 edits, p95, ms", f"{p95 * 1000:.0f} ms", "", p95 * 1000, "< 300"),
        Row("editor: last saves ÷ first saves", "", "", growth, "≤ 1.2"),
    ]


def brought_in(url: str) -> str:
    """By a stranger: whoever has its address may open it."""
    transcript: str = transcribe(url, clip("en/jfk.flac").read_bytes())["id"]
    path = f"{url}/v1/transcripts/{transcript}/document"
    _asked("PUT", path, long_document(), {"If-Match": '"1"'})
    return transcript


def long_document() -> dict[str, object]:
    random = Random(1)
    lexicon = ["".join(random.choices("etaoinshrdlu", k=random.randint(2, 9))) for _ in range(3000)]
    segments = []
    for number in range(WORDS // WORDS_A_SEGMENT):
        begins = number * WORDS_A_SEGMENT * 0.36
        words = [
            {
                "text": random.choice(lexicon),
                "start": round(begins + index * 0.36, 3),
                "end": round(begins + index * 0.36 + 0.3, 3),
                "confidence": round(random.random(), 3),
                "speaker": f"s{1 + number // 5 % 3}",
            }
            for index in range(WORDS_A_SEGMENT)
        ]
        segments.append(
            {
                "id": f"g{number}",
                "start": words[0]["start"],
                "end": words[-1]["end"],
                "text": " ".join(word["text"] for word in words),
                "speaker": words[0]["speaker"],
                "words": words,
            }
        )
    return {
        "schema": 1,
        "language": "en",
        "duration": segments[-1]["end"],
        "model": EMBEDDED_MODEL_ID,
        "speakers": [{"id": f"s{n}", "name": f"Speaker {n}"} for n in (1, 2, 3)],
        "segments": segments,
    }


def _asked(method: str, url: str, body: object = None, headers: dict[str, str] | None = None):
    data = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json", **(headers or {})}
    request = urllib.request.Request(url, data, headers, method=method)
    with urllib.request.urlopen(request) as answer:
        return json.loads(answer.read())
