"""Exports: what they say, how they are laid out, and that hostile text stays text."""

import csv
import io
import json
import re
import tempfile
import zipfile
import zlib
from datetime import date
from pathlib import Path

import docx
import pysubs2
import pytest
import webvtt

from tests.transcripts.things import a_document
from tests.transcripts.world import WORLD
from transcripts.document import Document, Mark, Segment, Speaker, Word
from transcripts.exports import EXPORTS, ExportOptions, Head, render

GOLDEN = Path(__file__).parent / "golden"
# What the golden files were asked for: tests/js/exports.test.mjs asks for the same in a browser's words.
ASKED = json.loads((GOLDEN / "asked.json").read_bytes())
HEAD = Head(ASKED["head"]["title"], date.fromisoformat(ASKED["head"]["madeOn"]))


def a_template() -> bytes:
    made = docx.Document()
    made.add_paragraph("{{transcript}}")
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def spoken(text: str, start: float, step: float = 0.35) -> list[Word]:
    return [
        Word(word, round(start + index * step, 3), round(start + (index + 1) * step - 0.05, 3))
        for index, word in enumerate(text.split())
    ]


def said(segment_id: str, text: str, start: float, speaker: str | None = None) -> Segment:
    words = spoken(text, start)
    return Segment(segment_id, words[0].start, words[-1].end, text, speaker, words=words)


TALK = Document(
    language="en",
    duration=60.0,
    model="moonshine-tiny-en",
    speakers=[Speaker("s1", "Anna"), Speaker("s2", "Bob & <Co>")],
    segments=[
        said(
            "g1",
            "Hello and welcome to the programme. Today we talk about recordings that never touch a "
            "disk, and about the people who need that to be true every single day.",
            0.2,
            "s1",
        ),
        said("g2", "Thank you, I am glad to be here.", 12.0, "s2"),
        said("g3", "So am I.", 15.0, "s2"),
        Segment(
            "g4",
            30.0,
            39.0,
            "今天我们讨论的是永远不会写入磁盘的录音，以及每天都需要这一点成为现实的人们。"  # noqa: RUF001 - Chinese
            "他们是谁？记者、律师、研究人员，还有医生（以及他们的病人）。",  # noqa: RUF001
            "s1",
        ),
    ],
)


def lines_of(document: Document, format_id: str, **options: object) -> list[str]:
    return render(format_id, document, ExportOptions(**options))[1].decode().splitlines()


def read(document: Document, format_id: str, **options: object) -> list[tuple[int, int, str]]:
    """(start ms, end ms, text) as an independent reader sees the file."""
    text = render(format_id, document, ExportOptions(**options))[1].decode()
    subtitles = pysubs2.SSAFile.from_string(text, format_=format_id)
    return [(event.start, event.end, event.plaintext) for event in subtitles]


@pytest.mark.parametrize("export", EXPORTS, ids=lambda export: export.id)
@pytest.mark.parametrize("name", ["talk", "world"])
def test_golden_files(name, export):
    """Written once, read by a person, and held since, byte by byte."""
    document = {"talk": TALK, "world": WORLD}[name]
    content_type, body = render(export.id, document, ExportOptions(**ASKED["options"], head=HEAD))
    assert content_type == export.content_type
    golden = (GOLDEN / f"{name}.{export.extension}").read_bytes()
    assert laid_open(body, export.id) == laid_open(golden, export.id)


def laid_open(body: bytes, format_id: str) -> object:
    """All that is in it; how well it was packed depends on the machine's zlib."""
    if format_id == "docx":
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            return [(name, archive.read(name)) for name in archive.namelist()]
    if format_id == "pdf":
        objects = re.sub(rb"/Length \d+", b"", body.partition(b"\nxref\n")[0])
        return re.sub(rb"stream\n(.*?)\nendstream", _inflated, objects, flags=re.DOTALL)
    return body


def _inflated(found: re.Match[bytes]) -> bytes:
    try:
        return zlib.decompress(found[1])
    except zlib.error:
        return found[1]


@pytest.mark.parametrize("export", EXPORTS, ids=lambda export: export.id)
def test_the_options_of_a_row_are_those_that_change_the_file(export):
    asked = {
        "speakers": False,
        "timestamps": True,
        "paragraphs": False,
        "notes": True,
        "max_chars": 12,
        "max_lines": 1,
        "max_cps": 5.0,
        "min_seconds": 3.0,
        "max_seconds": 1.0,
        "gap_seconds": 0.5,
        "template": a_template(),
    }
    plain = render(export.id, WORLD)[1]
    others = {
        name: render(export.id, WORLD, ExportOptions(**{name: value}))[1]
        for name, value in asked.items()
    }
    assert [name for name in asked if others[name] != plain] == list(export.options)


def test_an_independent_reader_agrees_on_srt_and_vtt():
    srt, vtt = (read(TALK, format_id, speakers=False) for format_id in ("srt", "vtt"))
    assert srt == vtt
    assert "".join(text for *_, text in srt).replace("\n", "").replace(" ", "") == "".join(
        segment.text.replace(" ", "") for segment in TALK.segments
    )


@pytest.mark.parametrize("document", [TALK, WORLD], ids=["talk", "world"])
def test_two_strict_readers_find_the_same_cues_at_the_same_times(document):
    for format_id, read_strictly in (("srt", webvtt.from_srt), ("vtt", webvtt.read)):
        with tempfile.NamedTemporaryFile(suffix=f".{format_id}") as file:
            file.write(render(format_id, document, ExportOptions(speakers=False))[1])
            file.flush()
            found = [(cue.start, cue.end) for cue in read_strictly(file.name)]
        others = read(document, format_id, speakers=False)
        assert found == [(stamp(start), stamp(end)) for start, end, _ in others]


def stamp(milliseconds: int) -> str:
    seconds = milliseconds // 1000
    return f"00:{seconds // 60:02}:{seconds % 60:02}.{milliseconds % 1000:03}"


@pytest.mark.parametrize("format_id", ["srt", "vtt"])
def test_lines_and_cues_keep_to_what_was_asked(format_id):
    cues = read(TALK, format_id, max_chars=20, max_lines=3, speakers=False)
    lines = [text.split("\n") for *_, text in cues]
    assert max(len(line) for block in lines for line in block) <= 20
    assert max(map(len, lines)) == 3


def test_a_long_sentence_is_parted_at_a_clause_or_else_at_a_breath():
    clause = "Ask not what your country can do for you, ask what you can do for your country today."
    clauses = Document("en", 30.0, "m", segments=[said("g1", clause, 0.0)])
    assert [text for _, _, text in read(clauses, "srt")] == [
        "Ask not what your country can do for you,",
        "ask what you can do for\nyour country today.",
    ]
    words = spoken("And so my fellow Americans ask not", 0.3, 0.5)
    words += spoken("what your country can do for me", 5.0, 0.5)
    text = " ".join(word.text for word in words)
    breath = Document("en", 30.0, "m", segments=[Segment("g1", 0.3, 8.5, text, words=words)])
    assert [text for _, _, text in read(breath, "srt")] == [
        "And so my fellow Americans ask not",
        "what your country can do for me",
    ]


def test_a_fast_cue_stands_until_it_can_be_read_but_not_into_the_next():
    words = "This was said much too fast to read"
    document = Document(
        "en", 20.0, "m", segments=[said("g1", words, 0.0), said("g2", "Next.", 3.0)]
    )
    document.segments[0].words = spoken(words, 0.0, 0.06)
    document.segments[0].end = document.segments[0].words[-1].end
    assert read(document, "srt", max_cps=20)[0][:2] == (0, 1750)
    assert read(document, "srt", max_cps=10)[0][:2] == (0, 3000)


def test_cues_keep_their_distance_and_their_times():
    document = Document(
        "en",
        20.0,
        "m",
        segments=[said("g1", "One two three.", 0.0), said("g2", "Four five six.", 1.05)],
    )
    times = [row[:2] for row in read(document, "srt", gap_seconds=0.2, min_seconds=2.0)]
    assert times == [(0, 850), (1050, 3050)]
    slow = Document("en", 60.0, "m", segments=[said("g1", "So it goes on and on and on.", 0.0)])
    slow.segments[0].words = spoken("So it goes on and on and on.", 0.0, 1.0)
    assert [row[:2] for row in read(slow, "srt", max_seconds=3.0)] == [
        (0, 2950),
        (3000, 5950),
        (6000, 7950),
    ]


def test_two_who_speak_at_once_get_cues_in_turn_that_say_whose_they_are():
    speakers = [Speaker("s1", "Anna"), Speaker("s2", "Bob")]
    document = Document(
        "en",
        20.0,
        "m",
        speakers,
        [
            Segment("g1", 0.0, 5.0, "I go on and on.", "s1"),
            Segment("g2", 2.0, 3.0, "Stop!", "s2"),
            Segment("g3", 2.0, 2.5, "What?", "s1"),
        ],
    )
    assert read(document, "srt") == [
        (0, 2000, "Anna: I go on and on."),
        (2000, 2500, "Anna: What?"),
        (2500, 3500 - 167, "Bob: Stop!"),
    ]


def test_an_edited_segment_is_timed_by_its_length():
    document = Document(
        "en",
        10.0,
        "m",
        segments=[
            Segment("g1", 0.0, 10.0, "one two, three four", words=[Word("other", 0.0, 1.0)]),
        ],
    )
    first, second = read(document, "srt", max_chars=10, max_lines=1)
    assert first == (0, 4375, "one two,")
    assert second == (4375, 10000, "three four")


def test_hours_beyond_two_digits():
    late = Document("en", 400_000.0, "m", segments=[Segment("g1", 360_001.5, 360_003.25, "Late.")])
    assert lines_of(late, "srt")[1] == "100:00:01,500 --> 100:00:03,250"
    assert lines_of(late, "vtt")[2] == "100:00:01.500 --> 100:00:03.250"


def test_speakers_are_named_where_there_is_more_than_one_or_when_asked():
    alone = Document("en", 9.0, "m", [Speaker("s1", "Anna")], [Segment("g1", 0, 9, "Me.", "s1")])
    assert lines_of(alone, "txt") == ["Me."]
    assert lines_of(alone, "txt", speakers=True) == ["Anna: Me."]
    assert lines_of(a_document("Hello."), "txt") == ["Speaker 1: Hello.", "", "Speaker 2: Yes."]
    assert lines_of(a_document("Hello."), "txt", speakers=False) == ["Hello.", "", "Yes."]


def test_a_name_too_long_for_a_line_is_shortened():
    document = Document(
        "en", 9.0, "m", [Speaker("s1", "N" * 80)], [Segment("g1", 0, 9, "Word " * 9, "s1")]
    )
    cues = read(document, "srt", speakers=True, max_chars=20, max_lines=1)
    assert cues[0][2] == "NNNNNNNNN…: Word"
    assert max(len(text) for *_, text in cues) <= 20


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\x00", "\ufeff", "\ud800"])
def test_nothing_said_gives_empty_files(text):
    document = Document("en", 1.0, "m", segments=[Segment("g1", 0.0, 1.0, text)])
    written = {export.id: render(export.id, document)[1] for export in EXPORTS}
    assert written["txt"] == b""
    assert written["srt"] == b""
    assert written["vtt"] == b"WEBVTT\n"
    assert json.loads(written["json"])["segments"][0]["id"] == "g1"
    assert written["csv"].decode("utf-8-sig").split("\r\n")[1:] == ["0.000,1.000,,", ""]


def test_notes_follow_their_paragraph_when_asked():
    document = a_document("Hello.")
    document.segments[0].note = " check\nthe name "
    assert lines_of(document, "txt", speakers=False) == ["Hello.", "", "Yes."]
    assert lines_of(document, "txt", speakers=False, notes=True) == [
        "Hello.",
        "[Note: check the name]",
        "",
        "Yes.",
    ]


def test_bookmarks_stand_with_the_segment_that_is_said_then():
    document = a_document("Hello.")
    document.marks = [Mark("m2", 8.9, "late"), Mark("m1", 0.0, "early"), Mark("m3", 99.0, "")]
    assert lines_of(document, "txt", speakers=False, notes=True) == [
        "Hello.",
        "[Note: 00:00:00 early]",
        "",
        "Yes.",
        "[Note: 00:00:08 late]",
        "[Note: 00:01:39]",
    ]
    assert [row[4] for row in rows_of(document, notes=True)[1:]] == [
        "00:00:00 early",
        "00:00:08 late | 00:01:39",
    ]


def test_without_paragraphs_each_segment_stands_by_itself():
    told = Document("en", 9.0, "m", segments=[said("g1", "One.", 0.0), said("g2", "Two.", 1.0)])
    assert lines_of(told, "txt") == ["One. Two."]
    assert lines_of(told, "txt", paragraphs=False) == ["One.", "", "Two."]


def rows_of(document: Document, **options: object) -> list[list[str]]:
    text = render("csv", document, ExportOptions(**options))[1].decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))


def test_a_spreadsheet_has_a_row_for_each_segment():
    document = a_document("Hello.")
    document.segments[1].note = "who?"
    assert rows_of(document, notes=True) == [
        ["start", "end", "speaker", "text", "note"],
        ["0.000", "8.000", "Speaker 1", "Hello.", ""],
        ["8.500", "9.500", "Speaker 2", "Yes.", "who?"],
    ]
    assert rows_of(document, speakers=False)[1] == ["0.000", "8.000", "", "Hello."]


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\ufeff=1", "\uff1d1", "\uff0d1"],
)
def test_X02_no_cell_begins_a_formula(text):
    document = Document("en", 9.0, "m", [Speaker("s1", text)], [Segment("g1", 0, 5, text, "s1")])
    document.segments[0].note = text
    cells = rows_of(document, notes=True)[1][2:]
    assert {cell[0] for cell in cells} == {"'"}
    assert render("csv", document)[1].count(b"\r\n") == 2


HOSTILE = [
    "a --> b",
    "--\x00> 00:00:01,000 --> 00:00:02,000",
    "x\r\n\r\n7\r\n00:00:01,000 --> 00:00:09,000\r\nforged",
    "<script>alert(1)</script> & <v Eve>",
    "NOTE\u2028\u2028STYLE\x85WEBVTT",
    "\u202eevil\u202c \ufffe\uffff\U0001fffe end",
    "{\\an8}<i>tag</i>",
]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("format_id", ["srt", "vtt"])
def test_X02_hostile_text_and_names_stay_one_cue(format_id, text):
    document = Document("en", 9.0, "m", [Speaker("s1", text)], [Segment("g1", 0, 5, text, "s1")])
    body = render(format_id, document, ExportOptions(speakers=True, max_chars=200))[1].decode()
    assert body.count("-->") == 1
    assert "\x00" not in body
    assert len(pysubs2.SSAFile.from_string(body, format_=format_id)) == 1
    assert [block for block in body.split("\n\n") if not block.strip()] == []


def test_srt_holds_no_tag_and_no_command():
    text = "{\\an8}<i>a</i> 1 < 2 <!-- b --> {x}"
    document = Document("en", 9.0, "m", segments=[Segment("g1", 0, 5, text)])
    assert (
        lines_of(document, "srt", max_chars=99)[2]
        == "{/an8}\u2039i>a\u2039/i> 1 < 2 \u2039!-- b → {x}"
    )


def test_vtt_escapes_what_it_must():
    document = Document(
        "en", 9.0, "m", [Speaker("s1", "A > B")], [Segment("g1", 0, 5, "1 < 2 & 3 > 2", "s1")]
    )
    assert lines_of(document, "vtt", speakers=True)[3] == "<v A &gt; B>1 &lt; 2 &amp; 3 &gt; 2"


def test_json_is_the_document():
    assert Document.from_json(json.loads(render("json", TALK)[1])) == TALK
