"""Labelled pictures: pixels with face and head boxes, and warps of both."""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Boxes = NDArray[np.float32]
"""``(n, 5)``: left, top, right, bottom, weight. Weight 0 marks an unknown region."""
EVERYWHERE = (-1e6, -1e6, 1e6, 1e6, 0.0)
"""The box of a picture without any known labels."""
SEEN_SHARE = 0.4
"""Fraction of a face that must be inside the picture; otherwise it becomes unknown."""
SMALLEST = 6.0
"""Faces smaller than this many pixels are ignored: at stride 8 they are less than a cell."""


def none() -> Boxes:
    """Return no boxes."""
    return np.zeros((0, 5), np.float32)


def rows(*boxes: tuple[float, ...]) -> Boxes:
    """Return boxes of 5 numbers as an array."""
    return np.array(boxes, np.float32).reshape(-1, 5)


@dataclass
class Labelled:
    """A picture and its labels.

    Attributes:
        pixels: uint8 ``(H, W, 3)`` RGB.
        faces: As in ``scenes/faces.json``.
        heads: Including hair; empty, without ``EVERYWHERE``, means that there are none.
    """

    pixels: Pixels
    faces: Boxes = field(default_factory=none)
    heads: Boxes = field(default_factory=none)


def turned(center: tuple[float, float], scale: float, degrees: float, to: tuple[float, float],
           flip: bool = False) -> NDArray[np.float64]:  # fmt: skip
    """Return the 2×3 map of ``center`` to ``to`` with scale, clockwise rotation and mirroring."""
    angle = np.deg2rad(degrees)
    c, s = np.cos(angle) * scale, np.sin(angle) * scale
    turn = np.array([[c, -s], [s, c]])
    if flip:
        turn = turn @ np.diag([-1.0, 1.0])
    shift = np.array(to) - turn @ np.array(center)
    return np.concatenate([turn, shift[:, None]], axis=1)


def warped_boxes(boxes: Boxes, matrix: NDArray[np.float64]) -> Boxes:
    """Transform boxes: faces are round, so a rotated box keeps its width and height."""
    if not len(boxes):
        return none()
    scale = float(np.sqrt(abs(np.linalg.det(matrix[:, :2]))))
    middle = (boxes[:, :2] + boxes[:, 2:4]) / 2
    half = (boxes[:, 2:4] - boxes[:, :2]) / 2 * scale
    middle = middle @ matrix[:, :2].T + matrix[:, 2]
    return np.concatenate([middle - half, middle + half, boxes[:, 4:]], axis=1).astype(np.float32)


def clipped(boxes: Boxes, width: int, height: int) -> Boxes:
    """Clip boxes to the picture; those mostly outside or too small become unknown."""
    if not len(boxes):
        return none()
    limit = np.array([width, height, width, height], np.float32)
    inside = boxes[:, :4].clip(0, limit)
    sides = (inside[:, 2:] - inside[:, :2]).clip(0)
    whole = boxes[:, 2:4] - boxes[:, :2]
    share = sides.prod(axis=1) / np.maximum(whole.prod(axis=1), 1e-6)
    weight = np.where((share >= SEEN_SHARE) & (sides.min(axis=1) >= SMALLEST), boxes[:, 4], 0)
    result = np.concatenate([inside, weight[:, None]], axis=1).astype(np.float32)
    return result[sides.min(axis=1) > 0]


def smooth_warp(
    pixels: Pixels,
    matrix: NDArray[np.float64],
    width: int,
    height: int,
    border: int = cv2.BORDER_CONSTANT,
    value: tuple[int, ...] = (0, 0, 0, 0),
) -> Pixels:
    """Warp without aliasing: for scales below 0.7, areas are averaged first."""
    scale = float(np.sqrt(abs(np.linalg.det(matrix[:, :2]))))
    if scale < 0.7:
        rows, columns = pixels.shape[:2]
        size = (max(1, round(columns * scale)), max(1, round(rows * scale)))
        pixels = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
        back = np.diag([columns / size[0], rows / size[1]])
        matrix = np.concatenate([matrix[:, :2] @ back, matrix[:, 2:]], axis=1)
    result = cv2.warpAffine(
        pixels, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=border,
        borderValue=value,
    )  # fmt: skip
    return np.asarray(result, np.uint8)


def warped(
    picture: Labelled,
    matrix: NDArray[np.float64],
    width: int,
    height: int,
    fill: tuple[int, int, int] = (128, 128, 128),
) -> Labelled:
    """Warp a labelled picture by a 2×3 map and clip it to ``width`` by ``height``."""
    return Labelled(
        smooth_warp(picture.pixels, matrix, width, height, value=fill),
        clipped(warped_boxes(picture.faces, matrix), width, height),
        clipped(warped_boxes(picture.heads, matrix), width, height),
    )
