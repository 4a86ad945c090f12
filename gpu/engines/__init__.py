"""Speech engines: one file each, imported on first use by the dotted path in ``gpu.contract``.

This file is their common border and imports none of them, nor numpy.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from gpu.contract import MODELS_BY_ID, Failure, ListeningFailed, Span, Word, why_not_installed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from gpu.contract import Model, Options


@dataclass(frozen=True, slots=True)
class Chunk:
    """Audio to recognise at once: PCM as in ``gpu.contract``, beginning at ``start``.

    ``spans`` are the stretches of speech in it. All times are seconds from the start of the
    recording.
    """

    start: float
    pcm: bytes
    spans: tuple[Span, ...]


@dataclass(slots=True)
class Heard:
    """What came of a stretch of speech: no ``words`` where nothing believable came back.

    ``times_estimated``: the words could not be aligned with the sound, so their times were
    spread over the speech in proportion to their letters.
    """

    spans: tuple[Span, ...]
    words: list[Word] = field(default_factory=list)
    language: str = ""
    times_estimated: bool = False


class Engine(Protocol):
    """Turns speech into timed words. Used by one thread; may own more of them inside.

    ``max_chunk_seconds`` is the longest chunk ``recognise`` takes. ``find_speech`` never
    returns a longer span. ``close`` frees threads and weights.
    """

    max_chunk_seconds: float

    def prepare(self, options: Options) -> None:
        """Load weights where that is not done yet.

        Raises ListeningFailed with LANGUAGE_UNSUPPORTED or MODEL_UNAVAILABLE.
        """

    def find_speech(self, pcm: bytes) -> list[Span]:
        """Stretches of speech in a window of at most ``WINDOW_SECONDS``, from its start."""

    def recognise(self, chunks: Iterable[Chunk], options: Options) -> Iterator[Heard]:
        """Words of each chunk, in the order of ``chunks``, which are pulled as needed.

        A chunk may come back in several pieces. Raises ListeningFailed(ENGINE_FAILED).
        """

    def close(self) -> None: ...


# Their words are characters, shown without spaces.
UNSPACED_LANGUAGES = frozenset({"ja", "yue", "zh"})

# The embedded engine's voice activity is quadratic in the length of what it is given.
WINDOW_SECONDS = 60.0


def load_engine(model_id: str, models_dir: Path | None = None) -> Engine:
    """The engine for a row of the catalogue; its weights load in ``prepare``.

    Raises ListeningFailed(MODEL_UNAVAILABLE) for unknown models and missing packages or weights.
    """
    model = MODELS_BY_ID.get(model_id)
    if model is None:
        raise ListeningFailed(Failure.MODEL_UNAVAILABLE, "not in the catalogue")
    if reason := why_not_installed(model, models_dir):
        raise ListeningFailed(Failure.MODEL_UNAVAILABLE, reason)
    return _construct(model, models_dir)


def _construct(model: Model, models_dir: Path | None) -> Engine:
    module_name, _, class_name = model.engine.partition(":")
    try:
        engine_class = getattr(import_module(module_name), class_name)
    except (ImportError, OSError) as error:  # OSError: a shared library this system cannot load
        raise ListeningFailed(Failure.MODEL_UNAVAILABLE, str(error)) from error
    return cast("Engine", engine_class(model, models_dir))
