"""Refining: a placement that is near already is made exact to a fraction of a pixel.

A few thousand pixels at steep edges are enough for that. Those that a changed part, lettering or
other colors make differ count little.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nijigen.library.matching.geometry import HALF, Matrix, warped

Plane = NDArray[np.float32]
_MOVED = 0.1
"""Change of size or angle, as a factor, that a refined placement has at most."""
_ALIGNED = 0.2
"""Misfit up to which nothing is refined: what is off by a quarter of a pixel has more."""
_BETTER = 0.97
"""By what the misfit is less at most: what is in its place already is not moved."""
_COMPARED = 8000
"""Pixels that are compared at most."""
_FEWEST = 64
_STEPS = 12
_SMALL_STEP = 0.01
"""Pixels by which the corners are moved, from which on a step is the last."""


@dataclass(frozen=True)
class _Edges:
    """The pixels of a picture where its luma is steep."""

    values: Plane
    """``(n,)``: the luma, slightly blurred."""
    slopes: Plane
    """``(2, n)``: how it rises to the right and downwards."""
    where: NDArray[np.intp]
    """Their places in the flattened picture."""


def refined(source: Plane, matrix: Matrix, gray: Plane) -> Matrix:
    """Return a placement that is exact to a fraction of a pixel, if it is near already.

    Source: Baker and Matthews, "Lucas-Kanade 20 Years On", 2004: the inverse compositional
    algorithm, with a gain and an offset of the luma, and weights by how well each pixel agrees.

    Args:
        source: The luma of the query.
        matrix: From its pixels to those of the other.
        gray: The luma of the other.
    """
    size = (gray.shape[1], gray.shape[0])
    moved, inside = warped(source, matrix, size)
    moved = _blurred(moved)
    edges = _edges(_blurred(gray), inside)
    if edges is None:
        return matrix
    misfit = _misfit(moved, edges)
    if misfit <= _ALIGNED:
        return matrix
    step = _step(moved, edges, gray.shape)
    if step is None or np.abs(step - np.eye(3))[:2, :2].max() > _MOVED:
        return matrix
    made: Matrix = HALF @ np.linalg.inv(HALF @ step) @ matrix
    after, _ = warped(source, made, size)
    return made if _misfit(_blurred(after), edges) < _BETTER * misfit else matrix


def _blurred(plane: Plane) -> Plane:
    import cv2

    return np.asarray(cv2.GaussianBlur(plane, (0, 0), 1.0), np.float32)


def _slopes(plane: Plane) -> tuple[Plane, Plane]:
    import cv2

    across = np.asarray(cv2.Sobel(plane, cv2.CV_32F, 1, 0), np.float32)
    return across, np.asarray(cv2.Sobel(plane, cv2.CV_32F, 0, 1), np.float32)


def _edges(plane: Plane, inside: NDArray[np.bool_]) -> _Edges | None:
    """Return the steeper half of a picture; None if that is too little."""
    slopes = _slopes(plane)
    steep = np.hypot(*slopes)
    where = np.flatnonzero(inside & (steep > np.median(steep[::2, ::2])))
    if len(where) < _FEWEST:
        return None
    where = where[:: max(1, len(where) // _COMPARED)]
    chosen = np.stack([slope.ravel()[where] for slope in slopes])
    return _Edges(plane.ravel()[where], chosen, where)


def _misfit(moved: Plane, edges: _Edges) -> float:
    """Return how far the slopes of two lumas are apart at most edges, whatever a part does."""
    found = np.stack([slope.ravel()[edges.where] for slope in _slopes(moved)])
    one, other = (
        slopes / max(float(np.median(np.abs(slopes))), 1e-3) for slopes in (found, edges.slopes)
    )
    return float(np.median(np.abs(one - other)))


def _step(moved: Plane, edges: _Edges, shape: tuple[int, ...]) -> Matrix | None:
    """Return from where in `moved` the pixels at the edges are, as a matrix; None if it fails."""
    import cv2

    height, width = shape
    y, x = np.divmod(edges.where, width)
    # Coordinates from -1 to 1 keep the equations well conditioned.
    scale = max(height, width) / 2
    into = np.array([[1 / scale, 0, -width / 2 / scale], [0, 1 / scale, -height / 2 / scale]])
    into = np.vstack([into, [0, 0, 1]])
    out = np.linalg.inv(into)
    u, v = (into[:2] @ np.stack([x, y, np.ones(len(x))])).astype(np.float32)
    # A Sobel filter sums eight times the slope.
    across, down = edges.slopes * np.float32(scale / 8)
    along = u * across + v * down
    ones = np.ones_like(u)
    jacobian = np.stack(
        [u * across, v * across, across, u * down, v * down, down, -u * along, -v * along], 1
    )
    equations = np.concatenate([jacobian, edges.values[:, None], ones[:, None]], 1)
    points = np.stack([u, v, ones])
    corners = np.array([[-1, 1, 1, -1], [-1, -1, 1, 1], [1, 1, 1, 1]], np.float64)
    matrix = np.eye(3)
    weights = ones
    for _ in range(_STEPS):
        places = (out @ matrix).astype(np.float32) @ points
        places = places[:2] / places[2]
        seen = cv2.remap(
            moved,
            places[0][None],
            places[1][None],
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        )[0]
        weighted = equations * weights[:, None]
        try:
            solved = np.linalg.solve(
                (weighted.T @ equations).astype(np.float64) + 1e-3 * np.eye(equations.shape[1]),
                (weighted.T @ seen).astype(np.float64),
            )
        except np.linalg.LinAlgError:
            return None
        gain = solved[8]
        if gain < 0.05:
            return None
        a = solved[:8] / gain
        change = np.array([[1 + a[0], a[1], a[2]], [a[3], 1 + a[4], a[5]], [a[6], a[7], 1]])
        matrix = matrix @ np.linalg.inv(change)
        matrix /= matrix[2, 2]
        apart = np.abs(equations @ solved.astype(np.float32) - seen)
        spread = max(float(np.median(apart)), 0.5)
        weights = 1 / (1 + (apart / (2 * spread)) ** 2)
        shifted = change @ corners
        if np.abs(shifted[:2] / shifted[2] - corners[:2]).max() * scale < _SMALL_STEP:
            break
    return out @ matrix @ into if np.isfinite(matrix).all() else None
