import pytest

from gpu.contract import Degraded, Stage
from transcripts.wording import (
    SHORTCOMINGS,
    STAGES,
    clock,
    duration_in_words,
    remaining_in_words,
)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, ""),
        (0.4, "a few seconds left"),
        (5, "about 5 seconds left"),
        (41, "about 40 seconds left"),
        (55, "about 1 minute left"),
        (100, "about 2 minutes left"),
        (3599, "about 1 hour left"),
        (9000, "about 2 hours left"),
    ],
)
def test_the_time_left_in_words(seconds, words):
    assert remaining_in_words(seconds) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 seconds"),
        (1, "1 second"),
        (65, "1 minute 5 seconds"),
        (120, "2 minutes"),
        (7384, "2 hours 3 minutes"),
        (3605, "1 hour 5 seconds"),
    ],
)
def test_a_length_in_words(seconds, words):
    assert duration_in_words(seconds) == words


def test_a_clock_has_hours_where_there_are_any():
    assert [clock(seconds) for seconds in (0, 7.9, 61, 3723.4)] == [
        "0:00",
        "0:07",
        "1:01",
        "1:02:03",
    ]


def test_every_stage_and_every_shortcoming_has_words():
    assert set(STAGES) == set(Stage)
    assert set(SHORTCOMINGS) == set(Degraded)
