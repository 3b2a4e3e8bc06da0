"""Corners of paths, found by how suddenly they turn, and sharpened."""

from __future__ import annotations

import numpy as np

from nijigen.lines._geometry import Bools, Floats, Ints, lengths, turn, unit
from nijigen.lines._vectors.paths import Paths

_TURN = np.radians(42)
"""Minimum turn of a corner."""
_SUDDEN = 1.45
"""Maximum turn over twice the length, relative to that of the corner; on an arc it is 2."""


def corners(paths: Paths, half: Floats) -> Bools:
    """Return which points are corners.

    Args:
        paths: Centers, about a pixel apart.
        half: ``(N,)``: half the width in pixels; a thick stroke is bent over a longer way.
    """
    near = np.clip(np.ceil(1.2 * half + 2), 4, 14).astype(np.int64)
    bend = _bend(paths, near)
    wide = _bend(paths, 2 * near)
    found = (bend >= _TURN) & (wide <= _SUDDEN * bend + 0.05)
    # The largest turn around; of equal ones the first.
    for step in range(1, int(near.max(initial=1)) + 1):
        for sign in (-1, 1):
            index, beyond = paths.along(sign * step)
            close = (step <= near) & (beyond == 0) & (index != np.arange(len(index)))
            # An earlier point of the same turn wins.
            larger = bend[index] >= bend if sign < 0 else bend[index] > bend
            found &= ~(close & larger)
    # Ends are no corners.
    at_end = (paths.along(-near)[1] != 0) | (paths.along(near)[1] != 0)
    return np.asarray(found & ~at_end)


def _bend(paths: Paths, reach: Ints) -> Floats:
    points = paths.points
    before, after = points[paths.along(-reach)[0]], points[paths.along(reach)[0]]
    return turn(points - before, after - points)


def sharpened(paths: Paths, at: Ints, half: Floats) -> tuple[Floats, Ints]:
    """Return where the lines on both sides of corners meet, and how many points that replaces.

    Args:
        paths: Centers.
        at: Indices of corners.
        half: ``(K,)``: half the width there.

    Returns:
        The points ``(K, 2)``, and the number of points on each side that are bent towards the
        inside of the corner.
    """
    bent = np.clip(np.rint(0.8 * half), 1, 10).astype(np.int64)
    far = bent + np.clip(np.rint(1.2 * half + 2), 3, 8).astype(np.int64)
    points = paths.points
    place = points[at]

    def around(steps: Ints) -> Floats:
        every = np.zeros(len(points), np.int64)
        every[at] = steps
        return np.asarray(points[paths.along(every)[0][at]])

    p, q = around(-bent), around(bent)
    u, v = unit(p - around(-far)), unit(q - around(far))
    cross = u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0]
    gap = q - p
    step = (gap[:, 0] * v[:, 1] - gap[:, 1] * v[:, 0]) / np.where(np.abs(cross) > 0.2, cross, 1)
    meet = p + u * step[:, None]
    off = lengths(meet - place)
    good = (np.abs(cross) > 0.2) & (off <= 2 * half + 1.5)
    return np.where(good[:, None], meet, place), np.where(good, bent, 0)
