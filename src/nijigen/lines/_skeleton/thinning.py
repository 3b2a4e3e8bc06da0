"""Thinning: center pixels of strokes and filled areas of a page, a band of rows at a time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nijigen.core.run import Run
from nijigen.imaging.line_art.bands import bands
from nijigen.imaging.line_art.skeleton import skeleton

Bytes = NDArray[np.uint8]
Mask = NDArray[np.bool_]

_FAINT, _SHARE = 30, 0.45
"""Minimum ink of a line; minimum share of the darkest ink within 2 pixels: faint lines are kept,
and black ones that run side by side stay apart."""
_SOLID, _LEAST, _MOST = 3.5, 4.0, 40.0
"""Half the width from which black is an area, as a multiple of the median of the page's lines;
its minimum and maximum in pixels."""
_TAIL = (1.4, 0.75)
"""Half the width down to which an area extends, as a multiple of that median, plus pixels."""


@dataclass(frozen=True, eq=False)
class Thinned:
    """Strokes thinned to their center pixels.

    Attributes:
        y: int64 ``(N,)``, x: int64 ``(N,)``: the pixels, in raster order.
        half: float64 ``(N,)``: half the width of the ink there, to a pixel.
        solid: uint8 ``(H, W)``: 1 in areas wider than strokes; None if there are none.
    """

    y: NDArray[np.int64]
    x: NDArray[np.int64]
    half: NDArray[np.float64]
    solid: Bytes | None = None

    @classmethod
    def of(cls, thin: Mask, half: NDArray[np.float32]) -> Thinned:
        """Return the pixels of a skeleton, with half the widths ``(H, W)`` of the lines there."""
        y, x = np.nonzero(thin)
        return cls(y, x, half[y, x].astype(np.float64))

    @property
    def places(self) -> NDArray[np.float64]:
        """Their centers, ``(N, 2)``: x, y."""
        return np.stack([self.x, self.y], axis=1).astype(np.float64) + 0.5


def line_mask(ink: Bytes) -> Mask:
    """Return which pixels are line, for ink of 0 to 255."""
    import cv2

    around = cv2.dilate(ink, np.ones((5, 5), np.uint8))
    return np.asarray((ink >= _FAINT) & (ink >= around * np.float32(_SHARE)))


def thinned(ink: Bytes, widest: float, run: Run) -> Thinned:
    """Thin the strokes of a page.

    Args:
        ink: uint8 ``(H, W)``, 0 is paper.
        widest: Width in pixels of the widest stroke; 0 derives it from the page.
        run: Receives progress and may stop it.
    """
    usual = _usual(ink)
    limit = widest / 2 if widest else float(np.clip(_SOLID * usual, _LEAST, _MOST))
    tail = min(_TAIL[0] * usual + _TAIL[1], limit)
    wide = _wide(ink, limit, tail, run.part(0, 0.4))
    run = run.part(0.4, 1)
    rounds = int(np.ceil(limit)) + 2
    # Each round of thinning looks at 2 pixels.
    margin = max(2 * rounds, round(4 * tail)) + 4
    solid: Bytes | None = None
    ys, xs, halves = [], [], []
    for rows, own in bands(len(ink), margin):
        run.progress(rows.start / len(ink))
        mask = line_mask(ink[rows])
        if not mask[own].any():
            continue
        distance = _distance(mask)
        thin = skeleton(mask, rounds)
        if wide is not None and wide[rows].any():
            areas = _with_corners(wide[rows] > 0, mask, tail)
            thin &= ~areas
            solid = np.zeros(ink.shape, np.uint8) if solid is None else solid
            solid[rows][own] = areas[own]
        y, x = np.nonzero(thin[own])
        ys.append(y + rows.start + own.start)
        xs.append(x)
        halves.append(distance[own][y, x].astype(np.float64))
    none = np.zeros(0)
    return Thinned(
        np.concatenate([none, *ys]).astype(np.int64),
        np.concatenate([none, *xs]).astype(np.int64),
        np.concatenate([none, *halves]),
        solid,
    )


def _distance(mask: Mask) -> NDArray[np.float32]:
    import cv2

    return np.asarray(cv2.distanceTransform(mask.view(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5))


def _usual(ink: Bytes) -> float:
    """Return the median of half the width of the lines of a page."""
    import cv2

    ridges = [np.zeros(0, np.float32)]
    for rows, own in bands(len(ink), round(_MOST)):
        distance = _distance(line_mask(ink[rows]))
        ridge = (distance > 0) & (distance == cv2.dilate(distance, np.ones((3, 3), np.uint8)))
        ridges.append(distance[own][ridge[own]])
    found = np.concatenate(ridges)
    return float(np.median(found)) if len(found) else 1.0


def _wide(ink: Bytes, limit: float, tail: float, run: Run) -> Bytes | None:
    """Return 2 where ink is wider than strokes, with all of it that is wider than usual lines.

    So an eyelash is one area up to where it is as thin as a line.
    """
    import cv2

    wide = np.zeros(ink.shape, np.uint8)
    seeds: list[NDArray[np.int64]] = []
    for rows, own in bands(len(ink), round(limit + 2 * tail) + 4):
        run.progress(rows.start / len(ink))
        mask = line_mask(ink[rows])
        distance = _distance(mask)
        core = distance > tail
        if not core.any():
            continue
        wide[rows][own] = (mask & (_distance(~core) <= tail))[own]
        y, x = np.nonzero(distance[own] > limit)
        seeds.append(np.stack([x, y + rows.start + own.start], axis=1))
    if not seeds or not sum(map(len, seeds)):
        return None
    for x, y in np.concatenate(seeds).tolist():
        if wide[y, x] == 1:
            cv2.floodFill(wide, None, (x, y), 2, flags=8)
    wide[wide == 1] = 0
    return wide


def _with_corners(wide: Mask, mask: Mask, tail: float) -> Mask:
    """Return wide areas with their corners, which end soon; a stroke that leaves goes on."""
    import cv2

    away = _distance(~wide)
    rest = mask & ~wide
    stroke = (rest & (away > 1.2 * tail)).view(np.uint8)
    # Back from strokes to the area; in as many steps as that takes, so that bands agree.
    for _ in range(int(np.ceil(1.2 * tail)) + 1):
        stroke = cv2.dilate(stroke, np.ones((3, 3), np.uint8)) & rest.view(np.uint8)
    return np.asarray(wide | (rest & (away <= 1.2 * tail) & (stroke == 0)))
