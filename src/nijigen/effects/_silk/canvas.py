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

    @property
    def flips(self) -> bool:
        """Whether the picture from left to right is the mirrored copies."""
        return self.mirror and not self.spiral

    @property
    def turns(self) -> bool:
        """Whether the picture turned upside down is the second half of the copies."""
        return self.folds % 2 == 0

    def drawn(self) -> list[NDArray[np.float64]]:
        """Return the copies from which flips and turns make the others, pixel by pixel."""
        copies = self._replace(mirror=self.mirror and not self.flips).copies()
        if not self.turns:
            return copies
        ring = len(copies) // (_SPIRAL if self.spiral else 1)
        return [copy for number, copy in enumerate(copies) if number % ring < ring // 2]


class Canvas:
    """Sums of light of the threads and of their copies.

    Args:
        size: Width and height in pixels.
        colors: Of slow and of fast threads, 0 to 255.
        symmetry: The copies.
    """

    def __init__(
        self,
        size: tuple[int, int],
        colors: tuple[tuple[int, int, int], ...],
        symmetry: Symmetry,
    ) -> None:
        self.size = size
        self._colors = np.array(colors, np.float32) / 255
        self._symmetry = symmetry
        self._copies = np.array(symmetry.drawn())
        self._light = np.zeros((2, size[1] * size[0]), np.float32)

    def draw(self, threads: Sequence[Thread]) -> None:
        """Add the light of the threads of one frame."""
        scale, center = min(self.size) / 1000, np.array(self.size) / 2
        for thread in threads:
            places = (thread.places * scale - center) @ self._copies.transpose(0, 2, 1) + center
            steps = np.hypot(*np.moveaxis(np.diff(places, axis=1), 2, 0)).ravel()
            count = np.clip(np.ceil(steps), 1, 4 * sum(self.size)).astype(int)
            # The end of a copy does not lead to the next one.
            begin = np.arange(places.shape[0] * places.shape[1]).reshape(places.shape[:2])[:, :-1]
            first = np.repeat(begin.ravel(), count)
            part = np.arange(len(first)) - np.repeat(np.cumsum(count) - count, count)
            part = part / np.repeat(count, count)
            flat, point = places.reshape(-1, 2), first % places.shape[1]
            at = flat[first] + (flat[first + 1] - flat[first]) * part[:, None]
            speed = thread.speeds[point] + np.diff(thread.speeds)[point] * part
            fast = np.minimum(speed / _FAST, 1)
            light = _OPACITY * thread.light[point] * np.repeat(steps / count, count)
            self._add(at, ((1 - fast) * light, fast * light))

    def _add(self, at: Floats, lights: tuple[Floats, Floats]) -> None:
        """Share the slow and the fast light of points among the four pixels around each."""
        width, height = self.size
        corner = np.floor(at - 0.5).astype(np.int64)
        part = at - 0.5 - corner
        for x in (0, 1):
            for y in (0, 1):
                column, row = corner[:, 0] + x, corner[:, 1] + y
                inside = (column >= 0) & (row >= 0) & (column < width) & (row < height)
                weight = np.abs(1 - x - part[:, 0]) * np.abs(1 - y - part[:, 1])
                place = (row * width + column)[inside]
                for plane, light in zip(self._light, lights, strict=True):
                    np.add.at(plane, place, (light * weight)[inside].astype(np.float32))

    def pixels(self, ground: tuple[int, int, int] | None) -> NDArray[np.uint8]:
        """Return the picture: on a ground, or RGBA if there is none."""
        width, height = self.size
        light = self._light.reshape(2, height, width)
        if self._symmetry.turns:
            light = light + light[:, ::-1, ::-1]
        if self._symmetry.flips:
            light = light + light[:, :, ::-1]
        # Light adds up without end; film does not.
        glow = 1 - np.exp(np.tensordot(light, -_GAIN * self._colors, (0, 0)))
        if ground is None:
            alpha = glow.max(axis=2, keepdims=True)
            made = np.concatenate([glow / np.maximum(alpha, 1e-6), alpha], axis=2)
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
