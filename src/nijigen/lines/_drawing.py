"""Draw lines from their coverage: as a page, as ink, as layers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from nijigen.core.artwork import Artwork, Layer
from nijigen.core.picture import Picture
from nijigen.imaging.line_art.ink import bled
from nijigen.lines._coverage import MARGIN, PALEST, Coverage, together
from nijigen.lines._network import KINDS
from nijigen.lines._thickness import thickened

Bytes = NDArray[np.uint8]

FULL = 0.85
"""Coverage from which ink is full."""
GUIDE = (64, 128, 255)
"""Color of shadow borders in layers: animators mark shadows in blue."""
BOTTOM_UP = ("shadow", "hatching", "interior", "contour")


@dataclass(frozen=True)
class Style:
    """How lines are drawn; see :func:`nijigen.lines.extract.extract`."""

    thickness: float = 0.0
    shadows: bool = False
    hatching: bool = True
    color: Literal["black", "original"] = "black"
    binary: bool = False

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds that are drawn."""
        left_out = {"shadow": not self.shadows, "hatching": not self.hatching}
        return tuple(kind for kind in KINDS if not left_out.get(kind))


def as_page(picture: Picture, coverage: Coverage, style: Style) -> Picture:
    """Return lines on white paper."""
    channels = 1 if style.color == "black" else picture.channels
    page = np.empty((picture.height, picture.width, channels), np.uint8)
    for rows, planes in coverage.bands():
        ink = _ink(planes, style.kinds, style)[:, :, None]
        if style.color == "black":
            page[rows] = 255 - ink
        else:
            missing = 255 - _colors(picture, rows, planes, style).astype(np.uint16)
            page[rows] = 255 - missing * ink // 255
    return picture.with_pixels(page)


def as_ink(picture: Picture, coverage: Coverage, style: Style) -> Picture:
    """Return lines on a transparent ground."""
    pixels = np.zeros((picture.height, picture.width, 4), np.uint8)
    for rows, planes in coverage.bands():
        pixels[rows, :, 3] = _ink(planes, style.kinds, style)
        if style.color == "original":
            pixels[rows, :, :3] = _colors(picture, rows, planes, style)
    return picture.with_pixels(pixels)


def as_layers(picture: Picture, coverage: Coverage, style: Style) -> Artwork:
    """Return a layer for each kind of line over paper."""
    size = picture.height, picture.width
    kinds = [kind for kind in BOTTOM_UP if kind == "shadow" or kind in style.kinds]
    drawn = {kind: np.zeros((*size, 4), np.uint8) for kind in kinds}
    for rows, planes in coverage.bands():
        colors = None
        if style.color == "original":
            colors = _colors(picture, rows, planes, style)
        for kind, pixels in drawn.items():
            pixels[rows, :, 3] = _ink(planes, (kind,), style)
            if colors is not None:
                pixels[rows, :, :3] = colors
            elif kind == "shadow":
                pixels[rows, :, :3] = GUIDE
    layers = [Layer("paper", Picture(np.full((*size, 1), 255, np.uint8)))]
    for kind in kinds:
        whole = Picture(drawn.pop(kind))
        layers.append(Layer(kind, whole, visible=kind in style.kinds).trimmed())
    return Artwork(picture.size, tuple(layers), picture.info)


def _ink(planes: Bytes, kinds: tuple[str, ...], style: Style) -> Bytes:
    """Return how dark the lines of a band are, without its margins."""
    found = thickened(together(planes, kinds), style.thickness)[MARGIN:-MARGIN]
    if style.binary:
        return np.where(found > 127, 255, 0).astype(np.uint8)
    steps = np.arange(256, dtype=np.float32) / 255
    table = ((steps - PALEST) / (FULL - PALEST)).clip(0, 1) * 255 + 0.5
    return np.asarray(table.astype(np.uint8)[found])


def _colors(picture: Picture, rows: slice, planes: Bytes, style: Style) -> Bytes:
    """Return the darkest color near every pixel: a line's own, not that of its soft edge.

    Thicker lines cover paper beside them, in the color of the nearest line.
    """
    import cv2

    around = np.arange(rows.start - MARGIN, rows.stop + MARGIN).clip(0, picture.height - 1)
    darkest = cv2.erode(picture.pixels[around], np.ones((3, 3), np.uint8))
    colors = np.asarray(darkest, np.uint8).reshape(len(around), picture.width, -1)
    if style.thickness > 0:
        colors = bled(colors, together(planes, style.kinds))
    return colors[MARGIN:-MARGIN]
