"""PDF: read back and drawn by an independent library (PDFium), page by page."""

# ruff: noqa: RUF001 - the scripts of the world

import hashlib
import io
from datetime import date

import pypdfium2
import pytest

from tests.transcripts.world import WORLD
from transcripts.document import Document, Segment, Speaker
from transcripts.exports import ExportOptions, Head, render
from transcripts.exports._fonts import Face, faces_for
from transcripts.exports._lines import is_right_to_left, lines

DEBIANS_NOTO_CJK = "b76b0433203017ca80401b2ee0dd69350349871c4b19d504c34dbdd80541690a"
# Speech in each script that Whisper writes; the fonts must have every letter of it.
SAID = {
    "am": "ሰላም ለዓለም",
    "ar": "مرحبا بالعالم، كيف الحال؟",
    "bn": "ওহে বিশ্ব, কেমন আছ?",
    "bo": "བཀྲ་ཤིས་བདེ་ལེགས།",
    "el": "Γειά σου Κόσμε",
    "gu": "હેલો વિશ્વ",
    "he": "שלום עולם",
    "hi": "नमस्ते दुनिया।",
    "hy": "Բարեւ աշխարհ",
    "ja": "こんにちは世界、お元気ですか。",
    "ka": "გამარჯობა მსოფლიო",
    "km": "សួស្តី\u200bពិភពលោក",
    "kn": "ನಮಸ್ಕಾರ ವಿಶ್ವ",
    "ko": "안녕하세요 세계",
    "lo": "ສະບາຍດີຊາວໂລກ",
    "ml": "ഹലോ വേൾഡ്",
    "my": "မင်္ဂလာပါ ကမ္ဘာလောက",
    "pa": "ਸਤਿ ਸ੍ਰੀ ਅਕਾਲ",
    "ru": "Привет, мир",
    "si": "හෙලෝ වර්ල්ඩ්",
    "ta": "வணக்கம் உலகம்",
    "te": "హలో ప్రపంచం",
    "th": "สวัสดีชาวโลก",
    "vi": "Xin chào thế giới",
    "yi": "העלא וועלט",
    "yue": "你好，世界",
    "zh": "你好，世界",
}


def pdf_of(document: Document, **options: object) -> pypdfium2.PdfDocument:
    body = render("pdf", document, ExportOptions(**options))[1]
    return pypdfium2.PdfDocument(io.BytesIO(body))


def text_of(pdf: pypdfium2.PdfDocument) -> str:
    return "\n".join(page.get_textpage().get_text_bounded() for page in pdf)


def spoken(text: str, language: str = "en") -> Document:
    return Document(language, 9.0, "m", segments=[Segment("g1", 0.0, 9.0, text)])


def test_head_speakers_times_and_notes_are_on_the_page():
    document = Document(
        "en",
        75.0,
        "m",
        [Speaker("s1", "Anna"), Speaker("s2", "Bob")],
        [
            Segment("g1", 61.0, 64.0, "Hello.", "s1", note="who?"),
            Segment("g2", 70, 75, "Hi.", "s2"),
        ],
    )
    head = Head("Interview.mp3", date(2026, 11, 23))
    pdf = pdf_of(document, timestamps=True, notes=True, head=head)
    assert text_of(pdf).splitlines() == [
        "Interview.mp3",
        "2026-11-23 · 00:01:15 · en",
        "Anna 00:01:01",
        "Hello.",
        "[who?]",
        "Bob 00:01:10",
        "Hi.",
        "1",
    ]
    assert pdf.get_metadata_value("Title") == "Interview.mp3"
    assert pdf.get_metadata_value("CreationDate").startswith("D:20261123000000")
    assert "Anna" not in text_of(pdf_of(document, speakers=False))


@pytest.mark.parametrize("language", SAID)
def test_every_script_that_is_listened_to_has_its_letters(language):
    text = SAID[language]
    faces, missing = faces_for(text, language)
    assert missing == set()
    assert all(
        "site-packages" in str(face.path) or "exports/fonts" in str(face.path) for face in faces
    )
    page = pdf_of(spoken(text, language))[0]
    words = page.get_textpage().get_text_bounded()
    assert "[" not in words
    assert "\ufffe" not in words


def test_arabic_is_joined_and_runs_from_right_to_left():
    """Its first letter is drawn at the right margin, its last one to the left of it."""
    page = pdf_of(spoken("مرحبا بالعالم"))[0]
    boxes = [
        found.get_bounds()
        for found in page.get_objects()
        if found.type == pypdfium2.raw.FPDF_PAGEOBJ_TEXT
    ]
    width = page.get_width()
    assert max(right for _, _, right, _ in boxes) == pytest.approx(width - 62.4, abs=4)
    left_margin = min(left for left, *_ in boxes)
    assert left_margin < width / 2  # the facts above are on the left


def test_what_no_font_has_is_spelled_out_and_said_to_be():
    said = text_of(pdf_of(spoken("Well 😀 and \U000f0000."))).splitlines()
    assert said[1] == "Well [grinning face] and [U+F0000]."
    assert said[2].startswith("Words in square brackets like [grinning face] stand for characters")
    assert len(text_of(pdf_of(spoken("Well."))).splitlines()) == 3


def test_a_long_talk_takes_pages_and_loses_no_word():
    words = [f"word{number}" for number in range(4000)]
    document = spoken("")
    document.segments = [
        Segment(f"g{index}", index, index + 1.0, " ".join(words[index * 10 : index * 10 + 10]))
        for index in range(400)
    ]
    pdf = pdf_of(document)
    assert len(pdf) > 5
    assert [word for word in text_of(pdf).split() if word.startswith("word")] == words


def test_a_caption_stays_with_its_words():
    speakers = [Speaker("s1", "Anna"), Speaker("s2", "Bob")]
    segments = [
        Segment(f"g{index}", index, index + 1, "Some words.", f"s{index % 2 + 1}")
        for index in range(60)
    ]
    pdf = pdf_of(Document("en", 60.0, "m", speakers, segments))
    last_lines = [page.get_textpage().get_text_bounded().splitlines()[-2] for page in pdf]
    assert last_lines == ["Some words."] * len(pdf)


def test_the_same_document_gives_the_same_bytes():
    assert render("pdf", WORLD) == render("pdf", WORLD)


def test_the_chinese_font_is_debians():
    (face,) = (face for face in faces_for("你", "zh")[0] if face.path.suffix == ".ttc")
    assert hashlib.sha256(face.path.read_bytes()).hexdigest() == DEBIANS_NOTO_CJK


def test_chinese_and_japanese_are_drawn_as_each_country_writes_them():
    numbers = {
        language: faces_for("骨", language)[0][-1].number for language in ("zh", "ja", "ko", "en")
    }
    assert numbers == {"zh": 2, "ja": 0, "ko": 1, "en": 2}


def test_a_machine_without_the_chinese_font_says_so(monkeypatch):
    monkeypatch.setattr("transcripts.exports._fonts.find_spec", lambda name: None)
    monkeypatch.setattr("transcripts.exports._fonts._of_the_machine", tuple[Face, ...])
    said = text_of(pdf_of(spoken("你好"))).splitlines()
    assert said[1:3] == ["[U+4F60][U+597D]", said[2]]
    assert said[2].startswith("Words in square brackets like")


class TestLines:
    """Each letter is one wide."""

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("one two three", ["one two", "three"]),
            ("extraordinary", ["extraord", "inary"]),
            ("今天我们讨论的是录音。", ["今天我们讨论的是", "录音。"]),
            ("今天我们讨论的是。", ["今天我们讨论的", "是。"]),
            ("abcdefg e\u0301e\u0301", ["abcdefg", "e\u0301e\u0301"]),
            ("", []),
        ],
    )
    def test_break_where_the_script_allows(self, text, expected):
        assert list(lines(text, 8, len)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hello שלום", False),
        ("שלום Hello", True),
        ("2026: مرحبا", True),
        ("123", False),
        ("", False),
    ],
)
def test_the_first_letter_with_a_direction_decides(text, expected):
    assert is_right_to_left(text) is expected
