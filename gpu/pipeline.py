"""From sound to transcript: voice activity, recognition, alignment, speakers.

Knows no Django and no engine in particular. Sound streams through in windows of a minute, so
memory hardly grows with the length of the recording.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, TypeVar

from gpu.contract import (
    Degraded,
    Failure,
    ListeningFailed,
    Progress,
    Result,
    Span,
    Stage,
    Word,
)
from gpu.engines import load_engine
from gpu.segments import assign_speakers, in_order, segments_of, unheard_spans
from gpu.speech import chunks, windows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gpu.contract import Options
    from gpu.diarise import Diariser, Turn
    from gpu.engines import Engine
    from gpu.speech import Window

T = TypeVar("T")

log = logging.getLogger(__name__)

# How much of the bar belongs to recognising; speakers take what remains.
RECOGNISING_SHARE = 0.95
# With more words than this share placed by guess, the transcript says so.
MAX_ESTIMATED_SHARE = 0.1


def listen(  # noqa: PLR0913 - the one door; all but two go by name
    blocks: Iterator[bytes],
    options: Options,
    *,
    declared_seconds: float | None,
    on_progress: Callable[[Progress], None],
    check_cancelled: Callable[[], None],
    engine: Engine | None = None,
) -> Result:
    """The transcript of a recording.

    ``blocks`` are PCM as in ``gpu.contract``, of any size; what the iterator raises goes
    through. ``check_cancelled`` raises to stop, and is asked every few seconds of sound.
    ``declared_seconds`` (what the file says) only serves the progress.

    Raises ListeningFailed: LANGUAGE_UNSUPPORTED, MODEL_UNAVAILABLE, NO_SPEECH, ENGINE_FAILED.
    """
    bar = _Bar(declared_seconds, on_progress)
    bar.show(Stage.LOADING)
    check_cancelled()
    engine = engine or load_engine(options.model)
    engine.prepare(options)
    check_cancelled()
    listener = _Listener(options, engine, bar, check_cancelled)
    listener.recognise(blocks)
    return listener.result()


class _Bar:
    """Progress that never goes back and reaches 1 only at the end."""

    def __init__(
        self, seconds_total: float | None, on_progress: Callable[[Progress], None]
    ) -> None:
        self._seconds_total = seconds_total
        self._on_progress = on_progress
        self._fraction = 0.0
        self._seconds_done = 0.0

    def show(self, stage: Stage, *, is_done: bool = False) -> None:
        fraction = 1.0 if is_done else self._fraction
        self._on_progress(Progress(stage, fraction, self._seconds_done, self._seconds_total))

    def heard(self, seconds_done: float) -> None:
        self._seconds_done = max(self._seconds_done, seconds_done)
        # A file that does not say how long it is, or lies: come closer and closer.
        total = self._seconds_total or 0.0
        expected = total if total > self._seconds_done else self._seconds_done + 60.0
        fraction = RECOGNISING_SHARE * self._seconds_done / expected
        self._fraction = max(self._fraction, fraction)
        self.show(Stage.RECOGNISING)

    def recognised(self, seconds: float) -> None:
        self._seconds_done = self._seconds_total = seconds
        self._fraction = RECOGNISING_SHARE


class _Listener:
    """One recording on its way through the engine."""

    def __init__(
        self, options: Options, engine: Engine, bar: _Bar, check_cancelled: Callable[[], None]
    ) -> None:
        self._options = options
        self._engine = engine
        self._bar = bar
        self._check_cancelled = check_cancelled
        self._warnings: list[str] = []
        self._diariser = self._degrading(_new_diariser) if options.diarize else None
        self._duration = 0.0
        self._spans: list[Span] = []
        self._words: list[Word] = []
        self._estimated_words = 0
        self._language = ""

    def recognise(self, blocks: Iterator[bytes]) -> None:
        """Stream the recording through; keeps words and figures, no sound."""
        stream = chunks(self._windows(blocks), self._engine.max_chunk_seconds)
        for heard in self._engine.recognise(stream, self._options):
            self._check_cancelled()
            self._words += heard.words
            self._estimated_words += len(heard.words) if heard.times_estimated else 0
            self._language = self._language or heard.language
            self._bar.heard(heard.spans[-1].end)

    def _windows(self, blocks: Iterator[bytes]) -> Iterator[Window]:
        for window in windows(blocks, self._engine.find_speech):
            self._check_cancelled()
            self._duration = window.end
            self._spans += window.spans
            self._collect_voices(window)
            yield window

    def _collect_voices(self, window: Window) -> None:
        diariser = self._diariser
        if diariser is not None:
            self._degrading(lambda: diariser.add(window.start, window.pcm, window.spans))

    def _degrading(self, stage: Callable[[], T]) -> T | None:
        """Run a part of the diarisation; should it fail, go on without speakers and say so."""
        try:
            return stage()
        except Exception:  # the words are worth keeping, whatever failed
            log.exception("diarisation failed")
            self._diariser = None
            self._warnings.append(Degraded.DIARISATION)
            return None

    def result(self) -> Result:
        """Raises ListeningFailed(NO_SPEECH) where there is not one word."""
        self._bar.recognised(self._duration)
        if not self._words:
            self._bar.show(Stage.RECOGNISING)
            raise ListeningFailed(Failure.NO_SPEECH, f"{len(self._spans)} spans of speech")
        words = in_order(self._words)
        speakers = assign_speakers(words, self._turns())
        if self._estimated_words > MAX_ESTIMATED_SHARE * len(words):
            self._warnings.append(Degraded.ALIGNMENT)
        result = Result(
            language=self._language,
            duration=self._duration,
            model=self._options.model,
            segments=segments_of(words, self._language),
            speakers=speakers,
            speech_seconds=sum(span.end - span.start for span in self._spans),
            unheard=unheard_spans(self._spans, words),
            warnings=self._warnings,
        )
        self._bar.show(Stage.DIARISING, is_done=True)
        return result

    def _turns(self) -> list[Turn]:
        diariser = self._diariser
        if diariser is None:
            return []
        self._bar.show(Stage.DIARISING)
        self._check_cancelled()
        return self._degrading(lambda: diariser.turns(self._options.speakers)) or []


def _new_diariser() -> Diariser:
    from gpu.diarise import Diariser

    return Diariser()
