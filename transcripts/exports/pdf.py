"""A printed page (PDF 1.7) with its own letters inside: any script, both directions.

The same document gives the same bytes: dates come from the head, and nothing else is counted.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, time
from functools import cache

from fpdf import FPDF
from fpdf.enums import Align, XPos, YPos

from transcripts.document import Document
from transcripts.exports import ExportOptions
from transcripts.exports._fonts import Face, faces_for, spelled, without_variants
from transcripts.exports._lines import is_right_to_left, lines, needs_shaping, without_turns
from transcripts.exports._turns import Turn, clock, turns
from transcripts.prose import clean

MARGIN_MM = 22
LEADING = 1.5
PARAGRAPH_GAP_MM = 3
POINT_MM = 25.4 / 72


@dataclass(frozen=True)
class _Look:
    size_pt: float
    ink: int = 20
    indent_mm: float = 0.0


SOFT_INK = 95  # a grey that still has 7:1 on white
TITLE, TEXT = _Look(18), _Look(11)
SMALL, NOTE = _Look(9, SOFT_INK), _Look(9, SOFT_INK, indent_mm=6)
NOT_DATED = datetime(2000, 1, 1, tzinfo=UTC)
MISSING = (
    "Words in square brackets like [{example}] stand for characters that the fonts of this "
    "server do not have."
)


def write(document: Document, options: ExportOptions) -> bytes:
    paragraphs = list(turns(document, options))
    title = clean(options.head.title)
    texts = [title, *(text for turn in paragraphs for text in (turn.name, turn.text, *turn.notes))]
    faces, missing = faces_for(set().union(*texts, "0123456789:-[]. Note"), document.language)
    page = _Page(faces, missing, document.language)
    page.set_title(title)
    _dated(page, options)
    page.add_page()
    if title:
        page.paragraph(title, TITLE)
    page.paragraph(_facts(document, options), SMALL, gap_mm=2 * PARAGRAPH_GAP_MM)
    for turn in paragraphs:
        _turn(page, turn, options)
    if page.replaced:
        page.paragraph(MISSING.format(example=page.replaced), SMALL)
    return bytes(page.output())


def _dated(page: FPDF, options: ExportOptions) -> None:
    made_on = options.head.made_on
    day = datetime.combine(made_on, time(), UTC) if made_on else NOT_DATED
    page.set_creation_date(day)
    page.set_producer("Sotto")


def _facts(document: Document, options: ExportOptions) -> str:
    made_on = options.head.made_on
    day = [made_on.isoformat()] if made_on else []
    said = [*day, clock(document.duration), document.language]
    return " · ".join(part for part in said if part)


def _turn(page: _Page, turn: Turn, options: ExportOptions) -> None:
    time_said = clock(turn.start) if options.timestamps else ""
    label = "  ".join(part for part in (turn.name, time_said) if part)
    if label:
        page.paragraph(label, SMALL, rtl=is_right_to_left(turn.text), keeps=True)
    gap_mm = 0 if turn.notes else PARAGRAPH_GAP_MM
    page.paragraph(turn.text, TEXT, gap_mm=gap_mm)
    for number, note in enumerate(turn.notes, start=1):
        gap_mm = PARAGRAPH_GAP_MM if number == len(turn.notes) else 0
        page.paragraph(f"[{note}]", NOTE, gap_mm=gap_mm)


class _Page(FPDF):
    """A4 with numbered pages. ``replaced`` is one of the characters that had to be spelled out."""

    def __init__(self, faces: list[Face], missing: set[str], language: str) -> None:
        super().__init__()
        self.replaced = ""
        self._faces = faces
        self._spelled = {ord(char): spelled(char) for char in missing}
        self._widths = cache(self._measured)
        self.set_margin(MARGIN_MM)
        self.set_auto_page_break(auto=True, margin=MARGIN_MM)
        self.set_lang(language)
        for face in faces:
            self.add_font(face.name, fname=face.path, collection_font_number=face.number)
        self.set_fallback_fonts([face.name for face in faces], exact_match=False)

    def footer(self) -> None:
        self.set_y(-MARGIN_MM / 2 - SMALL.size_pt * POINT_MM)
        self._set_ink(SOFT_INK)
        number = str(self.page_no())
        self._use(self._faces[0].name, SMALL.size_pt, number, rtl=False)
        self.cell(0, SMALL.size_pt * POINT_MM, number, align=Align.C)

    def paragraph(
        self,
        text: str,
        look: _Look,
        *,
        gap_mm: float = 0.0,
        rtl: bool | None = None,
        keeps: bool = False,
    ) -> None:
        """``rtl``: by default as its text runs. ``keeps``: stays with what follows it."""
        shown = self._shown(text)
        rtl = is_right_to_left(shown) if rtl is None else rtl
        family, line_mm = self._family_of(shown), look.size_pt * POINT_MM * LEADING
        if keeps and self.will_page_break(line_mm + 2 * TEXT.size_pt * POINT_MM * LEADING):
            self.add_page()
        width = self.epw - look.indent_mm
        for line in lines(shown, width, lambda part: self._widths(part, family, look.size_pt)):
            self._set_ink(look.ink)
            self._use(family, look.size_pt, line, rtl=rtl)
            self.set_x(self.l_margin + (0 if rtl else look.indent_mm))
            self.cell(
                width,
                line_mm,
                line,
                align=Align.R if rtl else Align.L,
                new_x=XPos.LMARGIN,
                new_y=YPos.NEXT,
            )
        self.ln(gap_mm)

    def _shown(self, text: str) -> str:
        plain = without_variants(unicodedata.normalize("NFC", without_turns(clean(text))))
        shown = plain.translate(self._spelled)
        if shown != plain and not self.replaced:
            names = (self._spelled.get(ord(char), "") for char in plain)
            self.replaced = next((name[1:-1] for name in names if name), "")
        return shown

    def _family_of(self, text: str) -> str:
        """The face with most of the letters, so that joiners and marks stay with theirs."""
        codes = [ord(char) for char in text if not char.isspace()]
        return max(self._faces, key=lambda face: sum(code in face.letters for code in codes)).name

    def _measured(self, part: str, family: str, size_pt: float) -> float:
        self._use(family, size_pt, part, rtl=is_right_to_left(part))
        width: float = self.get_string_width(part)
        return width

    def _use(self, family: str, size_pt: float, text: str, *, rtl: bool) -> None:
        self.set_font(family, size=size_pt)
        shaped = rtl or needs_shaping(text)
        self.set_text_shaping(shaped, direction="rtl" if rtl else "ltr")

    def _set_ink(self, grey: int) -> None:
        self.set_text_color(grey)
