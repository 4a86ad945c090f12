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

# Distance in Ward's tree, relative to the root of the number of windows, below which two groups
# are one speaker. From shared measurements on made conversations (.6 to .8 do about as well).
SAME_SPEAKER = 0.7
# A recording of more windows than this is clustered in blocks, and then the blocks' clusters.
BLOCK_WINDOWS = 1500
CLUSTERS_PER_BLOCK = 60


def cluster(features: Floats, speakers: int, least: float) -> Ints:
    """Speaker 0.. of each window (n, d); -1 for those in clusters of fewer than ``least``.

    ``speakers`` 0 finds out how many there are.
    """
    micro = _micro_clusters(features)
    count = int(micro.max()) + 1
    sizes = np.bincount(micro, minlength=count).astype(np.float64)
    centres = np.stack([features[micro == k].mean(0) for k in range(count)])
    merges = _ward(centres, sizes)
    same = SAME_SPEAKER * np.sqrt(len(features))
    wanted = speakers or 1 + sum(height >= same for height, _, _ in merges)
    return _large_enough(merges, micro, wanted, least, exact=bool(speakers))


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


def _large_enough(
    merges: list[Merge], micro: Ints, wanted: int, least: float, *, exact: bool
) -> Ints:
    """Cut the tree into ``wanted`` clusters and drop the small.

    ``exact`` cuts deeper until that many are large enough, or keeps the largest.
    """
    leaves = len(merges) + 1
    for count in range(wanted, min(leaves, 4 * wanted if exact else wanted) + 1):
        labels = _cut(merges, leaves, count)[micro]
        sizes = np.bincount(labels)
        large = int((sizes >= least).sum())
        if not exact or large >= wanted:
            break
    else:
        labels = _cut(merges, leaves, min(wanted, leaves))[micro]
        sizes = np.bincount(labels)
        large = wanted
    keep = np.argsort(-sizes, kind="stable")[: max(1, min(large, wanted))]
    renamed = np.full(len(sizes), -1, np.intp)
    renamed[keep] = np.arange(len(keep))
    return renamed[labels]


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
