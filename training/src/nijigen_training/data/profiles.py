"""Heads seen from the side, drawn by chance: real pictures have few, and our characters none.

All is laid out in a square whose unit is the height of the face: x runs from the tip of the nose at
0 to behind the ear, y from the hairline at 0 to the chin at 1. The face looks to the left.
"""

from __future__ import annotations

import colorsys
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from nijigen_training.data.labelled import Pixels

Box = tuple[float, float, float, float]
Color = tuple[float, float, float]
Points = NDArray[np.float64]

FINER = 2
"""Drawn so many times larger, then reduced."""
ROOM = (0.75, 0.85, 1.15, 0.75)
"""Around the face to the left, above, to the right and below, in heights of the face."""
HEIGHTS = (40, 150)
"""Of the face, in pixels of the picture."""

# The outline of the face from the hairline to the ear, as it is without any chance, how far each
# point strays, and how round it is there.
OUTLINE = np.array(
    [
        (0.42, -0.16),
        (0.22, 0.02),
        (0.13, 0.20),
        (0.15, 0.38),
        (0.13, 0.47),
        (0.00, 0.63),
        (0.10, 0.70),
        (0.08, 0.755),
        (0.12, 0.785),
        (0.10, 0.825),
        (0.15, 0.87),
        (0.14, 0.94),
        (0.24, 1.00),
        (0.50, 0.92),
        (0.72, 0.76),
        (0.78, 0.52),
        (0.80, 0.10),
    ]
)
STRAY = 0.016
EAR = (0.74, 0.52)


@dataclass(frozen=True)
class Style:
    """Colors and habits of one drawing."""

    skin: Color
    shade: Color
    hair: Color
    hair_shade: Color
    iris: Color
    cloth: Color
    line: Color
    width: float
    """Of lines, in heights of the face; 0 is without."""
    flat: bool


def profile(rng: np.random.Generator) -> tuple[Pixels, Box, Box]:
    """Draw one.

    Returns:
        RGBA pixels, the box of the face and the box of the head with its hair.
    """
    return _Drawing(rng).done()


def _rgb(hue: float, saturation: float, value: float) -> Color:
    red, green, blue = colorsys.hsv_to_rgb(hue % 1, float(np.clip(saturation, 0, 1)), value)
    return 255 * red, 255 * green, 255 * blue


def _mixed(one: Color, other: Color, share: float) -> Color:
    red, green, blue = (a + (b - a) * share for a, b in zip(one, other, strict=True))
    return red, green, blue


def _style(rng: np.random.Generator) -> Style:
    skin = _rgb(rng.uniform(0.03, 0.1), rng.uniform(0.05, 0.55), rng.uniform(0.55, 1.0))
    if rng.random() < 0.7:
        skin = _rgb(rng.uniform(0.04, 0.09), rng.uniform(0.06, 0.3), rng.uniform(0.9, 1.0))
    hair = _rgb(rng.random(), rng.uniform(0, 0.9), rng.uniform(0.12, 1.0))
    cool = _rgb(rng.uniform(0.55, 1.0), rng.uniform(0.2, 0.7), rng.uniform(0.2, 0.6))
    colors = [
        skin,
        _mixed(skin, cool, float(rng.uniform(0.15, 0.45))),
        hair,
        _mixed(hair, cool, float(rng.uniform(0.2, 0.5))),
        _rgb(rng.random(), rng.uniform(0.3, 1), rng.uniform(0.3, 0.95)),
        _rgb(rng.random(), rng.uniform(0, 0.9), rng.uniform(0.1, 1.0)),
        _mixed(_rgb(rng.random(), 0.6, 0.25), (0, 0, 0), float(rng.random())),
    ]
    if rng.random() < 0.25:
        # A scene at night, at dusk, under colored light.
        light = _rgb(rng.random(), rng.uniform(0.4, 0.95), rng.uniform(0.2, 0.9))
        share = float(rng.uniform(0.3, 0.75))
        colors = [_mixed(color, light, share) for color in colors]
    width = 0.0 if rng.random() < 0.2 else float(np.exp(rng.uniform(np.log(0.006), np.log(0.022))))
    flat = bool(rng.random() < 0.4)
    skin, shade, hair, hair_shade, iris, cloth, line = colors
    return Style(skin, shade, hair, hair_shade, iris, cloth, line, width, flat)


def rounded(points: Points, times: int = 3, *, closed: bool = False) -> Points:
    """Cut the corners of a line, so many times (Chaikin 1974)."""
    for _ in range(times):
        after = np.roll(points, -1, axis=0)
        near, far = 0.75 * points + 0.25 * after, 0.25 * points + 0.75 * after
        cut = np.stack([near, far], axis=1).reshape(-1, 2)
        points = cut if closed else np.concatenate([points[:1], cut[:-2], points[-1:]])
    return points


class _Drawing:
    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng
        self.style = _style(rng)
        self.unit = float(np.exp(rng.uniform(*np.log(HEIGHTS)))) * FINER
        left, above, right, below = ROOM
        size = (round((1 + above + below) * self.unit), round((1 + left + right) * self.unit))
        self.pixels = np.zeros((*size, 3), np.uint8)
        self.alpha = np.zeros(size, np.uint8)
        self.wide = float(rng.uniform(0.88, 1.08))
        """The face's depth beside its height."""
        self.long = float(rng.random())
        """How long the hair is: 0 shows the neck, 1 reaches the picture's end."""

    def done(self) -> tuple[Pixels, Box, Box]:
        """Draw from the back to the front."""
        outline = self._outline()
        self._back_hair()
        self._neck_and_cloth()
        self._area(rounded(outline, 2), self.style.skin)
        if not self.style.flat:
            self._cheek(outline)
        self._eye()
        self._mouth()
        self._ear()
        self._front_hair()
        if self.rng.random() < 0.15:
            self._hat()
        return self._result(float(outline[:, 0].min()))

    def _at(self, points: Points) -> NDArray[np.int32]:
        scaled = points * (self.wide, 1) + ROOM[:2]
        return np.round(scaled * self.unit * 16).astype(np.int32)

    def _area(self, points: Points, color: Color, *, outlined: bool = True) -> None:
        at = [self._at(points)]
        cv2.fillPoly(self.pixels, at, color, cv2.LINE_AA, 4)
        cv2.fillPoly(self.alpha, at, (255,), cv2.LINE_AA, 4)
        if outlined and self.style.width:
            self._stroke(points, self.style.line, self.style.width, closed=True)

    def _stroke(self, points: Points, color: Color, width: float, *, closed: bool = False) -> None:
        at, thick = [self._at(points)], max(1, round(width * self.unit))
        cv2.polylines(self.pixels, at, closed, color, thick, cv2.LINE_AA, 4)
        cv2.polylines(self.alpha, at, closed, (255,), thick, cv2.LINE_AA, 4)

    def _outline(self) -> Points:
        points = OUTLINE + self.rng.normal(0, STRAY, OUTLINE.shape)
        # Lips that are hardly told of, as most draw them, up to full ones.
        lips = float(self.rng.uniform(0, 1.2))
        points[6:11, 0] = 0.125 + (points[6:11, 0] - 0.125) * lips
        points[5, 0] += self.rng.uniform(-0.03, 0.06)
        return points

    def _back_hair(self) -> None:
        rng = self.rng
        top, back = rng.uniform(-0.62, -0.4), rng.uniform(1.22, 1.5)
        end = 0.75 + 1.1 * self.long
        skull = np.array(
            [(0.2, -0.2), (0.3, top + 0.2), (0.7, top), (1.1, top + 0.18), (back, 0.1)]
            + [(back + rng.uniform(-0.1, 0.15), 0.1 + (end - 0.1) / 2)]
            + [(x, end + rng.uniform(-0.12, 0.12)) for x in np.linspace(back, 0.72, 5)]
            + [(0.66, 0.4)]
        )
        self._area(rounded(skull, 2, closed=True), self.style.hair_shade)
        if rng.random() < 0.25:
            x, y = rng.uniform(1.15, 1.4), rng.uniform(-0.3, 0.2)
            tail = np.array([(x, y), (x + 0.3, y - 0.1), (x + 0.4, y + 0.7), (x + 0.1, y + 1.2)])
            self._area(rounded(tail, 2, closed=True), self.style.hair)

    def _neck_and_cloth(self) -> None:
        slant = self.rng.uniform(0.02, 0.2)
        neck = np.array([(0.38, 0.85), (0.42 + slant, 1.45), (0.42, 1.8), (1.1, 1.8), (0.88, 0.6)])
        self._area(neck, self.style.skin)
        shadow = np.array([(0.3, 0.9), (0.42, 1.12), (0.85, 1.05), (0.86, 0.7)])
        self._area(shadow, self.style.shade, outlined=False)
        collar = float(self.rng.uniform(1.12, 1.5))
        cloth = np.array(
            [(0.34, collar + 0.08), (0.9, collar - 0.1), (1.4, collar + 0.25), (1.7, 1.9)]
            + [(-0.3, 1.9), (0.1, collar + 0.35)]
        )
        self._area(rounded(cloth, 1, closed=True), self.style.cloth)

    def _cheek(self, outline: Points) -> None:
        jaw = outline[12:16]
        inner = jaw[::-1] + (-0.03, -0.1)
        self._area(
            rounded(np.concatenate([jaw, inner]), 2, closed=True), self.style.shade, outlined=False
        )
        if self.rng.random() < 0.4:
            x, y = self._at(np.array([(0.3, 0.68)]))[0] // 16
            blush = _mixed(self.style.skin, (235.0, 90.0, 90.0), 0.4)
            axes = (round(0.07 * self.unit), round(0.035 * self.unit))
            cv2.ellipse(self.pixels, (int(x), int(y)), axes, 0, 0, 360, blush, -1, cv2.LINE_AA)

    def _eye(self) -> None:
        rng = self.rng
        front, back = 0.165 + rng.uniform(-0.01, 0.03), 0.36 + rng.uniform(-0.05, 0.05)
        middle, tall = 0.5 + rng.uniform(-0.03, 0.03), float(rng.uniform(0.05, 0.13))
        dark = _mixed(self.style.line, (0, 0, 0), 0.4)
        lash = max(self.style.width, 0.014) * float(rng.uniform(1.2, 2.4))
        brow = middle - tall - rng.uniform(0.05, 0.12)
        lift = rng.uniform(-0.05, 0.05)
        brows = np.array([(front - 0.02, brow + lift), (0.26, brow - 0.02), (back + 0.03, brow)])
        if rng.random() < 0.18:
            sag = rng.uniform(-0.05, 0.07)
            lid = [(front, middle), ((front + back) / 2, middle + sag), (back, middle)]
            self._stroke(rounded(np.array(lid)), dark, lash)
        else:
            upper = [(front, middle - tall), ((front + back) / 2, middle - tall * 1.15)]
            white = [*upper, (back, middle - tall * 0.4), (front + 0.08, middle + tall * 0.9)]
            self._area(np.array(white), _mixed((250.0, 250.0, 250.0), self.style.skin, 0.3))
            self._iris(front + 0.045, middle, tall)
            over = [(front - 0.015, middle - tall * 0.8), *upper, (back + 0.02, middle - tall / 3)]
            self._stroke(rounded(np.array(over), 2), dark, lash)
        self._stroke(rounded(brows, 2), _mixed(self.style.hair_shade, dark, 0.5), lash * 0.7)

    def _iris(self, x: float, y: float, tall: float) -> None:
        angle = np.linspace(0, 2 * np.pi, 24, endpoint=False)
        ring = np.stack([np.cos(angle) * 0.035, np.sin(angle)], axis=1)
        self._area(ring * (1, tall * 0.95) + (x, y), self.style.iris)
        self._area(ring * (0.5, tall * 0.5) + (x, y), (20, 15, 25), outlined=False)
        if self.rng.random() < 0.8:
            self._area(ring * (0.45, tall * 0.3) + (x + 0.01, y - tall / 2), (255, 255, 255))

    def _mouth(self) -> None:
        rng = self.rng
        x, y = 0.12, 0.785
        end = (x + rng.uniform(0.06, 0.16), y + rng.uniform(-0.03, 0.03))
        if rng.random() < 0.3:
            lip = np.array([(x - 0.01, y - 0.01), end, (x + 0.03, y + rng.uniform(0.04, 0.1))])
            self._area(lip, _mixed((150.0, 40.0, 50.0), self.style.shade, 0.3))
        else:
            self._stroke(np.array([(x, y), end]), self.style.line, max(self.style.width, 0.008))

    def _ear(self) -> None:
        if self.rng.random() < 0.45:
            return
        angle = np.linspace(0, 2 * np.pi, 20, endpoint=False)
        ring = np.stack([np.cos(angle) * 0.075, np.sin(angle) * 0.13], axis=1) + EAR
        self._area(ring, self.style.skin)
        self._area(ring * 0.5 + np.array(EAR) * 0.5, self.style.shade, outlined=False)

    def _front_hair(self) -> None:
        rng = self.rng
        top = rng.uniform(-0.6, -0.45)
        # Locks from the crown over the forehead, each a wedge whose point hangs where it will.
        count = int(rng.integers(3, 7))
        lowest = rng.uniform(0.1, 0.42)
        crown = np.array((0.75, top + 0.05))
        ends = np.linspace(0.08 - rng.uniform(0, 0.12), 0.78, count)
        cap = [(1.25, -0.1), (1.0, top + 0.12), tuple(crown), (0.35, top + 0.16), (0.1, -0.12)]
        fringe: list[tuple[float, float]] = []
        for number, x in enumerate(ends):
            share = number / (count - 1)
            down = lowest + rng.uniform(-0.1, 0.1) + share * rng.uniform(0.0, 0.5)
            fringe += [(x - 0.02, down), (x + 0.07, down - rng.uniform(0.12, 0.3))]
        self._area(
            np.concatenate([rounded(np.array(cap), 2), np.array(fringe), [(1.0, 0.3)]]),
            self.style.hair,
        )
        if rng.random() < 0.6:
            x, end = rng.uniform(0.5, 0.66), rng.uniform(0.7, 1.25)
            lock = [(x, -0.05), (x + 0.2, 0.0), (x + 0.14, end * 0.6), (x + 0.03, end)]
            lock.append((x - 0.04, end * 0.6))
            self._area(rounded(np.array(lock), 1, closed=True), self.style.hair)
        for _ in range(0 if self.style.flat else int(rng.integers(2, 8))):
            start = crown + (rng.normal(0, 0.1), rng.uniform(0.04, 0.15))
            to = np.array((rng.uniform(0.2, 1.2), 0.1))
            middle = (start + to) / 2 + (rng.normal(0, 0.05), -0.03)
            strand = rounded(np.array([start, middle, to]))
            self._stroke(strand, self.style.hair_shade, float(rng.uniform(0.006, 0.03)))

    def _hat(self) -> None:
        color = self.style.cloth if self.rng.random() < 0.5 else self.style.iris
        tall, brim = self.rng.uniform(0.4, 0.75), self.rng.uniform(0.05, 0.45)
        dome = [(0.15, -0.12), (0.25, -tall), (1.1, -tall), (1.3, -0.08)]
        self._area(rounded(np.array(dome), 2, closed=True), color)
        edge = [(0.2 - brim, -0.04), (0.2, -0.18), (1.25, -0.14), (1.25 + brim / 2, 0.0)]
        self._area(rounded(np.array(edge), 1, closed=True), color)

    def _result(self, nose: float) -> tuple[Pixels, Box, Box]:
        rgba = np.dstack([self.pixels, self.alpha])
        size = (rgba.shape[1] // FINER, rgba.shape[0] // FINER)
        small = np.asarray(cv2.resize(rgba, size, interpolation=cv2.INTER_AREA), np.uint8)
        # Rims were mixed with the black of what is empty, which transparency takes care of.
        seen = np.maximum(small[:, :, 3:], 1).astype(np.float32)
        small[:, :, :3] = (small[:, :, :3] * (255 / seen)).clip(0, 255)
        unit = self.unit / FINER

        def box(left: float, top: float, right: float, bottom: float) -> Box:
            x0, x1 = (ROOM[0] + x * self.wide for x in (left, right))
            y0, y1 = ROOM[1] + top, ROOM[1] + bottom
            return x0 * unit, y0 * unit, x1 * unit, y1 * unit

        return small, box(nose - 0.02, 0.0, EAR[0] + 0.1, 1.01), box(nose - 0.05, -0.55, 1.35, 1.03)
