"""Outlines: drawn lines as lines of single pixels, and pixels that stand alone."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nijigen.effects._pixels.cells import Cells
from nijigen.effects._pixels.palettes import nearest
from nijigen.imaging.color_spaces import oklab
from nijigen.imaging.line_art.skeleton import skeleton

Bytes = NDArray[np.uint8]
Floats = NDArray[np.floating[Any]]
Mask = NDArray[np.bool_]

_CONTRAST = 0.12
"""How much darker than what is around it a line is, in lightness of OKLab."""
_SHARE = 0.3
"""Share of a cell that a line fills, in lines' own cells."""
_GLINT = 0.22
"""Difference in OKLab above which a single pixel was meant: a highlight in an eye."""
_REST = 0.4
"""Share of a cell beside a line that the line fills too, if it is wider than a cell."""
_SHORTEST = 3
"""Pixels of a line; fewer are dots."""


def dark_lines(image: Bytes, cell: float) -> NDArray[np.float32]:
    """Return how much of a dark line each pixel is, 0 to 1: darker than both its sides.

    Args:
        image: ``uint8 (h, w, 3)``.
        cell: Side of the cells, in pixels; lines are thinner than three of them.
    """
    import cv2

    light = oklab(image)[:, :, 0].astype(np.float32)
    side = max(3, 2 * round(1.5 * cell / 2) + 1)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    # Borders repeat, so that the edge of the picture is no line.
    above = cv2.morphologyEx(light, cv2.MORPH_CLOSE, kernel, borderType=cv2.BORDER_REPLICATE)
    depth = (above - light) / np.float32(_CONTRAST)
    return np.asarray((depth - np.float32(0.5)).clip(0, 1), np.float32)


def line_cells(share: Floats) -> Mask:
    """Return the cells of lines that are one pixel wide, without corners that make them jagged.

    Args:
        share: Share of each cell that is ink.
    """
    # A line that crosses the corner of a cell fills little of it, and is all the same in its way.
    thin = skeleton(share > _SHARE)
    return _long(_without_steps(thin))


def _without_steps(lines: Mask) -> Mask:
    """Remove pixels in the corner of a step: two neighbors that touch at a corner suffice."""
    kept = lines.copy()
    padded = np.pad(kept, 1)
    for row, column in zip(*np.nonzero(lines), strict=True):
        around = padded[row : row + 3, column : column + 3]
        up, down, left, right = around[0, 1], around[2, 1], around[1, 0], around[1, 2]
        corner = (up or down) and (left or right) and not (up and down) and not (left and right)
        if corner:
            # Only where nothing else hangs on it: the far corner belongs to another line.
            vertical, horizontal = (0 if up else 2), (0 if left else 2)
            others = around.sum() - 3 - around[vertical, horizontal]
            if others == 0 and not around[vertical, horizontal]:
                kept[row, column] = False
                padded[row + 1, column + 1] = False
    return kept


def _long(lines: Mask) -> Mask:
    import cv2

    count, labels, stats, _ = cv2.connectedComponentsWithStats(
        lines.astype(np.uint8), connectivity=8
    )
    keeps = np.zeros(count, bool)
    keeps[1:] = stats[1:, cv2.CC_STAT_AREA] >= _SHORTEST
    return np.asarray(keeps[labels])


def line_colors(image: Bytes, ink: NDArray[np.float32], cells: Cells, lines: Mask) -> Bytes:
    """Return for each cell of a line the color of the ink in it, ``(h, w, 3)``; 0 elsewhere."""
    inside = lines[cells.row][:, cells.column]
    number = cells.number[inside]
    weight = ink[inside].astype(np.float64) ** 2 + 1e-6
    total = np.maximum(np.bincount(number, weight, lines.size), 1e-9)
    values = image[inside]
    planes = [np.bincount(number, weight * values[:, c], lines.size) / total for c in range(3)]
    made = (np.stack(planes, -1) + 0.5).clip(0, 255).astype(np.uint8)
    return made.reshape(*lines.shape, 3)


def without_orphans(numbers: NDArray[np.int64], palette: Bytes, kept: Mask) -> NDArray[np.int64]:
    """Give pixels that differ from all their neighbors the color of most of these.

    Args:
        numbers: Numbers of colors ``(h, w)``.
        palette: ``uint8 (n, 3)``.
        kept: Pixels that stay, such as those of outlines.
    """
    around = _around(numbers)
    alone = ~(around == numbers).any(axis=0) & ~kept
    most = _most(around, numbers)
    values = oklab(palette)
    far = np.linalg.norm(values[numbers] - values[most], axis=-1) > _GLINT
    return np.where(alone & ~far, most, numbers)


def without_thick_lines(
    numbers: NDArray[np.int64], share: Floats, lines: Mask
) -> NDArray[np.int64]:
    """Give the rest of lines wider than a cell the color of what is beside them.

    Args:
        numbers: Numbers of colors ``(h, w)``.
        share: Share of each cell that is ink.
        lines: The cells that stay lines.
    """
    import cv2

    near = cv2.dilate(lines.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool)
    rest = (share > _REST) & near & ~lines
    around = _around(np.where(rest | lines, -1, numbers))
    return np.where(rest, _most(around, numbers), numbers)


def _around(numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the eight neighbors of each pixel; -1 outside, a number that no color has."""
    height, width = numbers.shape
    padded = np.pad(numbers, 1, constant_values=-1)
    places = [(y, x) for y in range(3) for x in range(3) if (y, x) != (1, 1)]
    return np.stack([padded[y : y + height, x : x + width] for y, x in places])


def _most(around: NDArray[np.int64], numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the most frequent number around each pixel, or its own if there is none."""
    agree = (around[:, None] == around[None]).sum(axis=1) * (around >= 0)
    most = np.take_along_axis(around, agree.argmax(axis=0)[None], 0)[0]
    return np.where(most >= 0, most, numbers)


def with_lines(
    numbers: NDArray[np.int64], lines: Mask, colors: Bytes, palette: Bytes
) -> NDArray[np.int64]:
    """Return numbers of colors with lines drawn over them, in the palette's nearest colors."""
    return np.where(lines, nearest(colors, palette), numbers)
