"""Kinds: what was done to a picture, from where it is in the other and what differs there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from nijigen.library.matching.geometry import Matrix, Placement, Query, warped
from nijigen.library.matching.views import View

Kind = Literal[
    "same file",
    "recompressed",
    "resized",
    "cropped",
    "contains it",
    "mirrored",
    "rotated",
    "recolored",
    "changed",
    "similar",
]
Size = tuple[int, int]
Box = tuple[int, int, int, int]
Bounds = tuple[float, float, float, float]
_ALL = 0.96
"""A picture is whole where that share of its area is covered: edges are found to a pixel or two."""
_TURNED = 1.0
"""Degrees."""
_COLOR = 14.0
"""Mean difference of the color, without the luma, that no compression makes."""
_LUMA = np.array([0.299, 0.587, 0.114], np.float32)
_CHANGED = 24
"""Difference of the luma that no compression makes over many pixels."""
_LEAST_CHANGED = 0.004


@dataclass(frozen=True)
class Comparison:
    """What a query is to a picture of the library."""

    kinds: tuple[Kind, ...]
    box: Box
    """Where it is in that picture: left, top, right, bottom in its pixels."""
    query_box: Box
    """Where that picture is in the query."""
    changed: float
    """Share of the common area that differs, from 0 to 1."""


def compare(
    query: Query,
    size: Size,
    other: View,
    other_size: Size,
    placement: Placement,
) -> Comparison:
    """Return what was done to a picture.

    Args:
        query: The picture.
        size: Its width and height.
        other: The thumbnail of the other.
        other_size: Width and height of the other.
        placement: Where the query is in the thumbnail.
    """
    view = query.views[int(placement.mirrored)]
    matrix, frame = placement.matrix, (other.shape[1], other.shape[0])
    moved, inside = warped(view.astype(np.float32), matrix, frame)
    covered = float(inside.mean())
    shown = _share_inside(view, matrix, frame)
    difference = moved - other
    luma = difference @ _LUMA
    color = float(np.abs(difference - luma[:, :, None])[inside].mean())
    # A changed exposure is no changed part.
    offset = float(np.median(luma[inside]))
    changed = float((_beyond(moved @ _LUMA - offset, other @ _LUMA) > _CHANGED)[inside].mean())
    kinds: list[Kind] = []
    if placement.mirrored:
        kinds.append("mirrored")
    turned = abs(np.degrees(np.arctan2(matrix[1, 0], matrix[0, 0])))
    if turned >= _TURNED:
        kinds.append("rotated")
    if shown < _ALL and (covered >= _ALL or shown < covered):
        kinds.append("contains it")
    elif covered < _ALL and turned < _TURNED:
        kinds.append("cropped")
    if color > _COLOR:
        kinds.append("recolored")
    if changed > _LEAST_CHANGED:
        kinds.append("changed")
    if not kinds:
        kinds.append("recompressed" if size == other_size else "resized")
    box = _scaled(_bounds(view.shape, matrix, frame), frame, other_size)
    inner = np.linalg.inv(np.vstack([matrix, [0, 0, 1]]))[:2]
    back = _bounds(other.shape, inner, (view.shape[1], view.shape[0]))
    if placement.mirrored:
        back = (view.shape[1] - back[2], back[1], view.shape[1] - back[0], back[3])
    query_box = _scaled(back, (view.shape[1], view.shape[0]), size)
    return Comparison(tuple(kinds), box, query_box, round(changed, 4))


def _beyond(plane: NDArray[np.float32], other: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return how far the luma is from all that the other has within two pixels.

    Lines that are sharper there, or a pixel off, are no difference.
    """
    import cv2

    around = np.ones((5, 5), np.uint8)
    lowest, highest = cv2.erode(other, around), cv2.dilate(other, around)
    apart = np.maximum(plane - highest, lowest - plane).clip(0)
    return np.asarray(cv2.blur(apart, (5, 5)), np.float32)


def _corners(shape: tuple[int, ...], matrix: Matrix) -> Matrix:
    height, width = shape[:2]
    points = np.array([[0, 0, 1], [width, 0, 1], [width, height, 1], [0, height, 1]], np.float64)
    return points @ matrix.T


def _share_inside(view: View, matrix: Matrix, frame: Size) -> float:
    """Return the share of a view that lies in a frame."""
    import cv2

    quad = _corners(view.shape, matrix).astype(np.float32)
    rectangle = np.array([[0, 0], [frame[0], 0], frame, [0, frame[1]]], np.float32)
    area, _ = cv2.intersectConvexConvex(quad, rectangle)
    return float(area) / max(float(cv2.contourArea(quad)), 1e-6)


def _bounds(shape: tuple[int, ...], matrix: Matrix, frame: Size) -> Bounds:
    corners = _corners(shape, matrix).clip(0, frame)
    (left, top), (right, bottom) = corners.min(0), corners.max(0)
    return float(left), float(top), float(right), float(bottom)


def _scaled(box: Bounds, frame: Size, size: Size) -> Box:
    across, down = size[0] / frame[0], size[1] / frame[1]
    left, top, right, bottom = box
    return (round(left * across), round(top * down), round(right * across), round(bottom * down))
