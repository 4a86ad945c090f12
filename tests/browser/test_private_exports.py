"""Exports of private transcripts: made, copied and printed by the page, which sends nothing of them."""

import base64
import io
import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import docx
import pypdfium2
import pytest
from fontTools import subset
from fontTools.ttLib import TTFont

from tests.browser.driver import Page
from tests.browser.private import unlock, with_ring
from tests.browser.private_account import send_private
from tests.browser.test_every_page import log_in, too_wide
from tests.live import LiveSotto
from tests.transcripts.test_exports import ASKED, HEAD
from tests.transcripts.world import WORLD
from transcripts.document import Document
from transcripts.exports import EXPORTS, ExportOptions, render
from transcripts.exports._fonts import faces_for
from transcripts.prose import clean

# The machine of a test may have no letters of East Asia: the reader's has those that she reads.
WITH_LETTERS = """async (base64) => {
  const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
  document.fonts.add(await new FontFace("Brought", bytes).load());
  document.documentElement.style.setProperty("--sans", '"Noto Sans", Brought, "Noto Sans Arabic", sans-serif');
}"""
PRINTED = """async (asked) => {
  const { print } = await import("/static/js/exports/print.js");
  window.printed = 0;
  window.print = () => { window.printed += 1; };
  print(asked.transcript, asked.options, asked.head);
}"""
HEARD = "(await (await fetch('/v1/private')).json()).results.map((row) => row.id)"
SENT = "performance.getEntriesByType('resource').length"
CLIPBOARD = ["clipboard-read", "clipboard-write"]
EAST_ASIA = [clean(WORLD.segments[index].text) for index in (1, 2, 3)]
ARABIC_AND_HEBREW = re.compile("[\u05d0-\u05ea\u0621-\u064a]")


def letters_of(text: str) -> str:
    """A font with these letters alone, in base64: the whole of it is 16 megabytes."""
    face = faces_for(EAST_ASIA[0], "zh")[0][-1]
    font = TTFont(face.path, fontNumber=face.number)
    wanted = subset.Subsetter()
    wanted.populate(text=text)
    wanted.subset(font)
    file = io.BytesIO()
    font.save(file)
    return base64.b64encode(file.getvalue()).decode()


def letters_from_the_right(text: str) -> Counter[str]:
    return Counter(ARABIC_AND_HEBREW.findall(text))


def in_pdf(page: Page, path: Path) -> pypdfium2.PdfDocument:
    page.call("page.pdf", {"path": str(path), "preferCSSPageSize": True})
    return pypdfium2.PdfDocument(path.read_bytes())


def test_a_printed_sheet_has_every_script_and_is_gone_afterwards(
    open_page: Callable[..., Page], live_sotto: LiveSotto, tmp_path: Path, pictures: Path
) -> None:
    page = open_page()
    page.goto(f"{live_sotto.url}/private/honest/")
    page.wait_for("h1")
    page.evaluate(WITH_LETTERS, letters_of(str(EAST_ASIA) + str(WORLD)))
    page.evaluate(PRINTED, {"transcript": WORLD.to_json(), **ASKED})
    assert page.evaluate("window.printed") == 1
    assert (
        page.evaluate("getComputedStyle(document.querySelector('.print-sheet')).display") == "none"
    )
    pdf = in_pdf(page, tmp_path / "world.pdf")
    text = "\n".join(one.get_textpage().get_text_bounded() for one in pdf)
    pdf[0].render(scale=1.5).to_pil().save(pictures / "printed-in-the-browser.png")
    found = "".join(text.split())
    assert [said for said in EAST_ASIA if "".join(said.split()) not in found] == []
    # PDFium gives the words of a line from the right in an order of its own.
    sheet = render("txt", WORLD, ExportOptions(**ASKED["options"]))[1].decode() + HEAD.title
    assert letters_from_the_right(text) == letters_from_the_right(sheet)
    assert page.count(".print-sheet") == 0


@pytest.fixture
def transcript(page: Page, live_sotto: LiveSotto, reader: tuple[str, str]) -> Page:
    """A private one, of real speech, in its editor."""
    log_in(page, live_sotto, reader)
    with_ring(page, live_sotto)
    unlock(page, f"{live_sotto.url}/private/")
    send_private(page, "en/jfk.mp3")
    page.evaluate(
        f"(async () => {{ while (!({HEARD}).length) await new Promise((go) => setTimeout(go, 200)); }})()"
    )
    [found] = page.evaluate(f"(async () => {HEARD})()")
    unlock(page, f"{live_sotto.url}/private/t/{found}/")
    page.wait_for("[data-exports]")
    return page


def test_files_copies_and_prints_are_made_here_and_nothing_is_sent(
    transcript: Page, tmp_path: Path, pictures: Path
) -> None:
    page = transcript
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    about_the_panel = [line for line in page.violations() if "export" in line or "take" in line]
    assert about_the_panel == []
    for look, width in (("dark", 360), ("light", 1440)):
        page.call("page.emulateMedia", {"colorScheme": look})
        page.call("page.setViewportSize", {"width": width, "height": 2400})
        assert too_wide(page) == []
        page.evaluate("document.querySelector('[data-exports]').scrollIntoView()")
        page.screenshot(pictures / f"private-exports-{look}.png", full=False)
    sent = page.evaluate(SENT)
    files = {
        export.id: taken(page, tmp_path, export.id) for export in EXPORTS if export.id != "pdf"
    }
    document = Document.from_json(json.loads(files["json"]))
    assert "country" in document.segments[0].text
    assert files == {
        **files,
        **{name: render(name, document)[1] for name in files if name != "docx"},
    }
    assert docx.Document(io.BytesIO(files["docx"])).paragraphs[2].text == document.segments[0].text
    page.fill("#export-max_chars", "20")
    page.evaluate("document.querySelector('#export-format').value = 'srt'")
    asked = ExportOptions(max_chars=20, timestamps=True)
    page.click("#export-timestamps")
    page.download(".take-form [type=submit], .take-form .button-main", tmp_path / "asked.srt")
    assert (tmp_path / "asked.srt").read_bytes() == render("srt", document, asked)[1]
    page.call("context.grantPermissions", CLIPBOARD)
    page.click("[data-exports] [data-copy]")
    page.wait_for("[data-said]:has-text('Copied')")
    assert page.evaluate("navigator.clipboard.readText()").encode() == files["txt"]
    page.evaluate("window.print = () => {}")
    page.click("[data-format=pdf]")
    printed = in_pdf(page, tmp_path / "printed.pdf")[0].get_textpage().get_text_bounded()
    assert " ".join(document.segments[0].text.split()) in " ".join(printed.split())
    assert page.evaluate(SENT) == sent
    page.click("[data-format=pdf]")
    assert page.count(".print-sheet") == 1
    page.click("[data-lock]")
    page.wait_for("[data-shown=locked]")
    assert page.count(".print-sheet") == 0


def taken(page: Page, folder: Path, format_id: str) -> bytes:
    name = page.download(f"[data-exports] [data-format={format_id}]", folder / format_id)
    assert name.endswith(f".{format_id}")
    page.wait_for(f"[data-said]:has-text('{name}')")
    return (folder / format_id).read_bytes()
