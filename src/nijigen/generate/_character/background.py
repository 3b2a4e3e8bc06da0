"""Backgrounds: plain, gradient, disc, petals, stars, room, sky."""

from __future__ import annotations

import math

import numpy as np

from nijigen.generate._character.drawing.colors import lit, mixed, shaded
from nijigen.generate._character.drawing.curves import ellipse, spline, turned
from nijigen.generate._character.drawing.scene import Part, Scene
from nijigen.generate._character.traits.parameters import Traits

_FAR = np.array(((-900.0, -900.0), (900.0, -900.0), (900.0, 900.0), (-900.0, 900.0)))


def draw_background(scene: Scene, traits: Traits) -> None:
    """Draw the background; nothing if it is ``none``."""
    kind, color = traits.scene.background, traits.scene.background_color
    if kind == "none":
        return

    def part(name: str, color: str, end: str = "", top: float = -200, bottom: float = 240) -> int:
        return scene.part(
            Part(f"background.{name}", "background", "background", color, shaded(color), lit(color),
                 mixed(color, "#30283c", 0.5), end, top, bottom)
        )  # fmt: skip

    source = traits.random("background", "scene")
    graded = kind in ("gradient", "sky", "stars")
    first = {"sky": mixed("#8cc8f2", color, 0.3), "stars": mixed("#2c3466", color, 0.2)}.get(
        kind, color
    )
    last = {"sky": "#eef7fb", "stars": mixed("#8a6ea8", color, 0.4)}.get(
        kind, mixed(color, "#ffffff", 0.75)
    )
    scene.fill(part("wall", first, last if graded else ""), _FAR)
    if kind == "circle":
        scene.fill(part("disc", mixed(color, "#fff6dc", 0.8)), ellipse(0, -6, 172, 172, 72))
        dots = part("dots", mixed(color, "#ffffff", 0.55))
        for _ in range(14):
            a, far = source.uniform(0, 2 * math.pi), source.uniform(180, 235)
            size = source.uniform(3, 9)
            scene.fill(dots, ellipse(far * math.cos(a), far * math.sin(a), size, size, 20))
    elif kind == "petals":
        scene.fill(part("disc", mixed(color, "#ffffff", 0.45)), ellipse(0, 10, 178, 178, 72))
        petal = part("petals", mixed("#f4a3b5", color, 0.15))
        for _ in range(22):
            x, y, turn = (
                source.uniform(-215, 215),
                source.uniform(-190, 215),
                source.uniform(0, 360),
            )
            size = source.uniform(0.6, 1.2)
            leaf = spline(((0, -9), (5, -2), (3, 7), (0, 5), (-3, 7), (-5, -2)), closed=True, per=4)
            scene.fill(petal, turned(leaf * size, turn) + (x, y))
    elif kind == "stars":
        star = part("stars", "#fff6cf")
        for _ in range(34):
            x, y, size = (
                source.uniform(-280, 280),
                source.uniform(-260, 200),
                source.uniform(1.5, 6),
            )
            around = np.arange(8) * math.pi / 4
            reach = np.where(np.arange(8) % 2 == 0, size, size * 0.32)
            scene.fill(star, np.stack([x + reach * np.cos(around), y + reach * np.sin(around)], 1))
    elif kind == "room":
        frame = part("frame", mixed("#f4ead8", color, 0.3))
        glass = part("glass", "#bfe2f3", "#f2f8f4", -180, 160)
        side = source.choice((-1, 1))
        for x in (side * 150.0, side * 20.0, side * -110.0):
            box = np.array(((x - 58, -190.0), (x + 58, -190.0), (x + 58, 130.0), (x - 58, 130.0)))
            scene.outlined(frame, box, 1.6)
            for low, high in ((-182, -34), (-26, 122)):
                pane = np.array(
                    ((x - 50, low), (x + 50, low), (x + 50, high), (x - 50, high)), float
                )
                scene.outlined(glass, pane, 1.4)
        sill = np.array(((-600.0, 130.0), (600.0, 130.0), (600.0, 150.0), (-600.0, 150.0)))
        scene.outlined(frame, sill, 1.6)
    elif kind == "sky":
        cloud = part("clouds", "#ffffff")
        for _ in range(4):
            x, y, size = (
                source.uniform(-230, 230),
                source.uniform(-190, 90),
                source.uniform(0.7, 1.5),
            )
            puffs = [
                (-40, 0),
                (-30, -16),
                (-12, -17),
                (2, -28),
                (20, -22),
                (28, -12),
                (44, -9),
                (52, 0),
            ]
            flat = np.concatenate([spline(puffs), np.array(((52.0, 4.0), (-40.0, 4.0)))])
            scene.fill(cloud, flat * size + (x, y))
