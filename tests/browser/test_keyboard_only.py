"""The whole way of a recording by keys alone: sent, edited, taken away, shared, filed and deleted."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.driver import Page
from tests.browser.hands import Hands
from tests.browser.test_main_job import JFK, TITLE
from tests.live import LiveSotto

ROW = "[data-text]"
PAUSED = "document.querySelector('audio').paused"


@pytest.fixture
def hands(page: Page, live_sotto: LiveSotto) -> Hands:
    """At the home page, where nothing has the focus yet."""
    page.goto(live_sotto.url + "/")
    page.wait_for("[data-options-now]:not(:empty)")
    return Hands(page)


def rows(hands: Hands) -> list[str]:
    return hands.texts(ROW)


def send(hands: Hands, recording: Path) -> None:
    hands.to("[data-files]")
    hands.choose(recording)
    hands.wait_for(TITLE, seconds=60)
    hands.wait_for("[data-segment]")
    hands.look()


def edit(hands: Hands) -> None:
    hands.to(ROW)
    hands.press("Home", *["Shift+ArrowRight"] * len("And"))
    hands.type("But")
    assert rows(hands) == [JFK.replace("And", "But")]
    hands.press("Home", *["Control+ArrowRight"] * 5, "Enter")
    assert rows(hands) == [
        "But so my fellow Americans",
        JFK.removeprefix("And so my fellow Americans "),
    ]


def rename(hands: Hands) -> None:
    hands.enter(".voice [data-change]", "Shift+Tab")
    hands.type("Kennedy")
    hands.press("Enter")
    hands.wait_for(".voice-label:text-is('Kennedy')")
    assert hands.texts("[data-who]") == ["Kennedy"] * 2


def replace(hands: Hands) -> None:
    before = rows(hands)
    hands.press("Control+h")
    hands.type("land")
    hands.to("[name=query]", "Shift+Tab")
    hands.type("country")
    hands.wait_for("[data-found]:text-is('1 of 2')")
    hands.to("[name=replacement]")
    hands.press("Enter")
    hands.wait_until("document.querySelector('.rows').textContent.includes('land')")
    hands.press("Escape")
    assert rows(hands) == [before[0], before[1].replace("country", "land", 1)]
    hands.press("Control+z")
    assert rows(hands) == before


def doubt(hands: Hands) -> None:
    """The small model does not say what it doubts; a rule of the glossary does."""
    hands.to("[name=from]", "Shift+Tab")
    hands.type("fellow")
    hands.to("[name=to]")
    hands.type("good")
    hands.press("Enter")
    hands.wait_for(".rule")
    hands.press("Alt+n")
    assert hands.evaluate("String(getSelection())") == "fellow"
    hands.press("Alt+a")


def listen(hands: Hands) -> None:
    hands.press("Control+Enter")
    hands.wait_until(f"!{PAUSED}")
    hands.press("Escape")
    assert hands.evaluate(PAUSED) is True
    hands.enter("[data-play]")
    hands.wait_until(f"!{PAUSED}")
    hands.press("Space")
    assert hands.evaluate(PAUSED) is True


def look_up_keys(hands: Hands) -> None:
    hands.to("[data-act=undo]", "Shift+Tab")
    hands.press("?")
    hands.wait_for("[data-keys-dialog][open]")
    hands.look()
    hands.to("[data-keys-reset]")
    hands.press("Escape")
    hands.wait_for("[data-keys-dialog]", state="hidden")
    assert hands.evaluate("document.activeElement.dataset.act") == "undo"


def look_back(hands: Hands) -> None:
    hands.press("Alt+v")
    hands.wait_for("[data-version]")
    hands.wait_until("document.activeElement.matches('[data-compare]')")
    hands.press("Enter")
    hands.wait_for("[data-differences]:not([hidden])")
    hands.look()
    hands.press("Escape")
    hands.look()


def take_away(hands: Hands, folder: Path) -> None:
    for name in ("txt", "srt"):
        hands.to(f".downloads a[href$='{name}/'], .downloads a[href$='{name}']")
        assert hands.take(folder / name) == f"jfk.{name}"
        assert "fellow" in (folder / name).read_text(encoding="utf-8")


def share(hands: Hands) -> None:
    """Makes a link, and withdraws it."""
    hands.enter("[data-behaviour=sharing]")
    hands.wait_for("#sharing form")
    hands.look()
    hands.enter("#sharing form .button-main")
    hands.wait_for("#new-address")
    hands.look()
    assert hands.evaluate("document.activeElement.textContent") == "Copy the link"
    hands.enter(".share-row button")
    hands.wait_for("text=No link opens this transcript.")
    hands.look()
    hands.press("Escape")
    hands.wait_for("#sharing-dialog", state="hidden")
    assert hands.evaluate("document.activeElement.dataset.behaviour") == "sharing"


def file(hands: Hands) -> None:
    hands.enter(".nav a[href='/library/']", "Shift+Tab")
    hands.wait_for(".counts .library-row")
    hands.look()
    hands.press("j", "x")
    hands.wait_for("[data-count]:text-is('1 chosen')")
    hands.to("#bulk-value")
    hands.type("speeches")
    hands.enter("[value=tag]")
    hands.wait_for(".counts a.badge:has-text('speeches')")
    hands.look()


def delete(hands: Hands) -> None:
    hands.press("j", "x")
    hands.wait_for("[data-count]:text-is('1 chosen')")
    hands.enter("[value=delete]")
    hands.wait_for(".doomed")
    hands.look()
    hands.enter("main .button-danger")
    hands.wait_for("text=1 transcript is deleted for good.")
    hands.look()
    assert hands.count(".library-row") == 0


def test_the_whole_way_of_a_recording_without_a_mouse(
    hands: Hands, speech: Callable[[str], Path], tmp_path: Path
) -> None:
    send(hands, speech("en/jfk.flac"))
    edit(hands)
    rename(hands)
    hands.to(ROW)
    replace(hands)
    doubt(hands)
    listen(hands)
    look_up_keys(hands)
    hands.press("Control+s")
    hands.wait_for("[data-status][data-state=saved]")
    look_back(hands)
    take_away(hands, tmp_path)
    share(hands)
    file(hands)
    delete(hands)
