from transcripts.document import Document, Gap, Segment, Speaker, Word
from transcripts.paragraphs import PARAGRAPH_CHARS, Paragraph, paragraphs


def a_document(*segments: Segment, unheard: list[Gap] | None = None) -> Document:
    speakers = [Speaker("s1", "Ann"), Speaker("s2", "Ben")]
    return Document("en", 60.0, "m", speakers, list(segments), unheard or [])


def said(part: Paragraph) -> str:
    return "".join(between + word.text for between, word in part.pieces)


def test_a_new_speaker_or_a_pause_begins_a_paragraph():
    parts = paragraphs(
        a_document(
            Segment("g1", 0, 2, "One.", "s1"),
            Segment("g2", 2.1, 3, "Two.", "s1"),
            Segment("g3", 3.1, 4, "Three.", "s2"),
            Segment("g4", 9, 10, "Four.", "s2"),
        )
    )
    assert [(said(part), part.speaker_name, part.says_who) for part in parts] == [
        ("One. Two.", "Ann", True),
        ("Three.", "Ben", True),
        ("Four.", "Ben", False),
    ]


def test_a_long_speech_is_cut_between_segments():
    long = [Segment(f"g{n}", n, n + 1, "word " * 30, "s1") for n in range(20)]
    parts = paragraphs(a_document(*long))
    assert sum(len(said(part)) for part in parts) >= 20 * 149
    assert max(part.chars for part in parts) <= PARAGRAPH_CHARS + 150
    assert len(parts) > 2


def test_words_keep_what_stands_between_them():
    words = [Word("你好", 0, 1), Word("世界", 1, 2), Word("not in the text", 2, 3)]
    (part,) = paragraphs(a_document(Segment("g1", 0, 3, "你好,世界", words=words)))
    assert said(part) == "你好,世界 not in the text"


def test_a_gap_stands_where_it_was():
    gap = Gap(5, 8)
    one, two = Segment("g1", 0, 4, "One.", "s1"), Segment("g2", 9, 10, "Two.", "s1")
    parts = paragraphs(a_document(one, two, unheard=[gap]))
    assert [part if isinstance(part, Gap) else said(part) for part in parts] == [
        "One.",
        gap,
        "Two.",
    ]


def test_nothing_said_is_nothing_to_read():
    assert paragraphs(a_document()) == []
