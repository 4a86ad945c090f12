"""A recording is sent as private from the drop zone: its name stays here, and its text is sealed."""

import base64
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.browser.driver import Page
from tests.browser.private import PASSPHRASE, unlock, with_ring
from tests.browser.test_every_page import KEPT, log_in, too_wide
from tests.browser.test_private_keys import act, choose, kept_code
from tests.live import LiveSotto
from tests.proxies import between

NAME, TITLE = "Übergabe an Kestrel.flac", "Übergabe an Kestrel"
OPENED = """async (passphrase) => {
  const [{ nameOf }, { unlock }, { readRing }] = await Promise.all(
    ['private/names', 'crypto/vault', 'private/ring'].map((name) => import(`/static/js/${name}.js`)),
  );
  const { uid, ring } = await readRing();
  const job = (await (await fetch('/v1/jobs')).json()).results[0];
  const vault = await unlock(uid, ring, passphrase);
  const got = await (await fetch(`/v1/transcripts/${job.transcript}/document`)).json();
  const { segments } = await vault.openResult(job.transcript, got.job, got.public_key, (await import('/static/js/crypto/format.js')).fromBase64url(got.sealed));
  return { about: await nameOf(vault, job.id), said: segments.map(({ text }) => text).join(' ') };
}"""
NOW = "[data-options-now]:not(:empty)"


def begun(page: Page, live: LiveSotto, reader: tuple[str, str]) -> None:
    """Logged in, with a ring that was unlocked here once."""
    log_in(page, live, reader)
    with_ring(page, live)
    page.goto(live.url + "/")
    page.wait_for(NOW)
    page.click(".options > summary")
    assert page.text("#level-private-why").startswith("This browser does not know your key yet")
    assert page.evaluate("document.querySelector('#level-private').disabled")
    assert page.violations() == []
    page.click("#level-private-why [data-why=key] a")
    page.wait_for("[data-shown=locked]")
    unlock(page, f"{live.url}/private/")
    page.goto(live.url + "/")
    page.wait_for(NOW)
    page.click(".options > summary")


@pytest.mark.parametrize(("look", "width"), [("light", 1440), ("dark", 360)])
def test_P12_neither_name_nor_words_leave_with_a_private_recording(
    open_page: Callable[..., Page],
    live_sotto: LiveSotto,
    reader: tuple[str, str],
    speech: Callable[[str], Path],
    pictures: Path,
    tmp_path: Path,
    look: str,
    width: int,
) -> None:
    page = open_page(colorScheme=look, viewport={"width": width, "height": 900})
    shutil.copy(speech("en/jfk.flac"), tmp_path / NAME)
    with between(live_sotto.port, keeps=True) as proxy:
        seen = replace(live_sotto, url=proxy.url)
        begun(page, seen, reader)
        assert page.text("#level-private-why") == ""
        page.click("label[for=level-private]")
        assert page.text("[data-options-now]").endswith("Private")
        assert (page.violations(), too_wide(page)) == ([], [])
        page.expected = ("inline style",)  # playwright's own, while it takes a picture
        page.screenshot(pictures / f"private-level-{width}-{look}.png")
        page.send("[data-files]", tmp_path / NAME)
        page.wait_for("[data-shown=locked]", seconds=90)
        assert page.path.startswith("/private/t/")
        sent = [str(kept, "latin1").lower() for kept in proxy.kept]
    everywhere = "".join([*sent, *page.spoken()]).lower()
    assert "post /v1/jobs" in everywhere
    assert slips(everywhere) == []
    assert "fellow" not in everywhere


def slips(everywhere: str) -> list[str]:
    name = NAME.encode()
    ways = [
        "kestrel",
        quote(NAME),
        base64.b64encode(name).decode(),
        json.dumps(NAME).strip('"'),
        name.hex(),
    ]
    return [way for way in ways if way.lower() in everywhere]


def test_P14_what_is_kept_here_is_ciphertext_that_the_keys_open_and_new_keys_too(
    page: Page,
    live_sotto: LiveSotto,
    reader: tuple[str, str],
    speech: Callable[[str], Path],
    tmp_path: Path,
) -> None:
    shutil.copy(speech("en/jfk.flac"), tmp_path / NAME)
    begun(page, live_sotto, reader)
    page.click("label[for=level-private]")
    page.send("[data-files]", tmp_path / NAME, tmp_path / NAME)  # two: so that the page stays
    page.wait_until("document.querySelectorAll('.row[data-state=done]').length === 2", seconds=90)
    assert page.evaluate("document.querySelector('a[data-open]').pathname").startswith(
        "/private/t/"
    )
    names = "Object.keys(JSON.parse(localStorage.getItem('sotto-private-names') ?? '{}'))"
    page.wait_until(f"{names}.length === 2")
    kept = page.evaluate(KEPT)
    assert ("kestrel" in kept.lower(), "fellow" in kept) == (False, False)
    opened = page.evaluate(OPENED, PASSPHRASE)
    assert opened["about"]["file_name"] == NAME
    assert "fellow Americans" in opened["said"]
    assert page.texts(".row .badge:not([hidden])") == ["Private", "Private"]
    page.expected = ("wss://", "ws://")  # the sockets of a page that is left
    unlock(page, f"{live_sotto.url}/private/")
    page.wait_until(f"document.body.innerText.split('{TITLE}').length === 3")
    page.click(".masthead [href='/private/keys/']")
    page.wait_for("[data-shown=keys]")
    act(page, "rotation", PASSPHRASE)
    other = choose(page)
    kept_code(page)
    page.wait_for("[data-done]:has-text('Your keys are new')")
    assert page.evaluate("localStorage.getItem('sotto-private-names')") is None
    unlock(page, f"{live_sotto.url}/private/", other)
    page.wait_until(f"document.body.innerText.split('{TITLE}').length === 3")


def test_with_private_as_the_default_nothing_goes_as_standard_unasked(
    page: Page, live_sotto: LiveSotto, reader: tuple[str, str], speech: Callable[[str], Path]
) -> None:
    log_in(page, live_sotto, reader)
    page.goto(f"{live_sotto.url}/privacy/settings/")
    page.click("label[for=default_privacy-private]")
    page.click("#choose-default_privacy")
    page.wait_for("section:has(#choose-default_privacy) .badge-on")
    page.evaluate("localStorage.clear()")
    page.goto(live_sotto.url + "/")
    page.wait_for(NOW)
    page.send("[data-files]", speech("en/jfk.flac"))
    page.wait_for("text=Nothing was sent. Your transcripts are to be private")
    assert page.evaluate("document.activeElement.id") == "level-standard"
    assert (page.count(".row"), page.violations()) == (0, [])
    page.press("Space")
    page.wait_for("[data-undecided]", state="hidden")
    page.click("label[for=option-keep-nothing]")
    assert page.evaluate("document.querySelector('[data-levels]').disabled")
    assert page.violations() == []
    page.goto(f"{live_sotto.url}/privacy/settings/")
    page.click("label[for=default_privacy-standard]")
    page.click("#choose-default_privacy")
    page.wait_for("section:has(#choose-default_privacy) .badge:not(.badge-on)")
