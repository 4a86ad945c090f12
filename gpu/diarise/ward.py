"""Ward's hierarchical clustering in O(n) memory, and the choice of speakers from its tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Doubles = NDArray[np.float64]
    Floats = NDArray[np.float32]
    Ints = NDArray[np.intp]
    Merge = tuple[float, int, int]

# A recording of more windows than this is clustered in blocks, and then the blocks' clusters.
BLOCK_WINDOWS = 1500
CLUSTERS_PER_BLOCK = 60
DEEPEST_CUT = 4  # times as many clusters as are wanted


def cluster(features: Floats, wanted: int, least: float) -> Ints:
    """Cluster 0.. of each row (n, d); -1 for rows in clusters of fewer than ``least``.

    The tree is cut deeper until ``wanted`` clusters are large enough; should that never
    happen, the largest are kept.
    """
    micro = _micro_clusters(features)
    leaves = int(micro.max()) + 1
    sizes = np.bincount(micro, minlength=leaves).astype(np.float64)
    centres = np.stack([features[micro == k].mean(0) for k in range(leaves)])
    merges = _ward(centres, sizes)
    wanted = min(wanted, leaves)
    for count in range(wanted, min(leaves, DEEPEST_CUT * wanted) + 1):
        labels = _cut(merges, leaves, count)[micro]
        if (np.bincount(labels) >= least).sum() >= wanted:
            break
    else:
        labels = _cut(merges, leaves, wanted)[micro]
    return _largest(labels, wanted)


def _largest(labels: Ints, wanted: int) -> Ints:
    """Rename the ``wanted`` largest clusters to 0.., the others to -1."""
    keep = np.argsort(-np.bincount(labels), kind="stable")[:wanted]
    renamed = np.full(int(labels.max()) + 1, -1, np.intp)
    renamed[keep] = np.arange(len(keep))
    return renamed[labels]


def _micro_clusters(features: Floats) -> Ints:
    """Each window its own cluster, or, in a long recording, a few clusters for each block."""
    if len(features) <= BLOCK_WINDOWS:
        return np.arange(len(features))
    labels = np.empty(len(features), np.intp)
    used = 0
    for start in range(0, len(features), BLOCK_WINDOWS):
        block = features[start : start + BLOCK_WINDOWS]
        merges = _ward(block.astype(np.float64), np.ones(len(block)))
        found = _cut(merges, len(block), min(CLUSTERS_PER_BLOCK, len(block)))
        labels[start : start + BLOCK_WINDOWS] = found + used
        used += int(found.max()) + 1
    return labels


def _ward(centres: Doubles, sizes: Doubles) -> list[Merge]:
    """Merges (height, a, b) of Ward's tree by rising height; a and b are leaves' clusters.

    Nearest-neighbour chain over centroids: time O(n²), memory O(n).
    """
    centres = centres.astype(np.float64).copy()
    sizes = sizes.copy()
    alive = np.ones(len(sizes), bool)
    merges: list[Merge] = []
    chain: list[int] = []
    while len(merges) < len(sizes) - 1:
        if not chain:
            chain.append(int(np.argmax(alive)))
        heights = _heights(centres, sizes, alive, chain[-1])
        nearest = int(heights.argmin())
        if len(chain) > 1 and heights[chain[-2]] <= heights[nearest]:
            a, b = chain.pop(), chain.pop()
            merges.append((float(np.sqrt(heights[b])), a, b))
            centres[b] = (sizes[a] * centres[a] + sizes[b] * centres[b]) / (sizes[a] + sizes[b])
            sizes[b] += sizes[a]
            alive[a] = False
        else:
            chain.append(nearest)
    return sorted(merges)


def _heights(centres: Doubles, sizes: Doubles, alive: NDArray[np.bool_], one: int) -> Doubles:
    """Squared Ward distance of ``one`` to all others."""
    squares = ((centres - centres[one]) ** 2).sum(1)
    heights: Doubles = 2 * sizes * sizes[one] / (sizes + sizes[one]) * squares
    heights[~alive] = np.inf
    heights[one] = np.inf
    return heights


def _cut(merges: list[Merge], leaves: int, count: int) -> Ints:
    """Labels 0.. of the leaves when the tree is cut into ``count`` clusters."""
    parent = list(range(leaves))

    def root(leaf: int) -> int:
        while parent[leaf] != leaf:
            parent[leaf] = parent[parent[leaf]]
            leaf = parent[leaf]
        return leaf

    for _, a, b in merges[: leaves - count]:
        parent[root(a)] = root(b)
    _, labels = np.unique([root(leaf) for leaf in range(leaves)], return_inverse=True)
    return labels.astype(np.intp)
