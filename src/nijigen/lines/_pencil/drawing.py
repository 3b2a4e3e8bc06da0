"""Drawing: lines as strokes, areas of ink as shading, construction lines below them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nijigen.imaging.line_art.ink import lines_of
from nijigen.imaging.line_art.skeleton import skeleton
from nijigen.lines._pencil.strokes import Floats, Hand, Path, laid_down, strokes_along
from nijigen.lines._skeleton.graph import graph_of
from nijigen.lines._skeleton.junctions import Junctions
from nijigen.lines._skeleton.thinning import Thinned

_SOLID = 3.5
"""Multiple of the usual line's width that is an area of ink."""
_MARGIN = 0.08
"""Construction lines keep to the drawing and this share of its size around it."""


@dataclass(frozen=True, eq=False)
class Graphite:
    """What the pencil left, each ``(H, W)`` in 0..1: lines and shading; construction lines."""

    lines: Floats
    construction: Floats


@dataclass(frozen=True, eq=False)
class Traced:
    """Clean line art, taken apart.

    Attributes:
        mask: Where ink is, ``(H, W)``.
        paths: Its lines.
        widths: The width of each at every point, in pixels.
        usual: The usual width of a line.
        solid: Where ink is an area, ``(H, W)``.
    """

    mask: NDArray[np.bool_]
    paths: list[Path]
    widths: list[Floats]
    usual: float
    solid: NDArray[np.bool_]


def traced(ink: NDArray[np.uint8]) -> Traced:
    """Take line art apart into lines and areas of ink.

    Args:
        ink: Coverage by ink, ``(H, W)``.
    """
    import cv2

    mask = lines_of(ink)
    if not mask.any():
        return Traced(mask, [], [], 1.0, mask)
    inside = cv2.distanceTransform(np.pad(mask, 1).view(np.uint8), cv2.DIST_L2, 3)[1:-1, 1:-1]
    thin = skeleton(mask, 12)
    half = float(np.median(inside[thin])) if thin.any() else 1.0
    deep = inside > max(_SOLID * half, 3.0)
    paths, widths = [], []
    centers = Thinned.of(thin, inside)
    for stroke in Junctions(graph_of(centers, mask.shape[1]), centers).strokes():
        rows, columns = centers.y[stroke.pixels], centers.x[stroke.pixels]
        if len(rows) > 1 and deep[rows, columns].mean() <= 0.5:
            points = np.column_stack([columns, rows]).astype(np.float32)
            paths.append(Path(points, stroke.closed))
            widths.append((2 * inside[rows, columns] - 1).clip(0.8, 4 * half))
    solid = deep
    if deep.any():
        grown = np.ones((3, 3), np.uint8), None, None, int(3 * half)
        solid = cv2.dilate(deep.view(np.uint8), *grown).view(np.bool_) & mask
    return Traced(mask, paths, widths, max(2 * half - 1, 1.0), solid)


def drawn(art: Traced, hand: Hand, construction: float, rng: np.random.Generator) -> Graphite:
    """Draw lines with a pencil.

    Args:
        art: What is drawn.
        hand: How; its lengths are in pixels.
        construction: Amount of construction lines, 0 to 1.
        rng: Random generator.
    """
    size = (art.mask.shape[0], art.mask.shape[1])
    lines = laid_down(strokes_along(art.paths, art.widths, hand, rng), size)
    if art.solid.any():
        lines = np.maximum(lines, _shading(art.solid, hand, rng))
    below = np.zeros(size, np.float32)
    if construction > 0 and art.mask.any():
        guides, wide = _construction(art.mask, construction, rng)
        light = replace(
            hand,
            strokes=1 + 0.4 * (hand.strokes - 1),
            length=4 * hand.length,
            width=0.9,
            pressure=hand.pressure * float(rng.uniform(0.25, 0.6)),
        )
        below = laid_down(strokes_along(guides, wide, light, rng), size)
    return Graphite(lines, below)


def _shading(where: NDArray[np.bool_], hand: Hand, rng: np.random.Generator) -> Floats:
    """Return an area of ink filled with strokes side by side."""
    height, width = where.shape
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    angle = rng.uniform(0, np.pi)
    across = np.float32(np.cos(angle)) * x + np.float32(np.sin(angle)) * y
    along = np.float32(np.cos(angle)) * y - np.float32(np.sin(angle)) * x
    cell = np.float32(2 * np.pi / rng.uniform(2.5, 5))
    wave = np.sin((across + 1.2 * np.sin(along / 23)) * cell)
    return np.asarray(where * (hand.pressure * (0.8 + 0.2 * wave)), np.float32)


def _construction(
    mask: NDArray[np.bool_], amount: float, rng: np.random.Generator
) -> tuple[list[Path], list[Floats]]:
    """Return circles, axes and lines across the drawing, with their widths."""
    rows, columns = (np.flatnonzero(mask.any(axis=axis)) for axis in (1, 0))
    low = np.array([columns[0], rows[0]])
    span = np.array([columns[-1], rows[-1]]) - low + 1
    low, span = low - _MARGIN * span, span * (1 + 2 * _MARGIN)
    paths, widths = [], []
    for _ in range(int(rng.poisson(7 * amount))):
        kind = rng.random()
        angle = rng.uniform(0, np.pi)
        if kind < 0.45:
            radius = float(span.min()) * rng.uniform(0.06, 0.4)
            # Around once and a little further.
            turn = np.linspace(0, 2 * np.pi * rng.uniform(1, 1.2), max(24, int(radius * 6)))
            flat = rng.uniform(0.6, 1)
            points = np.stack([radius * np.cos(turn), radius * flat * np.sin(turn)], axis=1)
        else:
            # Axes are upright more often than not.
            if kind < 0.75:
                angle = rng.normal(0, 0.06) + np.pi / 2 * int(rng.integers(2))
            length = float(span.max()) * rng.uniform(0.2, 0.7)
            along = np.linspace(-length / 2, length / 2, max(8, int(length)))
            points = np.stack([along, np.zeros_like(along)], axis=1)
        cos, sin = np.cos(angle), np.sin(angle)
        points = points @ np.array([[cos, sin], [-sin, cos]])
        points += low + span * rng.uniform(0.1, 0.9, 2)
        paths.append(Path(points.astype(np.float32), False))
        widths.append(np.full(len(points), rng.uniform(0.8, 1.6), np.float32))
    return paths, widths
