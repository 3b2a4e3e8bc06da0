"""Backgrounds: plain, gradient, circle, petals, stars, room and sky; soft, without lines."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nijigen.generate._character.drawing.colors import lit, mixed, shaded
from nijigen.generate._character.drawing.curves import Points, ellipse, spline, turned
from nijigen.generate._character.drawing.scene import Part, Scene
from nijigen.generate._character.traits.parameters import Traits

_FAR = 900.0


@dataclass(frozen=True)
class _Paper:
    scene: Scene
    color: str
    source: random.Random

    def fill(self, number: int, shape: Points) -> None:
        self.scene.fill(number, shape)

    def part(
        self, name: str, color: str, end: str = "", top: float = -210, bottom: float = 260
    ) -> int:
        """Add a part, with a gradient from top to bottom if it has an end color."""
        return self.scene.part(
            Part(f"background.{name}", "background", "background", color, shaded(color), lit(color),
                 mixed(color, "#30283c", 0.5), end, top, bottom)
        )  # fmt: skip

    def wall(self, first: str, last: str = "") -> None:
        """Fill everything."""
        self.fill(self.part("wall", first, last), _box(-_FAR, -_FAR, _FAR, _FAR))

    def scattered(self, count: int, reach: float = 250) -> list[tuple[float, float]]:
        """Return points that keep a distance from one another."""
        made: list[tuple[float, float]] = []
        for _ in range(count):
            tries = [(self.source.uniform(-reach, reach), self.source.uniform(-210, 270))
                     for _ in range(6)]  # fmt: skip
            made.append(max(tries, key=lambda at: min((math.dist(at, o) for o in made), default=0)))
        return made


def draw_background(scene: Scene, traits: Traits) -> None:
    """Draw the background; nothing if it is ``none``."""
    kind, color = traits.scene.background, traits.scene.background_color
    if kind != "none":
        _KINDS[kind](_Paper(scene, color, traits.random("background", "scene")))


def _plain(paper: _Paper) -> None:
    paper.wall(paper.color)


def _gradient(paper: _Paper) -> None:
    paper.wall(paper.color, mixed(paper.color, "#ffffff", 0.75))


def _circle(paper: _Paper) -> None:
    color = paper.color
    paper.wall(color, mixed(color, "#ffffff", 0.35))
    x, y = paper.source.uniform(-26, 26), paper.source.uniform(-20, 20)
    paper.fill(paper.part("ring", mixed(color, "#ffffff", 0.4)), ellipse(x, y, 192, 192, 72))
    paper.fill(paper.part("gap", mixed(color, "#ffffff", 0.1)), ellipse(x, y, 184, 184, 72))
    disc = paper.part("disc", mixed(color, "#ffffff", 0.72), mixed(color, "#ffffff", 0.45))
    paper.fill(disc, ellipse(x, y, 174, 174, 72))
    dots = paper.part("dots", mixed(color, "#ffffff", 0.5))
    for _ in range(9):
        turn, far = paper.source.uniform(0, 2 * math.pi), paper.source.uniform(204, 250)
        size = paper.source.uniform(2, 7)
        paper.fill(
            dots, ellipse(x + far * math.cos(turn), y + far * math.sin(turn), size, size, 20)
        )


def _petals(paper: _Paper) -> None:
    first = mixed(paper.color, "#f6dfe4", 0.4)
    paper.wall(first, mixed(first, "#ffffff", 0.7))
    petal = spline(
        ((0, -10), (5.5, -3), (4.6, 6), (1.2, 8), (0, 5.6), (-1.2, 8), (-4.6, 6), (-5.5, -3)),
        closed=True,
        per=3,
    )
    half = spline(((0, -10), (5.5, -3), (4.6, 6), (1.2, 8), (0, 5.6)), per=3)
    # Far petals are small and pale, near ones large and out of the middle.
    for name, share, size, count in (
        ("far", 0.25, 0.6, 10),
        ("middle", 0.5, 1.0, 9),
        ("near", 0.75, 1.9, 5),
    ):
        tone = mixed(first, "#ef9fb4", share)
        light = paper.part(f"petals.{name}", mixed(tone, "#ffffff", 0.25))
        dark = paper.part(f"folds.{name}", tone)
        for x, y in paper.scattered(count):
            if size > 1.5 and abs(x) < 120:
                x = math.copysign(120 + abs(x) * 0.5, x)
            much, turn = size * paper.source.uniform(0.85, 1.15), paper.source.uniform(0, 360)
            flat = (1, paper.source.uniform(0.55, 1.0))
            paper.fill(light, turned(petal * flat * much, turn) + (x, y))
            paper.fill(dark, turned(half * flat * much, turn) + (x, y))


def _stars(paper: _Paper) -> None:
    first, last = mixed("#27305c", paper.color, 0.15), mixed("#7a6fa6", paper.color, 0.35)
    paper.wall(first, last)
    haze = paper.part("haze", mixed(first, "#9aa2d0", 0.22), mixed(last, "#c3b4dc", 0.25))
    band = spline(((-320, 40), (-120, -60), (90, -130), (320, -250)))
    wide = np.linspace(50, 80, len(band))[:, None]
    paper.fill(haze, np.concatenate([band - (0, 1) * wide, (band + (0, 1) * wide)[::-1]]))
    dim, bright = (
        paper.part("stars.dim", mixed(first, "#e8e4ff", 0.55)),
        paper.part("stars", "#fff6dc"),
    )
    for number, (x, y) in enumerate(paper.scattered(34, 290)):
        size = paper.source.uniform(1.0, 2.2)
        if number % 4:
            paper.fill(dim, ellipse(x, y, size, size, 8))
            continue
        size *= 2.6
        around = np.arange(8) * math.pi / 4
        reach = np.where(np.arange(8) % 2 == 0, size, size * 0.26)
        paper.fill(bright, np.stack([x + reach * np.cos(around), y + reach * np.sin(around)], 1))


def _room(paper: _Paper) -> None:
    wall = mixed(paper.color, "#efe6da", 0.5)
    paper.wall(wall, mixed(wall, "#b9a794", 0.35))
    side = paper.source.choice((-1, 1))
    left, right = sorted((side * 40.0, side * 250.0))
    frame = paper.part("frame", mixed(wall, "#ffffff", 0.5))
    paper.fill(frame, _box(left - 8, -_FAR, right + 8, 128))
    pale = mixed("#d8ecf2", paper.color, 0.12)
    glass = paper.part("glass", pale, "#f8f7ee", -200, 130)
    middle = (left + right) / 2
    for x0, x1 in ((left, middle - 4), (middle + 4, right)):
        for y0, y1 in ((-_FAR, -70.0), (-62.0, 122.0)):
            paper.fill(glass, _box(x0, y0, x1, y1))
    leaves = paper.part(
        "leaves", mixed(pale, "#a9c9a4", 0.5), mixed(pale, "#dfe8cf", 0.6), -60, 122
    )
    hills = spline(
        (
            (left, 70),
            (left + 40, 46),
            (left + 86, 62),
            (left + 130, 34),
            (left + 175, 52),
            (right, 30),
        )
    )
    for x0, x1 in ((left, middle - 4), (middle + 4, right)):
        seen = hills[(hills[:, 0] >= x0) & (hills[:, 0] <= x1)]
        paper.fill(leaves, np.concatenate([seen, ((x1, 122.0), (x0, 122.0))]))
    sill = paper.part("sill", mixed(wall, "#ffffff", 0.7))
    paper.fill(sill, _box(left - 18, 128, right + 18, 142))
    cloth = mixed(paper.color, "#ffffff", 0.55)
    curtain = paper.part("curtain", cloth, mixed(cloth, wall, 0.5))
    fold = paper.part("folds", mixed(cloth, shaded(wall), 0.35), mixed(cloth, shaded(wall), 0.5))
    for edge, way in ((left - 14, 1), (right + 14, -1)):
        hem = spline(
            (
                (edge + way * 44, -_FAR),
                (edge + way * 40, -80),
                (edge + way * 22, 60),
                (edge + way * 30, 300),
            )
        )
        paper.fill(
            curtain, np.concatenate([hem, ((edge - way * 46, 300.0), (edge - way * 46, -_FAR))])
        )
        for x, wide in ((28, 7), (6, 10), (-20, 8)):
            line = spline(
                (
                    (edge + way * x, -_FAR),
                    (edge + way * (x - 2), -60),
                    (edge + way * (x * 0.5 - 4), 80),
                    (edge + way * (x * 0.6 - 2), 300),
                )
            )
            paper.fill(fold, np.concatenate([line, (line + (-way * wide, 0.0))[::-1]]))
    _shelf(paper, wall, -side * 170.0)


def _shelf(paper: _Paper, wall: str, x: float) -> None:
    """Draw a shelf with books around a point."""
    shelf = paper.part("shelf", mixed(wall, "#8d7763", 0.3))
    paper.fill(shelf, _box(x - 95, 30, x + 95, 40))
    books = [paper.part(f"books.{n}", mixed(wall, tone, 0.32)) for n, tone in
             enumerate(("#a65f5f", "#5f7fa6", "#c9a45c", "#6f9a78"))]  # fmt: skip
    at = x - 86
    while at < x + 60:
        wide, high = paper.source.uniform(10, 20), paper.source.uniform(44, 66)
        paper.fill(paper.source.choice(books), _box(at, 30 - high, at + wide, 30))
        at += wide + 1.5


def _sky(paper: _Paper) -> None:
    first = mixed("#8fc3ea", paper.color, 0.25)
    paper.wall(first, mixed("#f3f8fa", paper.color, 0.08))
    low = paper.part("clouds.shade", mixed("#d9e6f2", first, 0.25))
    high = paper.part("clouds", "#ffffff", mixed("#ffffff", first, 0.12))
    for number, (x, y) in enumerate(paper.scattered(4, 235)):
        size = paper.source.uniform(0.8, 1.7) * (1 if number else 1.6)
        way = paper.source.choice((-1, 1))
        base = y * 0.75 + 10
        cloud = _cloud(paper.source) * (size * way, size)
        paper.fill(low, cloud + (x, base))
        # The light is on the upper bulges; the shaded base stays.
        lifted = cloud * (0.94, 0.8) + (-3.0 * way, -6.0 * size)
        paper.fill(high, lifted + (x, base))


def _cloud(source: random.Random) -> Points:
    """Return a heap of round bulges over a flat base."""
    bulges: list[tuple[float, float]] = []
    for place, high in ((-44.0, 9), (-26.0, 19), (-4.0, 27), (20.0, 20), (40.0, 11)):
        bulges.append((place + source.uniform(-4, 4), high * source.uniform(0.85, 1.25)))
    x = np.linspace(-62, 60, 96)
    top = np.zeros(len(x))
    for at, tall in bulges:
        wide = 13 + 0.5 * tall
        top = np.maximum(top, tall * np.sqrt(np.maximum(0, 1 - ((x - at) / wide) ** 2)))
    upper = np.stack([x, -top], axis=1)
    lower = np.stack([x, 2.5 * np.sqrt(np.maximum(0, 1 - (x / 63) ** 2)) + 0.1], axis=1)
    return np.concatenate([upper, lower[::-1]])


def _box(left: float, top: float, right: float, bottom: float) -> Points:
    return np.array(((left, top), (right, top), (right, bottom), (left, bottom)), float)


_KINDS: dict[str, Callable[[_Paper], None]] = {
    "plain": _plain, "gradient": _gradient, "circle": _circle, "petals": _petals, "stars": _stars,
    "room": _room, "sky": _sky,
}  # fmt: skip
