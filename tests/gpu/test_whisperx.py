"""WhisperX's shapes, without WhisperX: the real one has a suite of its own."""

from importlib.util import find_spec

import pytest

from gpu.contract import MODELS, Failure, ListeningFailed, Options, Span, Word
from gpu.engines import load_engine
from gpu.engines.whisperx import WhisperXEngine, displayed, words_of

WHISPER_MODELS = [model for model in MODELS if "whisperx" in model.requires]
LARGE = next(model for model in WHISPER_MODELS if model.id == "large-v3")

without_whisperx = pytest.mark.skipif(
    find_spec("whisperx") is not None, reason="whisperx is installed here"
)


@without_whisperx
@pytest.mark.parametrize("model", WHISPER_MODELS, ids=lambda model: model.id)
def test_without_the_extra_the_model_is_unavailable(model, tmp_path):
    with pytest.raises(ListeningFailed) as caught:
        load_engine(model.id, tmp_path)
    assert caught.value.failure is Failure.MODEL_UNAVAILABLE
    assert caught.value.detail == "missing packages: whisperx, torch"


@without_whisperx
def test_a_broken_installation_is_unavailable_too(tmp_path):
    with pytest.raises(ListeningFailed) as caught:
        WhisperXEngine(LARGE, tmp_path).prepare(Options("large-v3"))
    assert caught.value.failure is Failure.MODEL_UNAVAILABLE


def test_a_language_that_the_model_lacks_is_refused_before_anything_loads(tmp_path):
    with pytest.raises(ListeningFailed) as caught:
        WhisperXEngine(LARGE, tmp_path).prepare(Options("large-v3", language="tlh"))
    assert caught.value.failure is Failure.LANGUAGE_UNSUPPORTED


def test_aligned_words_become_ours():
    segments = [
        {
            "start": 0.3,
            "end": 1.1,
            "text": " And so, my",
            "words": [
                {"word": "And", "start": 0.3, "end": 0.5, "score": 0.9},
                {"word": "so,", "start": 0.5, "end": 0.8, "score": 0.75},
            ],
        },
        {
            "start": 1.0,
            "end": 1.1,
            "text": "my",
            "words": [{"word": "my", "start": 1.0, "end": 1.1}],
        },
    ]
    assert words_of(segments, Span(10.0, 20.0)) == [
        Word("And", 10.3, 10.5, 0.9),
        Word("so,", 10.5, 10.8, 0.75),
        Word("my", 11.0, 11.1),
    ]


def test_words_without_times_share_the_time_between_their_neighbours():
    segments = [
        {
            "start": 0.0,
            "end": 8.0,
            "text": "In 1969 we paid $5 —",
            "words": [
                {"word": "In", "start": 1.0, "end": 2.0, "score": 0.5},
                {"word": "1969"},
                {"word": "we", "start": 4.0, "end": 5.0, "score": 0.5},
                {"word": "paid", "start": 5.0, "end": 6.0, "score": 0.5},
                {"word": "$5"},
                {"word": "—"},
            ],
        }
    ]
    words = words_of(segments, Span(0.0, 8.5))
    assert [(word.text, word.start, word.end, word.confidence) for word in words] == [
        ("In", 1.0, 2.0, 0.5),
        ("1969", 2.0, 4.0, None),
        ("we", 4.0, 5.0, 0.5),
        ("paid", 5.0, 6.0, 0.5),
        ("$5", 6.0, 7.5, None),
        ("—", 7.5, 8.5, None),
    ]


def test_words_that_all_lack_times_share_the_whole():
    segments = [{"start": 0.0, "end": 1.0, "text": "1 2", "words": [{"word": "1"}, {"word": "2"}]}]
    words = words_of(segments, Span(3.0, 5.0))
    assert [(word.start, word.end) for word in words] == [(3.0, 4.0), (4.0, 5.0)]


def test_nothing_aligned_is_nothing():
    assert words_of([], Span(0.0, 1.0)) == []


@pytest.mark.parametrize(
    ("text", "language", "words"),
    [(" Guten Tag. ", "de", ["Guten", "Tag."]), ("你好 吗", "zh", ["你", "好", "吗"])],
)
def test_words_as_shown(text, language, words):
    assert displayed(text, language) == words
