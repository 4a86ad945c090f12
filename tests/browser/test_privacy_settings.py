"""Privacy settings in a browser: one click on, one click off, with and without JavaScript."""

from collections.abc import Callable

import pytest

from tests.browser.driver import Page
from tests.browser.test_every_page import log_in
from tests.live import LiveSotto


@pytest.mark.parametrize("scripts", [True, False])
def test_a_switch_is_one_click_on_and_one_click_off(
    open_page: Callable[..., Page],
    live_sotto: LiveSotto,
    reader: tuple[str, str],
    scripts: bool,
) -> None:
    page = open_page(javaScriptEnabled=scripts)
    page.goto(f"{live_sotto.url}/accounts/login/")
    if scripts:
        log_in(page, live_sotto, reader)
    else:
        page.fill("[name=login]", reader[0])
        page.fill("[name=password]", reader[1])
        page.press("Enter")
        page.wait_for("a:has-text('Account')")
    page.goto(f"{live_sotto.url}/privacy/settings/")
    for before, after in (("Off", "On"), ("On", "Off")):
        assert page.text("section:has(#choose-keep_nothing) .badge") == before
        page.click("#choose-keep_nothing")
        page.wait_for(f"text=“Keep nothing” now stands at: {after}.")
        assert page.text("section:has(#choose-keep_nothing) .badge") == after
        if scripts:
            assert page.evaluate("document.activeElement.id") == "choose-keep_nothing"
            assert page.violations() == []
