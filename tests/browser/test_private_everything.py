"""Everything private as one archive, made in the page, which opens without the server."""

import zipfile
from pathlib import Path

from tests.browser.driver import Page
from tests.browser.private import PASSPHRASE, unlock, with_ring
from tests.browser.private_account import send_private
from tests.browser.test_every_page import log_in, too_wide
from tests.live import LiveSotto
from tools.offline_page import PAGE

HEARD = "And so my fellow Americans"


def test_all_is_taken_along_and_opens_from_a_disk(
    page: Page, live_sotto: LiveSotto, reader: tuple[str, str], tmp_path: Path
) -> None:
    log_in(page, live_sotto, reader)
    with_ring(page, live_sotto)
    unlock(page, f"{live_sotto.url}/private/")
    send_private(page, "en/jfk.mp3")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_until("document.querySelectorAll('[data-rows] > li').length === 1", seconds=90)
    page.click("a[href='/private/everything/']")
    page.wait_for("[data-everything]")
    page.fill("#everything-passphrase", "not this one")
    page.click("[data-everything] [type=submit]")
    page.wait_for("[data-said]:not(:empty)")
    assert page.text("[data-said]").startswith("This passphrase does not open your keys.")
    assert [*page.violations(), *too_wide(page)] == []

    page.fill("#everything-passphrase", PASSPHRASE)
    name = page.download("[data-everything] [type=submit]", tmp_path / "all.zip")
    page.wait_for("[data-saved]")
    assert page.text("[data-saved]") == f"One transcript is in {name}, among your downloads."
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        kinds = sorted(entry.split("/")[0] for entry in archive.namelist())
        assert kinds == ["READ-ME.txt", "keyring.json", "sotto-offline.html", "transcripts"]
        assert archive.read("sotto-offline.html") == PAGE.read_bytes()
        assert HEARD.encode() not in b"".join(map(archive.read, archive.namelist()))

    page.click("#everything-plain")
    page.fill("#everything-passphrase", PASSPHRASE)
    page.download("[data-everything] [type=submit]", tmp_path / "plain.zip")
    with zipfile.ZipFile(tmp_path / "plain.zip") as archive:
        texts = [archive.read(entry) for entry in archive.namelist()]
        assert [HEARD.encode() in text for text in texts] == [True, True]

    page.goto(PAGE.as_uri())
    page.send("[data-part=files]", tmp_path / "all.zip")
    page.wait_for("#secret")
    page.fill("#secret", PASSPHRASE)
    page.press("Enter")
    page.wait_for(".row")
    assert page.texts("[data-part=problems-list] li") == []
    page.click(".row")
    page.wait_for(".said")
    assert page.texts(".said-text")[0].startswith(HEARD)
