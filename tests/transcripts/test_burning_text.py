"""Letters of any script as they go into a picture: faces, directions, joining."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from gpu.lettering import Lettering, Run, Style
from transcripts.burning_text import typeset
from transcripts.document import Document, Segment, Speaker
from transcripts.exports import ExportOptions

PLAIN = Style(0.06, 0.05, "bottom", "#ffffff", "", "")


def set_in_type(text: str, language: str = "en"):
    speakers = [Speaker("s1", "A")]
    document = Document(language, 9.0, "m", speakers, [Segment("g0", 0.5, 6.0, text, "s1")])
    return typeset(document, ExportOptions())


def lines_of(text: str, language: str = "en") -> list[list[tuple[str, str, bool]]]:
    """Runs by the name of their face, from left to right."""
    cues, faces = set_in_type(text, language)
    names = [Path(file).stem.removeprefix("NotoSans").removesuffix("-Regular") for file, _ in faces]
    return [
        [(names[face], piece, is_rtl) for face, piece, is_rtl in line]
        for cue in cues
        for line in cue["lines"]
    ]


@pytest.mark.parametrize(
    ("text", "language", "line"),
    [
        ("Ask not.", "en", [("", "Ask not.", False)]),
        (
            "مرحبا OpenAI GPT بكم.",
            "ar",
            [
                ("Arabic", " بكم.", True),
                ("", "OpenAI GPT", False),
                ("Arabic", "مرحبا ", True),
            ],
        ),
        (
            "(לדיסק) ב-2026.",
            "he",
            [
                ("", ".", True),
                ("", "2026", False),
                ("Hebrew", "ב-", True),
                ("", ") ", True),
                ("Hebrew", "לדיסק", True),
                ("", "(", True),
            ],
        ),
        ("ที่นี่ OK", "th", [("Thai", "ที่นี่ ", False), ("", "OK", False)]),
        ("今天 Sotto", "zh", [("CJK", "今天 Sotto", False)]),
        ("so 😀", "en", [("", "so [grinning face]", False)]),
    ],
)
def test_each_letter_stands_in_a_face_that_has_it(text, language, line):
    assert lines_of(text, language) == [line]


def test_marks_stay_on_their_letters():
    assert lines_of("n\u0303 क\u093f", "hi") == [
        [("", "ñ ", False), ("Devanagari", "क\u093f", False)]
    ]


def width_of(runs: Sequence[Run], faces) -> int:
    lettering = Lettering(faces, PLAIN)
    lettering.fit(1920, 1080, [list(runs)])
    return lettering.plate([list(runs)]).picture.width


def test_arabic_letters_join():
    """Joined they are narrower than side by side, where the shaper is not asked to join."""
    cues, faces = set_in_type("سلام", "ar")
    ((face, text, is_rtl),) = cues[0]["lines"][0]
    apart = [Run(face, letter, is_rtl) for letter in text]
    assert width_of([Run(face, text, is_rtl)], faces) < width_of(apart, faces)


def test_a_line_that_is_too_wide_is_made_to_fit():
    cues, faces = set_in_type("W" * 42)
    line = [Run(*run) for run in cues[0]["lines"][0]]
    lettering = Lettering(faces, Style(0.15, 0.05, "bottom", "#ffffff", "#000000", ""))
    lettering.fit(320, 240, [line])
    assert lettering.plate([line]).picture.width <= 320


@pytest.mark.parametrize(("position", "y"), [("top", 54), ("bottom", 1080 - 54)])
def test_the_plate_stands_where_it_was_asked_for(position, y):
    cues, faces = set_in_type("Ask not")
    lettering = Lettering(faces, Style(0.05, 0.05, position, "#ffff00", "", "#0000ff"))
    line = [Run(*run) for run in cues[0]["lines"][0]]
    lettering.fit(1920, 1080, [line])
    plate = lettering.plate([line])
    edge = plate.y if position == "top" else plate.y + plate.picture.height
    assert abs(edge - y) <= 2
    assert abs(plate.x + plate.picture.width / 2 - 960) <= 2
    colours = {colour for _, colour in plate.picture.getcolors(1 << 16) or []}
    assert {(0, 0, 255, 200), (255, 255, 0, 255)} <= colours


@pytest.mark.parametrize("text", ["\u202e", "\ufe0f", "\U000e0041", "\U0001f3fb"])
def test_a_cue_of_which_no_letter_is_left_is_none(text):
    """The child would have stumbled over it, and the whole video with it."""
    assert set_in_type(text)[0] == []


def test_a_line_of_which_no_letter_is_left_is_none():
    long_word = "m" * 42
    assert lines_of(f"{long_word} \u202e\u202d") == [[("", long_word, False)]]
