"""Closing: strokes drawn over gaps, as wide and as dark as the lines beside them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nijigen.core.picture import Picture
from nijigen.imaging.line_art.gaps import Point, closings, length_of, separating
from nijigen.imaging.line_art.ink import LineArt
from nijigen.lines._linework import Linework

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]
_SHIFT = 4
SEPARATING, JOINING = (225, 20, 50), (20, 90, 225)
"""Colors of marks, the same as in ``color.flat``."""


@dataclass(frozen=True)
class Closing:
    """A stroke that closes a gap; in pixels of the picture, the first pixel's center at 0.5."""

    points: tuple[Point, ...]
    length: float
    separates: bool


def closings_of(lines: Linework, reach: float) -> list[Closing]:
    """Return strokes that close gaps of up to ``reach`` pixels of the picture.

    Where two ends point at each other the line goes on; where an end points at a line, it is
    only extended if that encloses an area: hair and folds end in the middle of nowhere.
    """
    near = min(reach / lines.factor, max(lines.mask.shape) / 10)
    found = closings(lines.mask, near)
    parting = separating(lines.mask, [item.points for item in found])
    return [
        Closing(
            tuple(((x + 0.5) * lines.factor, (y + 0.5) * lines.factor) for x, y in item.points),
            length_of(item.points) * lines.factor,
            parts,
        )
        for item, parts in zip(found, parting, strict=True)
        if parts or len(item.ends) == 2
    ]


def written(gaps: Sequence[Closing]) -> str:
    """Return gaps as one line of JSON."""
    return json.dumps(
        [
            {
                "points": [[round(x, 2), round(y, 2)] for x, y in gap.points],
                "width": round(gap.length, 2),
                "separates": gap.separates,
            }
            for gap in gaps
        ],
        separators=(",", ":"),
    )


def closed(picture: Picture, lines: Linework, gaps: Sequence[Closing]) -> Picture:
    """Return the picture with strokes drawn over gaps, as wide and as dark as their lines."""
    pixels = picture.pixels.copy()
    for gap in gaps:
        ends = gap.points[0], gap.points[-1]
        width = sum(lines.width_at(end) for end in ends) / 2
        color = np.mean([_color_at(picture, lines.art, end) for end in ends], axis=0)
        draw_stroke(pixels, gap.points, width, color)
    return picture.with_pixels(pixels)


def _color_at(picture: Picture, art: LineArt, point: Point) -> Floats:
    """Return the darkest of a line near a point, in the picture's channels."""
    x, y = (int(value) for value in point)
    box = np.s_[max(0, y - 2) : y + 3, max(0, x - 2) : x + 3]
    ink = art.ink[box].ravel()
    if not len(ink):
        return np.zeros(picture.channels, np.float32)
    found = picture.pixels[box].reshape(len(ink), -1)[int(ink.argmax())]
    return np.asarray(found, np.float32)


def draw_stroke(
    pixels: Bytes, points: Sequence[Point], width: float, color: NDArray[np.floating]
) -> None:
    """Draw a stroke into pixels ``(H, W, C)``, in a color of as many channels."""
    import cv2

    at = np.array(points, np.float64)
    margin = int(width) + 3
    low = np.maximum(np.floor(at.min(axis=0)).astype(int) - margin, 0)
    high = np.minimum(np.ceil(at.max(axis=0)).astype(int) + margin, pixels.shape[1::-1])
    if (high <= low).any():
        return
    box = np.s_[low[1] : high[1], low[0] : high[0]]
    cover = np.zeros((high[1] - low[1], high[0] - low[0]), np.uint8)
    path = ((at - low - 0.5) * (1 << _SHIFT)).round().astype(np.int32)
    cv2.polylines(cover, [path[:, None]], False, 255, max(1, round(width)), cv2.LINE_AA, _SHIFT)
    share = cover[:, :, None].astype(np.float32) / 255
    part: Floats = pixels[box].astype(np.float32)
    if pixels.shape[2] == 4:
        # Colors under transparent pixels are arbitrary.
        share = np.where(part[:, :, 3:] < 1, np.ceil(share), share)
        above = np.maximum(part[:, :, 3], cover * np.float32(color[3] / 255))
        part += (np.asarray(color, np.float32) - part) * share
        part[:, :, 3] = above
    else:
        part += (np.asarray(color, np.float32) - part) * share
    pixels[box] = (part + np.float32(0.5)).astype(np.uint8)


def marked(picture: Picture, gaps: Sequence[Closing]) -> Picture:
    """Return the picture in color with gaps in red, or in blue where they separate nothing."""
    pixels = picture.pixels
    if picture.channels == 1:
        pixels = np.repeat(pixels, 3, axis=2)
    pixels = pixels.copy()
    width = max(2.0, max(picture.size) / 400)
    for gap in gaps:
        color = SEPARATING if gap.separates else JOINING
        draw_stroke(pixels, gap.points, width, np.array([*color, 255][: pixels.shape[2]]))
    return picture.with_pixels(pixels)
