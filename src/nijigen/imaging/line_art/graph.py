"""Graph: which regions are adjacent, the length of their border and the ink on it."""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Labels = NDArray[np.int32]
_LINE = 110
"""Ink level above which a pixel is a line, however faint the pencil."""
THROUGH = float(np.exp(-5))
"""Weight as an opening of a border pixel on a line; one without ink has weight 1."""
_BARE = THROUGH ** np.minimum(np.arange(256) / _LINE, 1)


@dataclass(frozen=True, eq=False)
class Borders:
    """The borders between regions.

    Attributes:
        edges: int32 ``(M, 2)``, the lower number first, in order.
        lengths: int64 ``(M,)``: pairs of adjacent pixels across the border.
        barriers: float32 ``(M,)``: mean ink along the border, 0 to 1.
        openings: float32 ``(M,)``: length without ink: a pixel on a line counts ``THROUGH``, one
            without ink 1.
    """

    edges: Labels
    lengths: NDArray[np.int64]
    barriers: NDArray[np.float32]
    openings: NDArray[np.float32]


def borders_of(labels: Labels, ink: Bytes) -> Borders:
    """Return the borders of a label map."""
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
    """Merge small regions into their neighbors; return for each region the one that it becomes.

    The smallest is merged first, into the neighbor with the longest and least inked border; a
    region that has grown large enough stays.

    Args:
        areas: Pixels of each region.
        wanted: Minimum pixels of each region.
        borders: Borders of the regions.
    """
    # An inked border pixel still counts a little: of two solid lines the longer one wins.
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
        # Ties are broken by number, which makes the result deterministic.
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
"""Pixels that are processed at once."""


def numbered(labels: Labels) -> Labels:
    """Return the same regions with consecutive labels from 0, in raster order."""
    flat = labels.ravel()
    count = int(flat.max()) + 1
    first = np.full(count, flat.size, np.int64)
    # Written backwards, so that the first pixel of each label stays. In parts, to save memory.
    for start in reversed(range(0, flat.size, _PART)):
        part = flat[start : start + _PART]
        first[part[::-1]] = np.arange(start + len(part) - 1, start - 1, -1)
    order = np.argsort(first, kind="stable")
    order = order[first[order] < flat.size]
    table = np.zeros(count, np.int32)
    table[order] = np.arange(len(order), dtype=np.int32)
    return table[labels]


def grown(seeds: Labels) -> Labels:
    """Return the nearest seed of each pixel; 0 is none. Labels meet in the middle of lines."""
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
