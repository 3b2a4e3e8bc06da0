"""Graph: which regions lie beside which, how long their border is and how much ink is on it."""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Labels = NDArray[np.int32]
_LINE = 110
"""Ink from which on a pixel is a line, however faint the pencil."""
THROUGH = float(np.exp(-5))
"""What a pixel of border on a line counts as an opening, where one without ink counts 1."""
_BARE = THROUGH ** np.minimum(np.arange(256) / _LINE, 1)


@dataclass(frozen=True, eq=False)
class Borders:
    """The borders between regions.

    Attributes:
        edges: int32 ``(M, 2)``, the lower number first, in order.
        lengths: int64 ``(M,)``: pairs of pixels, side by side, that lie across the border.
        barriers: float32 ``(M,)``: mean ink along the border, 0 to 1.
        openings: float32 ``(M,)``: how much of the length is bare: a pixel on a line counts
            ``THROUGH``, one without ink 1.
    """

    edges: Labels
    lengths: NDArray[np.int64]
    barriers: NDArray[np.float32]
    openings: NDArray[np.float32]


def borders_of(labels: Labels, ink: Bytes) -> Borders:
    """Return the borders of a map of regions."""
    keys, inks = [], []
    span = int(labels.max()) + 1
    for first, second, below, above in (
        (labels[:, :-1], labels[:, 1:], ink[:, :-1], ink[:, 1:]),
        (labels[:-1], labels[1:], ink[:-1], ink[1:]),
    ):
        at = np.nonzero(first != second)
        a, b = first[at].astype(np.int64), second[at].astype(np.int64)
        keys.append(np.minimum(a, b) * span + np.maximum(a, b))
        inks.append(np.maximum(below[at], above[at]))
    key, inverse, count = np.unique(np.concatenate(keys), return_inverse=True, return_counts=True)
    ink_there = np.concatenate(inks)
    total = np.bincount(inverse, weights=ink_there, minlength=len(key))
    bare = np.bincount(inverse, weights=_BARE[ink_there], minlength=len(key))
    edges = np.stack([key // span, key % span], axis=1).astype(np.int32)
    barriers = (total / np.maximum(count, 1) / 255).astype(np.float32)
    return Borders(edges, count.astype(np.int64), barriers, bare.astype(np.float32))


def merged(areas: NDArray[np.int64], wanted: NDArray[np.int64], borders: Borders) -> Labels:
    """Return for each region the one it belongs to once small ones went into their neighbors.

    The smallest goes first, into the neighbor with the longest and least inked border; what grew
    large enough by that stays.

    Args:
        areas: Pixels of each region.
        wanted: Pixels that each region must have to stay.
        borders: Their borders.
    """
    # An inked pixel of border still counts a little: of two solid lines the longer one wins.
    openness = borders.lengths * (1.05 - borders.barriers.astype(np.float64))
    beside: list[dict[int, float]] = [{} for _ in range(len(areas))]
    for (a, b), width in zip(borders.edges.tolist(), openness.tolist(), strict=True):
        beside[a][b] = beside[b][a] = width
    owner = np.arange(len(areas), dtype=np.int32)
    area, need = areas.tolist(), wanted.tolist()
    queue = [(area[n], n) for n in range(len(areas)) if area[n] < need[n]]
    heapq.heapify(queue)
    while queue:
        size, small = heapq.heappop(queue)
        if owner[small] != small or size != area[small] or not beside[small]:
            continue
        # Ties by number: the same drawing gives the same regions.
        into = max(beside[small], key=lambda n: (beside[small][n], -n))
        owner[small] = into
        area[into] += size
        for other, width in beside[small].items():
            del beside[other][small]
            if other != into:
                joined = beside[into].get(other, 0.0) + width
                beside[into][other] = beside[other][into] = joined
        beside[small] = {}
        if area[into] < need[into]:
            heapq.heappush(queue, (area[into], into))
    while (owner[owner] != owner).any():
        owner = owner[owner]
    return owner


_PART = 1 << 20
"""Pixels that are numbered at once."""


def numbered(labels: Labels) -> Labels:
    """Return the same regions numbered from 0 without holes, in the order of reading."""
    flat = labels.ravel()
    count = int(flat.max()) + 1
    first = np.full(count, flat.size, np.int64)
    # Written backwards: what stays is the first pixel of each number. In parts, to save memory.
    for start in reversed(range(0, flat.size, _PART)):
        part = flat[start : start + _PART]
        first[part[::-1]] = np.arange(start + len(part) - 1, start - 1, -1)
    order = np.argsort(first, kind="stable")
    order = order[first[order] < flat.size]
    table = np.zeros(count, np.int32)
    table[order] = np.arange(len(order), dtype=np.int32)
    return table[labels]


def grown(seeds: Labels) -> Labels:
    """Return the nearest seed of every pixel: 0 is none. Lines are parted at their middle."""
    import cv2

    bare = (seeds == 0).view(np.uint8)
    if bare.all():
        return np.ones_like(seeds)
    _, nearest = cv2.distanceTransformWithLabels(
        bare, cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL
    )
    table = np.zeros(int(nearest.max()) + 1, np.int32)
    sown = bare == 0
    table[nearest[sown]] = seeds[sown]
    return table[nearest]
