"""Who spoke when, on readers made to take turns, against the reference."""

import random
from itertools import pairwise

import numpy as np
import pytest

from gpu.contract import EMBEDDED_MODEL_ID, Options, Span
from gpu.diarise import Diariser
from gpu.diarise.ward import cluster
from gpu.speech import windows
from tests.gpu.listening import embedded_engine
from tests.scores import speaker_errors
from tests.sound import blocks_of, conversation


def turns_of(pcm, speakers=0):
    """As in the pipeline: windows of a minute, and the spans that voice activity finds."""
    engine = embedded_engine()
    engine.prepare(Options(EMBEDDED_MODEL_ID))
    diariser = Diariser()
    for window in windows(blocks_of(pcm), engine.find_speech):
        diariser.add(window.start, window.pcm, window.spans)
    return diariser.turns(speakers)


def confused_percent(truth, turns):
    heard = [(Span(turn.start, turn.end), str(turn.speaker)) for turn in turns]
    found = speaker_errors(truth, heard)
    return 100 * found.confused / found.reference


@pytest.mark.parametrize("speakers", [1, 2, 3, 4, 5])
def test_speakers_are_counted_and_told_apart(speakers):
    pcm, truth = conversation(speakers, turns=10, seed=1000)
    turns = turns_of(pcm)
    assert len({turn.speaker for turn in turns}) == speakers
    assert confused_percent(truth, turns) < 2.0


@pytest.mark.parametrize("speakers", [1, 2, 4])
def test_a_given_number_of_speakers_is_kept_to(speakers):
    pcm, _ = conversation(3, turns=9, seed=7)
    turns = turns_of(pcm, speakers)
    assert len({turn.speaker for turn in turns}) == speakers


def test_speakers_are_numbered_as_they_appear_and_turns_are_in_order():
    pcm, _ = conversation(3, turns=9, seed=7)
    turns = turns_of(pcm)
    assert list(dict.fromkeys(turn.speaker for turn in turns)) == [0, 1, 2]
    assert all(before.end <= after.start for before, after in pairwise(turns))


@pytest.mark.parametrize("seconds", [0.05, 0.3, 1.0])
def test_a_word_is_one_speaker(seconds):
    noise = random.Random(1).randbytes(int(seconds * 16_000) * 2)
    diariser = Diariser()
    diariser.add(0.0, noise, [Span(0.0, seconds)])
    assert [(turn.start, turn.end, turn.speaker) for turn in diariser.turns()] == [
        (0.0, seconds, 0)
    ]


def test_no_speech_is_nobody():
    assert Diariser().turns() == []


def test_ten_hours_of_cells_fit_into_twenty_megabytes():
    diariser = Diariser()
    minute = np.random.default_rng(1).integers(-9_000, 9_000, 960_000, np.int16).tobytes()
    diariser.add(0.0, minute, [Span(0.0, 60.0)])
    kept = len(diariser._index) + len(diariser._means) + len(diariser._variances)
    assert 0 < kept * 600 < 20_000_000


def test_clustering_in_blocks_finds_the_same_groups():
    """4,000 rows are more than a block; two clouds, well apart."""
    chance = np.random.default_rng(1)
    rows = chance.normal(0.0, 1.0, (4_000, 8)).astype(np.float32)
    truth = chance.integers(0, 2, 4_000)
    rows[truth == 1] += 6.0
    found = cluster(rows, wanted=2, least=5)
    assert len({*zip(truth.tolist(), found.tolist(), strict=True)}) == 2


def test_groups_too_small_belong_to_nobody():
    rows = np.zeros((103, 4), np.float32)
    rows[50:100] = 10.0
    rows[100:] = 100.0
    found = cluster(rows, wanted=2, least=5)
    assert {*found[:50].tolist()} | {*found[50:100].tolist()} == {0, 1}
    assert found[100:].tolist() == [-1, -1, -1]
