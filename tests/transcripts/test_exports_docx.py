"""DOCX: what stands in the file, what a template becomes, and which templates are refused."""

import io
import shutil
import subprocess
import zipfile
from datetime import date
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn
from lxml import etree

from tests.transcripts.test_exports import HOSTILE
from tests.transcripts.things import a_document
from tests.transcripts.world import SAID, WORLD
from transcripts.document import Document, Segment
from transcripts.exports import ExportOptions, Head, render
from transcripts.exports._lines import without_turns
from transcripts.exports._template import starting_template
from transcripts.exports._untrusted import TemplateRefused, look_through
from transcripts.prose import clean

HEAD = Head("Interview", date(2026, 11, 23))


def written(document: Document, **options: object) -> bytes:
    return render("docx", document, ExportOptions(**options))[1]


def opened(document: Document, **options: object) -> docx.document.Document:
    return docx.Document(io.BytesIO(written(document, **options)))


def lines_of(made: docx.document.Document) -> list[tuple[str, str]]:
    return [(paragraph.style.name, paragraph.text) for paragraph in made.paragraphs]


def test_head_speakers_times_and_notes():
    document = a_document("Hello.")
    document.segments[0].note = "who?"
    made = opened(document, timestamps=True, notes=True, head=HEAD)
    assert lines_of(made) == [
        ("Title", "Interview"),
        ("Sotto Speaker", "2026-11-23 · 00:00:10 · en"),
        ("Sotto Speaker", "Speaker 1  00:00:00"),
        ("Sotto Text", "Hello."),
        ("Sotto Note", "[who?]"),
        ("Sotto Speaker", "Speaker 2  00:00:08"),
        ("Sotto Text", "Yes."),
    ]
    assert made.core_properties.title == "Interview"
    assert made.core_properties.created.isoformat() == "2026-11-23T00:00:00+00:00"
    assert made.core_properties.author == ""


def test_right_to_left_is_said_of_paragraph_and_run():
    document = Document(
        "ar", 9, "m", segments=[Segment("g1", 0, 4, "مرحبا"), Segment("g2", 7, 9, "Hello")]
    )
    body = opened(document).paragraphs[2:]
    told = [
        (
            paragraph._p.pPr.find(qn("w:bidi")) is not None,
            paragraph._p.find(f".//{qn('w:rtl')}") is not None,
        )
        for paragraph in body
    ]
    assert told == [(True, True), (False, False)]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("ja", ("ja", "ja-JP", "ar-SA")),
        ("he", ("he", "zh-CN", "he-IL")),
        ("en", ("en", "zh-CN", "ar-SA")),
    ],
)
def test_the_languages_of_the_letters_are_said(language, said):
    made = opened(Document(language, 9, "m", segments=[Segment("g1", 0, 4, "x")]))
    lang = made.styles.element.find(f".//{qn('w:docDefaults')}//{qn('w:lang')}")
    assert (lang.get(qn("w:val")), lang.get(qn("w:eastAsia")), lang.get(qn("w:bidi"))) == said


@pytest.mark.parametrize("text", [*HOSTILE, "]]></w:t><w:p/>", "&amp;&#x0;", "=cmd|' /C calc'!A0"])
def test_X02_hostile_text_stays_text(text):
    document = a_document(text)
    document.speakers[0].name = document.segments[0].note = text
    made = opened(document, speakers=True, notes=True, head=Head(text))
    plain = without_turns(clean(text))
    lines = [line for _, line in lines_of(made)]
    assert (lines[0], lines[2:5]) == (plain, [plain, plain, f"[{plain}]"])


def test_no_time_of_making_is_in_the_file():
    assert written(WORLD) == written(WORLD)
    with zipfile.ZipFile(io.BytesIO(written(WORLD))) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_opens_it_and_every_word_is_there(tmp_path):
    found = as_libreoffice_reads(written(WORLD, notes=True, head=HEAD), tmp_path)
    said = [without_turns(clean(text)) for _, text, _ in SAID]
    assert [text for text in said if text not in found] == []


def as_libreoffice_reads(file: bytes, folder: Path) -> str:
    (folder / "some.docx").write_bytes(file)
    subprocess.run(
        ["soffice", "--headless", "--convert-to", "txt:Text (encoded):UTF8", "some.docx"],
        cwd=folder,
        env={"HOME": str(folder), "PATH": "/usr/bin:/bin"},
        check=True,
        capture_output=True,
        timeout=120,
    )
    return (folder / "some.txt").read_text(encoding="utf-8-sig")


def template(*paragraphs: str, **parts: bytes) -> bytes:
    """Of these paragraphs, with parts put in or replaced; ``__`` is a slash, ``_`` a full stop."""
    made = docx.Document()
    for text in paragraphs:
        made.add_paragraph(text)
    loose = io.BytesIO()
    made.save(loose)
    return with_parts(loose.getvalue(), parts)


def with_parts(data: bytes, parts: dict[str, bytes]) -> bytes:
    firm = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(firm, "w") as target:
        for name in source.namelist():
            target.writestr(name, parts.pop(name, None) or source.read(name))
        for name, raw in parts.items():
            target.writestr(name, raw)
    return firm.getvalue()


def part_of(data: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name)


class TestTemplate:
    def test_the_starting_template_is_fit_to_be_sent(self):
        look_through(starting_template())

    def test_placeholders_are_filled_wherever_they_stand(self):
        made = docx.Document()
        made.sections[0].header.paragraphs[0].text = "{{ title }}, {{date}}"
        cell = made.add_table(1, 1).cell(0, 0)
        cell.text = "{{speakers}} ({{language}}) {{unknown}}"
        parted = made.add_paragraph("about {{dura")
        parted.add_run("tion}} long").bold = True
        made.add_paragraph("{{transcript}}")
        made.add_paragraph("The end")
        loose = io.BytesIO()
        made.save(loose)
        look_through(loose.getvalue())
        filled = opened(a_document("Hi."), head=HEAD, template=loose.getvalue())
        assert filled.sections[0].header.paragraphs[0].text == "Interview, 2026-11-23"
        assert filled.tables[0].cell(0, 0).text == "Speaker 1, Speaker 2 (en) {{unknown}}"
        assert [text for _, text in lines_of(filled)] == [
            "about 00:00:10 long",
            "Speaker 1",
            "Hi.",
            "Speaker 2",
            "Yes.",
            "The end",
        ]

    def test_its_own_styles_stay(self):
        made = docx.Document()
        style = made.styles.add_style("Sotto Text", docx.enum.style.WD_STYLE_TYPE.PARAGRAPH)
        style.font.name = "Georgia"
        made.add_paragraph("{{transcript}}")
        loose = io.BytesIO()
        made.save(loose)
        filled = opened(a_document("Hi."), template=loose.getvalue())
        assert filled.styles["Sotto Text"].font.name == "Georgia"

    def test_what_is_said_is_no_placeholder(self):
        document = a_document("{{title}} {{transcript}}")
        document.speakers[0].name = "{{date}}"
        texts = [text for _, text in lines_of(opened(document, head=HEAD))]
        assert texts[2:4] == ["{{date}}", "{{title}} {{transcript}}"]


RELS = "word/_rels/document.xml.rels"
RELATION = (
    '<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
    'relationships/{kind}" Target="{target}" {mode}/></Relationships>'
)


def related(kind: str, target: str, *, external: bool = True) -> bytes:
    good = template("{{transcript}}")
    mode = 'TargetMode="External"' if external else ""
    line = RELATION.format(kind=kind, target=target, mode=mode).encode()
    return with_parts(good, {RELS: part_of(good, RELS).replace(b"</Relationships>", line)})


def typed(content_type: str) -> bytes:
    good = template("{{transcript}}")
    types = part_of(good, "[Content_Types].xml").replace(
        b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
        content_type.encode(),
    )
    return with_parts(good, {"[Content_Types].xml": types})


def fielded(instruction: str) -> bytes:
    made = docx.Document()
    made.add_paragraph("{{transcript}}")
    run = made.add_paragraph().add_run()
    for piece in (instruction[:3], instruction[3:]):
        field = etree.SubElement(run._r, qn("w:instrText"))
        field.text = piece
    loose = io.BytesIO()
    made.save(loose)
    return loose.getvalue()


def with_entity() -> bytes:
    good = template("{{transcript}}")
    xml = part_of(good, "word/document.xml")
    head, _, rest = xml.partition(b"?>")
    return with_parts(
        good,
        {
            "word/document.xml": head
            + b'?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
            + rest.replace(b"{{transcript}}", b"{{transcript}}&e;")
        },
    )


def bomb() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"\0" * 40_000_000)
    return packed.getvalue()


def many() -> bytes:
    return with_parts(template("{{transcript}}"), {f"word/{n}.bin": b"x" for n in range(600)})


REFUSED = {
    "nothing": (lambda: b"", "template_unreadable"),
    "no zip": (lambda: b"PK\x03\x04 nonsense", "template_unreadable"),
    "a zip of something else": (bomb, "template_unreadable"),
    "a thousand parts": (many, "template_unreadable"),
    "a path that climbs": (
        lambda: with_parts(template("{{transcript}}"), {"../../etc/x": b"x"}),
        "template_unreadable",
    ),
    "an entity": (with_entity, "template_unreadable"),
    "broken XML": (
        lambda: with_parts(template("{{transcript}}"), {"word/styles.xml": b"<w:styles"}),
        "template_unreadable",
    ),
    "a spreadsheet": (
        lambda: typed("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"),
        "template_unreadable",
    ),
    "macros": (
        lambda: typed("application/vnd.ms-word.document.macroEnabled.main+xml"),
        "template_active",
    ),
    "a macro's part": (lambda: related("vbaProject", "vba.bin", external=False), "template_active"),
    "an embedded object": (
        lambda: related("oleObject", "o.bin", external=False),
        "template_active",
    ),
    "another's template": (
        lambda: related("attachedTemplate", "https://evil.example/t.dotm"),
        "template_active",
    ),
    "a picture from elsewhere": (
        lambda: related("image", "https://evil.example/p.png"),
        "template_active",
    ),
    "a link to a file": (lambda: related("hyperlink", "file:///etc/passwd"), "template_active"),
    "a field that runs": (lambda: fielded('DDEAUTO c:\\x "calc"'), "template_active"),
    "a field that fetches": (
        lambda: fielded('INCLUDEPICTURE "https://evil.example"'),
        "template_active",
    ),
    "no place for the words": (lambda: template("{{title}}"), "template_incomplete"),
    "two places for them": (
        lambda: template("{{transcript}}", "{{transcript}}"),
        "template_incomplete",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_hostile_and_useless_templates_are_refused(what):
    make, code = REFUSED[what]
    with pytest.raises(TemplateRefused) as refused:
        look_through(make())
    assert refused.value.code == code


def test_a_letterhead_with_a_link_and_a_page_number_is_fine():
    look_through(related("hyperlink", "https://example.org"))
    look_through(fielded("PAGE  \\* MERGEFORMAT"))
