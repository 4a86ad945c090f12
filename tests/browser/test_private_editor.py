"""A private transcript in the editor: opened the next day, edited, brought back, kept through locks and crashes."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote_plus

import pytest

from tests.browser.desk import ROWS, attach, caret_behind, rows_of, saved, who_of
from tests.browser.driver import Page
from tests.browser.private import PASSPHRASE, with_ring
from tests.browser.private_desk import address_of, again, enter, kept_here, save, send, type_behind
from tests.browser.test_every_page import log_in
from tests.live import LiveSotto
from tests.proxies import between

HEARD = " ".join(ROWS)


@pytest.fixture
def owner(page: Page, live_sotto: LiveSotto, reader: tuple[str, str]) -> Page:
    log_in(page, live_sotto, reader)
    with_ring(page, live_sotto)
    return page


@pytest.fixture
def talk(owner: Page, live_sotto: LiveSotto) -> Page:
    """Three segments of a private transcript, saved."""
    enter(owner, address_of(owner, live_sotto, send(owner)))
    for text in ROWS[:-1]:
        caret_behind(owner, text)
        owner.press("Enter")
    save(owner)
    assert rows_of(owner) == list(ROWS)
    return owner


def test_the_tab_closed_at_once_it_opens_the_next_day_elsewhere(
    owner: Page,
    live_sotto: LiveSotto,
    reader: tuple[str, str],
    open_page: Callable[..., Page],
) -> None:
    job = send(owner)
    owner.close()
    other = open_page()
    log_in(other, live_sotto, reader)
    enter(other, address_of(other, live_sotto, job))
    assert rows_of(other) == [HEARD]
    assert other.text("h1") == "And so my fellow Americans ask not what your country can do…"
    assert "fellow" not in other.evaluate("document.title")
    other.wait_for("[data-untouched]")
    assert other.violations() == []
    type_behind(other, "country.", " He said.")
    save(other)
    other.wait_for("[data-untouched]", state="hidden")
    assert rows_of(again(other)) == [HEARD + " He said."]


def test_E10_two_tabs_open_it_first(owner: Page, live_sotto: LiveSotto) -> None:
    address = address_of(owner, live_sotto, send(owner))
    other = owner.beside()
    for tab in (owner, other):
        tab.expected = ("412", "409")  # the later of two first saves, and of two manifests
        tab.goto(address)
        tab.wait_for("[data-shown=locked] [name=passphrase]")
        tab.fill("[name=passphrase]", PASSPHRASE)
    for tab in (owner, other):
        tab.press("Enter")
    for tab in (owner, other):
        tab.wait_for("[data-segment]")
        assert rows_of(tab) == [HEARD]
    type_behind(owner, "fellow", "!")
    save(owner)
    type_behind(other, "fellow", "?")
    other.expected = ("409",)
    other.press("Control+s")
    other.wait_for("[data-clash-dialog][open]")


def test_everything_of_the_editor_is_locked_with_it(talk: Page, tmp_path: Path) -> None:
    talk.click("[data-relabel]")
    talk.fill("[name=title]", "Inauguration")
    talk.fill("[name=folder]", "Speeches")
    talk.fill("[name=tags]", "history, 1961, history")
    talk.press("Enter")
    talk.wait_for("h1:has-text('Inauguration')")
    talk.wait_for("text=Speeches · #history · #1961")
    talk.click("[data-voices] [data-change]")
    talk.fill("#speaker-name", "Kennedy")
    talk.press("Enter")
    talk.press("Control+h")
    talk.fill("[data-find] [name=query]", "country")
    talk.fill("[data-find] [name=replacement]", "nation")
    talk.click("[data-replace-all]")
    talk.click("[data-preview] [data-make]")
    assert [row for row in rows_of(talk) if "nation" in row] == [
        "ask not what your nation can do for you,",
        "ask what you can do for your nation.",
    ]
    talk.press("Control+z")
    type_behind(talk, "Americans", " all")
    save(talk)
    expected = [f"{ROWS[0]} all", *ROWS[1:]]
    assert rows_of(again(talk)) == expected
    assert set(who_of(talk)) == {"Kennedy"}
    assert talk.text("h1") == "Inauguration"
    attach(talk)
    talk.press("Escape", "Alt+v")
    talk.wait_for("[data-versions][open] [data-version]")
    talk.click("[data-version='1'] [data-compare]")
    talk.wait_for("[data-blocks] ins:has-text('all')")
    assert talk.violations() == []
    talk.click("[data-version='1'] [data-restore]")
    talk.wait_until("document.querySelectorAll('[data-segment]').length === 1")
    assert rows_of(talk) == [HEARD]
    assert rows_of(again(talk)) == [HEARD]


def test_two_tabs_edit_it(talk: Page) -> None:
    other = talk.beside()
    enter(other, talk.evaluate("location.href"))
    type_behind(other, ROWS[0], " Theirs.")
    save(other)
    type_behind(talk, ROWS[2], " Mine.")
    talk.expected = ("409",)
    save(talk)
    both = [ROWS[0] + " Theirs.", ROWS[1], ROWS[2] + " Mine."]
    assert rows_of(talk) == both
    type_behind(talk, ROWS[1], " One.")
    save(talk)
    type_behind(other, ROWS[1], " Two.")
    other.expected = ("409",)
    other.press("Control+s")
    other.wait_for("[data-clash-dialog][open]")
    assert other.texts(".clash-pair [data-yours]") == [ROWS[1] + " Two."]
    assert other.texts(".clash-pair [data-theirs]") == [ROWS[1] + " One."]
    other.click("[value=theirs]")
    other.click("text=Go on")
    save(other)
    assert rows_of(again(other)) == [both[0], ROWS[1] + " One.", both[2]]


def test_a_killed_tab_leaves_unsaved_edits_behind_that_nobody_else_can_read(talk: Page) -> None:
    talk.expected = ("ERR_INTERNET_DISCONNECTED",)
    address = talk.evaluate("location.href")
    other = talk.beside()
    other.goto(address)
    talk.call("context.setOffline", True)
    type_behind(talk, ROWS[1], " Canary.")
    talk.press("Control+s")
    talk.wait_for("[data-state=offline]")
    talk.wait_until("performance.now() > 0")
    kept = kept_here(other)
    assert any('"kept"' in one for one in kept)
    assert [one for one in kept if "Canary" in one or "country" in one] == []
    talk.call("page.close")
    other.call("context.setOffline", False)
    other.expected = talk.expected
    enter(other, address)
    other.wait_for("[data-text]:has-text('Canary.')")
    saved(other)
    assert rows_of(again(other)) == [ROWS[0], ROWS[1] + " Canary.", ROWS[2]]


@pytest.mark.parametrize("line", ["there", "gone"])
def test_a_lock_in_the_middle_of_typing_costs_no_word(talk: Page, line: str) -> None:
    talk.expected = ("ERR_INTERNET_DISCONNECTED",)
    talk.call("context.setOffline", line == "gone")
    type_behind(talk, ROWS[0], " Wait")
    talk.evaluate("document.querySelector('[data-lock]').click()")
    assert talk.evaluate("document.body.textContent.includes('country')") is False
    talk.call("context.setOffline", False)
    if talk.count("[data-shown=trouble]"):
        talk.click("[data-again]")
    talk.wait_for("[data-shown=locked] [name=passphrase]")
    assert [one for one in kept_here(talk) if "Wait" in one or "country" in one] == []
    talk.fill("[name=passphrase]", PASSPHRASE)
    talk.press("Enter")
    talk.wait_for("[data-text]:has-text('Americans Wait')")
    saved(talk)
    assert rows_of(again(talk)) == [ROWS[0] + " Wait", *ROWS[1:]]


_CHANGE = """async (secrets) => {
  const [passphrase, next] = secrets;
  const names = ['crypto/vault', 'private/ring', 'private/remote', 'private/pins'];
  const [vaults, rings, { Remote }, { Pins }] = await Promise.all(names.map((name) => import(`/static/js/${name}.js`)));
  const { uid, ring } = await rings.readRing();
  const put = await rings.putInstead(await vaults.withSecret(uid, ring, passphrase, next, { iter: 600_000 }), ring.epoch);
  if (put.reason) throw new Error(put.reason);
}"""
_ROTATE = """async (secrets) => {
  const [passphrase, next] = secrets;
  const names = ['crypto/vault', 'private/ring', 'private/remote', 'private/pins'];
  const [vaults, rings, { Remote }, { Pins }] = await Promise.all(names.map((name) => import(`/static/js/${name}.js`)));
  const { uid, ring } = await rings.readRing();
  const remote = new Remote();
  const vault = await vaults.unlock(uid, ring, passphrase);
  const { results, manifest } = await remote.list();
  const entries = manifest ? await vault.openManifest(manifest.epoch, manifest.env) : {};
  const fresh = await vault.rotated(next, results.map(({ id, dek }) => ({ tid: id, ...dek })), 600_000);
  const after = await vaults.unlock(uid, fresh.ring, next);
  const epoch = (manifest?.epoch ?? 0) + 1;
  await remote.rotate({ ...fresh, manifest: { epoch, env: await after.sealManifest(epoch, entries) } }, ring.epoch);
}"""
NEXT = "marble piano voyage cactus lemon"


def test_E11_a_passphrase_changed_in_another_tab_stops_no_save(talk: Page) -> None:
    other = talk.beside()
    other.goto(talk.evaluate("location.origin + '/private/honest/'"))
    other.evaluate(_CHANGE, [PASSPHRASE, NEXT])
    type_behind(talk, ROWS[0], " Still.")
    save(talk)
    enter(other, talk.evaluate("location.href"), NEXT)
    assert rows_of(other) == [ROWS[0] + " Still.", *ROWS[1:]]


def test_E11_after_a_rotation_in_another_tab_edits_wait_for_the_new_keys(talk: Page) -> None:
    talk.expected = ("409",)
    address = talk.evaluate("location.href")
    other = talk.beside()
    other.goto(talk.evaluate("location.origin + '/private/honest/'"))
    other.evaluate(_ROTATE, [PASSPHRASE, NEXT])
    type_behind(talk, ROWS[0], " Later.")
    talk.press("Control+s")
    talk.wait_for("[data-shown=locked] [name=passphrase]")
    assert rows_of(talk) == []
    enter(talk, address, NEXT)
    talk.wait_for("[data-text]:has-text('Later.')")
    saved(talk)
    path = f"/v1/transcripts/{talk.path.split('/')[3]}/document"
    keys = talk.evaluate("async (path) => (await (await fetch(path)).json()).dek.version", path)
    assert keys == 2
    talk.press("Alt+v")
    talk.click("[data-version='1'] [data-compare]")
    talk.wait_for("[data-blocks] ins")


def test_its_subtitles_are_mended_and_taken_along_without_the_server(
    talk: Page, tmp_path: Path
) -> None:
    talk.click("[data-subtitles]")
    talk.wait_for("[data-cue]")
    before = talk.count("[data-cue]")
    talk.click("[data-cue='0'] button")
    talk.evaluate("document.querySelector('.rules-side').open = true")
    assert talk.violations() == []
    name = talk.download("[data-download]", tmp_path / "file.srt")
    assert name == "And so my fellow Americans ask not what your country can do.srt"
    words = (tmp_path / "file.srt").read_text(encoding="utf-8")
    assert words.startswith("1\n00:00:00,")
    assert words.count(" --> ") == before
    assert all(word in words for word in HEARD.split())
    talk.click("[data-back]")
    talk.wait_for("[data-segment]")
    assert rows_of(talk) == list(ROWS)


def test_P12_nothing_that_is_read_or_typed_leaves_the_page(
    owner: Page, live_sotto: LiveSotto
) -> None:
    address = address_of(owner, live_sotto, send(owner))
    with between(live_sotto.port, keeps=True) as proxy:
        enter(owner, address.replace(live_sotto.url, proxy.url))
        owner.press("Control+f")
        owner.fill("[data-find] [name=query]", "Americans")
        owner.wait_for("text=1 of 1")
        owner.click("[data-relabel]")
        owner.fill("[name=title]", "Canaries")
        owner.fill("[name=tags]", "Finches")
        owner.press("Enter")
        owner.wait_for("h1:has-text('Canaries')")
        owner.fill("[data-glossary] [name=from]", "Magpie")
        owner.fill("[data-glossary] [name=to]", "Jackdaw")
        owner.press("Enter")
        owner.wait_for("[data-rule]:has-text('Jackdaw')")
        type_behind(owner, "country.", " Sparrows.")
        save(owner)
        owner.press("Alt+v")
        owner.click("[data-version='1'] [data-compare]")
        owner.wait_for("[data-blocks] ins")
        assert again(owner).texts("[data-rule] [data-to]") == ["Jackdaw"]
        sent = "".join(str(one, "latin1") for one in proxy.kept)
    assert sent.count("PUT /v1/transcripts/") >= 3
    everywhere = " ".join([unquote_plus(sent), *owner.spoken(), *kept_here(owner)]).lower()
    said = ["fellow", "americans", "country", "canaries", "finches", "magpie", "jackdaw"]
    said += ["sparrows", *PASSPHRASE.split()]
    assert [word for word in said if word in everywhere] == []
