"""Who spoke when, without weights: Gaussians over cepstra, Ward's clustering, resegmentation.

Sound is boiled down to cells of a fifth of a second as it streams by (80 bytes each), so that
ten hours cost 15 MB; the clustering afterwards sees no sound.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gpu.diarise.cepstra import CEPSTRA, cepstra_of
from gpu.diarise.voices import CELL_SECONDS, Voices

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from gpu.contract import Span
    from gpu.diarise.ward import Ints

FRAMES_PER_CELL = 20


@dataclass(frozen=True, slots=True)
class Turn:
    """``speaker`` counts from 0 in order of appearance. Seconds from the recording's start."""

    start: float
    end: float
    speaker: int


class Diariser:
    """Fed with windows of sound in order, then asked once for the turns."""

    def __init__(self) -> None:
        # Arrays that grow in place, and are not copied in the end.
        self._index = bytearray()
        self._means = bytearray()
        self._variances = bytearray()
        self._spans: list[Span] = []

    def add(self, start: float, pcm: bytes, spans: Sequence[Span]) -> None:
        """Take in a window of PCM (as in ``gpu.contract``) that begins at ``start``, a multiple
        of CELL_SECONDS, and the stretches of speech in it (seconds from the recording's start).
        """
        self._spans += spans
        cepstra = cepstra_of(np.frombuffer(pcm, dtype="<i2").astype(np.float32) / np.float32(32768))
        cells = cepstra[: len(cepstra) // FRAMES_PER_CELL * FRAMES_PER_CELL]
        cells = cells.reshape(-1, FRAMES_PER_CELL, CEPSTRA)
        first = round(start / CELL_SECONDS)
        voiced = np.flatnonzero(_voiced(spans, first, len(cells)))
        self._index += (voiced + first).tobytes()
        self._means += cells[voiced].mean(1).astype(np.float16).tobytes()
        self._variances += cells[voiced].var(1).astype(np.float16).tobytes()

    def turns(self, speakers: int = 0) -> list[Turn]:
        """Turns inside the spans of speech. ``speakers`` 0 finds out how many there are.

        Fewer than ``speakers`` come back only where there is less speech than that many need.
        """
        if not self._index:
            return [Turn(span.start, span.end, 0) for span in self._spans]
        index = np.frombuffer(self._index, np.intp)
        means, variances = (
            np.frombuffer(halves, np.float16).reshape(-1, CEPSTRA)
            for halves in (self._means, self._variances)
        )
        voices = Voices(index, means, variances)
        return _turns(self._spans, index, voices.speakers(speakers))


def _turns(spans: Iterable[Span], index: Ints, labels: Ints) -> list[Turn]:
    """Cut each span where the label of its cells changes; number speakers as they appear."""
    names: dict[int, int] = {}
    turns = []
    for span in spans:
        begin, end = np.searchsorted(index, _cells_of(span))
        nearest = min(int(begin), len(index) - 1)
        inside = slice(nearest, max(int(end), nearest + 1))
        changes = np.flatnonzero(np.diff(labels[inside])) + 1
        starts = [span.start, *(index[inside][changes] * CELL_SECONDS)]
        speakers = labels[inside][np.r_[0, changes]]
        for start, stop, label in zip(starts, [*starts[1:], span.end], speakers, strict=True):
            speaker = names.setdefault(int(label), len(names))
            if stop > start:
                turns.append(Turn(float(start), float(stop), speaker))
    return turns


def _voiced(spans: Iterable[Span], first: int, count: int) -> NDArray[np.bool_]:
    """Which of ``count`` cells from cell ``first`` lie at least half in speech."""
    voiced = np.zeros(count, bool)
    for span in spans:
        begin, end = (cell - first for cell in _cells_of(span))
        voiced[max(begin, 0) : max(end, 0)] = True
    return voiced


def _cells_of(span: Span) -> tuple[int, int]:
    """First cell at least half in ``span``, and the first after it."""
    return round(span.start / CELL_SECONDS), round(span.end / CELL_SECONDS)
