"""A pen: paths, tapered strokes, flat and graded fills on a supersampled canvas."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageColor, ImageDraw, ImageFilter

Points = NDArray[np.float64]
Mask = Image.Image

_SAMPLES = 4
"""Drawn pixels to a side of a pixel of the result."""
_TOKEN = re.compile(r"[MLCQZ]|-?\d+\.?\d*")
_LENGTH = {"M": 2, "L": 2, "C": 6, "Q": 4}
_STEPS = 40


def path(text: str) -> Points:
    """Return the points along a path written as in SVG: absolute M, L, C, Q and Z."""
    tokens = _TOKEN.findall(text)
    points: list[NDArray[np.float64]] = []
    start = at = np.zeros(2)
    command, position = "M", 0
    while position < len(tokens):
        if tokens[position].isalpha():
            command = tokens[position]
            position += 1
            if command == "Z":
                points.append(start)
                continue
        count = _LENGTH[command]
        numbers = np.array(tokens[position : position + count], float).reshape(-1, 2)
        position += count
        if command == "M":
            start = numbers[0]
        if command in "ML":
            points.append(numbers[0])
        else:
            points.extend(_bezier(np.vstack([at, numbers])))
        at = numbers[-1]
    return np.array(points)


def _bezier(control: Points) -> Points:
    t = np.linspace(0, 1, _STEPS + 1)[1:, None, None]
    level = np.repeat(control[None], _STEPS, axis=0)
    while level.shape[1] > 1:
        level = level[:, :-1] * (1 - t) + level[:, 1:] * t
    return level[:, 0]


def ellipse(x: float, y: float, across: float, down: float, turn: float = 0) -> Points:
    """Return the outline of an ellipse by its center and radii, turned by degrees."""
    t = np.linspace(0, 2 * np.pi, 90, endpoint=False)
    angle = np.deg2rad(turn)
    u, v = across * np.cos(t), down * np.sin(t)
    return np.stack(
        [
            x + u * np.cos(angle) - v * np.sin(angle),
            y + u * np.sin(angle) + v * np.cos(angle),
        ],
        axis=1,
    )


def mirror(points: Points, axis: float) -> Points:
    """Return the path on the other side of the vertical line x = axis."""
    return np.stack([2 * axis - points[:, 0], points[:, 1]], axis=1)


def moved(points: Points, x: float, y: float, scale: float = 1) -> Points:
    """Return the path scaled about the origin, then moved."""
    return points * scale + (x, y)


class Canvas:
    """A picture to draw on; coordinates are pixels of the result.

    Args:
        width: Width of the result.
        height: Height of the result.
        color: Background; None is transparent.
        zoom: Scale of everything drawn, for a detail or a thumbnail.
        shift: What is subtracted from coordinates before they are scaled.
    """

    def __init__(
        self,
        width: int,
        height: int,
        color: str | None = "white",
        zoom: float = 1,
        shift: tuple[float, float] = (0, 0),
    ) -> None:
        self.size = (width, height)
        self._scale = _SAMPLES * zoom
        self._shift = np.array(shift)
        size = (width * _SAMPLES, height * _SAMPLES)
        self.image = Image.new("RGBA", size, color or (0, 0, 0, 0))
        self._draw = ImageDraw.Draw(self.image)

    def _device(self, points: Points) -> list[tuple[float, float]]:
        return [(x, y) for x, y in (points - self._shift) * self._scale]

    def mask(self, *outlines: Points) -> Mask:
        """Return the union of closed paths, to clip by."""
        mask = Image.new("L", self.image.size)
        draw = ImageDraw.Draw(mask)
        for outline in outlines:
            draw.polygon(self._device(outline), fill=255)
        return mask

    def fill(
        self,
        outline: Points,
        color: str,
        *,
        clip: Mask | None = None,
        opacity: float = 1,
        blur: float = 0,
    ) -> None:
        """Fill a closed path with one color."""
        if clip is None and opacity == 1 and blur == 0:
            self._draw.polygon(self._device(outline), fill=color)
            return
        self._cover(outline, (color,), ((0, 0), (1, 0)), clip, opacity, blur)

    def grade(
        self,
        outline: Points,
        colors: Sequence[str],
        start: tuple[float, float],
        end: tuple[float, float],
        *,
        clip: Mask | None = None,
        opacity: float = 1,
    ) -> None:
        """Fill a closed path with a linear gradient from start to end."""
        self._cover(outline, colors, (start, end), clip, opacity, 0)

    def _cover(
        self,
        outline: Points,
        colors: Sequence[str],
        way: tuple[tuple[float, float], tuple[float, float]],
        clip: Mask | None,
        opacity: float,
        blur: float,
    ) -> None:
        points = np.array(self._device(outline))
        box = self._box(points, 3 * blur * self._scale)
        mask = Image.new("L", (box[2] - box[0], box[3] - box[1]))
        ImageDraw.Draw(mask).polygon([(x, y) for x, y in points - box[:2]], fill=255)
        if blur:
            mask = mask.filter(ImageFilter.GaussianBlur(blur * self._scale))
        if clip is not None:
            mask = ImageChops.multiply(mask, clip.crop(box))
        if opacity < 1:
            mask = mask.point([round(value * opacity) for value in range(256)])
        if len(colors) == 1:
            layer = Image.new("RGB", mask.size, colors[0])
        else:
            layer = self._gradient(colors, way, box)
        layer.putalpha(mask)
        self.image.alpha_composite(layer, box[:2])

    def _box(self, points: Points, margin: float) -> tuple[int, int, int, int]:
        """Return the box of drawn pixels around the points that lies on the canvas."""
        limit = self.image.size
        low = np.floor(points.min(axis=0) - margin - 1).astype(int)
        high = np.ceil(points.max(axis=0) + margin + 1).astype(int)
        left, top = (int(np.clip(low[i], 0, limit[i] - 1)) for i in (0, 1))
        right, bottom = (int(np.clip(high[i], 1, limit[i])) for i in (0, 1))
        return left, top, max(right, left + 1), max(bottom, top + 1)

    def _gradient(
        self,
        colors: Sequence[str],
        way: tuple[tuple[float, float], tuple[float, float]],
        box: tuple[int, int, int, int],
    ) -> Image.Image:
        first, last = np.array(self._device(np.array(way, float)))
        along = last - first
        x = (np.arange(box[0], box[2]) + 0.5 - first[0]) * along[0]
        y = (np.arange(box[1], box[3]) + 0.5 - first[1]) * along[1]
        place = (x[None, :] + y[:, None]) / (along @ along)
        stops = np.linspace(0, 1, len(colors))
        table = np.array([ImageColor.getrgb(color)[:3] for color in colors], float)
        ramp = np.linspace(0, 1, 1024)
        ramps = np.stack([np.interp(ramp, stops, table[:, c]) for c in range(3)], axis=1)
        return Image.fromarray(
            ramps.round().astype(np.uint8)[(place.clip(0, 1) * 1023).astype(int)]
        )

    def stroke(
        self,
        line: Points,
        color: str,
        width: float,
        *,
        taper: tuple[float, float] = (0.15, 0.15),
        clip: Mask | None = None,
    ) -> None:
        """Draw along a path with a round nib.

        Args:
            line: The path.
            color: Of the ink.
            width: At the fullest, in pixels.
            taper: Part of the length, at the start and at the end, over which the width swells
                and dwindles; 0 is a blunt end.
            clip: Only inside this mask.
        """
        points, along = self._dense(line)
        # Nothing thinner than a drawn pixel: a hair must not break up into dots.
        radius = np.maximum(width * self._scale / 2 * _pressure(along, taper), 0.5)
        if clip is None:
            _stamp(self._draw, points, radius, color)
            return
        box = self._box(points, float(radius.max()))
        mask = Image.new("L", (box[2] - box[0], box[3] - box[1]))
        _stamp(ImageDraw.Draw(mask), points - box[:2], radius, 255)
        self.image.paste(color, box, ImageChops.multiply(mask, clip.crop(box)))

    def _dense(self, line: Points) -> tuple[Points, NDArray[np.float64]]:
        points = (line - self._shift) * self._scale
        steps = np.hypot(*np.diff(points, axis=0).T)
        length = np.concatenate([[0], np.cumsum(steps)])
        at = np.linspace(0, length[-1], max(2, int(length[-1])))
        dense = np.stack([np.interp(at, length, points[:, axis]) for axis in (0, 1)], axis=1)
        return dense, at / max(length[-1], 1e-9)

    def finished(self, mode: str = "RGB") -> Image.Image:
        """Return the drawing at the size of the result."""
        # Pillow resizes RGBA premultiplied, so that transparent pixels bleed into no edge.
        small = self.image.resize(self.size, Image.Resampling.BOX)
        return small.convert(mode)


def _stamp(
    draw: ImageDraw.ImageDraw, points: Points, radius: NDArray[np.float64], ink: str | int
) -> None:
    for (x, y), r in zip(points, radius, strict=True):
        draw.ellipse((x - r, y - r, x + r, y + r), fill=ink)


def _pressure(along: NDArray[np.float64], taper: tuple[float, float]) -> NDArray[np.float64]:
    start, end = (max(part, 1e-9) for part in taper)
    swell = np.minimum(along / start, (1 - along) / end).clip(0, 1)
    return np.sin(swell * np.pi / 2) ** 0.8
