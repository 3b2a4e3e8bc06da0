"""Ends: where lines stop, and the direction in which they would continue."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nijigen.imaging.line_art.graph import Bytes
from nijigen.imaging.line_art.skeleton import skeleton

Floats = NDArray[np.float64]
_TRACE = (7, 14)
"""Minimum and maximum length in pixels over which the direction of an end is measured; in between,
half of the reach. On a button, more would go around half of it; on a thick line, less is noise."""
_BENT, _MOST_BEND = np.radians((40, 75))
"""Bend of that piece above which it counts, and its maximum; less is pixel noise."""
_FURTHER = 0.8
"""Share of the bend that is added at the tip: curves such as buttons are arcs."""
MOST_ENDS = 5000
"""Pictures with more ends are noise or photographs; only the longest lines are kept."""


@dataclass(frozen=True, eq=False)
class Ends:
    """Ends of lines.

    Attributes:
        at: int64 ``(N, 2)``: x, y.
        way: float64 ``(N, 2)``: unit vectors in which the lines would continue.
        traced: int64 ``(N,)``: pixels of line that were traced back.
    """

    at: NDArray[np.int64]
    way: Floats
    traced: NDArray[np.int64]

    def kept(self, which: NDArray[np.bool_] | NDArray[np.intp]) -> Ends:
        """Return a selection of the ends."""
        return Ends(self.at[which], self.way[which], self.traced[which])


_AROUND = np.array([(-1, 0), (1, 0), (0, -1), (0, 1), (-1, -1), (1, -1), (-1, 1), (1, 1)])


def _walked(
    thin: Bytes, trace: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
    """Trace each line back from its end.

    Args:
        thin: A skeleton padded with zeros.
        trace: Number of steps.

    Returns:
        The traced pixels ``(N, trace + 1, 2)`` x, y, the last one repeated; the number of steps;
        whether the trace ended at a junction.
    """
    import cv2

    near = cv2.filter2D(
        thin, cv2.CV_8U, np.ones((3, 3), np.float32), borderType=cv2.BORDER_CONSTANT
    )
    ys, xs = np.nonzero((thin == 1) & (near == 2))
    now = np.stack([xs, ys], axis=1).astype(np.int64)
    before, every = now, np.arange(len(now))
    path = np.repeat(now[:, None], trace + 1, axis=1)
    gone = np.zeros(len(now), np.int64)
    going, fork = np.ones(len(now), np.bool_), np.zeros(len(now), np.bool_)
    for step in range(1, trace + 1):
        next_to = now[:, None] + _AROUND[None]
        full = thin[next_to[..., 1], next_to[..., 0]] == 1
        # Neither back nor next to the previous pixel: that would cut a corner of pixels.
        full &= np.abs(next_to - before[:, None]).max(axis=2) > (1 if step > 1 else 0)
        fork |= going & (near[now[:, 1], now[:, 0]] > 3)
        going &= full.any(axis=1) & ~fork
        chosen = next_to[every, full.argmax(axis=1)]
        before = np.where(going[:, None], now, before)
        now = np.where(going[:, None], chosen, now)
        gone += going
        path[:, step] = now
    return path, gone, fork


def ends_of(thin: NDArray[np.bool_], thickness: NDArray[np.float32], reach: float) -> Ends:
    """Find the ends of thinned lines and their directions.

    Args:
        thin: Result of :func:`skeleton`.
        thickness: ``(H, W)``: half the thickness of lines at their center.
        reach: Length in pixels of the widest gap.
    """
    trace = round(min(max(0.5 * reach, _TRACE[0]), _TRACE[1]))
    padded = np.pad(thin, 1).astype(np.uint8)
    # Where a thick line is cut off, its skeleton forks into both corners: spurs shorter than the
    # width of the line are removed, twice, because the rest of a spur may be a spur again.
    for _ in range(2):
        path, gone, fork = _walked(padded, trace)
        if not len(path):
            break
        joint = path[:, -1]
        half = thickness[joint[:, 1] - 1, joint[:, 0] - 1]
        short = fork & (gone <= 1.3 * half + 1)
        for n in np.nonzero(short)[0].tolist():
            spur = path[n, : gone[n]]
            padded[spur[:, 1], spur[:, 0]] = 0
        # A removed spur leaves a corner of pixels, not yet an end.
        padded = skeleton(padded.view(np.bool_), 2).view(np.uint8)
    path, gone, _ = _walked(padded, trace)
    half = thickness[path[:, 0, 1] - 1, path[:, 0, 0] - 1]
    way = _directions(path, gone)
    size = np.hypot(way[:, 0], way[:, 1])
    ends = Ends(path[:, 0] - 1, way / np.maximum(size, 1e-9)[:, None], gone)
    # A dot has no direction.
    ends = ends.kept((gone >= np.maximum(2, half)) & (size > 0))
    if len(ends.at) > MOST_ENDS:
        longest = np.argsort(-ends.traced, kind="stable")[:MOST_ENDS]
        ends = ends.kept(np.sort(longest))
    return ends


def _directions(path: NDArray[np.int64], gone: NDArray[np.int64]) -> Floats:
    """Return the directions in which lines would continue, from their traces."""
    every = np.arange(len(path))
    # The last pixels of a skeleton bend to a corner of the stroke and are ignored.
    skip = np.where(gone >= 6, 2, 0)
    tip, middle, back = (path[every, at] for at in (skip, (skip + gone) // 2, gone))
    near, far = (tip - middle).astype(np.float64), (middle - back).astype(np.float64)
    # The chord of the trace is the direction at its middle; at the tip the line has bent further.
    bend = np.arctan2(far[:, 0] * near[:, 1] - far[:, 1] * near[:, 0], (far * near).sum(axis=1))
    bent = (np.abs(bend) >= _BENT) & (gone >= 6)
    further = np.where(bent, _FURTHER * bend.clip(-_MOST_BEND, _MOST_BEND), 0)
    cos, sin = np.cos(further), np.sin(further)
    x, y = (tip - back).astype(np.float64).T
    return np.stack([x * cos - y * sin, x * sin + y * cos], axis=1)


def tips_of(ends: Ends, mask: NDArray[np.bool_]) -> Floats:
    """Return where the ink of each end stops; the skeleton stops before that."""
    at = ends.at.astype(np.float64)
    steps = np.arange(0, 17)
    inked = sampled(mask, at[:, None] + ends.way[:, None] * steps[None, :, None])
    last = np.where(inked.all(axis=1), 0, (~inked).argmax(axis=1) - 1).clip(0)
    return np.asarray(at + ends.way * last[:, None])


def sampled(mask: NDArray[np.bool_], places: Floats) -> NDArray[np.bool_]:
    """Sample a mask at points ``(..., 2)``; outside the picture there is no ink."""
    height, width = mask.shape
    x, y = (np.rint(places[..., n]).astype(np.int64) for n in (0, 1))
    inside = (x >= 0) & (x < width) & (y >= 0) & (y < height)
    return np.asarray(mask[y.clip(0, height - 1), x.clip(0, width - 1)] & inside)
