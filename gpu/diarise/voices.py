"""The voices of a recording, as cells of a fifth of a second."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gpu.diarise.ward import cluster

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gpu.diarise.ward import Floats, Ints

CELL_SECONDS = 0.2
WINDOW_CELLS = 10  # what is clustered: two seconds of voice
HOP_CELLS = 3
MIN_SPEAKER_SECONDS = 3.0
MIN_GAUSSIAN_SECONDS = 0.5
RESEGMENTATIONS = 3
SMOOTHING_CELLS = 4  # on either side
MIN_VARIANCE = 0.05


class Voices:
    """Normalised cells: ``index`` on the time grid, ``means`` and ``variances`` (n, CEPSTRA)."""

    def __init__(
        self, index: Ints, means: NDArray[np.float16], variances: NDArray[np.float16]
    ) -> None:
        self.index = index
        centre = means.mean(0, dtype=np.float64).astype(np.float32)
        spread = means.var(0, dtype=np.float64) + variances.mean(0, dtype=np.float64)
        scale = (np.sqrt(spread) + 1e-6).astype(np.float32)
        self.means: Floats = (means.astype(np.float32) - centre) / scale
        self.variances: Floats = variances.astype(np.float32) / scale**2

    def clustered(self, speakers: int) -> Ints:
        """A speaker for each cell; -1 where its cluster is too small to be one."""
        starts, features = self._windows()
        groups = cluster(features, speakers, MIN_SPEAKER_SECONDS / (HOP_CELLS * CELL_SECONDS))
        labels = np.full(len(self.index), -1, np.intp)
        for start, group in zip(starts, groups, strict=True):
            labels[start : start + WINDOW_CELLS] = group
        return labels

    def _windows(self) -> tuple[Ints, Floats]:
        """Features (m, 2 CEPSTRA) of windows that don't cross a pause: means, log variances."""
        edges = np.flatnonzero(np.diff(self.index) > 1) + 1
        runs = zip(np.r_[0, edges], np.r_[edges, len(self.index)], strict=True)
        starts: list[int] = []
        rows = []
        for begin, end in runs:
            for start in range(begin, max(end - WINDOW_CELLS, begin) + 1, HOP_CELLS):
                cells = slice(start, min(start + WINDOW_CELLS, end))
                starts.append(start)
                rows.append(self._feature(cells))
        return np.array(starts, np.intp), np.array(rows, np.float32)

    def _feature(self, cells: slice) -> Floats:
        mean = self.means[cells].mean(0)
        variance = self.means[cells].var(0) + self.variances[cells].mean(0)
        return np.concatenate([mean, 0.5 * np.log(variance + MIN_VARIANCE)])

    def resegmented(self, labels: Ints) -> Ints:
        """Give each cell to the speaker whose Gaussian explains its neighbourhood best."""
        count = int(labels.max()) + 1
        if count <= 1:
            return np.zeros_like(labels)
        for _ in range(RESEGMENTATIONS):
            scores = np.stack([self._likelihood(labels == k) for k in range(count)])
            labels = scores.argmax(0)
        return labels

    def _likelihood(self, cells: NDArray[np.bool_]) -> Floats:
        """Smoothed log-likelihood of every cell under the Gaussian of ``cells``."""
        if cells.sum() * CELL_SECONDS < MIN_GAUSSIAN_SECONDS:
            return np.full(len(cells), -np.inf, np.float32)
        mean = self.means[cells].mean(0)
        variance = self.means[cells].var(0) + self.variances[cells].mean(0) + MIN_VARIANCE
        score = -0.5 * (((self.means - mean) ** 2 + self.variances) @ (1 / variance))
        return _smoothed(score - 0.5 * np.log(variance).sum(), self.index)


def _smoothed(scores: Floats, index: Ints) -> Floats:
    """Mean over the cells at most SMOOTHING_CELLS away in time."""
    total = np.concatenate([[0.0], np.cumsum(scores, dtype=np.float64)])
    low = np.searchsorted(index, index - SMOOTHING_CELLS)
    high = np.searchsorted(index, index + SMOOTHING_CELLS, side="right")
    mean: Floats = ((total[high] - total[low]) / (high - low)).astype(np.float32)
    return mean
