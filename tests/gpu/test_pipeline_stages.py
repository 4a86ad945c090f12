"""What the pipeline does around an engine: windows, degrading, stopping, progress."""

import sys

import pytest

from gpu.contract import Failure, ListeningFailed, Span, Stage
from tests.gpu.listening import ScriptedEngine, heard_by, words_of
from tests.sound import blocks_of, seconds_of, silence

TWO_MINUTES = silence(125.0)


class StopError(Exception):
    """What the caller's check raises."""


def test_spans_without_words_are_reported():
    """Each window of a minute begins with two seconds of speech at its first second."""

    class HalfDeaf(ScriptedEngine):
        def recognise(self, chunks, options):
            for number, heard in enumerate(super().recognise(chunks, options)):
                heard.words = heard.words if number % 2 == 0 else []
                yield heard

    result = heard_by(HalfDeaf(), blocks_of(TWO_MINUTES))
    assert result.unheard == [Span(61.0, 63.0)]
    assert result.speech_seconds == 6.0
    assert [(word.start, word.end) for word in words_of(result)] == [(1.0, 3.0), (121.0, 123.0)]


def test_speech_without_a_word_is_no_speech():
    with pytest.raises(ListeningFailed) as caught:
        heard_by(ScriptedEngine(word=""), blocks_of(TWO_MINUTES))
    assert caught.value.failure is Failure.NO_SPEECH


def test_the_transcript_says_that_its_times_are_guessed():
    result = heard_by(ScriptedEngine(times_estimated=True), blocks_of(TWO_MINUTES))
    assert result.warnings == ["alignment_failed"]


def test_a_failed_diarisation_leaves_the_transcript(monkeypatch):
    monkeypatch.setitem(sys.modules, "gpu.diarise", None)  # as if numpy were broken
    result = heard_by(ScriptedEngine(), blocks_of(TWO_MINUTES))
    assert result.warnings == ["diarisation_failed"]
    assert result.speakers == []
    assert {word.speaker for word in words_of(result)} == {""}
    assert len(words_of(result)) == 3


def test_diarisation_that_fails_half_way_leaves_the_transcript():
    """Half a sample at the end, which no decoder gives, breaks the cepstra and not the words."""
    result = heard_by(ScriptedEngine(), [TWO_MINUTES, b"\x00"])
    assert result.warnings == ["diarisation_failed"]
    assert len(words_of(result)) == 3


def test_what_the_decoder_raises_goes_through():
    def broken():
        yield silence(90.0)
        raise ListeningFailed(Failure.DECODER_CRASH)

    with pytest.raises(ListeningFailed) as caught:
        heard_by(ScriptedEngine(), broken())
    assert caught.value.failure is Failure.DECODER_CRASH


def test_stopping_leaves_the_rest_of_the_recording_alone():
    taken = []

    def blocks():
        for number in range(600):
            taken.append(number)
            yield silence(60.0)

    def check():
        if len(taken) >= 5:
            raise StopError

    with pytest.raises(StopError):
        heard_by(ScriptedEngine(), blocks(), check_cancelled=check)
    assert len(taken) == 5


def test_cancelling_before_the_start_takes_nothing():
    def check():
        raise StopError

    def blocks():
        pytest.fail("the recording was read")
        yield b""

    with pytest.raises(StopError):
        heard_by(ScriptedEngine(), blocks(), check_cancelled=check)


@pytest.mark.parametrize("declared", [None, 0.0, 10.0, 10_000.0], ids=str)
def test_progress_is_monotone_whatever_the_file_says_of_its_length(declared):
    steps = []
    heard_by(
        ScriptedEngine(),
        blocks_of(silence(600.0)),
        declared_seconds=declared,
        on_progress=steps.append,
    )
    fractions = [step.fraction for step in steps]
    assert fractions == sorted(fractions)
    assert [fraction for fraction in fractions if fraction >= 1.0] == [1.0]
    assert (steps[-1].seconds_done, steps[-1].seconds_total) == (600.0, 600.0)
    assert steps[-1].stage is Stage.DIARISING


def test_speech_over_the_border_of_a_window_is_heard_whole():
    """A span that reaches the end of a window is left to the next, which begins in the pause."""

    class Listening(ScriptedEngine):
        windows = 0

        def find_speech(self, pcm):
            self.windows += 1
            if self.windows == 1:
                return [Span(1.0, 3.0), Span(55.0, 60.0)]
            return [Span(26.2, 34.2)]  # the pause's middle is at 29: 55.2 to 63.2

    engine = Listening()
    result = heard_by(engine, blocks_of(silence(90.0)), diarize=False)
    assert [(word.start, word.end) for word in words_of(result)] == [
        (1.0, 3.0),
        (pytest.approx(55.2), pytest.approx(63.2)),
    ]


def test_chunks_hold_their_speech_with_pads_and_no_more_than_asked():
    spans = tuple((start, start + 4.0) for start in range(1, 56, 5))
    engine = ScriptedEngine(speech=spans)
    heard_by(engine, blocks_of(silence(60.0)), diarize=False)
    assert [len(chunk.spans) for chunk in engine.chunks] == [4, 4, 3]
    for chunk in engine.chunks:
        length = chunk.spans[-1].end - chunk.spans[0].start
        assert length <= engine.max_chunk_seconds
        assert chunk.start == pytest.approx(chunk.spans[0].start - 0.3)
        assert seconds_of(chunk.pcm) == pytest.approx(length + 0.6, abs=0.01)


def test_a_long_pause_ends_a_chunk():
    engine = ScriptedEngine(speech=((1.0, 2.0), (3.9, 5.0), (7.1, 8.0)))
    heard_by(engine, blocks_of(silence(10.0)), diarize=False)
    assert [len(chunk.spans) for chunk in engine.chunks] == [2, 1]


def test_spans_that_overlap_are_counted_once():
    engine = ScriptedEngine(speech=((1.0, 3.0), (2.5, 4.0), (3.5, 3.9)))
    result = heard_by(engine, blocks_of(silence(10.0)), diarize=False)
    assert result.speech_seconds == 3.0
    assert [(word.start, word.end) for word in words_of(result)] == [(1.0, 3.0), (3.0, 4.0)]
