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
    middle = head.turn(np.array(((0.0, -34.0, -20.0),)))[0]
    part = hair.part("afro", "hair_back", 0)
    count = 26
    knots = []
    for number in range(count):
        turn = math.tau * number / count
        size = 128 * (1 + source.uniform(-0.03, 0.03)) * (1.03 if number % 2 else 0.97)
        knots.append(middle + (size * math.cos(turn), 0.93 * size * math.sin(turn)))
    shape = spline(knots, closed=True)
    scene.outlined(part, shape, 2.5)
    scene.shade(shape * 0.98 + (-hair.lamp * 22, 34), part)
    for _ in range(46):
        turn, far = source.uniform(0, math.tau), 118 * math.sqrt(source.uniform(0.2, 0.9))
        spot = middle + (far * math.cos(turn), 0.93 * far * math.sin(turn))
        arc = ellipse(0, 0, 7, 6, 16)[source.randrange(6) :][:9] + spot
        scene.stroke(part, arc, 1.4, start=0.4, end=0.4)
    lamp = ellipse(float(middle[0]) + hair.lamp * 44, float(middle[1]) - 66, 40, 18, 24)
    scene.light(ribbon(lamp[12:24], np.linspace(2, 9, 12)), part)
