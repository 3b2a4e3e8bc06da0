"""Areas: outlines of black that is wider than strokes."""

from __future__ import annotations

import numpy as np

from nijigen.lines._geometry import Floats, Ints, left
from nijigen.lines._vectors.centers import Bytes, sampled
from nijigen.lines._vectors.paths import Paths

_REACH, _STEPS = 2.0, 17
"""How far from the binary edge the true one is searched, in pixels, and in how many steps."""


def outlines(ink: Bytes, solid: Bytes | None) -> tuple[Paths, Ints]:
    """Return closed outlines of areas, and for each the number of its area; the outer one is first.

    Args:
        ink: uint8 ``(H, W)``.
        solid: uint8 ``(H, W)``: 1 in areas; None if there are none.
    """
    import cv2

    parts: list[Floats] = []
    area: list[int] = []
    if solid is not None:
        found, tree = cv2.findContours(solid, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
        numbers: dict[int, int] = {}
        parents = [] if tree is None else tree[0, :, 3].tolist()
        # All outer outlines first, since a hole names its own.
        order = sorted(range(len(parents)), key=lambda n: (max(parents[n], -1) >= 0, n))
        for n in order:
            if len(found[n]) < 6:
                continue
            if parents[n] < 0:
                numbers[n] = len(numbers)
            elif parents[n] not in numbers:
                continue
            parts.append(found[n][:, 0].astype(np.float64) + 0.5)
            area.append(numbers[n if parents[n] < 0 else parents[n]])
    pixels = Paths.of(parts, [True] * len(parts))
    rough = Paths(pixels.smoothed(pixels.points, 1.0), pixels.counts, pixels.closed)
    # Outer outlines and holes both have their area on the same side.
    out = left(rough.tangents(2)) if len(parts) else np.zeros((0, 2))
    steps = np.linspace(-_REACH, _REACH, _STEPS)
    value = sampled(ink, rough.points[:, None] + out[:, None] * steps[:, None])
    value = np.minimum.accumulate(value, axis=1)
    edge = value.mean(axis=1) * 2 * _REACH - _REACH
    # Where a stroke leaves the area, the edge goes on from both sides under it.
    bare = (value[:, -1] < 0.5).astype(np.float64)
    points = rough.points + out * np.where(bare > 0, edge, 0.0)[:, None]
    points = pixels.smoothed(points, 1.2, np.maximum(bare, 0.02))
    return Paths(points, pixels.counts, pixels.closed), np.array(area, np.int64)
