"""The voices of a recording, as cells of a fifth of a second."""

from __future__ import annotations

from itertools import combinations, pairwise
from typing import TYPE_CHECKING

import numpy as np

from gpu.diarise.ward import cluster

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from gpu.diarise.ward import Doubles, Floats, Ints

    Halves = NDArray[np.float16]
    Statistics = tuple[int, Doubles, Doubles]
    """Number of cells, sum over their means, sum over their second moments."""

CELL_SECONDS = 0.2
WINDOW_CELLS = 10  # what is clustered: two seconds of voice
HOP_CELLS = 3
MIN_SPEAKER_SECONDS = 3.0
# Where nobody said how many speakers there are, this many groups are the start, and groups that
# sound alike become one. Measured on conversations made of five readers: unlike voices are more
# than 2.3 apart, parts of one voice less than 1.7.
MOST_FOUND = 10
MIN_DIVERGENCE = 2.0
MIN_GAUSSIAN_SECONDS = 0.5
RESEGMENTATIONS = 3
SMOOTHING_CELLS = 4  # on either side
MIN_VARIANCE = 0.05
BLOCK_CELLS = 4096


class Voices:
    """Normalised cells: ``index`` on the time grid, ``means`` and ``variances`` (n, CEPSTRA).

    They are taken over and stay as small as they come: ten hours in full precision, with what is
    computed from them, would be the largest thing that the recogniser holds.
    """

    def __init__(self, index: Ints, means: Halves, variances: Halves) -> None:
        self.index = index
        count, total, squares = _statistics(means, variances)
        centre = total / count
        scale = np.sqrt(squares / count - centre**2) + 1e-6
        for block in _blocks(len(index)):
            means[block] = (means[block] - centre) / scale
            variances[block] = variances[block] / scale**2
        self.means = means
        self.variances = variances

    def speakers(self, count: int) -> Ints:
        """A speaker for each cell, from 0; ``count`` 0 finds out how many there are."""
        labels = self._resegmented(self._clustered(max(count, MOST_FOUND)))
        while (groups := int(labels.max()) + 1) > max(count, 1):
            divergence, keep, drop = self._most_alike(labels, groups)
            if not count and divergence >= MIN_DIVERGENCE:
                break
            labels = np.where(labels == drop, keep, labels)
            labels = self._resegmented(labels - (labels > drop))
        return labels

    def _clustered(self, count: int) -> Ints:
        """A group for each cell; -1 where its group is too small to be a speaker."""
        starts, features = self._windows()
        least = MIN_SPEAKER_SECONDS / (HOP_CELLS * CELL_SECONDS)
        labels = np.full(len(self.index), -1, np.intp)
        for start, group in zip(starts, cluster(features, count, least), strict=True):
            labels[start : start + WINDOW_CELLS] = group
        return labels

    def _most_alike(self, labels: Ints, groups: int) -> tuple[float, int, int]:
        """The pair of groups that differ least: how much, the lower, the higher."""
        statistics = [self._statistics(labels == group) for group in range(groups)]
        pairs = combinations(range(groups), 2)
        return min((_divergence(statistics[a], statistics[b]), a, b) for a, b in pairs)

    def _statistics(self, cells: NDArray[np.bool_]) -> Statistics:
        return _statistics(self.means[cells], self.variances[cells])

    def _windows(self) -> tuple[Ints, Floats]:
        """Features (m, 2 CEPSTRA) of windows that don't cross a pause: means, log variances."""
        edges = [0, *(np.flatnonzero(np.diff(self.index) > 1) + 1), len(self.index)]
        windows = [
            np.arange(begin, max(end - WINDOW_CELLS, begin) + 1, HOP_CELLS)
            for begin, end in pairwise(edges)
        ]
        starts = np.concatenate(windows)
        ends = np.minimum(starts + WINDOW_CELLS, np.repeat(edges[1:], [*map(len, windows)]))
        features = np.empty((len(starts), 2 * self.means.shape[1]), np.float32)
        for row, start, end in zip(features, starts, ends, strict=True):
            row[:] = self._feature(slice(start, end))
        return starts, features

    def _feature(self, cells: slice) -> Floats:
        means = self.means[cells].astype(np.float32)
        variance = means.var(0) + self.variances[cells].mean(0, dtype=np.float32)
        return np.concatenate([means.mean(0), 0.5 * np.log(variance + MIN_VARIANCE)])

    def _resegmented(self, labels: Ints) -> Ints:
        """Give each cell to the speaker whose Gaussian explains its neighbourhood best."""
        count = int(labels.max()) + 1
        if count <= 1:
            return np.zeros_like(labels)
        for _ in range(RESEGMENTATIONS):
            labels = self._likeliest(labels, count)
        # A group that lost all of its cells leaves no gap in the numbers.
        return np.unique(labels, return_inverse=True)[1].astype(np.intp)

    def _likeliest(self, labels: Ints, count: int) -> Ints:
        """The one of ``count`` groups that explains each cell's neighbourhood best."""
        likeliest = np.zeros_like(labels)
        best = np.full(len(labels), -np.inf, np.float32)
        for group in range(count):
            likelihood = self._likelihood(labels == group)
            likeliest[likelihood > best] = group
            np.maximum(best, likelihood, out=best)
        return likeliest

    def _likelihood(self, cells: NDArray[np.bool_]) -> Floats:
        """Smoothed log-likelihood of every cell under the Gaussian of ``cells``."""
        score = np.full(len(cells), -np.inf, np.float32)
        if cells.sum() * CELL_SECONDS < MIN_GAUSSIAN_SECONDS:
            return score
        count, total, squares = self._statistics(cells)
        mean = (total / count).astype(np.float32)
        variance = _variance(count, total, squares).astype(np.float32)
        for block in _blocks(len(cells)):
            distance = (self.means[block] - mean) ** 2 + self.variances[block]
            score[block] = -0.5 * (distance @ (1 / variance))
        return _smoothed(score - 0.5 * np.log(variance).sum(), self.index)


def _blocks(count: int) -> Iterator[slice]:
    """Slices that together are ``count`` cells."""
    for start in range(0, count, BLOCK_CELLS):
        yield slice(start, start + BLOCK_CELLS)


def _statistics(means: Halves, variances: Halves) -> Statistics:
    squares = np.einsum("nc,nc->c", means, means, dtype=np.float64)
    squares += variances.sum(0, dtype=np.float64)
    return len(means), means.sum(0, dtype=np.float64), squares


def _variance(count: int, total: Doubles, squares: Doubles) -> Doubles:
    return squares / count - (total / count) ** 2 + MIN_VARIANCE


def _divergence(one: Statistics, other: Statistics) -> float:
    """How much better two Gaussians explain the cells than one does, beyond what chance gives
    two (half a nat for each of their parameters), for each cell of the pair's harmonic mean.
    """
    (n, *_), (m, *_) = one, other
    together = (n + m, one[1] + other[1], one[2] + other[2])
    spread_together, spread_one, spread_other = (
        float(np.log(_variance(*statistics)).sum()) for statistics in (together, one, other)
    )
    gain = 0.5 * ((n + m) * spread_together - n * spread_one - m * spread_other)
    return (gain - len(one[1])) * (n + m) / (n * m)


def _smoothed(scores: Floats, index: Ints) -> Floats:
    """Mean over the cells at most SMOOTHING_CELLS away in time."""
    total = np.concatenate([[0.0], np.cumsum(scores, dtype=np.float64)])
    low = np.searchsorted(index, index - SMOOTHING_CELLS)
    high = np.searchsorted(index, index + SMOOTHING_CELLS, side="right")
    mean: Floats = ((total[high] - total[low]) / (high - low)).astype(np.float32)
    return mean
