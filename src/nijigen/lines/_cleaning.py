"""Cleaning: clean lines of a rough drawing, all together or a pencil at a time."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from nijigen.core.artwork import Artwork, Layer
from nijigen.core.picture import Picture
from nijigen.core.run import Run
from nijigen.imaging.line_art.ink import LineArt, line_art, without_guides
from nijigen.imaging.resize import resize
from nijigen.lines._network import find_lines
from nijigen.lines._thickness import thickened

Bytes = NDArray[np.uint8]
Pencils = Literal["all", "graphite"]

MODEL = "lines-simplify"
_WEAKEST, _RANGE = 2000, 4
"""Longer side in pixels at which a drawing is looked at, of strength 0; it is this many times
smaller for strength 1. A pencil's line on a page of A4 is 2.4 pixels wide in the middle of these,
which the network knows best."""
_FAINTEST, _FAINT = 0.3, 0.5
"""Coverage of a line that is drawn at strength 0 and 1."""
_SURE, _SMALL = 0.15, 8
"""A line has this much more coverage somewhere, and so many pixels; what has not is paper."""
_EDGE = 2.0
"""How steep the coverage at the edge of a line is, per pixel."""
_FEW = 0.02
"""A pencil that made a smaller share of the lines is none."""
Color = tuple[int, int, int]


class Cleaned:
    """A rough drawing with clean lines.

    Args:
        picture: Gray or RGB, 8 bits.
        strength: 0 to 1, see :func:`nijigen.lines.simplify.simplify`.
        thickness: By how many pixels lines are thicker.
        binary: Whether edges are hard.
        run: Receives progress and may stop it.
    """

    def __init__(
        self, picture: Picture, strength: float, thickness: float, binary: bool, run: Run
    ) -> None:
        self._picture, self._run = picture, run
        self._thickness, self._binary = thickness, binary
        self._level = _FAINTEST + (_FAINT - _FAINTEST) * strength
        scale = min(1.0, _WEAKEST * _RANGE**-strength / max(picture.size))
        size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
        self._small = picture if scale == 1 else resize(picture, size, "box")

    def page(self, pencils: Pencils) -> Picture:
        """Return lines on white paper, gray."""
        return self._picture.with_pixels(255 - self._lines(self._seen(pencils), self._run))

    def ink(self, pencils: Pencils) -> Picture:
        """Return black lines on a transparent ground."""
        pixels = np.zeros((self._picture.height, self._picture.width, 4), np.uint8)
        pixels[:, :, 3] = self._lines(self._seen(pencils), self._run)
        return self._picture.with_pixels(pixels)

    def layers(self, pencils: Pencils) -> Artwork:
        """Return white paper and a layer for each pencil, colored ones below."""
        size = self._picture.height, self._picture.width
        layers = [Layer("paper", Picture(np.full((*size, 1), 255, np.uint8)))]
        found = pencils_of(line_art(self._small))
        for n, (name, (ink, color)) in enumerate(found.items()):
            pixels = np.empty((*size, 4), np.uint8)
            pixels[:, :, :3] = color
            part = self._run.part(n / len(found), (n + 1) / len(found))
            pixels[:, :, 3] = self._lines(_gray(ink), part)
            shown = pencils == "all" or name == "graphite"
            layers.append(Layer(name, Picture(pixels), visible=shown).trimmed())
        return Artwork(self._picture.size, tuple(layers), self._picture.info)

    def _seen(self, pencils: Pencils) -> Bytes:
        """Return what the network is shown, RGB at the working size."""
        if pencils == "all":
            return self._small.rgb().pixels
        return _gray(without_guides(line_art(self._small), "colored").ink)

    def _lines(self, pixels: Bytes, run: Run) -> Bytes:
        """Return ink at the size of the picture, 0 to 255."""
        found = Picture(_without_specks(find_lines(pixels, run, model=MODEL)[:, :, 0], self._level))
        # Of the longer side: the other one may be a single pixel at both sizes.
        enlarged = max(self._picture.size) / max(found.size)
        whole = found if enlarged == 1 else resize(found, self._picture.size, "bicubic")
        # Enlarged edges are soft: as steep again as they were.
        steps = np.arange(256) / 255 - self._level
        ink = (steps * (_EDGE * enlarged) + 0.5).clip(0, 1)
        table = (np.where(ink >= 0.5, 255, 0) if self._binary else ink * 255 + 0.5).astype(np.uint8)
        return thickened(table[whole.pixels[:, :, 0]], self._thickness)


def _without_specks(found: Bytes, level: float) -> Bytes:
    """Return coverage without what is small, or nowhere surely a line."""
    import cv2

    there = (found > 255 * 0.7 * level).view(np.uint8)
    count, parts, stats, _ = cv2.connectedComponentsWithStats(there, connectivity=8)
    sure = np.zeros(count, np.bool_)
    sure[parts[found > 255 * (level + _SURE)]] = True
    sure &= stats[:, cv2.CC_STAT_AREA] >= _SMALL
    sure[0] = False
    return np.where(sure[parts], found, 0).astype(np.uint8)


def pencils_of(art: LineArt) -> dict[str, tuple[Bytes, Color]]:
    """Return the ink and the color of each pencil in a drawing, graphite last and always."""
    graphite = without_guides(art, "colored").ink
    rest = np.where(graphite > 0, 0, art.ink).astype(np.uint8)
    found = {}
    for name in ("blue", "red"):
        ink = np.where(without_guides(art, name).ink > 0, 0, rest).astype(np.uint8)
        rest = np.where(ink > 0, 0, rest).astype(np.uint8)
        found[name] = ink
    found = {"other": rest, **found}
    least = _FEW * int((art.ink > 127).sum())
    kept = {name: ink for name, ink in found.items() if int((ink > 127).sum()) > max(least, 16)}
    # What is too little for a layer of its own is no line to lose.
    for name, ink in found.items():
        if name not in kept:
            graphite = np.maximum(graphite, ink)
    kept["graphite"] = graphite
    return {
        name: (ink, (0, 0, 0) if name == "graphite" else _color_of(art, ink))
        for name, ink in kept.items()
    }


def _color_of(art: LineArt, ink: Bytes) -> Color:
    red, green, blue = np.median(art.color[ink > 127], axis=0).astype(int).tolist()
    return red, green, blue


def _gray(ink: Bytes) -> Bytes:
    return np.repeat(255 - ink[:, :, None], 3, axis=2)
