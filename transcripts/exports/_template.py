"""Templates of DOCX files: one that comes with Sotto, and what anybody's own is filled with.

A placeholder is ``{{name}}``. ``{{transcript}}`` stands in a paragraph of its own, once; what is
said goes there, in the paragraph styles of ``STYLES``, which a template may define as it likes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import docx
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

TRANSCRIPT = "transcript"
PLACEHOLDERS = ("title", "date", "duration", "language", "speakers", TRANSCRIPT)
_PLACEHOLDER = re.compile(r"\{\{\s*([a-z]+)\s*\}\}")
# Style: (points, grey, space above and below in points, indented by centimetres)
STYLES = {
    "Sotto Speaker": (9, 0x5F, (8, 0), 0.0),
    "Sotto Text": (11, 0x14, (0, 4), 0.0),
    "Sotto Note": (9, 0x5F, (0, 4), 0.8),
}
FONT = "Arial"  # known everywhere, or replaced by one with the same widths
ZIP_TIME = (1980, 1, 1, 0, 0, 0)


def starting_template() -> bytes:
    """What is used where no other is chosen: to be taken, changed in a word processor and sent."""
    made = docx.Document()
    section = made.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.2)
    made.styles["Title"].font.size = Pt(20)
    for name in ("Title", "Normal"):
        _set_fonts(made.styles[name])
    add_styles(made)
    made.add_paragraph("{{title}}", style="Title")
    made.add_paragraph("{{date}} · {{duration}} · {{language}}", style="Sotto Speaker")
    made.add_paragraph("{{transcript}}", style="Sotto Text")
    return packed(made)


def add_styles(made: Any) -> None:
    """Those that a template lacks."""
    for name, (points, grey, (above, below), indent_cm) in STYLES.items():
        if name in made.styles:
            continue
        style = made.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.font.size = Pt(points)
        style.font.color.rgb = RGBColor(grey, grey, grey)
        style.paragraph_format.space_before = Pt(above)
        style.paragraph_format.space_after = Pt(below)
        style.paragraph_format.left_indent = Cm(indent_cm)
        style.paragraph_format.keep_with_next = name == "Sotto Speaker"
        _set_fonts(style)


def _set_fonts(style: Any) -> None:
    """For Latin, for scripts that join or stack, and for those of East Asia alike."""
    style.font.name = FONT
    fonts = style.element.rPr.rFonts
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    fonts.set(qn("w:cs"), FONT)
    fonts.attrib.pop(qn("w:eastAsia"), None)
    if style.font.size:
        size = OxmlElement("w:szCs", {qn("w:val"): str(round(2 * style.font.size.pt))})
        style.element.rPr.find(qn("w:sz")).addnext(size)


def paragraphs_of(made: Any) -> Iterator[Any]:
    """Every paragraph element of the body, of tables, headers and footers."""
    parts = [made.element.body]
    around = [part for section in made.sections for part in (section.header, section.footer)]
    parts += [part._element for part in around if not part.is_linked_to_previous]  # noqa: SLF001 - it has no other name
    for part in parts:
        yield from part.iter(qn("w:p"))


def text_of(paragraph: Any) -> str:
    return "".join(piece.text or "" for piece in paragraph.iter(qn("w:t")))


def is_for_transcript(paragraph: Any) -> bool:
    found = _PLACEHOLDER.fullmatch(text_of(paragraph).strip())
    return found is not None and found[1] == TRANSCRIPT


def fill(made: Any, values: dict[str, str], transcript: Iterable[Any]) -> None:
    """``transcript`` are the paragraph elements that take the place of their placeholder."""
    for paragraph in list(paragraphs_of(made)):
        if is_for_transcript(paragraph):
            for element in transcript:
                paragraph.addprevious(element)
            paragraph.getparent().remove(paragraph)
        elif "{{" in text_of(paragraph):
            _replace(paragraph, values)


def _replace(paragraph: Any, values: dict[str, str]) -> None:
    """Word processors part a placeholder as they please: its first piece then takes it whole."""
    pieces = list(paragraph.iter(qn("w:t")))
    whole = text_of(paragraph)
    shown = _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), whole)
    if shown == whole:
        return
    apart = [
        _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), piece.text or "")
        for piece in pieces
    ]
    if "".join(apart) != shown:
        apart = [shown, *("" for _ in pieces[1:])]
    for piece, text in zip(pieces, apart, strict=True):
        piece.text = text
        piece.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")


def packed(made: Any) -> bytes:
    """The file, with no time of its making in it."""
    loose, firm = BytesIO(), BytesIO()
    made.save(loose)
    with ZipFile(loose) as source, ZipFile(firm, "w", ZIP_DEFLATED) as target:
        for name in source.namelist():
            entry = ZipInfo(name, ZIP_TIME)
            entry.compress_type = ZIP_DEFLATED
            target.writestr(entry, source.read(name))
    return firm.getvalue()
