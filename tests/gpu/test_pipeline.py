"""The whole way from sound to transcript, with the real engine and real speech."""

import random
from array import array
from itertools import pairwise

import pytest

from gpu.contract import Failure, ListeningFailed, Stage
from tests.gpu.listening import heard, text_of, words_of
from tests.scores import normalised
from tests.sound import conversation, pcm_of, seconds_of, silence
from tests.speech import clip

JFK = (
    "and so my fellow americans ask not what your country can do for you ask what you can do for "
    "your country"
)


@pytest.fixture
def jfk():
    return pcm_of(clip("en/jfk.flac"))


def test_a_recording_becomes_words_with_times_and_a_speaker(jfk):
    result = heard(jfk)
    assert normalised(text_of(result)) == JFK
    assert (result.language, result.model) == ("en", "moonshine-tiny-en")
    assert (result.speakers, result.unheard, result.warnings) == (["Speaker 1"], [], [])
    assert result.duration == seconds_of(jfk) == 11.0
    assert 8.0 < result.speech_seconds < 11.0


def test_words_are_where_they_are_said(jfk):
    """Against times read off the wave form by ear, to the tenth of a second."""
    starts = {word.text.strip(",."): word.start for word in reversed(words_of(heard(jfk)))}
    expected = {"And": 0.3, "ask": 3.3, "not": 3.9, "what": 5.4}
    assert {text: starts[text] for text in expected} == pytest.approx(expected, abs=0.15)


def test_times_are_monotone_and_inside_their_segment():
    result = heard(pcm_of(clip("en/two_cities_16k.wav")))
    assert len(result.segments) > 5
    for segment in result.segments:
        assert (segment.start, segment.end) == (segment.words[0].start, segment.words[-1].end)
        assert segment.text == " ".join(word.text for word in segment.words)
    for before, after in pairwise(words_of(result)):
        assert before.start <= before.end <= after.start <= after.end


def test_the_size_of_blocks_changes_nothing():
    pcm = pcm_of(clip("en/two_cities_16k.wav")) * 2  # more than one window
    assert heard(pcm, block_seconds=0.37) == heard(pcm, block_seconds=60.0)


def test_what_was_heard_before_changes_nothing(jfk):
    first = heard(jfk)
    heard(pcm_of(clip("multi/falcon_test.wav")))
    assert heard(jfk) == first


def test_silence_in_front_and_between_moves_the_words(jfk):
    """Over the border of a window, and more than a chunk may bridge."""
    alone = words_of(heard(jfk))
    twice = words_of(heard(silence(7.0) + jfk + silence(50.0) + jfk))
    assert [word.text for word in twice] == [word.text for word in alone] * 2
    moved = [word.start + 7.0 for word in alone] + [word.start + 68.0 for word in alone]
    assert [word.start for word in twice] == pytest.approx(moved, abs=0.3)


def test_a_whisper_is_heard_like_a_voice(jfk):
    quiet = array("h", (round(sample / 40) for sample in array("h", jfk))).tobytes()
    assert normalised(text_of(heard(quiet))) == JFK


def test_speakers_take_turns():
    pcm, truth = conversation(speakers=2, turns=4, seed=2)
    result = heard(pcm)
    assert result.speakers == ["Speaker 1", "Speaker 2"]
    names = ["Speaker 1", "Speaker 2", "Speaker 1", "Speaker 2"]
    said = {
        (word.speaker, turn)
        for turn, (span, _) in enumerate(truth)
        for word in words_of(result)
        if span.start + 0.5 <= word.start and word.end <= span.end - 0.5
    }
    assert said == {(name, turn) for turn, name in enumerate(names)}


def test_the_number_of_speakers_that_was_asked_for():
    pcm, _ = conversation(speakers=3, turns=6, seed=3)
    assert heard(pcm, speakers=2).speakers == ["Speaker 1", "Speaker 2"]


def test_without_diarisation_nobody_is_named(jfk):
    result = heard(jfk, diarize=False)
    assert result.speakers == []
    assert {word.speaker for word in words_of(result)} == {""}
    assert {segment.speaker for segment in result.segments} == {""}


def tone(seconds, *hertz):
    from math import sin, tau

    count = int(seconds * 16_000)
    waves = (sum(sin(tau * f * i / 16_000) for f in hertz) / len(hertz) for i in range(count))
    return array("h", (round(8_000 * wave) for wave in waves)).tobytes()


def chords():
    """Four bars of a piece for organ, more or less."""
    return b"".join(
        tone(0.5, root, root * 5 / 4, root * 3 / 2, root * 2) for root in (262, 349, 392, 262) * 4
    )


def white_noise(seconds):
    chance = random.Random(1)
    return array(
        "h", (chance.randint(-6_000, 6_000) for _ in range(int(seconds * 16_000)))
    ).tobytes()


SPEECHLESS = {
    "nothing": lambda: b"",
    "one sample": lambda: b"\x01\x00",
    "a tenth of a second": lambda: silence(0.1),
    "silence": lambda: silence(70.0),
    "a tone": lambda: tone(5.0, 440),
    "chords": chords,
    "hiss": lambda: white_noise(10.0),
    "a click": lambda: silence(2.0) + b"\xff\x7f" * 20 + silence(2.0),
    "noise1": lambda: pcm_of(clip("noise/noise1.wav")),
    "noise2": lambda: pcm_of(clip("noise/noise2.wav")),
    "noise3": lambda: pcm_of(clip("noise/noise3.wav")),
}


@pytest.mark.parametrize("sound", SPEECHLESS)
def test_where_nobody_speaks_nothing_is_invented(sound):
    with pytest.raises(ListeningFailed) as caught:
        heard(SPEECHLESS[sound]())
    assert caught.value.failure is Failure.NO_SPEECH


def test_progress_goes_up_to_the_end():
    steps = []
    pcm = pcm_of(clip("en/two_cities_16k.wav"))
    heard(pcm, declared_seconds=seconds_of(pcm), on_progress=steps.append)
    fractions = [step.fraction for step in steps]
    assert fractions == sorted(fractions)
    assert fractions[0] == 0.0
    assert [fraction for fraction in fractions if fraction >= 1.0] == [1.0] == fractions[-1:]
    stages = list(dict.fromkeys(step.stage for step in steps))
    assert stages == [Stage.LOADING, Stage.RECOGNISING, Stage.DIARISING]
    assert {step.seconds_total for step in steps} == {seconds_of(pcm)}


@pytest.mark.parametrize("language", ["de", "ja", "EN", "xx"])
def test_other_languages_are_refused(jfk, language):
    with pytest.raises(ListeningFailed) as caught:
        heard(jfk, language=language)
    assert caught.value.failure is Failure.LANGUAGE_UNSUPPORTED


@pytest.mark.parametrize("language", ["en", "auto"])
def test_english_is_taken(jfk, language):
    assert heard(jfk, language=language).language == "en"
