"""Kinds: what one picture is to another, from where it is there and what differs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from nijigen.library.matching.details import Originals, detailed
from nijigen.library.matching.differences import Differences, differences
from nijigen.library.matching.geometry import (
    FEW,
    Matrix,
    Placement,
    Query,
    corners,
    gray_of,
    warped,
)
from nijigen.library.matching.panels import is_panel
from nijigen.library.matching.refining import refined
from nijigen.library.matching.views import View, mirrored
from nijigen.library.matching.writing import is_writing

Verdict = Literal["same file", "same artwork", "variant", "similar"]
"""What two pictures are to each other.

``same file``: the same bytes. ``same artwork``: one drawing, whatever was done to its picture.
``variant``: one drawing of which a part was drawn differently, such as another expression.
``similar``: two drawings that are alike, or nothing agrees when they are laid over each other.
"""
Change = Literal[
    "recompressed",
    "resized",
    "cropped",
    "contains it",
    "panel of",
    "mirrored",
    "rotated",
    "recolored",
    "lettered",
]
"""What was done to a picture of the same drawing."""
Kind = Verdict | Change
Size = tuple[int, int]
Box = tuple[int, int, int, int]
Bounds = tuple[float, float, float, float]
_ALL = 0.96
"""A picture is whole where that share of its area is covered: edges are found to a pixel or two."""
_TURNED = 1.0
"""Degrees."""
_COLOR = 14.0
"""Mean difference of the color, without the luma, that no compression makes."""
_OTHER = 0.4
"""Share of the common area that differs, from which on it is another drawing."""
_STRUCTURE, _PARTLY = 0.85, 0.65
"""How much of the structure agrees at least in pictures of one drawing; the same where a part is
drawn differently."""
_BY_CHANCE = 0.93
"""The same where the best of all positions was taken and few local features agree: of a plain part
of one picture and a part of another, .86 agreed."""


@dataclass(frozen=True)
class Comparison:
    """What a picture is to another."""

    verdict: Verdict
    changes: tuple[Change, ...]
    box: Box
    """Where the first is in the other: left, top, right, bottom in pixels of the other."""
    query_box: Box
    """Where the other is in the first, in its pixels."""
    changed: float
    """Share of the common area that differs, from 0 to 1."""
    changed_box: Box | None
    """The part of the other that differs, in its pixels."""
    structure: float
    """How much of the local structure agrees outside of that, from -1 to 1."""
    recolored: float
    """Mean difference of the colors, without the luma, in levels."""
    covered: float
    """Share of the other that the first covers."""
    shown: float
    """Share of the first that lies in the other."""

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The verdict and what was done."""
        return (self.verdict, *self.changes)


def compare(
    query: Query,
    size: Size,
    other: View,
    other_size: Size,
    placement: Placement,
    originals: Originals = lambda: None,
) -> Comparison:
    """Return what a picture is to another.

    Args:
        query: The picture.
        size: Its width and height.
        other: The thumbnail of the other.
        other_size: Width and height of the other.
        placement: Where the query is in the thumbnail.
        originals: Returns both pictures themselves. They are asked for where thumbnails show no
            difference.
    """
    view = query.views[int(placement.mirrored)]
    frame = (other.shape[1], other.shape[0])
    matrix = refined(query.lumas[int(placement.mirrored)].full, placement.matrix, gray_of(other))
    moved, inside = warped(view.astype(np.float32), matrix, frame)
    found = differences(moved, other.astype(np.float32), inside)
    covered = float(inside.mean())
    shown = _share_inside(view, matrix, frame)
    bounds = _bounds(view.shape, matrix, frame)
    view_frame = (view.shape[1], view.shape[0])
    back = _bounds(other.shape, np.linalg.inv(matrix), view_frame)
    written = found.structure >= _STRUCTURE and is_writing(found, other)
    least = _BY_CHANCE if placement.tried and placement.inliers < FEW else 0.0
    changed = found.bounds
    same = _verdict(found, least, written=written) == "same artwork"
    if same and not written and (pair := originals()):
        first = mirrored(pair[0]) if placement.mirrored else pair[0]
        closer = detailed((first, pair[1]), matrix, view, other, bounds)
        if closer is not None:
            found, changed = closer
    changes: list[Change] = []
    turned = _turned(view, matrix)
    if shown < _ALL and (covered >= _ALL or shown < covered):
        changes.append("contains it")
        if turned < _TURNED and is_panel(view, back):
            changes.append("panel of")
    elif covered < _ALL and turned < _TURNED:
        changes.append("cropped")
        if is_panel(other, bounds):
            changes.append("panel of")
    if placement.mirrored:
        changes.append("mirrored")
        back = (view_frame[0] - back[2], back[1], view_frame[0] - back[0], back[3])
    if turned >= _TURNED:
        changes.append("rotated")
    if found.recolored > _COLOR:
        changes.append("recolored")
    if written:
        changes.append("lettered")
    if not changes:
        changes.append("recompressed" if size == other_size else "resized")
    return Comparison(
        _verdict(found, least, written=written),
        tuple(changes),
        _scaled(bounds, frame, other_size),
        _scaled(back, view_frame, size),
        round(found.share, 4),
        _scaled(changed, frame, other_size) if found.share else None,
        round(found.structure, 4),
        round(found.recolored, 2),
        round(covered, 4),
        round(shown, 4),
    )


def _verdict(found: Differences, least: float, *, written: bool) -> Verdict:
    """Return the verdict.

    Args:
        found: How the pictures differ.
        least: Structure that has to agree at least, if more than usual.
        written: Whether what differs is writing.
    """
    if found.structure < least:
        return "similar"
    least = _PARTLY if found.share else _STRUCTURE
    if found.share > _OTHER or (found.structure < least and not written):
        return "similar"
    return "variant" if found.share and not written else "same artwork"


def _turned(view: View, matrix: Matrix) -> float:
    """Return by how many degrees a view is turned."""
    placed = corners(view.shape, matrix)
    across, down = placed[1:3].mean(0) - placed[[0, 3]].mean(0)
    return float(abs(np.degrees(np.arctan2(down, across))))


def _share_inside(view: View, matrix: Matrix, frame: Size) -> float:
    """Return the share of a view that lies in a frame."""
    import cv2

    quad = corners(view.shape, matrix).astype(np.float32)
    rectangle = np.array([[0, 0], [frame[0], 0], frame, [0, frame[1]]], np.float32)
    area, _ = cv2.intersectConvexConvex(quad, rectangle)
    return float(area) / max(float(cv2.contourArea(quad)), 1e-6)


def _bounds(shape: tuple[int, ...], matrix: Matrix, frame: Size) -> Bounds:
    placed = corners(shape, matrix).clip(0, frame)
    (left, top), (right, bottom) = placed.min(0), placed.max(0)
    return float(left), float(top), float(right), float(bottom)


def _scaled(box: Bounds, frame: Size, size: Size) -> Box:
    across, down = size[0] / frame[0], size[1] / frame[1]
    left, top, right, bottom = box
    return (round(left * across), round(top * down), round(right * across), round(bottom * down))
