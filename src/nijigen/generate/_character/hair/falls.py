"""Loose back hair: a mass with a smooth contour, a hem of tips, and locks over its rims."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nijigen.generate._character.drawing.curves import Points, sides, spline
from nijigen.generate._character.hair.locks import Hair, lock, profile

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Fall:
    """Loose hair behind the head.

    Attributes:
        drop: Height of its hem below the chin, in figure units.
        widths: Half widths relative to the head at the ears, a third, two thirds and the end.
        tips: Number of tips of the hem.
        cut: Depth of the notches between tips.
        curl: How far tips turn out (positive) or in.
        ragged: Variation of the tips.
        arc: How far the middle of the hem hangs below its sides.
        wave: How far the contour swings.
        turns: Number of waves.
        locks: Number of locks over each rim.
        spikes: Number of locks that stick out of each rim.
    """

    drop: float
    widths: tuple[float, float, float, float] = (1.0, 1.05, 1.08, 1.05)
    tips: int = 7
    cut: float = 26
    curl: float = 0
    ragged: float = 6
    arc: float = 0
    wave: float = 0
    turns: float = 1.5
    locks: int = 2
    spikes: int = 0


FALLS = {
    "cropped": Fall(-74, (0.95, 0.9, 0.74, 0.5), 6, 12, 2, 4, 8, locks=0),
    "short": Fall(-24, (1.0, 1.06, 1.0, 0.74), 7, 26, 8, 8, 8, locks=1),
    "bob": Fall(4, (1.0, 1.09, 1.13, 1.0), 8, 16, -16, 4, -6),
    "round_bob": Fall(-10, (1.01, 1.2, 1.3, 1.02), 8, 12, -30, 3, 0),
    "flipped": Fall(14, (1.0, 1.0, 1.04, 1.26), 8, 26, 44, 6, -4),
    "medium": Fall(58, (1.02, 1.1, 1.08, 0.98), 8, 34, -4, 9, 6),
    "wolf": Fall(66, (1.02, 1.06, 0.78, 0.86), 8, 48, 30, 14, 12),
    "long": Fall(176, (1.02, 1.14, 1.18, 1.1), 8, 46, 4, 12, 10),
    "very_long": Fall(300, (1.02, 1.18, 1.34, 1.36), 9, 54, 6, 16, 14),
    "wavy": Fall(150, (1.02, 1.2, 1.32, 1.24), 8, 48, 8, 12, 10, 11, 1.9),
    "flowing": Fall(230, (1.02, 1.16, 1.48, 1.8), 9, 78, 40, 22, 0, 9, 1.1, 3),
    "curly": Fall(54, (1.04, 1.3, 1.44, 1.26), 9, 30, -14, 10, 10, 6, 2.6),
    "spiky": Fall(-20, (1.02, 1.08, 0.98, 0.74), 7, 34, 12, 10, 8, locks=0, spikes=4),
    "nape": Fall(-46, (0.98, 0.94, 0.84, 0.6), 6, 16, 0, 4, 8, locks=0),
}
"""Loose styles, and ``nape``: what tied hair leaves on the back of the head."""


class _Sheet:
    """The surface of the back hair, seen from the front at any turn of the head."""

    def __init__(self, hair: Hair, form: Fall) -> None:
        self.hair, self.form, head = hair, form, hair.head
        self.top = head.cap_y
        self.long = max(head.chin + form.drop - self.top, 40.0)
        self.curve = spline(np.stack([np.linspace(0, 1, 4), form.widths], axis=1))

    def at(self, share: Floats | float, t: Floats | float) -> Points:
        """Project points: ``share`` -1 to 1 across, ``t`` 0 at the ears and 1 at the hem."""
        share, t = np.broadcast_arrays(np.asarray(share, float), np.asarray(t, float))
        head, form = self.hair.head, self.form
        rx, _, rz = head.cap
        wide = np.interp(t, self.curve[:, 0], self.curve[:, 1])
        y = self.top + self.long * t
        # Further down the hair falls behind the neck.
        low = ((y - self.top) / 200).clip(0, 1)
        middle = -6 - 30 * low
        c, s = math.cos(head.yaw), math.sin(head.yaw)
        half = wide * np.sqrt((rx * c) ** 2 + (rz * (1 - 0.3 * low) * s) ** 2)
        across = middle * s + share * half
        if form.wave:
            swing = np.sin(math.tau * form.turns * t + 0.9 * share)
            across = across + form.wave * np.minimum(1, 2.2 * t) * swing
        near = middle * c
        solid = np.stack([across * c - near * s, y, across * s + near * c], axis=-1)
        return self.hair.hang(solid.reshape(-1, 3)).reshape(*share.shape, 2)


def draw_fall(hair: Hair, kind: str) -> None:
    """Draw loose hair behind the body and the neck."""
    form = FALLS[kind]
    scene, source = hair.scene, hair.traits.random("fall")
    sheet = _Sheet(hair, form)
    tips = np.linspace(-1, 1, form.tips + 1)
    middles = (tips[:-1] + tips[1:]) / 2 + [source.uniform(-0.07, 0.07) for _ in tips[:-1]]
    # Relative to the length of the hair.
    deep = form.cut / sheet.long
    ends = [
        1 + (source.uniform(-1, 1) * form.ragged + form.arc * (1 - m * m)
             - (0.5 * form.ragged if n % 2 else 0)) / sheet.long
        for n, m in enumerate(middles)
    ]  # fmt: skip
    notches = np.array([1 - deep * source.uniform(0.75, 1.25) for _ in tips])
    notches[0] = notches[-1] = max(0.3, 1 - 1.6 * deep)
    first = np.linspace(0, notches[0], 12 if not form.wave else 30)
    left, right = sheet.at(-1, first), sheet.at(1, first)
    starts, ahead = sheet.at(tips, np.stack([notches, notches + 0.6 * deep]))
    points = sheet.at(middles, np.array(ends))
    points += np.stack([form.curl * middles, np.full(form.tips, -0.28 * abs(form.curl))], axis=1)
    edges: list[Points] = []
    for number, point in enumerate(points):
        edges += [_edge(starts[number], ahead[number], point),
                  _edge(starts[number + 1], ahead[number + 1], point)[::-1]]  # fmt: skip
    top = hair.head.silhouette(count=25)
    part = hair.part("curtain", "hair_back", 0)
    whole = np.concatenate([left, *edges, right[::-1], top[::-1]])
    scene.fill(part, whole)
    # Seen from the front, this is the inside of the hair: only its rims are in the light.
    scene.shade(_inside(sheet, deep), part)
    for side in (left, right):
        scene.stroke(part, side, 2.3, start=0.05, end=0.02)
    for edge in edges:
        scene.stroke(part, edge, 2.1, start=0.05, end=0.05)
    # Lines run up from the notches between tips.
    inner = notches[1:-1, None]
    long = np.array([source.uniform(0.9, 2.2) for _ in inner])[:, None] * deep
    up = inner + (np.maximum(0.05, inner - long) - inner) * np.linspace(0, 1, 8)
    for line in sheet.at(tips[1:-1, None] * np.linspace(1, 0.97, 8), up):
        scene.stroke(part, line, 1.5, start=0.05, end=0.8)
    _rims(hair, sheet, part)


def _edge(start: Points, ahead: Points, tip: Points) -> Points:
    """Return a curve that leaves along the flow of the hair and ends in the tip."""
    t = np.linspace(0, 1, 7)[:, None]
    curve: Points = (1 - t) ** 2 * start + 2 * t * (1 - t) * ahead + t * t * tip
    return curve


def _inside(sheet: _Sheet, deep: float) -> Points:
    t = np.linspace(-0.1, 1.2, 14)
    rim = 0.84 - 0.2 * t + 0.06 * np.sin(9 * t)
    return np.concatenate([sheet.at(-rim, t), sheet.at(rim, t)[::-1]])


def _rims(hair: Hair, sheet: _Sheet, under: int) -> None:
    """Draw locks over both rims of the mass."""
    form, source = sheet.form, hair.traits.random("rims")
    count = 34 if form.wave else 16
    u = np.linspace(0, 1, count)
    for side in (-1, 1):
        for number in range(form.spikes):
            # From the nape up: the upper fall over the lower.
            end = 0.96 - 0.56 * number / max(1, form.spikes - 1) + source.uniform(-0.05, 0.05)
            bend = source.uniform(22, 34) * u**2.2
            _rim(hair, sheet, under, side, (end - 0.6, end), 0.9, bend, 0.24)
        for number in range(form.locks):
            begin = source.uniform(-0.12, 0.04) + 0.1 * number
            end = source.uniform(0.72, 0.98) - 0.16 * number
            width = source.uniform(0.26, 0.36)
            _rim(hair, sheet, under, side, (begin, end), 0.87 - 0.22 * number,
                 form.curl * 0.55 * u**3, width)  # fmt: skip


def _rim(
    hair: Hair, sheet: _Sheet, under: int, side: int, ends: tuple[float, float], share: float,
    bend: Floats, width: float,
) -> None:  # fmt: skip
    """Draw a lock of a rim between two heights; its tip bends out."""
    count = len(bend)
    middle = sheet.at(side * share, np.linspace(*ends, count))
    middle = middle + np.stack([side * bend, -0.3 * np.abs(bend)], axis=1)
    edges = sides(middle, hair.head.cap[0] * width * profile(count, 0.5, 0.5))
    part = hair.part("fall", "hair_back", side, second=hair.streak(hair.count))
    outline = np.concatenate([edges[0], edges[1][::-1]])
    hair.scene.shade(outline + (-hair.lamp * 4, 7), under)
    lock(hair, part, *edges, up=0.6, line=2.2, inside=0)
    # The outer edge is the contour.
    hair.scene.stroke(part, edges[side > 0][: count * 3 // 4], 2.2, start=0.1, end=0.1)
