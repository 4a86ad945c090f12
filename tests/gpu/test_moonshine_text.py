"""What the embedded engine does with text: loops, spoken forms, displayed words."""

import pytest

from gpu.engines._phones import phones_of
from gpu.engines._repetition import is_gibberish
from gpu.engines._spoken import spoken_words
from gpu.engines.moonshine import _displayed

TWO_CITIES = (
    "It was the best of times. It was the worst of times. It was the age of wisdom. It was the "
    "age of foolishness. It was the epoch of belief. It was the epoch of incredulity. It was a "
    "season of light. It was a season of darkness. It was the string of hope. It was the winter."
)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("", 5),
        ("♪♪♪", 5),
        ("...", 5),
        ("Thank you for watching.", 0.4),
        ("no " * 12, 20),
        ("I don't know. " * 6, 20),
        ("and then he said that it was the " * 5, 20),
        ("2020-" * 20, 20),
        ("We went home. " + "the of " * 10, 20),
    ],
)
def test_gibberish(text, seconds):
    assert is_gibberish(text, seconds)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        (TWO_CITIES, 20),
        ("No, no, no, no, no.", 2),
        ("Yes.", 0.3),
        ("Row, row, row your boat, gently down the stream. " * 2, 10),
        ("1984", 1),
    ],
)
def test_speech(text, seconds):
    assert not is_gibberish(text, seconds)


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("Hello,", "hello"),
        ("don't", "don't"),
        ("don\u2019t", "don't"),
        ("twenty-one,", "twenty one"),
        ("$5", "five dollars"),
        ("$3.50.", "three point five zero dollars"),
        ("50%", "fifty percent"),
        ("1,250", "one thousand two hundred fifty"),
        ("1984", "nineteen eighty four"),
        ("1905", "nineteen oh five"),
        ("1900", "nineteen hundred"),
        ("2005", "two thousand five"),
        ("2026", "twenty twenty six"),
        ("21st", "twenty first"),
        ("30th", "thirtieth"),
        ("5:30", "five thirty"),
        ("007", "zero zero seven"),
        ("1000000", "one million"),
        ("9999999999999", " ".join(["nine"] * 13)),
        ("Mr.", "mister"),
        ("AT&T", "at and t"),
        ("(that", "that"),
        ("—", ""),
        ("...", ""),
        ("日本", ""),
    ],
)
def test_numbers_and_signs_are_spoken(written, spoken):
    assert " ".join(spoken_words(written)) == spoken


@pytest.mark.parametrize(
    ("word", "phones"),
    [
        ("shish", "SH IH SH"),
        ("nuzat", "N AH Z AE T"),
        ("bbc", "B IY B IY S IY"),
        ("grimme", "G R IH M"),
        ("'", "AH"),
    ],
)
def test_unknown_words_get_phones(word, phones):
    assert phones_of(word) == phones


def test_signs_that_stand_alone_stay_with_the_word_before():
    assert _displayed(' Well — he said " and left... ') == [
        "Well —",
        "he",
        'said "',
        "and",
        "left...",
    ]
