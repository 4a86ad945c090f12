"""Exports made in the browser: to the byte what the server makes, of any document, as asked."""

import base64
import io
import json
import shutil
import subprocess
import unicodedata
import zipfile
from dataclasses import fields, replace
from datetime import date
from itertools import cycle
from pathlib import Path
from random import Random
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn
from docx.shared import Cm

from tests.transcripts.test_cues import NAMES, TEXTS, document_at, options_at
from tests.transcripts.test_exports import ASKED, HOSTILE
from tests.transcripts.test_exports_docx import as_libreoffice_reads
from tests.transcripts.world import SAID, WORLD
from transcripts.document import Document
from transcripts.downloads import file_name
from transcripts.exports import EXPORTS, ExportOptions, Head, render
from transcripts.exports._lines import without_turns
from transcripts.exports._template import STYLES
from transcripts.prose import clean

TWIN = Path(__file__).with_name("exports_twin.mjs")
SEEDS = range(250)
FORMATS = [export.id for export in EXPORTS if export.id not in {"docx", "pdf"}]
PIECES = (
    *(
        "a",
        "Word",
        " ",
        " ",
        "\t",
        "\n",
        "\r\n",
        '"',
        "'",
        ",",
        ";",
        "\\",
        "&",
        "<",
        ">",
        "]]>",
        "{\\",
    ),
    *(
        "=1+1",
        "+",
        "-",
        "@SUM(1)",
        "\uff1d",
        "-->",
        "<b>",
        "NOTE",
        "WEBVTT",
        "\x00",
        "\x07",
        "\x1b",
    ),
    *("\x7f", "\x85", "\xa0", "\xad", "\u200b", "\u200d", "\u2028", "\u202e", "\u2066", "\ufeff"),
    *(
        "\ufffe",
        "\uffff",
        "\ud83d",
        "\ude00",
        "\U0001f600",
        "\U0010ffff",
        "e\u0301",
        "\u0301",
        "👩‍👩‍👧",
    ),
    *(
        "北京",
        "。",
        "「",
        "」",
        "ー",
        "カ",
        "한국어",
        "مرحبا",
        "،",
        "שלום",
        "नमस्ते",
        "ไทย",
        "𠮷",
        "x" * 60,
        "漢" * 50,
    ),
)
TIMES = (0, 2, 0.0625, 0.1875, 1.0005, 2.0015, 0.1 + 0.2, 1e-05, 12345.6785, 35999.9995)
TITLES = ("Interview.mp3", "CON", "com\u0661.txt", "..", "a/b\\c:d*e", "²½Ⅷ\u0663_x", "")


def hostile(random: Random) -> str:
    if random.random() < 0.2:
        return random.choice((*TEXTS, *HOSTILE))
    some = random.choices(PIECES, k=random.randint(0, 12))
    some += [_any_character(random) for _ in range(random.randint(0, 4))]
    random.shuffle(some)
    return "".join(some)


def _any_character(random: Random) -> str:
    """One that has been assigned: which those are differs from one Unicode to the next."""
    while True:
        char = chr(random.choice((random.randrange(0x3000), random.randrange(0x20000))))
        if unicodedata.category(char) not in {"Cn", "Cs"}:
            return char


def case_at(random: Random) -> dict[str, Any]:
    document = document_at(random)
    document["language"] = random.choice(("en", "ar", "zh", "日本\ud800"))
    document["duration"] = random.choice((*TIMES, document["duration"]))
    for row in document["segments"]:
        if random.random() < 0.7:
            row["text"], row["note"] = hostile(random), random.choice(("", hostile(random)))
        if random.random() < 0.2:
            row["start"], row["end"] = sorted(random.choices(TIMES, k=2))
    for speaker in document["speakers"]:
        speaker["name"] = random.choice((*NAMES, hostile(random)))
    times = random.choices((*TIMES, *(row["start"] for row in document["segments"])), k=4)
    document["marks"] = [
        {"id": f"m{index}", "time": time, "text": hostile(random)}
        for index, time in enumerate(times)
    ]
    document["unheard"] = random.choice(([], [{"start": 1, "end": 2.5}]))
    document["warnings"] = random.choice(([], ["cut_short"]))
    asked = replace(
        options_at(random),
        timestamps=random.random() < 0.5,
        paragraphs=random.random() < 0.5,
        notes=random.random() < 0.5,
    )
    options = {
        one.name: getattr(asked, one.name)
        for one in fields(asked)
        if one.name not in {"head", "template"}
    }
    title = random.choice((*TITLES, hostile(random) * 3))
    made: dict[str, Any] = json.loads(
        json.dumps({"document": document, "options": options, "head": {"title": title}})
    )
    return made


def written_in_a_browser(cases: list[dict[str, Any]], formats: list[str]) -> list[list[Any]]:
    """For each case the name of its text, and the files."""
    ran = subprocess.run(
        ["node", TWIN],
        input=json.dumps({"formats": formats, "cases": cases}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    return [[name, *map(base64.b64decode, files)] for name, *files in json.loads(ran.stdout)]


def test_the_browser_writes_the_same_bytes():
    cases = [case_at(Random(seed)) for seed in SEEDS]
    for case, (name, *files) in zip(cases, written_in_a_browser(cases, FORMATS), strict=True):
        document, options = Document.from_json(case["document"]), ExportOptions(**case["options"])
        assert name == file_name(case["head"]["title"], "txt")
        for format_id, file in zip(FORMATS, files, strict=True):
            assert file == render(format_id, document, options)[1], format_id


class TestWord:
    """Not the same bytes, but what a word processor makes of them is the same."""

    def test_the_same_paragraphs_styles_directions_and_facts(self):
        cases = [case_at(Random(seed)) for seed in range(30)]
        cases.append({"document": WORLD.to_json(), **ASKED})
        for case, language in zip(cases, cycle(("en", "he", "ja")), strict=False):
            case["document"]["language"] = language
        cases[0]["head"]["title"] = ']]></w:t><w:p/> & "x" ' + "t" * 300
        for case, (_, file) in zip(cases, written_in_a_browser(cases, ["docx"]), strict=True):
            document = Document.from_json(case["document"])
            day = case["head"].get("madeOn")
            head = Head(case["head"]["title"], date.fromisoformat(day) if day else None)
            asked = ExportOptions(**case["options"], head=head)
            assert seen(file) == seen(render("docx", document, asked)[1])

    def test_the_same_again_is_the_same_file(self):
        case = {"document": WORLD.to_json(), **ASKED}
        (_, first), (_, second) = written_in_a_browser([case, case], ["docx"])
        assert first == second
        with zipfile.ZipFile(io.BytesIO(first)) as archive:
            assert archive.testzip() is None
            assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}

    @pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
    def test_libreoffice_opens_it_and_every_word_is_there(self, tmp_path):
        [[_, file]] = written_in_a_browser([{"document": WORLD.to_json(), **ASKED}], ["docx"])
        found = as_libreoffice_reads(file, tmp_path)
        said = [without_turns(clean(text)) for _, text, _ in SAID]
        assert [text for text in said if text not in found] == []


def seen(file: bytes) -> dict[str, object]:
    made = docx.Document(io.BytesIO(file))
    facts, section = made.core_properties, made.sections[0]
    styles = [made.styles[name] for name in ("Title", *STYLES)]
    lang = made.styles.element.find(f".//{qn('w:docDefaults')}//{qn('w:lang')}")
    return {
        "paragraphs": [
            (paragraph.style.name, paragraph.text, direction_of(paragraph))
            for paragraph in made.paragraphs
        ],
        "facts": (facts.title, facts.created, facts.modified, facts.author, facts.comments),
        "languages": sorted(lang.attrib.values()),
        "page": (section.page_width.cm, section.page_height.cm, section.left_margin.cm),
        "styles": [look_of(style) for style in styles],
    }


def direction_of(paragraph: Any) -> tuple[bool, bool] | None:
    """None for one that only a sign that is no letter would turn, such as Braille: a browser cannot ask."""
    kinds = [
        unicodedata.category(char)[0]
        for char in paragraph.text
        if unicodedata.bidirectional(char) in {"L", "R", "AL"}
    ]
    if paragraph.style.name == "Sotto Speaker" or (kinds and kinds[0] != "L"):
        return None
    bidi, rtl = paragraph._p.pPr.find(qn("w:bidi")), paragraph._p.find(f".//{qn('w:rtl')}")
    return bidi is not None, rtl is not None


def look_of(style: Any) -> tuple[object, ...]:
    space = style.paragraph_format
    grey = style.name != "Title" and style.font.color.rgb
    return (
        *(style.name, style.style_id, style.font.name, style.font.size, grey),
        *(space.space_before or 0, space.space_after or 0, bool(space.keep_with_next)),
        *(round((space.left_indent or Cm(0)).cm, 1),),
    )
