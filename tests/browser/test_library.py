"""The library with real keys: search while typing, choose, tag, star, delete; plain forms too."""

from collections.abc import Callable
from pathlib import Path

from tests.browser.driver import Page
from tests.browser.test_main_job import transcribe


def test_search_keys_and_bulk(home: Page, speech: Callable[[str], Path]) -> None:
    page, site = home, home.evaluate("location.origin")
    transcribe(page, speech("en/jfk.flac"))
    at = page.path
    page.goto(f"{site}/library/")
    page.wait_for(".library-row")
    page.press("/")
    assert page.evaluate("document.activeElement.id") == "search"
    page.fill("#search", "countr")
    page.wait_for(".hit mark")
    assert {word.lower() for word in page.texts(".hit mark")} == {"country"}
    assert page.violations() == []
    assert page.evaluate("location.search") == "?q=countr"
    assert page.evaluate("document.querySelector('.hit').pathname") == at
    assert page.evaluate("document.querySelector('.hit').hash").startswith("#t=")
    page.press("Tab")
    page.press("j")
    assert page.evaluate("document.activeElement.pathname") == at
    page.press("x")
    page.wait_for("text=1 chosen")
    assert page.violations() == []
    page.press("f")
    page.wait_for(".counts [name=star][aria-pressed=true]")  # new rows, whose keys are heard
    page.press("?")
    page.wait_for("#library-keys[open]")
    assert page.violations() == []
    page.press("Escape")
    page.press("j", "x")
    page.evaluate(
        "HTMLFormElement.prototype.submit = function () { document.title = this.attributes.action.value }"
    )
    page.click("[data-export]")
    assert page.evaluate("document.title").endswith("/library/export/")
    page.fill("[name=value]", "speeches")
    page.click("[value=tag]")
    page.wait_for("a.badge:has-text('speeches')")
    page.click(".library-choose")
    page.click("[value=delete]")
    page.wait_for("text=Delete 1 transcript?")
    assert page.violations() == []
    page.click("text=Delete for good")
    page.wait_for("text=1 transcript is deleted for good.")
    assert page.count(".library-row") == 0


def test_without_scripts_it_is_plain_forms(
    home: Page, open_page: Callable[..., Page], speech: Callable[[str], Path]
) -> None:
    site = home.evaluate("location.origin")
    transcribe(home, speech("en/jfk.flac"))
    page = open_page(javaScriptEnabled=False, storageState=home.call("context.storageState"))
    page.goto(f"{site}/library/")
    page.click(".library-choose")
    page.fill("[name=value]", "by hand")
    page.click("[value=tag]")
    page.wait_for("a.badge:has-text('by hand')")
    page.click("[name=star]")
    page.wait_for("[name=star][aria-pressed=true]")
    page.fill("#search", "country")
    page.press("Enter")
    page.wait_for(".hit mark")
