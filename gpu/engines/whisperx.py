"""Whisper through WhisperX: batched CTranslate2 decoding, wav2vec2 alignment. Needs the extra ``gpu``.

Nothing is ever fetched: all weights are folders of the models directory, ``whisper-<model>``
(CTranslate2), ``align-<language>`` (wav2vec2 in the Hugging Face format) and ``nltk_data``. Only
WhisperX's parts are called, from memory; its voice activity model comes in its wheel.
"""

from __future__ import annotations

import logging
import os
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from gpu.contract import (
    BYTES_PER_SAMPLE,
    SAMPLE_RATE_HZ,
    Failure,
    ListeningFailed,
    Span,
    Word,
)
from gpu.engines import UNSPACED_LANGUAGES, Heard
from gpu.engines._align import spread
from gpu.engines._pcm import samples_of
from gpu.engines._repetition import is_gibberish

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from gpu.contract import Model, Options
    from gpu.engines import Chunk
    from gpu.engines._pcm import Samples

log = logging.getLogger(__name__)

BATCH_ON_GPU = 16
BATCH_ON_CPU = 4
# WhisperX's own thresholds for its voice activity model.
VOICE_ONSET = 0.5
VOICE_OFFSET = 0.363
_PREFERRED = {"cuda": ("float16", "int8_float16", "float32"), "cpu": ("int8", "float32")}
_OFFLINE = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "PYANNOTE_METRICS_ENABLED": "0"}


class WhisperXEngine:
    """``gpu.engines.Engine`` over one Whisper model of the models directory."""

    # Whisper hears thirty seconds; the rest is for the pads.
    max_chunk_seconds = 29.0

    def __init__(self, model: Model, models_dir: Path | None) -> None:
        assert models_dir is not None, "load_engine() looked for the weights in it"
        self._model = model
        self._models_dir = models_dir
        self._asr: Any = None
        self._device = ""
        self._aligners: dict[str, tuple[Any, Any] | None] = {}

    def prepare(self, options: Options) -> None:
        if options.language not in {"auto", *self._model.languages}:
            raise ListeningFailed(Failure.LANGUAGE_UNSUPPORTED, options.language)
        if self._asr is None:
            with _failing_as(Failure.MODEL_UNAVAILABLE):
                self._load()

    def _load(self) -> None:
        os.environ.update(_OFFLINE)
        os.environ.setdefault("NLTK_DATA", str(self._models_dir / "nltk_data"))
        import ctranslate2
        import torch
        import whisperx

        self._device = "cuda" if torch.cuda.is_available() else "cpu"
        supported = ctranslate2.get_supported_compute_types(self._device)
        self._asr = whisperx.load_model(
            str(self._models_dir / self._model.weights),
            self._device,
            compute_type=next(name for name in _PREFERRED[self._device] if name in supported),
            vad_method="pyannote",
            vad_options={"vad_onset": VOICE_ONSET, "vad_offset": VOICE_OFFSET},
            threads=os.cpu_count() or 1,
            local_files_only=True,
        )

    def find_speech(self, pcm: bytes) -> list[Span]:
        import torch
        from whisperx.vads.pyannote import Binarize

        with _failing_as(Failure.ENGINE_FAILED):
            waveform = torch.from_numpy(samples_of(pcm)).unsqueeze(0)
            scores = self._asr.vad_model({"waveform": waveform, "sample_rate": SAMPLE_RATE_HZ})
            speech = Binarize(
                onset=VOICE_ONSET, offset=VOICE_OFFSET, max_duration=self.max_chunk_seconds
            )(scores)
            return [Span(float(part.start), float(part.end)) for part in speech.get_timeline()]

    def recognise(self, chunks: Iterable[Chunk], options: Options) -> Iterator[Heard]:
        stream = iter(chunks)
        size = BATCH_ON_GPU if self._device == "cuda" else BATCH_ON_CPU
        language = "" if options.language == "auto" else options.language
        while batch := list(islice(stream, size)):
            with _failing_as(Failure.ENGINE_FAILED):
                sounds = [samples_of(chunk.pcm) for chunk in batch]
                language = language or self._asr.detect_language(sounds[0])
                self._set_up(language, options)
                texts = [said["text"] for said in self._asr(_inputs(sounds), batch_size=size)]
                heard = [
                    self._timed(chunk, sound, text, language)
                    for chunk, sound, text in zip(batch, sounds, texts, strict=True)
                ]
            yield from heard

    def _set_up(self, language: str, options: Options) -> None:
        """Tell WhisperX's pipeline, which keeps such things, about this job."""
        from faster_whisper.tokenizer import Tokenizer

        whisper = self._asr.model
        self._asr.tokenizer = Tokenizer(
            whisper.hf_tokenizer,
            whisper.model.is_multilingual,
            task="transcribe",
            language=language,
        )
        hotwords = ", ".join(options.vocabulary) or None
        self._asr.options = replace(self._asr.options, hotwords=hotwords)

    def _timed(self, chunk: Chunk, sound: Samples, text: str, language: str) -> Heard:
        seconds = len(chunk.pcm) / BYTES_PER_SAMPLE / SAMPLE_RATE_HZ
        if is_gibberish(text, seconds):
            return Heard(chunk.spans, language=language)
        words = self._aligned(sound, text.strip(), language, seconds, chunk.start)
        if words:
            return Heard(chunk.spans, words, language)
        shown = displayed(text, language)
        times = spread(shown, chunk.spans)
        guessed = [
            Word(word, time.start, time.end) for word, time in zip(shown, times, strict=True)
        ]
        return Heard(chunk.spans, guessed, language, times_estimated=True)

    def _aligned(
        self, sound: Samples, text: str, language: str, seconds: float, offset: float
    ) -> list[Word]:
        """Words with times, or none where they could not be aligned."""
        if (aligner := self._aligner(language)) is None:
            return []
        import whisperx

        try:
            whole = {"start": 0.0, "end": seconds, "text": text}
            found = whisperx.align([whole], *aligner, sound, self._device)
        except (RuntimeError, ValueError, LookupError, OSError):  # OSError: it tries to download
            log.warning("alignment failed", exc_info=True)
            return []
        return words_of(found["segments"], Span(offset, offset + seconds))

    def _aligner(self, language: str) -> tuple[Any, Any] | None:
        if language not in self._aligners:
            self._aligners[language] = self._load_aligner(language)
        return self._aligners[language]

    def _load_aligner(self, language: str) -> tuple[Any, Any] | None:
        folder = self._models_dir / f"align-{language}"
        if not folder.is_dir():
            return None
        import whisperx

        model, about = whisperx.load_align_model(
            language, self._device, model_name=str(folder), model_cache_only=True
        )
        return model, about

    def close(self) -> None:
        self._asr = None
        self._aligners.clear()


def _inputs(sounds: Iterable[Samples]) -> Iterator[dict[str, Samples]]:
    """What WhisperX's pipeline iterates over; it takes no list."""
    for sound in sounds:
        yield {"inputs": sound}


@contextmanager
def _failing_as(failure: Failure) -> Iterator[None]:
    """Libraries raise these for missing weights, drivers, memory and codes they don't know."""
    try:
        yield
    except (ImportError, RuntimeError, ValueError, OSError, StopIteration) as error:
        raise ListeningFailed(failure, f"{type(error).__name__}: {error}") from error


def displayed(text: str, language: str) -> list[str]:
    """Words as shown; characters where the language is written without spaces."""
    return list("".join(text.split())) if language in UNSPACED_LANGUAGES else text.split()


def words_of(segments: Sequence[Mapping[str, Any]], bounds: Span) -> list[Word]:
    """WhisperX's aligned segments, whose times count from ``bounds.start``, as our words.

    WhisperX leaves out the times of what its alphabet lacks (digits, mostly): such words share
    the time between their neighbours.
    """
    words = [
        _word(row, bounds.start)
        for segment in segments
        for row in segment["words"]
        if row["word"].strip()
    ]
    at = 0
    while at < len(words):
        end = at
        while end < len(words) and words[end].end < 0:
            end += 1
        if end > at:
            before = words[at - 1].end if at else bounds.start
            after = words[end].start if end < len(words) else bounds.end
            _share(words[at:end], Span(before, max(before, after)))
        at = end + 1
    return words


def _word(row: Mapping[str, Any], offset: float) -> Word:
    """Ends at -1 where WhisperX has no times."""
    text = row["word"].strip()
    if "start" not in row or "end" not in row:
        return Word(text, -1.0, -1.0)
    score = row.get("score")
    return Word(
        text,
        offset + float(row["start"]),
        offset + float(row["end"]),
        None if score is None else float(score),
    )


def _share(words: Sequence[Word], time: Span) -> None:
    for word, span in zip(words, spread([word.text for word in words], [time]), strict=True):
        word.start, word.end = span.start, span.end
