"""Voice Lab in a browser: turned on, a correction given, heard, taken back; grep finds nothing."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.driver import Page
from tests.browser.test_every_page import log_in, too_wide
from tests.browser.test_main_job import transcribe
from tests.live import LiveSotto
from tests.privacy.test_voice_lab_worker import decoded, found_in

SWEPT_WITHIN_SECONDS = 40
CANARY = "Zyzzyva"
CORRECT = """async (given) => {
  const cookie = document.documentElement.dataset.csrfCookie;
  const token = document.cookie.split("; ").find((row) => row.startsWith(cookie)).split("=")[1];
  const address = `/v1/transcripts/${given.transcript}/document`;
  const found = await fetch(address);
  const changed = await found.json();
  changed.segments[0].text = changed.segments[0].text.replace("And so", given.instead);
  const headers = { "Content-Type": "application/json", "If-Match": found.headers.get("ETag"),
    "X-CSRFToken": token };
  const saved = await fetch(address, { method: "PUT", body: JSON.stringify(changed), headers });
  return saved.status;
}"""
PLAY = """async () => {
  const sound = document.querySelector("audio");
  await sound.play();
  return [sound.duration > 5 && sound.duration < 13,
    (await fetch(sound.src)).headers.get("cache-control").includes("no-store")];
}"""


def switch(page: Page, live_sotto: LiveSotto, switch_id: str) -> None:
    page.goto(f"{live_sotto.url}/privacy/settings/")
    page.click(f"#choose-{switch_id}")
    page.wait_for("text=now stands at")


def archive_of(live_sotto: LiveSotto) -> dict[str, bytes]:
    folder = live_sotto.data / "objects"
    return {str(file): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.mark.parametrize(("look", "width"), [("light", 1440), ("dark", 360)])
def test_P11_a_correction_is_given_heard_and_taken_back(
    open_page: Callable[..., Page],
    live_sotto: LiveSotto,
    reader: tuple[str, str],
    speech: Callable[[str], Path],
    pictures: Path,
    look: str,
    width: int,
) -> None:
    page = open_page(colorScheme=look, viewport={"width": width, "height": 900})
    log_in(page, live_sotto, reader)
    lab = f"{live_sotto.url}/privacy/voice-lab/"
    page.goto(lab)
    assert page.violations() + too_wide(page) == []
    page.screenshot(pictures / f"voice-lab-empty-{width}-{look}.png")
    switch(page, live_sotto, "voice_lab")
    page.goto(live_sotto.url)
    transcribe(page, speech("en/jfk.flac"))
    transcript = page.path.split("/")[2]
    assert page.evaluate(CORRECT, {"transcript": transcript, "instead": f"And {CANARY}"}) == 200
    page.goto(lab)
    assert (page.texts("del"), page.texts("ins")) == (["so"], [CANARY])
    page.goto(lab + "#waiting-title")
    for _attempt in range(SWEPT_WITHIN_SECONDS):
        if page.count("audio"):
            break
        page.call("page.waitForTimeout", 1000)
        page.call("page.reload")
    assert page.evaluate(PLAY) == [True, True]
    assert page.violations() + too_wide(page) == []
    page.screenshot(pictures / f"voice-lab-{width}-{look}.png")

    objects = archive_of(live_sotto)
    pcm = decoded(speech("en/jfk.flac").read_bytes())
    assert len(objects) == 2
    assert [name for name, content in objects.items() if found_in(content, pcm)] == []
    everything = b"".join(
        file.read_bytes()
        for file in live_sotto.data.rglob("*")
        if file.is_file() and not file.name.startswith("search.")  # the index: words in clear
    )
    assert CANARY.encode() not in everything

    page.click("[data-opens=withdraw-all]")
    assert page.violations() == []
    page.screenshot(pictures / f"voice-lab-dialog-{width}-{look}.png")
    page.click("[data-close]")
    page.click(".lab-item form button")
    page.wait_for("text=withdrawn and deleted")
    assert (page.count(".lab-item"), page.count(".lab-waiting")) == (0, 1)
    switch(page, live_sotto, "voice_lab")
    assert page.text("[role=status]").endswith("1 recording that waited is deleted.")
    assert archive_of(live_sotto) == {}
    page.goto(lab)
    assert (page.count(".lab-item"), page.count(".lab-waiting")) == (0, 0)
