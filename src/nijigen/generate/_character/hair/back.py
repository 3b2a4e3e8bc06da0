"""Back hair: what is drawn behind the head for each style."""

from __future__ import annotations

import math

import numpy as np

from nijigen.generate._character.drawing.curves import ellipse, ribbon, spline
from nijigen.generate._character.hair.falls import FALLS, draw_fall
from nijigen.generate._character.hair.locks import Hair, band, free_lock
from nijigen.generate._character.hair.tied import braid, buns, drill, swung, tail

HANGING = ("twin_tails", "low_tails", "side_tail", "braid", "twin_braids", "drills")
"""Tied hair that falls over the shoulders."""


def draw_back(hair: Hair) -> None:
    """Draw the hair behind the body and the neck."""
    kind, head = hair.traits.identity.hair_back, hair.head
    if kind == "bald":
        _wreath(hair)
        return
    if kind == "afro":
        _afro(hair)
        return
    if kind == "ponytail":
        # From the back of the crown, over the side that the head turns away from.
        way = (-1 if head.yaw > 0 else 1) if abs(head.yaw) > 0.05 else _way(hair)
        _, ry, rz = head.cap
        root = head.turn(np.array(((way * 22.0, head.cap_y - 0.82 * ry, -0.6 * rz),)))[0]
        tail(hair, kind, root, way)
    elif kind in ("bun", "double_bun"):
        buns(hair, kind)
    draw_fall(hair, kind if kind in FALLS else "nape")


def draw_hanging(hair: Hair) -> None:
    """Draw the tied hair that falls over the shoulders, behind the face."""
    kind, head = hair.traits.identity.hair_back, hair.head
    if kind not in HANGING:
        return
    for side in (_way(hair),) if kind in ("side_tail", "braid") else (-1, 1):
        angle, height, loose = TIES[kind]
        y = head.crown + height * (head.chin - head.crown)
        root = head.hair(((side * angle, y, loose),))[0]
        if height > 0.5:
            # The hair is gathered behind the ear.
            spots = ((side * (angle - 24), y - 74, 0.9), (side * (angle - 8), y - 34, 0.95))
            before = head.hair(spots)
            part = hair.part("skull", "hair_back", side)
            free_lock(hair, part, np.concatenate([before, root[None], root[None] + (0, 26)]), 34,
                      root=0.1, full=0.55, up=0.8, inside=2)  # fmt: skip
        if kind.endswith(("tail", "tails")):
            tail(hair, kind, root, side)
            continue
        steps, width = PLAITS[kind]
        knots = [root, *(root + (side * out, down) for out, down in steps)]
        spine = swung(hair, spline(knots, per=14))
        if kind == "drills":
            drill(hair, "hair_back", spine, width, side)
            band(hair, spine[1], 0.42 * width, math.pi / 2, "hair_back")
        else:
            braid(hair, "hair_back", spine, width, side)


TIES = {
    "twin_tails": (98, 0.25, 0.97), "side_tail": (98, 0.35, 0.99), "low_tails": (128, 0.72, 0.98),
    "braid": (120, 0.8, 0.98), "twin_braids": (130, 0.74, 0.98), "drills": (98, 0.34, 0.98),
}  # fmt: skip
"""Where hair is tied: degrees from the front, height from the crown to the chin, looseness."""
PLAITS: dict[str, tuple[tuple[tuple[float, float], ...], float]] = {
    "braid": (((26, 40), (30, 100), (20, 190)), 42),
    "twin_braids": (((10, 44), (12, 104), (2, 184)), 34),
    "drills": (((16, 42), (26, 112), (18, 196)), 60),
}
"""Steps of the spine from the tie, outwards and down, and the width."""


def _way(hair: Hair) -> int:
    return int(hair.traits.random("back").choice((-1, 1)))


def _wreath(hair: Hair) -> None:
    """Draw the hair that remains around the ears of a bald man."""
    if hair.traits.identity.age not in ("middle", "elderly"):
        return
    head = hair.head
    for side in (-1, 1):
        root = head.turn(np.array(((side * 73.0, head.eye_y - 34.0, -20.0),)))[0]
        rim = spline(((-4, -44), (8, -20), (13, 8), (9, 32)))
        hem = np.array(((6, 47), (1, 37), (-4, 54), (-8, 41), (-14, 52), (-18, 10)))
        shape = np.concatenate([rim, hem]) * (side, 1) + root
        part = hair.part("wreath", "hair_back", side)
        hair.scene.fill(part, shape)
        hair.scene.shade(shape + (-side * 8, 10), part)
        hair.scene.stroke(part, shape, 2.0, start=0.02, end=0.02)
        for low in (hem[1], hem[3]):
            inner = spline(np.array((low, low * (0.8, 0.4), (low[0] * 0.5, -14)))) * (side, 1)
            hair.scene.stroke(part, inner + root, 1.1, start=0.05, end=0.7)


def _afro(hair: Hair) -> None:
    head, scene = hair.head, hair.scene
    source = hair.traits.random("afro")
    rx, ry, _ = head.cap
    middle = head.turn(np.array(((0.0, head.cap_y - 0.22 * ry, -20.0),)))[0]
    across, down = 1.34 * rx, 1.2 * ry
    part = hair.part("afro", "hair_back", 0)
    count = 34
    turns = math.tau * np.arange(count) / count
    size = np.array([source.uniform(0.97, 1.02) for _ in turns]) + 0.024 * (-1.0) ** np.arange(
        count
    )
    shape = spline(
        np.stack([across * size * np.cos(turns), down * size * np.sin(turns)], 1), closed=True
    )
    scene.outlined(part, shape + middle, 2.5)
    # Round: the shadow is a crescent below, away from the light.
    arc = np.linspace(-0.16 * math.pi, 0.86 * math.pi, 40)
    arc = arc if hair.lamp < 0 else math.pi - arc
    rim = np.stack([np.cos(arc), np.sin(arc)], axis=1)
    bumps = 0.8 + 0.05 * np.abs(np.sin(np.arange(40) * 0.9))
    inner = rim * (across, down) * bumps[:, None] + (hair.lamp * 16, -14)
    scene.shade(np.concatenate([rim * (1.1 * across, 1.1 * down), inner[::-1]]) + middle, part)
    for _ in range(52):
        turn, far = source.uniform(0, math.tau), math.sqrt(source.uniform(0.3, 0.88))
        spot = middle + (across * far * math.cos(turn), down * far * math.sin(turn))
        curl = ellipse(0, 0, 7.5, 6.5, 16)[source.randrange(6) :][:9] + spot
        scene.stroke(part, curl, 1.3, start=0.4, end=0.4)
    for x, y, wide in (
        (0.34, -0.66, 9.0),
        (0.52, -0.52, 8.0),
        (0.16, -0.74, 7.0),
        (0.42, -0.4, 6.0),
    ):
        spot = middle + (hair.lamp * x * across, y * down)
        curl = ellipse(0, 0, wide, 0.8 * wide, 24)[11:24] + spot
        scene.light(ribbon(curl, 3.4 * np.sin(np.linspace(0.1, 3.04, 13))), part)
