"""Marks: the pixels that hints assign a color to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nijigen.color._flats.hints import ColorHints, Place, StrokeHint
from nijigen.color._regions.regions import Regions
from nijigen.core.values import rgb

Colors = tuple[tuple[int, int, int, int], ...]
EMPTY = (0, 0, 0, 0)
_INK = 96
"""Ink level above which a pixel is a line; strokes assign no color there."""


@dataclass(frozen=True, eq=False)
class Marks:
    """Pixels with an assigned color.

    Attributes:
        colors: RGBA of each assigned color; "left empty" counts as a color.
        places: int64 ``(n,)``: flat indices of the pixels, sorted.
        color: int32 ``(n,)``: index of the color of each of them.
    """

    colors: Colors
    places: NDArray[np.int64]
    color: NDArray[np.int32]


def rgba(color: str | None) -> tuple[int, int, int, int]:
    """Return a color with alpha; None becomes transparent."""
    return EMPTY if color is None else (*rgb(color), 255)


def marks_of(regions: Regions, hints: ColorHints) -> Marks:
    """Return the marked pixels; points and strokes in a region override area hints."""
    height, width = regions.labels.shape
    colors: dict[tuple[int, int, int, int], int] = {}
    drawn = np.full(height * width, -1, np.int32)

    def put(found: NDArray[np.int64], color: str | None) -> None:
        drawn[found] = colors.setdefault(rgba(color), len(colors))

    for stroke in hints.strokes:
        put(_of_stroke(regions, stroke), stroke.color)
    for point in hints.points:
        x, y = _inside(point.x, width), _inside(point.y, height)
        put(np.array([y * width + x]), point.color)
    if hints.areas:
        labels = regions.labels.ravel()
        taken = np.zeros(regions.count, np.bool_)
        taken[labels[drawn >= 0]] = True
        for area in hints.areas:
            found = _of_area(regions, area.points)
            put(found[~taken[labels[found]]], area.color)
    every = np.flatnonzero(drawn >= 0)
    return Marks(tuple(colors), every, drawn[every])


def _inside(at: float, side: int) -> int:
    return min(max(int(at), 0), side - 1)


def _drawn(
    shape: tuple[int, int], points: Sequence[Place], width: int, *, closed: bool = False
) -> NDArray[np.int64]:
    """Return the pixels of a stroke or of the area that it encloses."""
    import cv2

    line = np.array(points, np.float64)
    pad = width // 2 + 2
    left, top = np.floor(line.min(axis=0)).astype(int) - pad
    right, bottom = np.ceil(line.max(axis=0)).astype(int) + pad + 1
    left, top = max(left, 0), max(top, 0)
    right, bottom = min(right, shape[1]), min(bottom, shape[0])
    if left >= right or top >= bottom:
        return np.zeros(0, np.int64)
    canvas = np.zeros((bottom - top, right - left), np.uint8)
    # OpenCV counts from the middle of the first pixel, in sixteenths here.
    path = np.round((line - [left + 0.5, top + 0.5]) * 16).astype(np.int32)[:, None]
    if closed:
        cv2.fillPoly(canvas, [path], 1, cv2.LINE_8, 4)
    cv2.polylines(canvas, [path], closed, 1, max(1, width), cv2.LINE_8, 4)
    y, x = np.nonzero(canvas)
    return np.asarray((y + top) * shape[1] + x + left, np.int64)


def _of_area(regions: Regions, points: Sequence[Place]) -> NDArray[np.int64]:
    """Return the pixels in regions that are half enclosed, or that contain half of the area."""
    shape = (regions.labels.shape[0], regions.labels.shape[1])
    found = _drawn(shape, points, 1, closed=True)
    label = regions.labels.ravel()[found]
    held = np.bincount(label, minlength=regions.count)
    most: NDArray[np.bool_] = (held >= 0.5 * regions.areas) | (held >= 0.5 * len(found))
    made: NDArray[np.int64] = found[most[label]]
    return made


def _of_stroke(regions: Regions, stroke: StrokeHint) -> NDArray[np.int64]:
    """Return the pixels of a stroke in the regions that it applies to."""
    shape = (regions.labels.shape[0], regions.labels.shape[1])
    found = _drawn(shape, stroke.points, round(stroke.width))
    if not len(found):
        return found
    label = regions.labels.ravel()[found]
    bare = regions.ink.ravel()[found] < _INK
    if not bare.any():
        bare[:] = True
    held = np.bincount(label[bare], minlength=regions.count)
    meant = (held >= np.maximum(0.3 * regions.areas, 1)) & ~regions.outside
    for region in _crossed(regions, stroke):
        meant[region] = True
    if not meant.any():
        meant[held.argmax()] = True
    made: NDArray[np.int64] = found[meant[label]]
    return made


def _crossed(regions: Regions, stroke: StrokeHint) -> Iterator[int]:
    """Yield the regions that the center line of a stroke crosses or stays in, not grazes."""
    steps = _walked(stroke.points)
    height, width = regions.labels.shape
    within = ((steps >= 0) & (steps < [width, height])).all(axis=1)
    x, y = steps[within].astype(int).T
    bare = regions.ink[y, x] < _INK
    label = regions.labels[y, x][bare]
    if not len(label):
        return
    starts = np.flatnonzero(np.diff(label, prepend=-1))
    lengths = np.diff(np.append(starts, len(label)))
    seen = label[starts]
    for at, (region, length) in enumerate(zip(seen.tolist(), lengths.tolist(), strict=True)):
        if regions.outside[region]:
            # A stroke that slips onto the paper around the figure does not apply to it.
            if 2 * np.count_nonzero(label == region) > len(label):
                yield region
            continue
        size = float(regions.areas[region]) ** 0.5
        between = 0 < at < len(seen) - 1
        through = between and seen[at - 1] != seen[at + 1]
        # An end that overshoots a line is a graze, and so is a bulge over a line, up to twice that
        # length; a lock of hair is crossed over a short distance.
        slip = max(2 * stroke.width, 12.0) * (2 if between else 1)
        dwelt = length >= min(0.5 * size, slip, max(4.0, 0.25 * len(label)))
        if dwelt or (through and length >= 0.15 * size):
            yield region


def _walked(points: Sequence[Place]) -> NDArray[np.float64]:
    """Return points along a line, one pixel apart."""
    line = np.array(points, np.float64)
    if len(line) == 1:
        return line
    far = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
    # A hundred thousand steps cover any picture.
    at = np.linspace(0, far[-1], min(int(far[-1]) + 2, 100_000))
    return np.stack([np.interp(at, far, line[:, 0]), np.interp(at, far, line[:, 1])], axis=1)
