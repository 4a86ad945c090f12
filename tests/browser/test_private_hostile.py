"""P13: a server that offers other than it was given. The client refuses, says so, and sends nothing more."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from tests.browser.driver import Browser, Page
from tests.browser.private import PASSPHRASE, unlock, with_ring
from tests.browser.private_account import send_private
from tests.browser.test_every_page import log_in
from tests.liar import Liar, lying
from tests.live import LiveSotto

OTHER = """async (uid) => {
  const { create, unlock } = await import('/static/js/crypto/vault.js');
  const { ring } = await create(uid, 'words of somebody else entirely', 600_000, 9);
  const vault = await unlock(uid, ring, 'words of somebody else entirely');
  return { ring, manifest: { epoch: 99, env: await vault.sealManifest(99, {}) } };
}"""
ROWS = "document.querySelectorAll('[data-rows] > li').length"


@dataclass
class House:
    """``state`` is that of a browser that has been here before. ``early`` and ``late`` are what the
    server truly said: before and after one of the two transcripts was changed. ``other`` are keys,
    and a manifest, of somebody else under the same name.
    """

    liar: Liar
    state: Any
    ring: dict[str, Any]
    early: dict[str, Any]
    late: dict[str, Any]
    documents: dict[str, list[Any]]
    other: dict[str, Any]

    @property
    def changed(self) -> str:
        before = {row["id"]: row["version"] for row in self.early["results"]}
        return next(r["id"] for r in self.late["results"] if r["version"] > before[r["id"]])


@pytest.fixture(scope="module")
def house(browser: Browser, live_sotto: LiveSotto, reader: tuple[str, str]) -> Iterator[House]:
    with lying(live_sotto.port) as liar:
        page = browser.open()
        seen = replace(live_sotto, url=liar.url)
        log_in(page, seen, reader)
        with_ring(page, seen)
        unlock(page, f"{liar.url}/private/")
        for name in ("en/austen_0880.wav", "en/austen_0930.wav"):
            send_private(page, name)
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        page.wait_until(f"{ROWS} === 2", seconds=90)
        page.wait_for("[data-jobs]", state="hidden")
        unlock(page, f"{liar.url}/private/")
        page.wait_until(f"{ROWS} === 2")
        early = liar.told["/v1/private"][-1]
        page.click("[data-choose] >> nth=0")
        page.fill("#bulk-value", "changed")
        page.click("[data-act=tag]")
        page.wait_for("text=Tagged: 1.")
        unlock(page, f"{liar.url}/private/")
        page.wait_until(f"{ROWS} === 2")
        page.wait_for(".badge:has-text('changed')")
        page.press("/")
        page.fill("#search", "a")
        page.wait_for(".hit mark")
        late = liar.told["/v1/private"][-1]
        documents = {
            row["id"]: [
                said for said in liar.told[f"/v1/transcripts/{row['id']}/document"] if "dek" in said
            ]
            for row in late["results"]
        }
        ring = liar.told["/v1/keyring"][-1]
        other = page.evaluate(OTHER, ring["uid"])
        state = page.call("context.storageState")
        yield House(liar, state, ring["ring"], early, late, documents, other)
        assert page.troubles() == []
        page.close()


def of_ring(change: Callable[[dict[str, Any], House], Any]) -> Callable[[Any, House], Any]:
    def lie(said: Any, house: House) -> Any:
        change(said["ring"], house)
        return said

    return lie


def of_slots(change: Callable[[dict[str, Any]], Any]) -> Callable[[Any, House], Any]:
    def lie(said: Any, _house: House) -> Any:
        for slot in said["ring"]["slots"]:
            if slot["type"] == "pass":
                change(slot)
        return said

    return lie


def an_older_ring(said: Any, _house: House) -> Any:
    said["ring"]["epoch"] -= 1
    return said


# What is offered in the place of the ring, by what the page says of it.
RINGS = {
    "iterations lowered": (
        "another cost of guessing",
        of_slots(lambda slot: slot.update(iter=100_000)),
    ),
    "iterations without end": (
        "another cost of guessing",
        of_slots(lambda slot: slot.update(iter=4_000_000_000)),
    ),
    "iterations relabelled": (
        "does not open your keys",
        of_slots(lambda slot: slot.update(iter=700_000)),
    ),
    "an extra slot": (
        "more, fewer or other ways",
        of_ring(
            lambda ring, house: ring["slots"].append(
                {**house.other["ring"]["slots"][0], "id": "x9"}
            )
        ),
    ),
    "a slot less": ("more, fewer or other ways", of_ring(lambda ring, _house: ring["slots"].pop())),
    "another public key": (
        "another public key than yours",
        of_ring(lambda ring, house: ring.update(pk=house.other["ring"]["pk"])),
    ),
    "another key pair": (
        "another public key than yours",
        of_ring(
            lambda ring, house: ring.update(
                pk=house.other["ring"]["pk"], pairs=house.other["ring"]["pairs"]
            )
        ),
    ),
    "a forged state": (
        "was not written by you",
        of_ring(lambda ring, house: ring.update(state=house.other["ring"]["state"])),
    ),
    "another epoch": (
        "was not written by you",
        of_ring(lambda ring, _house: ring.update(epoch=ring["epoch"] + 1)),
    ),
    "the keys of somebody else": (
        "does not open your keys",
        of_ring(lambda ring, house: ring.update(house.other["ring"])),
    ),
}


@pytest.fixture
def known(
    open_page: Callable[..., Page], house: House
) -> Iterator[Callable[[dict[str, Any]], Page]]:
    """A browser that has been here before, and is told lies from now on."""

    def visit(lies: dict[str, Any]) -> Page:
        page = open_page(storageState=house.state)
        house.liar.lies = {at: lambda said, lie=lie: lie(said, house) for at, lie in lies.items()}
        house.liar.asked.clear()
        return page

    yield visit
    house.liar.lies = {}


def sent(house: House) -> list[tuple[str, str]]:
    """All but what is merely asked for."""
    return [(how, path) for how, path, _body in house.liar.asked if how != "GET"]


def told_nobody(house: House) -> bool:
    everything = "".join(f"{path}{body}" for _how, path, body in house.liar.asked).lower()
    return not any(word in everything for word in PASSPHRASE.split())


def test_P13_a_withheld_ring_is_noticed_where_it_was_seen(
    known: Callable[..., Page], house: House
) -> None:
    page = known({"/v1/keyring": lambda said, _house: said | {"ring": None}})
    page.goto(f"{house.liar.url}/private/")
    page.wait_for("[data-shown=setup] [data-known]:not([hidden])")
    assert sent(house) == []


@pytest.mark.parametrize("name", RINGS)
def test_P13_a_changed_ring_is_refused(known: Callable[..., Page], house: House, name: str) -> None:
    words, lie = RINGS[name]
    page = known({"/v1/keyring": lie})
    page.goto(f"{house.liar.url}/private/")
    page.wait_for("[data-shown=locked] [name=passphrase]")
    page.fill("[name=passphrase]", PASSPHRASE)
    page.press("Enter")
    page.wait_for(f"[data-said]:has-text('{words}')")
    assert page.count("[data-rows]") == 0
    assert [path for _how, path, _body in house.liar.asked if path.startswith("/v1/private")] == []
    assert (sent(house), told_nobody(house)) == ([], True)


def results(change: Callable[[list[dict[str, Any]], House], Any]) -> Callable[[Any, House], Any]:
    def lie(said: Any, house: House) -> Any:
        change(said["results"], house)
        return said

    return lie


def old_row(rows: list[dict[str, Any]], house: House) -> None:
    early = {row["id"]: row for row in house.early["results"]}
    rows[:] = [early[row["id"]] for row in rows]


def swapped(rows: list[dict[str, Any]], _house: House) -> None:
    for name in ("dek", "about"):
        rows[0][name], rows[1][name] = rows[1][name], rows[0][name]


def titles_swapped(rows: list[dict[str, Any]], _house: House) -> None:
    rows[0]["about"], rows[1]["about"] = rows[1]["about"], rows[0]["about"]


def manifest(of: Callable[[House], Any]) -> Callable[[Any, House], Any]:
    return lambda said, house: {**said, "manifest": copy.deepcopy(of(house))}


MISSING, OLD, DAMAGED = "is not there any more", "as it was earlier", "does not open where it lies"
OLDER_LIST, FORGED_LIST = "an older list of your transcripts", "was not written with your keys"
LISTS = {
    "something is dropped": (MISSING, results(lambda rows, _house: rows.pop())),
    "everything is dropped": ("are not there any more", results(lambda rows, _house: rows.clear())),
    "an old version": (OLD, results(old_row)),
    "a version relabelled": (DAMAGED, results(lambda rows, _house: rows[0].update(version=8))),
    "two change places": ("do not open where they lie", results(swapped)),
    "titles change places": ("do not open where they lie", results(titles_swapped)),
    "one twice": ("the same transcript twice", results(lambda rows, _house: rows.append(rows[0]))),
    "no manifest": (OLDER_LIST, manifest(lambda _house: None)),
    "an old manifest": (OLDER_LIST, manifest(lambda house: house.early["manifest"])),
    "everything as it was": (OLDER_LIST, lambda _said, house: copy.deepcopy(house.early)),
    "a manifest of somebody else": (FORGED_LIST, manifest(lambda house: house.other["manifest"])),
    "an old manifest with a new number": (
        FORGED_LIST,
        manifest(lambda house: {**house.early["manifest"], "epoch": 99}),
    ),
}


@pytest.mark.parametrize("name", LISTS)
def test_P13_a_changed_list_is_refused(known: Callable[..., Page], house: House, name: str) -> None:
    words, lie = LISTS[name]
    page = known({"/v1/private": lie})
    unlock(page, f"{house.liar.url}/private/")
    page.wait_for(f"[data-shown=stopped] [data-what]:has-text('{words}')")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.click("a[href='/private/'] >> nth=0")
    page.wait_for(f"[data-shown=stopped] [data-what]:has-text('{words}')")
    page.click("[data-lock-now]")
    page.wait_for("[data-shown=locked]")
    assert (sent(house), told_nobody(house)) == ([], True)


def test_P13_the_words_are_for_everybody_to_read(known: Callable[..., Page], house: House) -> None:
    page = known({"/v1/private": LISTS["everything as it was"][1]})
    unlock(page, f"{house.liar.url}/private/")
    page.wait_for("[data-shown=stopped]")
    assert page.violations() == []
    assert page.evaluate("document.activeElement.tagName") == "H1"


def old_text(said: Any, house: House) -> Any:
    return house.documents[house.changed][0]


def text_of_another(said: Any, house: House) -> Any:
    other = next(tid for tid in house.documents if tid != house.changed)
    return {**house.documents[other][-1], "version": said["version"]}


@pytest.mark.parametrize(
    ("name", "words", "lie"), [("old", OLD, old_text), ("another", DAMAGED, text_of_another)]
)
def test_P13_a_changed_text_is_refused(
    known: Callable[..., Page],
    house: House,
    name: str,
    words: str,
    lie: Callable[[Any, House], Any],
) -> None:
    at = house.changed
    page = known({f"/v1/transcripts/{at}/document": lie})
    unlock(page, f"{house.liar.url}/private/t/{at}/")
    page.wait_for(f"[data-shown=stopped] [data-what]:has-text('{words}')")
    assert (sent(house), told_nobody(house)) == ([], True)


def test_P13_the_same_browser_opens_what_is_true(known: Callable[..., Page], house: House) -> None:
    """Else the tests above would show nothing."""
    page = known({})
    unlock(page, f"{house.liar.url}/private/")
    page.wait_until(f"{ROWS} === 2")
    page.wait_for(".badge:has-text('changed')")


def test_P13_its_owner_may_go_on_with_a_backup(known: Callable[..., Page], house: House) -> None:
    page = known({"/v1/private": lambda _said, house: copy.deepcopy(house.early)})
    unlock(page, f"{house.liar.url}/private/")
    page.wait_for("[data-shown=stopped]")
    page.click("[data-accept]")
    page.wait_until(f"{ROWS} === 2")
    assert page.texts(".badge") == []


def test_P13_a_new_browser_cannot_tell_a_whole_old_state(
    open_page: Callable[..., Page], house: House
) -> None:
    """As docs/private.md says: what was never seen here cannot be missed here."""
    cookies = {**house.state, "origins": []}
    page = open_page(storageState=cookies)
    house.liar.lies = {"/v1/private": lambda _said: copy.deepcopy(house.early)}
    try:
        unlock(page, f"{house.liar.url}/private/")
        page.wait_until(f"{ROWS} === 2")
        assert page.texts(".badge") == []
    finally:
        house.liar.lies = {}
