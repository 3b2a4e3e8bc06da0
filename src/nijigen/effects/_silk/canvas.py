"""The canvas of silk: light that adds up, and its copies in the symmetry."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nijigen.core.colors import written
from nijigen.effects._silk.weaving import Thread

Floats = NDArray[np.floating[Any]]
_OPACITY = 0.09
_FAST = 3.5
"""Speed at which a thread has wholly the color of fast ones, in thousandths of the canvas."""
_GAIN = 1.5
_SPIRAL = 5
"""Copies of a spiral, each turned further and smaller."""


class Symmetry(NamedTuple):
    """Copies of what is drawn, around the center."""

    folds: int
    mirror: bool
    spiral: bool

    def copies(self) -> list[NDArray[np.float64]]:
        """Return matrices ``(2, 2)``, the first of which is the drawing itself."""
        made = []
        for ring in range(_SPIRAL if self.spiral else 1):
            for fold in range(self.folds):
                turn = 2 * np.pi * fold / self.folds + 0.45 * ring
                cosine, sine = np.cos(turn), np.sin(turn)
                matrix = 0.78**ring * np.array([[cosine, -sine], [sine, cosine]])
                made.append(matrix)
                if self.mirror:
                    made.append(matrix @ np.diag([-1.0, 1.0]))
        return made


class Canvas:
    """Sums of light of the threads, without their copies.

    Args:
        size: Width and height in pixels.
        colors: Of slow and of fast threads, 0 to 255.
    """

    def __init__(self, size: tuple[int, int], colors: tuple[tuple[int, int, int], ...]) -> None:
        self.size = size
        self._scale = min(size) / 1000
        self._colors = np.array(colors, np.float64) / 255
        # What a copy turns into the picture may lie outside of it.
        self._side = int(np.ceil(np.hypot(*size))) + 2
        self.light = np.zeros((3, self._side * self._side), np.float32)

    def draw(self, threads: Sequence[Thread]) -> None:
        """Add the light of the threads of one frame."""
        for thread in threads:
            places = thread.places * self._scale
            steps = np.hypot(*np.diff(places, axis=0).T)
            count = np.clip(np.ceil(steps), 1, 4 * self._side).astype(int)
            first = np.repeat(np.arange(len(steps)), count)
            part = (np.arange(len(first)) - np.repeat(np.cumsum(count) - count, count)) / count[
                first
            ]
            at = places[first] + (places[first + 1] - places[first]) * part[:, None]
            speed = thread.speeds[first] + (thread.speeds[first + 1] - thread.speeds[first]) * part
            share = np.minimum(speed / _FAST, 1)[:, None]
            color = self._colors[0] + (self._colors[1] - self._colors[0]) * share
            strength = _OPACITY * thread.light[first] * (steps / count)[first]
            self._add(at, color * strength[:, None])

    def _add(self, at: Floats, color: Floats) -> None:
        at = at + self._side / 2 - np.array(self.size) / 2
        corner = np.floor(at - 0.5).astype(np.int64)
        part = at - 0.5 - corner
        for x in (0, 1):
            for y in (0, 1):
                weight = np.abs(1 - x - part[:, 0]) * np.abs(1 - y - part[:, 1])
                column, row = corner[:, 0] + x, corner[:, 1] + y
                inside = (column >= 0) & (row >= 0) & (column < self._side) & (row < self._side)
                place = (row * self._side + column)[inside]
                weight = weight[inside]
                for channel in range(3):
                    added = (color[inside, channel] * weight).astype(np.float32)
                    np.add.at(self.light[channel], place, added)

    def pixels(self, symmetry: Symmetry, ground: tuple[int, int, int] | None) -> NDArray[np.uint8]:
        """Return the picture: on a ground, or RGBA if there is none."""
        import cv2

        width, height = self.size
        base = self.light.reshape(3, self._side, self._side).transpose(1, 2, 0)
        base = np.ascontiguousarray(base)
        total = np.zeros((height, width, 3), np.float32)
        middle = (self._side - 1) / 2
        for matrix in symmetry.copies():
            inverse = np.linalg.inv(matrix)
            shift = middle - inverse @ ((np.array(self.size) - 1) / 2)
            wanted = np.concatenate([inverse, shift[:, None]], axis=1).astype(np.float32)
            flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
            total += cv2.warpAffine(base, wanted, (width, height), flags=flags)
        # Light adds up without end; film does not.
        glow = 1 - np.exp(-_GAIN * total)
        alpha = glow.max(axis=2, keepdims=True)
        if ground is None:
            color = glow / np.maximum(alpha, 1e-6)
            made = np.concatenate([color, alpha], axis=2)
        else:
            back = np.array(ground, np.float32) / 255
            made = 1 - (1 - glow) * (1 - back)
        return np.asarray((made * 255 + 0.5).clip(0, 255).astype(np.uint8))


def svg_of(
    frames: Sequence[Sequence[Thread]],
    size: tuple[int, int],
    symmetry: Symmetry,
    colors: tuple[tuple[int, int, int], ...],
    ground: tuple[int, int, int] | None,
) -> str:
    """Return an SVG: a line for each thread and frame, used once for each copy."""
    width, height = size
    scale = min(size) / 1000
    tones = np.array(colors, float)
    lines = []
    for thread in (thread for frame in frames for thread in frame):
        share = min(1.0, float(thread.speeds.mean()) / _FAST)
        places = np.round(thread.places * scale - np.array(size) / 2, 2).tolist()
        points = " ".join(f"{x:g},{y:g}" for x, y in places)
        opacity = _OPACITY * _GAIN * float(thread.light.mean())
        lines.append(
            f'<polyline stroke="{written(*(tones[0] + (tones[1] - tones[0]) * share))}" '
            f'stroke-opacity="{opacity:.3f}" points="{points}"/>'
        )
    uses = []
    for matrix in symmetry.copies():
        numbers = " ".join(f"{number:.5f}" for number in matrix.T.ravel())
        uses.append(f'<use href="#silk" transform="matrix({numbers} 0 0)"/>')
    paper = f'<rect width="{width}" height="{height}" fill="{written(*ground)}"/>' if ground else ""
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
            f'viewBox="0 0 {width} {height}">{paper}',
            '<defs><g id="silk" fill="none" style="mix-blend-mode:screen" stroke-linejoin="round" '
            f'stroke-width="{max(scale, 0.5):g}">',
            *lines,
            "</g></defs>",
            f'<g transform="translate({width / 2:g} {height / 2:g})">',
            *uses,
            "</g></svg>",
            "",
        ]
    )
