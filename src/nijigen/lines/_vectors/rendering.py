"""Rendering: shapes as pixels and as layers."""

from __future__ import annotations

import numpy as np

from nijigen.core.artwork import Artwork, Layer
from nijigen.core.picture import Picture
from nijigen.core.run import SILENT, Run
from nijigen.lines._vectors.centers import Bytes
from nijigen.lines._vectors.shapes import Shapes
from nijigen.lines._vectors.svg import Colors, body_of, page_of

_AT_ONCE = 1 << 24
"""Pixels that are rendered at once."""


def pixels_of(shapes: Shapes, size: tuple[int, int], colors: Colors, run: Run = SILENT) -> Bytes:
    """Return shapes as pixels: gray or RGB on paper, RGBA without."""
    width, height = size
    channels = 4 if colors.paper is None else 1 if colors.are_gray() else 3
    result = np.empty((height, width, channels), np.uint8)
    step = max(1, _AT_ONCE // width)
    body = body_of(shapes, size, colors)
    for top in range(0, height, step):
        run.progress(top / height)
        rows = slice(top, min(top + step, height))
        drawn = _rendered(page_of(body, size, rows), (width, rows.stop - top))
        result[rows] = drawn[:, :, :channels]
    return result


def _rendered(svg: str, size: tuple[int, int]) -> Bytes:
    """Return an SVG of our own as RGBA.

    Files of others are rendered in a process of its own; this one has nothing that could be slow.
    """
    import cv2
    import resvg_py

    width, height = size
    png = resvg_py.svg_to_bytes(svg_string=svg, width=width, height=height, skip_system_fonts=True)
    found = cv2.imdecode(np.frombuffer(bytes(png), np.uint8), cv2.IMREAD_UNCHANGED)
    return np.asarray(cv2.cvtColor(found, cv2.COLOR_BGRA2RGBA), np.uint8)


def layers_of(shapes: Shapes, size: tuple[int, int], colors: Colors) -> Artwork:
    """Return shapes as layers, bottom first: paper, areas, lines."""
    layers = []
    if colors.paper is not None:
        paper = pixels_of(Shapes([], [], shapes.dots[:0]), size, colors)
        layers.append(Layer("paper", Picture(paper)))
    bare = Colors(colors.ink, None)
    for name, part in (
        ("areas", Shapes([], shapes.areas, shapes.dots[:0])),
        ("lines", Shapes(shapes.lines, [], shapes.dots)),
    ):
        if part.anchors:
            layers.append(Layer(name, Picture(pixels_of(part, size, bare))).trimmed())
    if not layers:
        layers.append(Layer("lines", Picture(np.zeros((1, 1, 4), np.uint8))))
    return Artwork(size, tuple(layers))
