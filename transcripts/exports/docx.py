"""A file for word processors (Office Open XML), made from a template: ours, or one's own.

The direction of each paragraph and the languages of its letters are written down, because word
processors choose fonts, line breaks and sides by them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time
from functools import cache
from io import BytesIO
from typing import Any

import docx
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from transcripts.document import Document
from transcripts.exports import ExportOptions
from transcripts.exports._lines import is_right_to_left, without_turns
from transcripts.exports._template import add_styles, fill, packed, starting_template
from transcripts.exports._turns import Turn, clock, turns
from transcripts.prose import clean

NOT_DATED = datetime(2000, 1, 1)  # noqa: DTZ001 - as the file keeps it, in no zone
_EAST_ASIAN = {"zh": "zh-CN", "yue": "zh-HK", "ja": "ja-JP", "ko": "ko-KR"}
_FROM_THE_RIGHT = {"ar": "ar-SA", "he": "he-IL", "fa": "fa-IR", "ur": "ur-PK", "yi": "yi"}


def write(document: Document, options: ExportOptions) -> bytes:
    made = docx.Document(BytesIO(options.template or _starting_template()))
    add_styles(made)
    _say_languages(made, document.language)
    _set_properties(made, options)
    fill(made, _values(document, options), _paragraphs(made, document, options))
    return packed(made)


_starting_template = cache(starting_template)


def _values(document: Document, options: ExportOptions) -> dict[str, str]:
    made_on = options.head.made_on
    return {
        "title": _plain(options.head.title),
        "date": made_on.isoformat() if made_on else "",
        "duration": clock(document.duration),
        "language": document.language,
        "speakers": ", ".join(_plain(speaker.name) for speaker in document.speakers),
    }


def _set_properties(made: Any, options: ExportOptions) -> None:
    properties, made_on = made.core_properties, options.head.made_on
    properties.title = _plain(options.head.title)[:255]
    properties.created = properties.modified = (
        datetime.combine(made_on, time()) if made_on else NOT_DATED
    )
    properties.author = properties.last_modified_by = properties.comments = ""


def _say_languages(made: Any, language: str) -> None:
    """Whole-document defaults; an East Asian letter is drawn as its country writes it."""
    defaults = made.styles.element.find(qn("w:docDefaults"))
    properties = None if defaults is None else defaults.find(f".//{qn('w:rPr')}")
    if properties is None:
        return
    said = properties.find(qn("w:lang"))
    if said is None:
        said = OxmlElement("w:lang")
        properties.append(said)
    said.set(qn("w:val"), language)
    said.set(qn("w:eastAsia"), _EAST_ASIAN.get(language, "zh-CN"))
    said.set(qn("w:bidi"), _FROM_THE_RIGHT.get(language, "ar-SA"))


def _paragraphs(made: Any, document: Document, options: ExportOptions) -> Iterator[Any]:
    ids = {name: made.styles[f"Sotto {name}"].style_id for name in ("Speaker", "Text", "Note")}
    for turn in turns(document, options):
        label = _label(turn, options)
        if label:
            yield _paragraph(ids["Speaker"], label, rtl=is_right_to_left(turn.text))
        yield _paragraph(ids["Text"], turn.text)
        for note in turn.notes:
            yield _paragraph(ids["Note"], f"[{note}]")


def _label(turn: Turn, options: ExportOptions) -> str:
    time_said = clock(turn.start) if options.timestamps else ""
    return "  ".join(part for part in (turn.name, time_said) if part)


def _paragraph(style_id: str, text: str, *, rtl: bool | None = None) -> Any:
    """``rtl``: by default as its text runs."""
    rtl = is_right_to_left(text) if rtl is None else rtl
    paragraph, properties = OxmlElement("w:p"), OxmlElement("w:pPr")
    style = OxmlElement("w:pStyle", {qn("w:val"): style_id})
    properties.append(style)
    run = OxmlElement("w:r")
    if rtl:
        properties.append(OxmlElement("w:bidi"))
        of_the_run = OxmlElement("w:rPr")
        of_the_run.append(OxmlElement("w:rtl"))
        run.append(of_the_run)
    words = OxmlElement("w:t", {"{http://www.w3.org/XML/1998/namespace}space": "preserve"})
    words.text = without_turns(text)
    run.append(words)
    paragraph.extend([properties, run])
    return paragraph


def _plain(text: str) -> str:
    return without_turns(clean(text))
