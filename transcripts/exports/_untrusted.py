"""A template that somebody sent: looked through before a single part of it is used.

Only what a letterhead needs may be in it. Programs, objects and anything that a word processor
would fetch from elsewhere are refused, because the file that is made of it goes to others.
"""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any
from zipfile import BadZipFile, ZipFile

import docx
from docx.oxml.ns import qn
from lxml import etree

from transcripts.exports._template import is_for_transcript, paragraphs_of

MAX_PARTS = 500
MAX_OPENED_BYTES = 30_000_000
MAIN_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
# The last words of the types of relationship that a letterhead may need.
_HARMLESS = frozenset(
    "officeDocument core-properties extended-properties custom-properties thumbnail styles "
    "stylesWithEffects settings webSettings fontTable font theme numbering footnotes endnotes "
    "header footer image hyperlink customXml customXmlProps comments commentsExtended people".split()
)
_LINK = re.compile(r"(https?://|mailto:)", re.IGNORECASE)
# Fields that bring in something from elsewhere, or run it.
_FETCHES = re.compile(
    r"\b(DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|INCLUDE|IMPORT|LINK|DATABASE|MACROBUTTON|AUTOTEXT)\b",
    re.IGNORECASE,
)
UNREADABLE, ACTIVE, INCOMPLETE = "template_unreadable", "template_active", "template_incomplete"


class TemplateRefused(ValueError):  # noqa: N818
    """``code`` is that of the failure."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def look_through(data: bytes) -> None:
    """Raises TemplateRefused."""
    try:
        parts = _parts(data)
        trees = {
            name: _tree(raw) for name, raw in parts.items() if name.endswith((".xml", ".rels"))
        }
        _see_that_it_is_plain(trees)
        made = docx.Document(BytesIO(data))
        places = sum(is_for_transcript(paragraph) for paragraph in paragraphs_of(made))
    except TemplateRefused:
        raise
    except Exception:  # noqa: BLE001 - a broken file breaks its readers in ways without number
        raise TemplateRefused(UNREADABLE) from None
    if places != 1:
        raise TemplateRefused(INCOMPLETE)


def _parts(data: bytes) -> dict[str, bytes]:
    """Bounded before anything is unpacked; a part gives no byte more than it declares."""
    with ZipFile(BytesIO(data)) as archive:
        entries = archive.infolist()
        names = [entry.filename for entry in entries]
        opened_bytes = sum(entry.file_size for entry in entries)
        if len(entries) > MAX_PARTS or opened_bytes > MAX_OPENED_BYTES:
            raise TemplateRefused(UNREADABLE)
        if len(set(names)) != len(names) or any(".." in name.split("/") for name in names):
            raise BadZipFile
        return {name: archive.read(name) for name in names}


def _tree(raw: bytes) -> Any:
    """Without entities: a part that declares any is refused."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    tree = etree.fromstring(raw, parser)
    if tree.getroottree().docinfo.doctype:
        raise TemplateRefused(UNREADABLE)
    return tree


def _see_that_it_is_plain(trees: dict[str, Any]) -> None:
    types = trees["[Content_Types].xml"]
    declared = [node.get("ContentType", "") for node in types]
    if MAIN_TYPE not in declared:
        raise TemplateRefused(
            ACTIVE if any("macroEnabled" in kind for kind in declared) else UNREADABLE
        )
    if any("macro" in kind.lower() or "vba" in kind.lower() for kind in declared):
        raise TemplateRefused(ACTIVE)
    for name, tree in trees.items():
        if name.endswith(".rels"):
            for relation in tree:
                _see_that_it_stays_inside(relation)
        elif name.startswith("word/") and _FETCHES.search(_instructions(tree)):
            raise TemplateRefused(ACTIVE)


def _see_that_it_stays_inside(relation: Any) -> None:
    kind = relation.get("Type", "").rpartition("/")[2]
    if kind not in _HARMLESS:
        raise TemplateRefused(ACTIVE)
    outside = relation.get("TargetMode", "").lower() == "external"
    if outside and not (kind == "hyperlink" and _LINK.match(relation.get("Target", ""))):
        raise TemplateRefused(ACTIVE)


def _instructions(tree: Any) -> str:
    """Of all fields, joined: a word may be cut in two."""
    cut = "".join(node.text or "" for node in tree.iter(qn("w:instrText")))
    whole = " ".join(node.get(qn("w:instr"), "") for node in tree.iter(qn("w:fldSimple")))
    return f"{cut} {whole}"
