"""The embedded engine and its aligner, on real speech."""

import os
from itertools import pairwise

import pytest

from gpu.contract import EMBEDDED_MODEL_ID, Options, Span
from gpu.engines import Chunk, load_engine
from gpu.engines._align import Aligner, spread
from tests.gpu.listening import embedded_engine
from tests.sound import pcm_of, seconds_of, silence
from tests.speech import clip

JFK_WORDS = (
    "And so my fellow Americans ask not what your country can do for you, ask what you can do for "
    "your country."
).split()


@pytest.fixture
def engine():
    engine = embedded_engine()
    engine.prepare(Options(EMBEDDED_MODEL_ID))
    return engine


@pytest.fixture
def jfk():
    return pcm_of(clip("en/jfk.flac"))


def test_chunks_come_back_in_order(engine, jfk):
    """Long and short by turns, so that the lanes finish out of order."""
    short = jfk[: 3 * 32_000]
    chunks = [
        Chunk(100.0 * i, pcm, (Span(100.0 * i, 100.0 * i + seconds_of(pcm)),))
        for i, pcm in enumerate([jfk, short] * 4)
    ]
    heard = list(engine.recognise(chunks, Options(EMBEDDED_MODEL_ID)))
    assert [piece.spans for piece in heard] == [chunk.spans for chunk in chunks]
    counts = [len(piece.words) for piece in heard]
    assert counts == [len(JFK_WORDS), counts[1]] * 4
    assert 3 <= counts[1] <= 8


def test_chunks_are_pulled_only_as_far_ahead_as_the_lanes_need(engine, jfk):
    pulled = []

    def chunks():
        for number in range(100):
            pulled.append(number)
            yield Chunk(0.0, jfk[: 2 * 32_000], (Span(0.0, 2.0),))

    stream = engine.recognise(chunks(), Options(EMBEDDED_MODEL_ID))
    next(stream)
    stream.close()
    assert len(pulled) <= 2 * min(4, os.cpu_count() or 1)


@pytest.mark.parametrize("seconds", [0.0, 0.1, 0.29])
def test_scraps_are_not_recognised(engine, seconds):
    chunk = Chunk(5.0, silence(seconds), (Span(5.0, 5.0 + seconds),))
    (heard,) = engine.recognise([chunk], Options(EMBEDDED_MODEL_ID))
    assert (heard.words, heard.spans) == ([], chunk.spans)


def test_speech_is_found_where_it_is(engine, jfk):
    spans = engine.find_speech(silence(5.0) + jfk + silence(5.0))
    assert spans[0].start == pytest.approx(5.0, abs=0.5)
    assert spans[-1].end == pytest.approx(16.0, abs=0.8)
    assert all(span.end - span.start <= engine.max_chunk_seconds for span in spans)


def test_long_speech_is_found_in_spans_that_fit_a_chunk(engine):
    """A reader without pauses, such as never were."""
    pcm = pcm_of(clip("en/ls_1688-142285-0000.flac"))
    middle = pcm[2 * 32_000 : 7 * 32_000] * 11
    spans = engine.find_speech(middle)
    assert max(span.end - span.start for span in spans) <= engine.max_chunk_seconds


def test_a_closed_engine_opens_again(jfk):
    engine = load_engine(EMBEDDED_MODEL_ID)
    chunk = Chunk(0.0, jfk, (Span(0.0, 11.0),))
    texts = []
    for _ in range(2):
        engine.prepare(Options(EMBEDDED_MODEL_ID))
        (heard,) = engine.recognise([chunk], Options(EMBEDDED_MODEL_ID))
        texts.append([word.text for word in heard.words])
        engine.close()
    assert texts[0] == texts[1]
    assert len(texts[0]) == len(JFK_WORDS)


def test_known_words_are_found_in_the_sound(jfk):
    times, estimated = Aligner().align(jfk, JFK_WORDS, [Span(0.0, 11.0)])
    assert not estimated
    assert len(times) == len(JFK_WORDS)
    assert all(before.end <= after.start for before, after in pairwise(times))
    assert times[JFK_WORDS.index("ask")].start == pytest.approx(3.3, abs=0.15)


def test_numbers_and_unknown_words_keep_one_span_each(jfk):
    """The same sound under another spelling: each word still has its place."""
    words = ["&", "so", "my", "fellow", "Amerykans—", "ask", "not", *JFK_WORDS[7:]]
    times, estimated = Aligner().align(jfk, words, [Span(0.0, 11.0)])
    assert (len(times), estimated) == (len(words), False)
    assert times[5].start == pytest.approx(3.3, abs=0.15)


def test_words_that_are_not_there_are_spread_over_the_speech():
    """Sixty words do not fit into a second of silence."""
    words = ["extraordinary"] * 60
    times, estimated = Aligner().align(silence(1.0), words, [Span(0.2, 0.8)])
    assert estimated
    assert (times[0].start, times[-1].end) == (0.2, pytest.approx(0.8))


def test_an_alignment_does_not_depend_on_those_before_it(jfk):
    aligner = Aligner()
    first = aligner.align(jfk, JFK_WORDS, [Span(0.0, 11.0)])
    other = pcm_of(clip("en/austen_0870.wav"))
    aligner.align(other, ["anything", "else"], [Span(0.0, seconds_of(other))])
    assert aligner.align(jfk, JFK_WORDS, [Span(0.0, 11.0)]) == first


def test_spread_skips_the_pauses():
    spans = spread(["abc", "abc", "abc", "abc"], [Span(1.0, 2.0), Span(5.0, 6.0)])
    assert [(span.start, span.end) for span in spans] == [
        (1.0, 1.5),
        (1.5, 2.0),
        (2.0, 5.5),
        (5.5, 6.0),
    ]
