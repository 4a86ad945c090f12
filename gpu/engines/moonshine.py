"""The embedded engine: Moonshine tiny (English) from inside the moonshine-voice wheel.

Chosen by measurement: voice activity in windows of a minute (the library's detector is
quadratic in length), then chunks of at most twenty seconds with voice activity off, because the
model repeats itself for ever on longer ones.
"""

from __future__ import annotations

import os
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice
from queue import SimpleQueue
from typing import TYPE_CHECKING, NamedTuple

from moonshine_voice.errors import MoonshineError

from gpu.contract import (
    BYTES_PER_SAMPLE,
    SAMPLE_RATE_HZ,
    Failure,
    ListeningFailed,
    Span,
    Word,
)
from gpu.engines import Chunk, Heard
from gpu.engines._align import Aligner
from gpu.engines._moonshine_ear import Ear, fresh_voice_detector
from gpu.engines._pcm import levelled, samples_of
from gpu.engines._repetition import is_gibberish

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from concurrent.futures import Future
    from pathlib import Path

    from gpu.contract import Model, Options

MIN_CHUNK_SECONDS = 0.3
# On clicks and breaths of less than this the model says one of these, and nobody did.
STRAY_SECONDS = 0.4
STRAY_TEXTS = frozenset({"you", "?", "you."})
# Four lanes are as fast as the one thread that feeds them and aligns their words.
MAX_LANES = 4
# Read by the library when it loads a model. Its own thread pool spins: two single-threaded
# lanes recognise 1.2 times as fast on two cores as one lane with two threads.
_SINGLE_THREAD = "MOONSHINE_ORT_SINGLE_THREAD"


class Piece(NamedTuple):
    """Text of a part of a chunk; "" where nothing believable came back."""

    chunk: Chunk
    text: str


class MoonshineEngine:
    """``gpu.engines.Engine`` over as many lanes as there are processors."""

    max_chunk_seconds = 20.0

    def __init__(self, model: Model, models_dir: Path | None = None) -> None:
        del models_dir  # the weights are in the wheel
        self._languages = model.languages
        self._lanes: SimpleQueue[Ear] = SimpleQueue()
        self._pool: ThreadPoolExecutor | None = None

    def prepare(self, options: Options) -> None:
        if options.language not in {"auto", *self._languages}:
            raise ListeningFailed(Failure.LANGUAGE_UNSUPPORTED, options.language)
        if self._pool is None:
            self._load()
        self._voice = fresh_voice_detector()

    def _load(self) -> None:
        lanes = min(MAX_LANES, _processors())
        os.environ.setdefault(_SINGLE_THREAD, "1")
        try:
            for _ in range(lanes):
                self._lanes.put(Ear({"vad_threshold": "0", "vad_max_segment_duration": "64"}))
            self._aligner = Aligner()
        except (MoonshineError, RuntimeError, OSError) as error:
            raise ListeningFailed(Failure.MODEL_UNAVAILABLE, str(error)) from error
        self._pool = ThreadPoolExecutor(lanes, thread_name_prefix="moonshine")
        self._pending = 2 * lanes

    def find_speech(self, pcm: bytes) -> list[Span]:
        with _engine_failures():
            return [span for span, _ in self._voice.lines(levelled(samples_of(pcm)))]

    def recognise(self, chunks: Iterable[Chunk], options: Options) -> Iterator[Heard]:
        del options  # one language, no vocabulary
        for pieces in self._in_order(iter(chunks)):
            yield from map(self._timed, pieces)

    def _in_order(self, chunks: Iterator[Chunk]) -> Iterator[list[Piece]]:
        """Recognise ahead in the lanes, hand out in order."""
        assert self._pool is not None, "prepare() comes first"
        ahead: deque[Future[list[Piece]]] = deque()
        try:
            while True:
                for chunk in islice(chunks, self._pending - len(ahead)):
                    ahead.append(self._pool.submit(self._recognise_one, chunk))
                if not ahead:
                    return
                with _engine_failures():
                    pieces = ahead.popleft().result()
                yield pieces
        finally:
            for future in ahead:
                future.cancel()

    def _recognise_one(self, chunk: Chunk) -> list[Piece]:
        """One piece, or one for each span where the whole sent the model into a loop."""
        ear = self._lanes.get()
        try:
            text = _said(ear, chunk)
            if text or len(chunk.spans) < 2:
                return [Piece(chunk, text)]
            return [Piece(part, _said(ear, part)) for part in _parts(chunk)]
        finally:
            self._lanes.put(ear)

    def _timed(self, piece: Piece) -> Heard:
        heard = Heard(piece.chunk.spans, language="en")
        words = _displayed(piece.text)
        if not words:
            return heard
        offset = piece.chunk.start
        speech = [Span(span.start - offset, span.end - offset) for span in piece.chunk.spans]
        times, heard.times_estimated = self._aligner.align(piece.chunk.pcm, words, speech)
        heard.words = [
            Word(text, offset + time.start, offset + time.end)
            for text, time in zip(words, times, strict=True)
        ]
        return heard

    def close(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None
            while not self._lanes.empty():
                self._lanes.get().close()


def _said(ear: Ear, chunk: Chunk) -> str:
    """What is said in ``chunk``, or "" where the model only made it up."""
    seconds = len(chunk.pcm) / BYTES_PER_SAMPLE / SAMPLE_RATE_HZ
    if seconds < MIN_CHUNK_SECONDS:
        return ""
    text = " ".join(text for _, text in ear.lines(levelled(samples_of(chunk.pcm))) if text)
    speech_seconds = sum(span.end - span.start for span in chunk.spans)
    is_stray = speech_seconds < STRAY_SECONDS and text.lower() in STRAY_TEXTS
    return "" if is_stray or is_gibberish(text, seconds) else text


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextmanager
def _engine_failures() -> Iterator[None]:
    try:
        yield
    except MoonshineError as error:
        raise ListeningFailed(Failure.ENGINE_FAILED, str(error)) from error


def _parts(chunk: Chunk) -> Iterator[Chunk]:
    """``chunk`` cut in the middle of each pause."""
    pauses = zip(chunk.spans, chunk.spans[1:], strict=False)
    cuts = [(before.end + after.start) / 2 - chunk.start for before, after in pauses]
    edges = [0, *(int(cut * SAMPLE_RATE_HZ) * BYTES_PER_SAMPLE for cut in cuts), len(chunk.pcm)]
    for span, begin, end in zip(chunk.spans, edges, edges[1:], strict=False):
        start = chunk.start + begin / BYTES_PER_SAMPLE / SAMPLE_RATE_HZ
        yield Chunk(start, chunk.pcm[begin:end], (span,))


def _displayed(text: str) -> list[str]:
    """Words as shown; a dash or quote that stands alone stays with the word before it."""
    words: list[str] = []
    for token in text.split():
        if words and not any(character.isalnum() for character in token):
            words[-1] = f"{words[-1]} {token}"
        else:
            words.append(token)
    return words
