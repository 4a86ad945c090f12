"""Exports of private transcripts: made, copied and printed by the page, which sends nothing of them."""

import base64
import io
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pypdfium2
from fontTools import subset
from fontTools.ttLib import TTFont

from tests.browser.driver import Page
from tests.live import LiveSotto
from tests.transcripts.test_exports import ASKED, HEAD
from tests.transcripts.world import WORLD
from transcripts.exports import ExportOptions, render
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
