"""Wear: the torso with neckline, folds and shade, and garment pieces shared by outfits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nijigen.generate._character.drawing.colors import ink, lit, luma, mixed, shaded
from nijigen.generate._character.drawing.curves import (
    Knots,
    Points,
    ellipse,
    mirrored,
    spline,
    turned,
)
from nijigen.generate._character.drawing.scene import Part, Scene
from nijigen.generate._character.outfit.body import Body
from nijigen.generate._character.traits.parameters import Traits


@dataclass
class Wear:
    """The context in which outfits are drawn: body coordinates and parts of cloth."""

    scene: Scene
    body: Body
    traits: Traits
    neck: int
    base: str
    count: int = 0

    @property
    def first(self) -> str:
        """The main color."""
        return self.traits.identity.outfit_color

    @property
    def second(self) -> str:
        """The second color, with enough contrast to the first."""
        first, second = self.first, self.traits.identity.outfit_second
        if abs(luma(first) - luma(second)) < 0.14:
            second = mixed(second, "#ffffff" if luma(first) < 0.5 else "#1c1c34", 0.5)
        return second

    @property
    def lamp(self) -> int:
        """-1 where light comes from the left, 1 from the right."""
        return -1 if self.traits.scene.light <= 0 else 1

    def part(self, name: str, color: str, region: str = "cloth") -> int:
        """Add a part of cloth."""
        self.count += 1
        return self.scene.part(
            Part(f"{name}.{self.count}", region, "clothes", color,
                 shaded(color, 0.75 if luma(color) > 0.8 else 1.0), lit(color),
                 ink(color, self.base, 0.55 if self.traits.style.inking != "black" else 0.2))
        )  # fmt: skip

    @property
    def waist(self) -> float:
        """Half width of the waist in body points, between the arms."""
        return 100 * self.body.waist / self.body.shoulder + 1

    def at(self, knots: Knots) -> Points:
        """Convert body points to figure points."""
        return self.body.at(np.asarray(knots, np.float64))

    def neckline(self, depth: float, wide: float = 0.0, square: float = 0.0) -> Points:
        """Return a neckline from the right of the neck to its left; body units."""
        n, k, base = self.body.neck + 4 + wide, self.body.scale, self.body.base_y
        top = base - 15 * k
        if wide:
            top = base - 15 * k + wide * 0.5
        low = base + depth * k
        if square:
            knots = [(n, top), (n * 0.92, low - 2), (n * 0.5, low), (-n * 0.5, low),
                     (-n * 0.92, low - 2), (-n, top)]  # fmt: skip
            return np.array(knots)
        return spline(
            [
                (n, top),
                (n * 0.82, top + (low - top) * 0.55),
                (n * 0.4, low - 1.5),
                (0, low),
                (-n * 0.4, low - 1.5),
                (-n * 0.82, top + (low - top) * 0.55),
                (-n, top),
            ]
        )

    def pointed(self, depth: float, wide: float = 0.0) -> Points:
        """Return a neckline that ends in a point."""
        n, k, base = self.body.neck + 4 + wide, self.body.scale, self.body.base_y
        right = spline(
            [
                (n, base - 15 * k + wide * 0.4),
                (n * 0.72, base + depth * k * 0.35),
                (0, base + depth * k),
            ]
        )
        return np.concatenate([right, mirrored(right)[::-1][1:]])

    def torso(self, name: str, color: str, neckline: Points) -> int:
        """Draw the torso with its arms, folds and shade."""
        scene, body, k = self.scene, self.body, self.body.scale
        part = self.part(name, color)
        outer = body.torso()
        whole = np.concatenate([outer, neckline])
        scene.fill(part, whole)
        side = -self.lamp
        trunk = body.trunk()
        edge = trunk if side < 0 else mirrored(trunk)
        # Shade under the arm away from the light, and down that side of the trunk.
        dark = np.concatenate([edge, (edge * (0.7, 1) + (0, 6))[::-1]])
        scene.shade(dark, part)
        scene.shade(self.arm_shade(), part)
        for s in (-1, 1):
            line = trunk * (-s, 1)
            scene.stroke(part, line, 1.9, start=0.3, end=0.02)
            for x, y, dx, dy in ((0.72, 52, -0.2, 12), (0.74, 62, -0.14, 22), (0.78, 48, 0.1, -16)):
                a = (s * x * body.shoulder, body.shoulder_y + y * k)
                b = (a[0] + s * dx * body.shoulder, a[1] + dy * k)
                mid = ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2 + 3 * k)
                scene.stroke(part, spline((a, mid, b)), 1.3, start=0.1, end=0.8)
        scene.stroke(part, outer, 2.4, start=0.01, end=0.01)
        scene.stroke(part, neckline, 1.9, start=0.02, end=0.02)
        return part

    def arm_shade(self) -> Points:
        """Return the shadow along the outside of the arm away from the light."""
        body, k = self.body, self.body.scale
        s, y, side = body.shoulder, body.shoulder_y, -self.lamp
        inner = spline(((0.97 * s, y + 16 * k), (0.93 * s, y + 80 * k), (1.0 * s, y + 160 * k),
                        (1.0 * s, y + 340 * k)))  # fmt: skip
        outer = np.array(((1.6 * s, y + 340 * k), (1.6 * s, y)))
        return np.concatenate([inner, outer]) * (side, 1)

    def both(
        self, name: str, color: str, knots: Knots, width: float = 2.0, *, sharp: bool = True
    ) -> int:
        """Draw a piece on the left and its mirror image; body points; return its part."""
        part = self.part(name, color)
        flat = self.at(knots) if sharp else spline(self.at(knots), closed=True)
        for shape in (flat, mirrored(flat)):
            self.scene.outlined(part, shape, width)
        dark = mirrored(flat) if self.lamp < 0 else flat
        self.scene.shade(dark + (-self.lamp * 9.0, 7.0), part)
        return part

    def piece(self, name: str, color: str, points: Points, width: float = 2.0) -> int:
        """Draw a piece by its outline in figure units; return its part."""
        part = self.part(name, color)
        self.scene.outlined(part, points, width)
        return part

    def button(self, color: str, x: float, y: float, size: float = 3.4) -> None:
        """Draw a button at a body point."""
        point = self.at(((x, y),))[0]
        shape = ellipse(float(point[0]), float(point[1]), size, size, 14)
        part = self.piece("button", color, shape, 1.3)
        self.scene.light(shape * 1.0 + (-1, -1.4), part)


def collar(wear: Wear, color: str, spread: float = 24, drop: float = 26) -> None:
    """Draw the two wings of a shirt collar."""
    n = (wear.body.neck + 3) / wear.body.shoulder * 100
    knots = ((-n, -18), (-n - 7, -10), (-n - 2, drop * 0.7), (-spread * 0.55, drop + 2), (-1, 9),
             (-n * 0.66, -4))  # fmt: skip
    wear.both("collar", color, knots)


def band(wear: Wear, color: str, high: float, low: float = 6) -> int:
    """Draw a stand-up collar."""
    n, k, base = wear.body.neck + 4, wear.body.scale, wear.body.base_y
    top, bottom = base - high * k, base - 8 * k
    upper = spline(((-n, top), (-n * 0.4, top + 6 * k), (n * 0.4, top + 6 * k), (n, top)))
    lower = spline(
        (
            (n + 6, bottom),
            (n * 0.4, bottom + (low + 8) * k),
            (-n * 0.4, bottom + (low + 8) * k),
            (-n - 6, bottom),
        )
    )
    outline = np.concatenate([upper, lower])
    part = wear.piece("band", color, outline)
    # The shadow of the head.
    wear.scene.shade(np.concatenate([upper, (upper * (1, 1) + (0, 9 * k))[::-1]]), part)
    side = np.array(
        ((0.45 * n, top), (n + 20, top), (n + 20, bottom + 20), (0.45 * n, bottom + 20))
    )
    wear.scene.shade(side if wear.lamp < 0 else mirrored(side), part)
    return part


def frill(wear: Wear, color: str, line: Points, size: float) -> int:
    """Draw a ruffle along a line."""
    part = wear.part("frill", color)
    count = 13
    k = wear.body.scale
    t = np.linspace(0, len(line) - 1, count * 4 + 1)
    index = np.arange(len(line))
    x, y = np.interp(t, index, line[:, 0]), np.interp(t, index, line[:, 1])
    middle = line.mean(axis=0)
    way = np.stack([x, y], axis=1) - (middle - (0, 30))
    way = way / np.sqrt((way * way).sum(axis=1))[:, None]
    deep = size * k * (0.78 + 0.22 * np.abs(np.sin(np.arange(len(t)) * np.pi / 4)))
    outer = np.stack([x, y], axis=1) + way * deep[:, None]
    wear.scene.outlined(part, np.concatenate([line, outer[::-1]]), 1.7)
    for number in range(2, len(t) - 1, 4):
        fold = np.stack(
            [outer[number], 0.45 * outer[number] + 0.55 * np.array((x[number], y[number]))]
        )
        wear.scene.stroke(part, fold, 1.1, start=0.0, end=0.9)
    return part


def bow(wear: Wear, color: str, x: float, y: float, size: float, *, tails: bool = True) -> None:
    """Draw a bow at a body point; ``size`` is the width of one loop."""
    part = wear.part("bow", color)
    point = wear.at(((x, y),))[0]
    scale = size * wear.body.scale / 24
    draw_bow(wear.scene, part, point, scale, tails=tails)


def draw_bow(
    scene: Scene, part: int, point: Points, scale: float, *, tails: bool = True, turn: float = 0
) -> None:
    """Draw a bow at a figure point; a loop is 24 wide at scale 1."""

    def put(shape: Points) -> Points:
        return turned(shape, turn) * scale + point

    if tails:
        tail = np.array(((-1, 2), (-5, 18), (-12, 36), (-4, 33), (2, 38), (4, 16), (3, 2)))
        for shape in (tail, mirrored(tail)):
            scene.outlined(part, put(shape), 1.8)
        scene.shade(put(np.array(((-12, 2), (12, 2), (9, 16), (-9, 16)))), part)
    loop = spline(((-3, -3), (-14, -12), (-24, -11), (-27, 1), (-23, 11), (-13, 8), (-3, 3)))
    for shape in (loop, mirrored(loop)):
        scene.outlined(part, put(shape), 1.9)
        scene.shade(put(shape * (0.55, 0.42) + (0, 3.2)), part)
        fold = spline(((-5, 0), (-11, -3), (-17, -4))) * (1 if shape is loop else -1, 1)
        scene.stroke(part, put(fold), 1.2, start=0.1, end=0.8)
    knot = ellipse(0, 0, 5.2, 5.6, 16)
    scene.outlined(part, put(knot), 1.8)
    scene.shade(put(knot * (0.9, 0.5) + (0, 3)), part)
