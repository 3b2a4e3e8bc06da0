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
_MARGIN = 0.06
"""Of the sheet around the picture for marks, in shares of its longer side."""
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
    layers: Sequence[Layer],
    size: tuple[int, int],
    paper: tuple[int, int, int],
    dpi: float | None,
    *,
    marks: bool = False,
) -> str:
    """Return an SVG with a path for each ink; several inks are multiplied, as in print.

    Args:
        layers: The inks, in the order of printing.
        size: Width and height of the picture in pixels.
        paper: Color of the paper.
        dpi: Pixels per inch of the print; without it, the size is given in pixels.
        marks: Whether there are trim and registration marks around the picture, in every ink.
    """
    width, height = size
    margin = round(_MARGIN * max(size)) if marks else 0
    sheet = width + 2 * margin, height + 2 * margin
    across, down = (f"{side / dpi * 25.4:.3f}mm" if dpi else f"{side}" for side in sheet)
    printed = _marks(size, margin) if marks else ""
    multiplied = ' style="mix-blend-mode:multiply"' if len(layers) > 1 else ""
    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" '
        'xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape" '
        f'width="{across}" height="{down}" '
        f'viewBox="{-margin} {-margin} {sheet[0]} {sheet[1]}">',
        f'<rect x="{-margin}" y="{-margin}" width="{sheet[0]}" height="{sheet[1]}" '
        f'fill="{written(*paper)}"/>',
    ]
    parts += [
        f'<g id="{layer.name}" inkscape:label="{layer.name}" inkscape:groupmode="layer"'
        f'{multiplied}><path fill="{written(*layer.color)}" fill-rule="evenodd" '
        f'd="{_path(layer)}"/>'
        + (f'<path fill="none" stroke="{written(*layer.color)}" {printed}/>' if marks else "")
        + "</g>"
        for layer in layers
    ]
    return "\n".join([*parts, "</svg>", ""])


def _marks(size: tuple[int, int], margin: int) -> str:
    """Return lines that end before the corners, and a cross in a circle beside each side."""
    width, height = size
    near, far, middle, ring = (share * margin for share in (0.25, 0.85, 0.5, 0.2))
    steps = []
    for x, outwards in ((0, -1), (width, 1)):
        for y, down in ((0, -1), (height, 1)):
            steps.append(f"M{x + outwards * near:g} {y}H{x + outwards * far:g}")
            steps.append(f"M{x} {y + down * near:g}V{y + down * far:g}")
    centers = [(width / 2, -middle), (width / 2, height + middle)]
    centers += [(-middle, height / 2), (width + middle, height / 2)]
    arc, long = f"a{ring:g} {ring:g} 0 1 1", 2 * ring
    for right, below in centers:
        steps.append(f"M{right - long:g} {below:g}h{2 * long:g}")
        steps.append(f"M{right:g} {below - long:g}v{2 * long:g}")
        steps.append(f"M{right - ring:g} {below:g}{arc} {long:g} 0{arc} {-long:g} 0")
    return f'stroke-width="{max(0.5, margin / 120):g}" d="{"".join(steps)}"'


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
