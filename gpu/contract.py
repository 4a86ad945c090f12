"""The border between the web and the machine that listens.

Pure Python: no Django, no numpy, no engine. Both sides import it; it imports
nothing of theirs. A new engine is one file in ``gpu/engines/`` and rows here.

Times are seconds from the start of the recording, as floats. Audio is mono
PCM, signed 16 bit little endian, at ``SAMPLE_RATE_HZ``.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

SAMPLE_RATE_HZ = 16_000
BYTES_PER_SAMPLE = 2

MAX_SPEAKERS = 20
MAX_VOCABULARY_TERMS = 500
MAX_VOCABULARY_TERM_CHARS = 80


class Failure(StrEnum):
    """Why a job ended without a transcript. Texts and HTTP statuses: ``transcripts/failures.py``."""

    UNREADABLE_MEDIA = "unreadable_media"
    NO_AUDIO_TRACK = "no_audio_track"
    TOO_LONG = "too_long"
    NO_SPEECH = "no_speech"
    MODEL_UNAVAILABLE = "model_unavailable"
    LANGUAGE_UNSUPPORTED = "language_unsupported"
    DECODER_CRASH = "decoder_crash"
    ENGINE_FAILED = "engine_failed"
    WORKER_CRASH = "worker_crash"
    AUDIO_LOST = "audio_lost"
    AUDIO_EXPIRED = "audio_expired"
    CANCELLED = "cancelled"


class ListeningFailed(Exception):  # noqa: N818 - reads as the sentence it is
    """Raised by the decoder, an engine or the pipeline. ``detail`` is for logs, never for users."""

    def __init__(self, failure: Failure, detail: str = "") -> None:
        super().__init__(f"{failure}: {detail}" if detail else str(failure))
        self.failure = failure
        self.detail = detail


class Degraded(StrEnum):
    """A stage that failed while the transcript stands all the same; see ``Result.warnings``."""

    ALIGNMENT = "alignment_failed"
    DIARISATION = "diarisation_failed"


class Stage(StrEnum):
    """Where a running job is. The order is the order of the pages' progress list."""

    DECODING = "decoding"
    LOADING = "loading"
    RECOGNISING = "recognising"
    DIARISING = "diarising"
    SAVING = "saving"


@dataclass(frozen=True)
class Model:
    """One row of the catalogue. ``engine`` is a dotted path, imported on first use.

    ``requires`` names the importable packages the engine needs, ``weights`` the folder of the
    models directory that holds its weights ("" where they come inside a package). A model that
    lacks either is shown as not installed, with ``install_hint`` as the command that brings it.
    """

    id: str
    label: str
    engine: str
    languages: tuple[str, ...]
    requires: tuple[str, ...]
    install_hint: str
    weights: str = ""
    needs_gpu: bool = False
    translates: bool = False
    accepts_vocabulary: bool = False
    note: str = ""


@dataclass(frozen=True)
class Options:
    """What the caller asked for. ``speakers`` 0 means: find out; ``language`` may be ``auto``."""

    model: str
    language: str = "auto"
    diarize: bool = True
    speakers: int = 0
    vocabulary: tuple[str, ...] = ()
    max_seconds: float | None = None

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "vocabulary": list(self.vocabulary)}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Options:
        return cls(**{**data, "vocabulary": tuple(data.get("vocabulary", ()))})


@dataclass(slots=True)
class Word:
    text: str
    start: float
    end: float
    confidence: float | None = None
    speaker: str = ""


@dataclass(slots=True)
class Segment:
    """A stretch of speech by one speaker. ``speaker`` is "" where nobody could tell."""

    start: float
    end: float
    text: str
    speaker: str = ""
    confidence: float | None = None
    words: list[Word] = field(default_factory=list)


@dataclass(slots=True)
class Span:
    start: float
    end: float


@dataclass(slots=True)
class Result:
    """What the machine heard.

    ``unheard`` are stretches where voice activity found speech but no words came back: they
    are reported, not hidden. ``warnings`` holds values of ``Degraded``. ``speakers`` are named
    in the order in which they first speak. Word times are monotone and lie in their segment.
    """

    language: str
    duration: float
    model: str
    segments: list[Segment]
    speakers: list[str]
    speech_seconds: float
    unheard: list[Span] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Result:
        segments = [
            Segment(**{**row, "words": [Word(**word) for word in row["words"]]})
            for row in data["segments"]
        ]
        unheard = [Span(**row) for row in data["unheard"]]
        return cls(**{**data, "segments": segments, "unheard": unheard})


@dataclass(frozen=True, slots=True)
class Progress:
    """``fraction`` 0..1 over the whole job; ``None`` seconds where the length is not known yet."""

    stage: Stage
    fraction: float
    seconds_done: float = 0.0
    seconds_total: float | None = None


WHISPER_LANGUAGES = tuple(
    "en zh de es ru ko fr ja pt tr pl ca nl ar sv it id hi fi vi he uk el ms cs ro da hu ta no th "
    "ur hr bg lt la mi ml cy sk te fa lv bn sr az sl kn et mk br eu is hy ne mn bs kk sq sw gl mr "
    "pa si km sn yo so af oc ka be tg sd gu am yi lo uz fo ht ps tk nn mt sa lb my bo tl mg as tt "
    "haw ln ha ba jw su yue".split()
)

_MOONSHINE = "gpu.engines.moonshine:MoonshineEngine"
_WHISPERX = "gpu.engines.whisperx:WhisperXEngine"
_GPU_HINT = "uv pip install 'whisperx==3.8.6'"


def _whisper(
    model_id: str,
    label: str,
    *,
    languages: tuple[str, ...] = WHISPER_LANGUAGES,
    translates: bool = True,
    note: str = "",
) -> Model:
    return Model(
        id=model_id,
        label=label,
        engine=_WHISPERX,
        languages=languages,
        requires=("whisperx", "torch"),
        install_hint=_GPU_HINT,
        weights=f"whisper-{model_id}",
        needs_gpu=model_id.startswith(("large", "distil")),
        translates=translates,
        accepts_vocabulary=True,
        note=note,
    )


MODELS: tuple[Model, ...] = (
    Model(
        id="moonshine-tiny-en",
        label="Moonshine tiny",
        engine=_MOONSHINE,
        languages=("en",),
        requires=("moonshine_voice", "pocketsphinx", "numpy"),
        install_hint="uv pip install 'moonshine-voice==0.1.0' 'pocketsphinx>=5.1,<6'",
        note="Comes with Sotto; English only, runs on any processor.",
    ),
    _whisper("large-v3", "Whisper large-v3"),
    _whisper("large-v3-turbo", "Whisper large-v3-turbo", translates=False),
    _whisper(
        "distil-large-v3",
        "Distil-Whisper large-v3",
        languages=("en",),
        translates=False,
        note="English only.",
    ),
    _whisper("medium", "Whisper medium"),
    _whisper("small", "Whisper small"),
    _whisper("base", "Whisper base"),
    _whisper("tiny", "Whisper tiny"),
)
MODELS_BY_ID = {model.id: model for model in MODELS}
EMBEDDED_MODEL_ID = "moonshine-tiny-en"


def engine_version(model: Model) -> tuple[str, str]:
    """The engine's package and its version ("" where it is not installed here)."""
    from importlib.metadata import PackageNotFoundError, version

    package = model.requires[0]
    try:
        return package, version(package)
    except PackageNotFoundError:
        return package, ""


# What CTranslate2 cannot do without; a half-copied folder is not an installed model.
_WEIGHT_FILES = ("model.bin", "config.json")


def is_installed(model: Model, models_dir: Path | None = None) -> bool:
    """Whether the engine's packages can be imported and its weights lie in ``models_dir``.

    Imports nothing and reads no weights.
    """
    return not why_not_installed(model, models_dir)


def why_not_installed(model: Model, models_dir: Path | None = None) -> str:
    """What is missing, for an operator ("" when nothing is): package names or a folder."""
    from importlib.util import find_spec

    missing = [name for name in model.requires if find_spec(name) is None]
    if missing:
        return f"missing packages: {', '.join(missing)}"
    if not model.weights:
        return ""
    if models_dir is None:
        return f"no models directory, which should hold {model.weights}"
    folder = models_dir / model.weights
    absent = [name for name in _WEIGHT_FILES if not (folder / name).is_file()]
    return f"missing in {folder}: {', '.join(absent)}" if absent else ""
