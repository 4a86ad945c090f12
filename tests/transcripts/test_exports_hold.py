"""Whatever a document holds, a subtitle file is in order, and JSON brings the document back."""

import csv
import io
import json
from itertools import pairwise

import docx
import pypdfium2
import pysubs2
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from transcripts.document import Document, Segment, Speaker, Word
from transcripts.exports import ExportOptions, render
from transcripts.exports._lines import without_turns
from transcripts.prose import clean

HOSTILE = st.sampled_from(
    [
        "-->",
        "\x00",
        "\ufffe",
        "\u202e",
        "<script>",
        "<v x>",
        "",
        " ",
        "\r\n\r\n",
        "今天",
        "。",
        "e\u0301",
    ]
)
TEXT = st.one_of(
    HOSTILE, st.text(max_size=60), st.lists(st.one_of(HOSTILE, st.text(max_size=8))).map("".join)
)
# pysubs2 reads two digits of hours; more are tested in test_exports.py.
SECONDS = st.floats(0, 350_000, allow_nan=False).map(lambda value: round(value, 3))
LENGTH = st.floats(0, 30).map(lambda value: round(value, 3))


@st.composite
def words(draw, segment_start):
    start = segment_start + draw(LENGTH)
    return Word(draw(TEXT), start, start + draw(LENGTH))


@st.composite
def segments(draw, index):
    start = draw(SECONDS)
    timed = draw(st.lists(words(start), max_size=6))
    text = draw(st.one_of(TEXT, st.just(" ".join(word.text for word in timed))))
    speaker = draw(st.sampled_from([None, "s1", "s2"]))
    return Segment(f"g{index}", start, start + draw(LENGTH), text, speaker, words=timed)


@st.composite
def documents(draw):
    count = draw(st.integers(0, 5))
    return Document(
        language="en",
        duration=draw(SECONDS),
        model="m",
        speakers=[Speaker("s1", draw(TEXT)), Speaker("s2", draw(TEXT))],
        segments=[draw(segments(index)) for index in range(count)],
    )


OPTIONS = st.builds(
    ExportOptions,
    speakers=st.sampled_from([None, True, False]),
    timestamps=st.booleans(),
    max_chars=st.integers(10, 60),
    max_lines=st.integers(1, 3),
    max_cps=st.floats(5, 100),
)


ACCENTED = Document(
    "en", 0.0, "m", segments=[Segment("g0", 0.0, 0.0, "00000000000000000000\u0300", words=[])]
)


@pytest.mark.parametrize("format_id", ["srt", "vtt"])
@given(document=documents(), options=OPTIONS)
@example(document=ACCENTED, options=ExportOptions(max_chars=10, max_lines=1))
@settings(max_examples=150, deadline=None)
def test_cues_are_in_order_and_within_bounds(format_id, document, options):
    body = render(format_id, document, options)[1].decode()
    events = list(pysubs2.SSAFile.from_string(body, format_=format_id)) if "-->" in body else []
    assert len(events) == body.count("-->")
    assert all(event.start < event.end for event in events)
    assert all(before.end <= after.start for before, after in pairwise(events))
    blocks = [block.splitlines() for block in body.split("\n\n") if "-->" in block]
    texts = [block[2 if format_id == "srt" else 1 :] for block in blocks]
    assert all(1 <= len(text) <= options.max_lines for text in texts)
    assert all(line.strip() for text in texts for line in text)


@given(document=documents(), options=OPTIONS)
@settings(max_examples=150, deadline=None)
def test_no_visible_character_is_lost(document, options):
    plain = ExportOptions(speakers=False, max_chars=options.max_chars, max_lines=options.max_lines)
    body = render("txt", document, plain)[1].decode()
    said = "".join(clean(segment.text) for segment in document.segments)
    assert "".join(body.split()) == "".join(said.split())


@pytest.mark.parametrize("format_id", ["pdf", "docx", "csv"])
@given(document=documents(), options=OPTIONS)
@settings(max_examples=25, deadline=None)
def test_every_document_can_be_printed_and_counted(format_id, document, options):
    body = render(format_id, document, options)[1]
    if format_id == "pdf":
        assert len(pypdfium2.PdfDocument(body)) >= 1
    elif format_id == "docx":
        shown = [paragraph.text for paragraph in docx.Document(io.BytesIO(body)).paragraphs]
        spoken = [without_turns(clean(row.text)) for row in document.segments]
        assert all(any(text in line for line in shown) for text in spoken)
    else:
        rows = csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""), strict=True)
        assert len(list(rows)) == 1 + len(document.segments)


@given(document=documents())
@settings(max_examples=100, deadline=None)
def test_json_brings_the_document_back(document):
    assert Document.from_json(json.loads(render("json", document)[1])) == document


@given(text=st.text(max_size=100), max_chars=st.integers(10, 60))
@settings(max_examples=200, deadline=None)
def test_lines_keep_to_their_length_unless_marks_pile_up(text, max_chars):
    document = Document("en", 9.0, "m", segments=[Segment("g1", 0.0, 5.0, text)])
    body = render("srt", document, ExportOptions(max_chars=max_chars))[1].decode()
    lines = [line for block in body.split("\n\n") for line in block.splitlines()[2:]]
    assert all(len(line) <= 2 * max_chars for line in lines)
    if text.isascii():
        assert all(len(line) <= max_chars for line in lines)
