"""Screens as vectors: a path for each ink."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nijigen.core.colors import written
from nijigen.effects._halftone.screen import Bytes, Screen

_SAMPLES = 24
"""Samples across a cell, from which its outline is traced."""
_TOLERANCE = 0.6
"""How far an outline may be from the samples' edges, in half samples."""


@dataclass(frozen=True)
class Layer:
    """One ink: its name, its color, its screen, its tones ``(h, w)`` and its solid lines."""

    name: str
    color: tuple[int, int, int]
    screen: Screen
    levels: Bytes
    solid: Bytes | None


def svg_of(
    layers: Sequence[Layer], size: tuple[int, int], paper: tuple[int, int, int], dpi: float | None
) -> str:
    """Return an SVG with a path for each ink; several inks are multiplied, as in print.

    Args:
        layers: The inks, in the order of printing.
        size: Width and height of the picture in pixels.
        paper: Color of the paper.
        dpi: Pixels per inch of the print; without it, the size is given in pixels.
    """
    width, height = size
    across, down = (
        (f"{side / dpi * 25.4:.3f}mm" for side in size) if dpi else (f"{width}", f"{height}")
    )
    multiplied = ' style="mix-blend-mode:multiply"' if len(layers) > 1 else ""
    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" '
        'xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape" '
        f'width="{across}" height="{down}" viewBox="0 0 {width} {height}">',
        f'<rect width="{width}" height="{height}" fill="{written(*paper)}"/>',
    ]
    parts += [
        f'<g id="{layer.name}" inkscape:label="{layer.name}" inkscape:groupmode="layer"'
        f'{multiplied}><path fill="{written(*layer.color)}" fill-rule="evenodd" '
        f'd="{_path(layer)}"/></g>'
        for layer in layers
    ]
    return "\n".join([*parts, "</svg>", ""])


def _path(layer: Layer) -> str:
    import cv2

    scale = int(np.clip(np.ceil(_SAMPLES / layer.screen.cell), 1, 6))
    height, width = layer.levels.shape
    large = (width * scale, height * scale)
    levels = cv2.resize(layer.levels, large, interpolation=cv2.INTER_LINEAR)
    screen = replace(
        layer.screen,
        cell=layer.screen.cell * scale,
        softness=0,
        center=(layer.screen.center[0] * scale, layer.screen.center[1] * scale),
    )
    ink = screen.coverage(levels.reshape(large[::-1]), 0) > 127
    if layer.solid is not None:
        solid = cv2.resize(layer.solid, large, interpolation=cv2.INTER_LINEAR)
        ink |= solid.reshape(ink.shape) > 127
    return "".join(_outlines(ink, 2 * scale))


def _outlines(ink: NDArray[np.bool_], unit: int) -> list[str]:
    """Return the outlines of ink along the edges of samples.

    OpenCV traces the centers of pixels, which would make everything half a pixel thinner. So
    corners and edges of samples become pixels of their own: it traces those.
    """
    import cv2

    height, width = ink.shape
    corners = np.zeros((2 * height + 1, 2 * width + 1), np.uint8)
    corners[1::2, 1::2] = ink
    corners = cv2.dilate(corners, np.ones((3, 3), np.uint8))
    found, _ = cv2.findContours(corners, cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
    parts = []
    for outline in found:
        steps = outline[:, 0].astype(np.float32)
        # The mean of four points of a staircase lies on its slope, not on its outer corners.
        slope = np.mean([np.roll(steps, shift, axis=0) for shift in range(4)], axis=0)
        points = cv2.approxPolyDP(slope.astype(np.float32), _TOLERANCE, True)[:, 0]
        if len(points) > 2:
            words = " ".join(
                f"{round(x / unit, 2):g},{round(y / unit, 2):g}" for x, y in points.tolist()
            )
            parts.append(f"M{words}z")
    return parts
