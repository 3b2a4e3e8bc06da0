"""Paths: a skeleton cut at its junctions into lines of pixels, joined again where they go on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float32]
_JUNCTION = 3
"""A pixel with this many neighbors or more is part of a junction."""
_TRACE = 8
"""Pixels over which the direction of an end is measured."""
_NEAR = 5.0
"""Distance of two ends at one junction, in pixels."""
_STRAIGHT = 0.75
"""Cosine of the largest turn of a line that goes on over a junction, 41°."""


@dataclass(frozen=True, eq=False)
class Path:
    """A line of pixels.

    Attributes:
        points: float32 ``(N, 2)``: x, y of neighboring pixels in order.
        closed: Whether the last one is next to the first.
    """

    points: Points
    closed: bool


def paths_of(thin: NDArray[np.bool_], least: int = 2) -> list[Path]:
    """Return the lines of a skeleton, each pixel in one of them, junctions in none.

    Args:
        thin: Result of :func:`nijigen.imaging.line_art.skeleton.skeleton`.
        least: Shorter lines are left out; in pixels.
    """
    import cv2

    lines = thin.astype(np.uint8)
    near = cv2.boxFilter(lines, cv2.CV_8U, (3, 3), normalize=False, borderType=cv2.BORDER_CONSTANT)
    lines[near > _JUNCTION] = 0
    # The contour of a line of pixels goes along it and back again, a closed one's once around.
    contours, tree = cv2.findContours(lines, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    near = cv2.boxFilter(lines, cv2.CV_8U, (3, 3), normalize=False, borderType=cv2.BORDER_CONSTANT)
    found = []
    for n, contour in enumerate(contours):
        points = contour[:, 0]
        hole = tree[0, n, 3] >= 0
        if hole or len(points) < least:
            continue
        stops = np.flatnonzero(near[points[:, 1], points[:, 0]] <= 2)
        if len(stops) >= 2:
            points = points[stops[0] : stops[1] + 1]
        if len(points) >= least:
            found.append(Path(points.astype(np.float32), len(stops) < 2 and len(points) > 8))
    return found


def joined(paths: list[Path]) -> list[Path]:
    """Join lines that go straight on over a junction."""
    from scipy.spatial import cKDTree

    open_ones = [path for path in paths if not path.closed]
    if len(open_ones) < 2:
        return paths
    # End 2n is the first of line n, end 2n + 1 its last.
    tips = np.concatenate([path.points[[0, -1]] for path in open_ones])
    back = np.concatenate(
        [
            path.points[[min(_TRACE, len(path.points) - 1), max(-1 - _TRACE, -len(path.points))]]
            for path in open_ones
        ]
    )
    way = tips - back
    way /= np.maximum(np.hypot(way[:, 0], way[:, 1]), 1e-6)[:, None]
    pairs = cKDTree(tips).query_pairs(_NEAR, output_type="ndarray")
    pairs = pairs[pairs[:, 0] // 2 != pairs[:, 1] // 2]
    turn = (way[pairs[:, 0]] * -way[pairs[:, 1]]).sum(axis=1)
    other: dict[int, int] = {}
    for n in np.argsort(-turn, kind="stable").tolist():
        a, b = pairs[n].tolist()
        if turn[n] >= _STRAIGHT and a not in other and b not in other:
            other[a], other[b] = b, a
    return [path for path in paths if path.closed] + _chained(open_ones, other)


def _chained(paths: list[Path], other: dict[int, int]) -> list[Path]:
    """Return lines put together; ``other`` has for an end the end of a line that goes on there."""
    used = [False] * len(paths)

    def follow(end: int) -> list[Points]:
        """Return the pieces from a line's end to the last one, that end's line first."""
        pieces = []
        while not used[end // 2]:
            used[end // 2] = True
            points = paths[end // 2].points
            pieces.append(points if end % 2 == 0 else points[::-1])
            end = other.get(end ^ 1, end)
        return pieces

    starts = [end for end in range(2 * len(paths)) if end not in other]
    result = []
    # What no free end leads to is a ring of several lines.
    for end in (*starts, *range(0, 2 * len(paths), 2)):
        pieces = follow(end)
        if pieces:
            result.append(Path(np.concatenate(pieces), end in other))
    return result
