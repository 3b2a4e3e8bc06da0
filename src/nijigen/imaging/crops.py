"""Square crops around boxes, with the map from the crop back to the picture."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Box = tuple[float, float, float, float]
"""left, top, right, bottom in pixels, half-open."""
Affine = NDArray[np.float32]
"""``(2, 3)``: ``affine @ (x, y, 1)`` maps x, y in 0..1 of the crop to pixels of the picture."""

OVERSAMPLING = 8
"""Source pixels read per pixel of the crop and axis; bounds memory and time on large boxes."""


def square_crop(
    pixels: NDArray[np.uint8],
    box: Box,
    side_factor: float,
    size: int,
    *,
    oversampling: int = OVERSAMPLING,
) -> tuple[NDArray[np.uint8], Affine]:
    """Cut out a square around a box and resize it.

    The square has the center of the box and a side of ``side_factor`` times the root of its area,
    rounded to whole pixels. Beyond the picture's edges pixels are replicated. Reduction averages
    over areas, enlargement is bilinear.

    Args:
        pixels: uint8 ``(H, W, 3)``.
        box: May extend beyond the picture.
        side_factor: Side of the square over ``sqrt(width * height)`` of the box.
        size: Width and height of the crop.
        oversampling: Source pixels read per pixel of the crop and axis, at most.

    Returns:
        The crop, uint8 ``(size, size, 3)``, and the map from 0..1 of the crop to the picture.

    Raises:
        ValueError: The box has no area, or the picture no pixels.
    """
    import cv2

    height, width = pixels.shape[:2]
    box_width, box_height = box[2] - box[0], box[3] - box[1]
    # Written so that a box with a NaN in it is refused too.
    if not (0 < box_width < math.inf and 0 < box_height < math.inf and height and width):
        raise ValueError(f"no square crop around {box} in a picture of {width}×{height}")
    side = max(1, round(side_factor * math.sqrt(box_width * box_height)))
    left = round((box[0] + box[2] - side) / 2)
    top = round((box[1] + box[3] - side) / 2)
    samples = min(side, oversampling * size)
    steps = np.floor((np.arange(samples) + 0.5) * (side / samples)).astype(np.int64)
    rows = (top + steps).clip(0, height - 1)
    columns = (left + steps).clip(0, width - 1)
    part = pixels[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    if samples < side:
        # Rows first and then columns: four times as fast as both at once.
        part = part[rows - rows[0]].take(columns - columns[0], axis=1)
    elif part.shape[:2] != (side, side):
        above, before = (min(max(-start, 0), side - 1) for start in (top, left))
        below, behind = side - above - part.shape[0], side - before - part.shape[1]
        part = cv2.copyMakeBorder(part, above, below, before, behind, cv2.BORDER_REPLICATE)
    method = cv2.INTER_AREA if samples > size else cv2.INTER_LINEAR
    crop: NDArray[np.uint8] = cv2.resize(part, (size, size), interpolation=method)
    return crop, np.array([[side, 0, left], [0, side, top]], np.float32)
