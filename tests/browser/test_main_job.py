"""A recording goes in at the door, and a person reads, hears, renames and deletes it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.driver import Page
from tests.live import LiveSotto
from transcripts.exports import EXPORTS

JFK = (
    "And so my fellow Americans ask not what your country can do for you, "
    "ask what you can do for your country."
)
TITLE = ".transcript-title"


LIT = "[...(CSS.highlights.get('sotto-lit') ?? [])].join()"


def transcribe(page: Page, file: Path) -> None:
    page.send("[data-files]", file)
    page.wait_for(TITLE, seconds=60)
    page.wait_for(".segment-text")


@pytest.fixture
def transcript(home: Page, speech: Callable[[str], Path]) -> Page:
    transcribe(home, speech("en/jfk.flac"))
    return home


def test_a_dropped_recording_opens_as_its_transcript(
    home: Page, speech: Callable[[str], Path]
) -> None:
    home.drop("main", [("speech.flac", speech("en/jfk.flac"))])
    home.wait_for(".segment-text", seconds=60)
    assert home.text(TITLE) == "speech.flac"
    assert home.path.startswith("/t/")
    assert home.texts(".segment-text") == [JFK]
    assert home.text(".facts").startswith("11 seconds · English · Moonshine tiny")
    assert home.count("#queue:not([hidden])") == 0


def test_the_file_that_was_sent_plays_beside_its_words(transcript: Page) -> None:
    transcript.click(".stamp")
    transcript.wait_until("document.querySelector('audio').currentTime > 0.5")
    transcript.wait_until(f"{LIT} === 'And'")
    transcript.click("[data-play]")
    assert transcript.evaluate("document.querySelector('audio').paused") is True


def test_words_light_up_one_after_another(transcript: Page) -> None:
    transcript.evaluate(
        f"""() => {{ globalThis.lit = []; document.querySelector('article').addEventListener(
             'sotto:time', () => {{ const word = {LIT}; if (word && lit.at(-1) !== word) lit.push(word); }}); }}"""
    )
    transcript.call("page.selectOption", "[data-speed]", "2")
    transcript.click("[data-play]")
    transcript.wait_until("document.querySelector('audio').ended", seconds=30)
    assert " ".join(transcript.evaluate("lit")) == JFK


def test_after_a_reload_the_same_file_is_known_and_another_asked_about(
    transcript: Page, speech: Callable[[str], Path]
) -> None:
    transcript.call("page.reload")
    transcript.wait_for("text=Attach your recording")
    transcript.send("[data-file]", speech("en/jfk.mp3"))
    transcript.wait_for("text=This is another file than the one")
    assert transcript.count(".has-audio") == 0
    transcript.send("[data-file]", speech("en/jfk.flac"))
    transcript.wait_for("[data-play]")
    transcript.click(".stamp")
    transcript.wait_until("document.querySelector('audio').currentTime > 0.3")


def test_another_copy_may_be_listened_to_all_the_same(
    transcript: Page, speech: Callable[[str], Path]
) -> None:
    transcript.call("page.reload")
    transcript.wait_for("text=Attach your recording")
    transcript.send("[data-file]", speech("en/jfk.mp3"))
    transcript.click("button:text-is('Listen to it all the same')")
    transcript.wait_for(".has-audio")
    transcript.press("Space")
    transcript.wait_until("document.querySelector('audio').currentTime > 0.3")


def test_a_speaker_is_renamed_on_the_page_to_read(transcript: Page, live_sotto: LiveSotto) -> None:
    transcript.goto(f"{live_sotto.url}{transcript.path}read/")
    assert transcript.texts(".paragraph p") == [JFK]
    transcript.click(".voice [data-edit]")
    transcript.fill(".voice input[name=name]", "John <b>F.</b> Kennedy")
    transcript.press("Enter")
    transcript.wait_for(".speaker:has-text('John')")
    assert transcript.texts(".speaker") == ["John <b>F.</b> Kennedy"]
    assert transcript.evaluate("document.activeElement.matches('.voice [data-edit]')") is True
    transcript.call("page.reload")
    assert transcript.texts(".speaker") == ["John <b>F.</b> Kennedy"]
    assert transcript.texts(".voice-name") == ["John <b>F.</b> Kennedy"]


def test_without_scripts_it_is_the_page_to_read(
    home: Page, open_page: Callable[..., Page], speech: Callable[[str], Path]
) -> None:
    transcribe(home, speech("en/jfk.flac"))
    cookies = home.call("context.cookies")
    plain = open_page(javaScriptEnabled=False)
    plain.call("context.addCookies", cookies)
    plain.goto(home.evaluate("location.href"))
    plain.wait_for(".paragraph")
    assert plain.texts(".paragraph p") == [JFK]


def test_the_title_is_renamed_in_place(transcript: Page) -> None:
    transcript.click(".title-line [data-edit]")
    transcript.fill("#title-input", "Inaugural address")
    transcript.press("Enter")
    transcript.wait_for(f"{TITLE}:has-text('Inaugural address')")
    transcript.click("text=Library")
    transcript.wait_for("text=Inaugural address")


def test_copy_gives_names_and_words(transcript: Page) -> None:
    transcript.call("context.grantPermissions", ["clipboard-read", "clipboard-write"])
    transcript.click("text=Copy all")
    transcript.wait_for("text=Copied")
    assert transcript.evaluate("navigator.clipboard.readText()") == f"Speaker 1:\n{JFK}"


def test_every_format_downloads(transcript: Page) -> None:
    links = transcript.evaluate(
        "[...document.querySelectorAll('.downloads a')].map((a) => [a.textContent, a.href])"
    )
    assert [label for label, _ in links] == [row.id.upper() for row in EXPORTS]
    for label, url in links:
        answer = transcript.evaluate(
            "async (url) => { const r = await fetch(url); return [r.headers.get('Content-Disposition'), await r.text()]; }",
            url,
        )
        assert answer[0] == f'attachment; filename="jfk.{label.lower()}"'
        sign = {"PDF": "%PDF-", "DOCX": "PK"}.get(label, "fellow")
        assert sign in answer[1]


def test_deleting_asks_then_is_for_good(transcript: Page, live_sotto: LiveSotto) -> None:
    path = transcript.path
    transcript.click("text=Delete")
    transcript.click("button:text-is('Keep it')")
    assert transcript.path == path
    transcript.click("text=Delete")
    transcript.click("text=Delete for good")
    transcript.wait_for(".messages:has-text('is deleted for good')")
    assert transcript.path == "/library/"
    assert transcript.texts("#results .row-name") == []
    status = transcript.evaluate("async (path) => (await fetch(path)).status", path)
    assert status == 404
    assert [text for text in transcript.troubles() if "404" not in text] == []


def test_going_from_page_to_page_keeps_the_file(
    transcript: Page, speech: Callable[[str], Path]
) -> None:
    path = transcript.path
    transcript.click("text=Library")
    transcript.wait_for(".search")
    transcript.click(".rows a")
    transcript.wait_for("[data-play]")
    assert transcript.path == path
