from dataclasses import replace
from importlib.util import find_spec

import pytest

from gpu.contract import (
    EMBEDDED_MODEL_ID,
    MODELS,
    MODELS_BY_ID,
    Failure,
    ListeningFailed,
    Options,
    Result,
    Segment,
    Span,
    Word,
    is_installed,
    why_not_installed,
)
from gpu.engines import load_engine

WHISPER = next(model for model in MODELS if model.weights)
# Its packages are there; only the weights decide.
UNPACKED = replace(WHISPER, requires=("json",))


def test_ids_are_unique():
    assert len(MODELS_BY_ID) == len(MODELS)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.id)
def test_each_row_names_a_file_that_is_there(model):
    module, _, name = model.engine.partition(":")
    assert find_spec(module) is not None
    assert name


def test_the_embedded_model_is_installed():
    assert why_not_installed(MODELS_BY_ID[EMBEDDED_MODEL_ID]) == ""
    assert is_installed(MODELS_BY_ID[EMBEDDED_MODEL_ID])


def test_missing_packages_are_named():
    model = replace(WHISPER, requires=("json", "not_a_package"))
    assert why_not_installed(model) == "missing packages: not_a_package"


def test_weights_need_a_models_directory():
    reason = f"no models directory, which should hold {WHISPER.weights}"
    assert why_not_installed(UNPACKED) == reason


def test_a_half_copied_folder_is_not_installed(tmp_path):
    folder = tmp_path / UNPACKED.weights
    folder.mkdir()
    (folder / "config.json").write_text("{}")
    assert why_not_installed(UNPACKED, tmp_path) == f"missing in {folder}: model.bin"


def test_packages_and_weights_make_a_model_installed(tmp_path):
    folder = tmp_path / UNPACKED.weights
    folder.mkdir()
    for name in ("config.json", "model.bin"):
        (folder / name).write_bytes(b"x")
    assert is_installed(UNPACKED, tmp_path)


@pytest.mark.parametrize("model_id", ["no-such-model", "", "../tiny"])
def test_models_that_nobody_lists_are_unavailable(model_id):
    with pytest.raises(ListeningFailed) as caught:
        load_engine(model_id)
    assert caught.value.failure is Failure.MODEL_UNAVAILABLE


def test_options_survive_the_wire():
    options = Options("tiny", language="de", speakers=3, vocabulary=("Sotto", "Ænima"))
    assert Options.from_json(options.to_json()) == options


def test_results_survive_the_wire():
    words = [Word("Hello,", 0.5, 1.0, 0.9, "Speaker 1"), Word("you", 1.0, 1.25)]
    result = Result(
        language="en",
        duration=2.0,
        model="tiny",
        segments=[Segment(0.5, 1.25, "Hello, you", "Speaker 1", 0.9, words)],
        speakers=["Speaker 1"],
        speech_seconds=0.75,
        unheard=[Span(1.5, 2.0)],
        warnings=["alignment_failed"],
    )
    assert Result.from_json(result.to_json()) == result
