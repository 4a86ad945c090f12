"""When each word of a known text was said: PocketSphinx forced alignment, with a fall-back."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, NamedTuple

from gpu.contract import SAMPLE_RATE_HZ, Span
from gpu.engines._phones import phones_of
from gpu.engines._spoken import spoken_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pocketsphinx

log = logging.getLogger(__name__)

FRAMES_PER_SECOND = 100
# The library's own beams lose the path in one long chunk out of fifty; these find it again.
_WIDE_BEAMS = {"beam": 1e-150, "wbeam": 1e-120, "pbeam": 1e-150}


class Alignment(NamedTuple):
    """One span for each displayed word, seconds from the start of the sound, monotone."""

    times: list[Span]
    estimated: bool


class Aligner:
    """English words to their places in up to twenty seconds of sound. For one thread."""

    def __init__(self) -> None:
        self._narrow = _decoder({})
        self._wide: pocketsphinx.Decoder | None = None

    def align(self, pcm: bytes, words: Sequence[str], speech: Sequence[Span]) -> Alignment:
        """Times of ``words`` (as displayed), one for one.

        ``speech`` are the stretches of speech in ``pcm``: where the words cannot be found in the
        sound, they are spread over these in proportion to their letters.
        """
        spoken = [spoken_words(word) or ["uh"] for word in words]
        found = self._search(pcm, [token for tokens in spoken for token in tokens])
        if not found:
            return Alignment(spread(words, speech), estimated=True)
        return Alignment(_grouped(found, [len(tokens) for tokens in spoken]), estimated=False)

    def _search(self, pcm: bytes, tokens: list[str]) -> list[Span]:
        """Spans of all ``tokens``, or nothing: a path that lost words would shift the rest."""
        try:
            return _forced(self._narrow, pcm, tokens) or _forced(self._widened(), pcm, tokens)
        except RuntimeError:
            log.warning("forced alignment refused words", extra={"count": len(tokens)})
            return []

    def _widened(self) -> pocketsphinx.Decoder:
        self._wide = self._wide or _decoder(_WIDE_BEAMS)
        return self._wide


def _decoder(beams: dict[str, float]) -> pocketsphinx.Decoder:
    from pocketsphinx import Decoder

    # cmn: normalise by this utterance alone, not by those before it.
    return Decoder(lm=None, samprate=SAMPLE_RATE_HZ, cmn="batch", loglevel="FATAL", **beams)


def _forced(decoder: pocketsphinx.Decoder, pcm: bytes, tokens: list[str]) -> list[Span]:
    for token in tokens:
        if decoder.lookup_word(token) is None:
            decoder.add_word(token, phones_of(token), update=False)
    decoder.set_align_text(" ".join(tokens))
    decoder.start_utt()
    decoder.process_raw(pcm, full_utt=True)
    decoder.end_utt()
    path = [part for part in decoder.seg() or () if part.word[0] not in "<["]
    if [part.word.partition("(")[0] for part in path] != tokens:
        return []
    return [
        Span(part.start_frame / FRAMES_PER_SECOND, (part.end_frame + 1) / FRAMES_PER_SECOND)
        for part in path
    ]


def _grouped(found: list[Span], sizes: list[int]) -> list[Span]:
    """One span for each run of ``sizes`` neighbours in ``found``."""
    grouped = []
    at = 0
    for size in sizes:
        grouped.append(Span(found[at].start, found[at + size - 1].end))
        at += size
    return grouped


def spread(words: Sequence[str], speech: Sequence[Span]) -> list[Span]:
    """Spans for ``words`` that fill ``speech``, each as long as its share of the letters."""
    weights = [len(word) + 1 for word in words]
    seconds_per_letter = sum(span.end - span.start for span in speech) / (sum(weights) or 1)
    spans = []
    said = 0
    for weight in weights:
        start = _within(speech, said * seconds_per_letter)
        said += weight
        spans.append(Span(start, max(start, _within(speech, said * seconds_per_letter))))
    return spans


def _within(speech: Sequence[Span], seconds: float) -> float:
    """The moment when ``seconds`` of ``speech`` have been said."""
    for span in speech:
        length = span.end - span.start
        if seconds <= length:
            return span.start + seconds
        seconds -= length
    return speech[-1].end if speech else 0.0
