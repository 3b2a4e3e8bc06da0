"""Tied hair: tails, braids, drills and buns."""

from __future__ import annotations

import math

import numpy as np

from nijigen.generate._character.drawing.curves import Points, along, ellipse, sides, spline
from nijigen.generate._character.hair.locks import Hair, band, bundle, free_lock, shade_side

TAILS: dict[str, tuple[tuple[tuple[float, float], ...], float, int]] = {
    # Steps of the spine outwards and down from the tie, width, number of locks.
    "twin_tails": (((24, -6), (50, 34), (60, 110), (54, 190), (66, 268)), 66, 4),
    "low_tails": (((14, 16), (26, 60), (24, 118), (32, 176)), 46, 4),
    "side_tail": (((22, 2), (44, 50), (46, 124), (38, 190), (50, 246)), 62, 4),
    "ponytail": (((30, -18), (76, 6), (100, 76), (98, 150), (116, 232)), 74, 5),
}


def tail(hair: Hair, kind: str, root: Points, side: int) -> None:
    """Draw a tail and its tie; ``side`` is the direction in which it falls."""
    steps, width, strands = TAILS[kind]
    # The roots are in the head, inside the tie.
    knots = [root - (side * 16, -3), root, *(root + (side * x, y) for x, y in steps)]
    spine = swung(hair, spline(np.array(knots), per=9))
    source = hair.traits.random(f"{kind}{side}")
    wavy = 5.0 if hair.traits.identity.hair_front == "curly" else 2.2
    bundle(hair, "tail", "hair_back", spine, width, source, strands=strands, side=side, swing=wavy)
    way = spine[11] - spine[7]
    band(hair, spine[9], 0.46 * width, math.atan2(way[1], way[0]), "hair_back")


def swung(hair: Hair, spine: Points) -> Points:
    """Return a spine that swings to one side as the hair moves."""
    far = np.maximum(0.0, spine[:, 1] - spine[0, 1]) * hair.traits.pose.sway * 0.1
    result: Points = spine + np.stack([far, np.zeros(len(spine))], axis=1)
    return result


# A lobe of a braid comes from one side, bulges, and goes under the next from the other side: steps
# along the braid and across it, of its outer and its inner edge.
_LOBE = (
    np.array(((0, -0.06), (0.12, 0.44), (0.46, 0.5), (0.86, 0.2), (1, -0.16))),
    np.array(((1, -0.16), (0.6, -0.3), (0.2, -0.22), (0, -0.06))),
)


def braid(hair: Hair, layer: str, spine: Points, width: float, side: float = 0.0) -> None:
    """Draw a braid along a spine: two rows of lobes that interlock, a tie and a tuft."""
    base = spine
    length = float(np.sqrt((np.diff(base, axis=0) ** 2).sum(axis=1)).sum())
    count = max(5, int(length / (width * 0.46)))
    place = along(base)

    def at(t: float) -> Points:
        return np.array([np.interp(t, place, axis) for axis in base.T])

    end, way = at(0.98), at(1.0) - at(0.93)
    way = way / max(float(np.sqrt((way * way).sum())), 1e-6)
    aside = np.array((-way[1], way[0]))
    for lean in (-0.35, 0.4, 0.0):
        part = hair.part("braid", layer, side)
        knots = np.array((end, end + (way + lean * aside) * 0.8 * width,
                          end + (1.5 * way + lean * aside) * width))  # fmt: skip
        free_lock(hair, part, knots, width * 0.5, root=0.4, full=0.4, inside=0)
    for number in range(count, -1, -1):
        t = number / count * 0.95
        here, far = at(t), at(min(1.0, t + 1.7 / count))
        way = far - here
        size = max(float(np.sqrt((way * way).sum())), 1e-6)
        across = np.array((-way[1], way[0])) / size * (1 if number % 2 else -1)
        wide = width * (1 - 0.3 * t) * (0.75 + 0.25 * min(1.0, 6 * t))
        frame = np.stack([way, across * wide])
        outer, inner = (spline(knots @ frame + here) for knots in _LOBE)
        part = hair.part("braid", layer, side)
        shape = np.concatenate([outer, inner])
        hair.scene.fill(part, shape)
        hair.scene.stroke(part, outer, 1.8, start=0.1, end=0.2)
        hair.scene.stroke(part, inner, 1.5, start=0.2, end=0.3)
        hair.scene.shade(shape + way * 0.36 - across * wide * 0.1, part)
        line = outer[4:-6] * 0.55 + (here + way * 0.5 - across * 0.1 * wide) * 0.45
        hair.scene.stroke(part, line, 1.0, start=0.5, end=0.5)
    band(hair, at(0.96), width * 0.62, math.atan2(way[1], way[0]), layer)


def drill(hair: Hair, layer: str, spine: Points, width: float, side: float) -> None:
    """Draw a ringlet: bands that wind around a cone along a spine, the upper over the lower."""
    place = along(spine)
    length = float(np.sqrt((np.diff(spine, axis=0) ** 2).sum(axis=1)).sum())
    count = max(5, round(length / (width * 0.42)))
    edges = np.linspace(0, 1, count + 1) ** 0.86
    scene = hair.scene
    for number in range(count - 1, -1, -1):
        top, low = edges[number], edges[number + 1]
        part = hair.part("drill", layer, side, second=hair.streak(60 + number))
        middle = np.array([np.interp((top + low) / 2, place, axis) for axis in spine.T])
        size = width * (0.5 + 0.12 * math.sin(math.pi * min(1.0, top * 1.6)) - 0.4 * top**1.7)
        deep = (low - top) * length * 0.92
        slant = 0.34 * size * (1 if side >= 0 else -1)
        t = np.linspace(-1, 1, 9)
        bow = (1 - t * t) * 0.42 * size
        # The first is closed above: hair is gathered there.
        dome = 0.2 if number else -1.5
        upper = np.stack([t * size, slant * t * 0.8 - 0.5 * deep + dome * bow], axis=1)
        lower = np.stack([t * size * 0.94, slant * t + 0.5 * deep + bow], axis=1)
        # Round at both sides, where the band turns behind.
        right = spline((upper[-1], (size * 1.08, slant * 0.9 + 0.12 * deep), lower[-1]))
        left = spline((lower[0], (-size * 1.08, -slant * 0.9 + 0.02 * deep), upper[0]))
        shape = np.concatenate([upper, right, lower[::-1], left]) + middle
        scene.fill(part, shape)
        scene.shade(shape + (-hair.lamp * size * 1.25, 0.1 * deep), part)
        scene.shade(np.concatenate([upper, (upper + (0, 0.34 * deep))[::-1]]) + middle, part)
        rim = np.concatenate([right, lower[::-1], left, upper]) + middle
        scene.stroke(part, rim, 1.9, start=0.01, end=0.01)
        line = lower * (0.8, 0.86) + (0, -0.3 * deep) + middle
        scene.stroke(part, line[2:], 1.0, start=0.6, end=0.3)
        gleam = ellipse(hair.lamp * size * 0.36, 0.3 * size, size * 0.2, deep * 0.28, 14)
        scene.light(gleam + middle, part)


def buns(hair: Hair, kind: str) -> None:
    """Draw one bun behind the crown, or two at its sides."""
    head, scene = hair.head, hair.scene
    rx, ry, _ = head.cap
    for side in (0,) if kind == "bun" else (-1, 1):
        size = 38 if kind == "bun" else 31
        solid = (side * rx * 0.72, head.cap_y - ry * (0.98 if kind == "bun" else 0.84), -26.0)
        middle = head.turn(np.array((solid,)))[0]
        source = hair.traits.random(f"bun{side}")
        # An end of hair sticks out of the knot.
        if source.random() < 0.6:
            angle = -math.pi / 2 + side * 0.5 + source.uniform(-0.9, 0.9)
            way = np.array((math.cos(angle), math.sin(angle)))
            bend = np.array((-way[1], way[0])) * source.choice((-1, 1))
            part = hair.part("bun", "hair_back", side)
            knots = np.array((middle + way * size * 0.7, middle + way * size * 1.1 + bend * 2,
                              middle + way * size * 1.34 + bend * 9))  # fmt: skip
            free_lock(hair, part, knots, 9, root=0.8, full=0.4, inside=0)
        part = hair.part("bun", "hair_back", side)
        round_ = [
            middle + (size * (1 + source.uniform(-0.03, 0.03)) * math.cos(a),
                      size * 0.92 * (1 + source.uniform(-0.03, 0.03)) * math.sin(a))
            for a in np.arange(11) * math.tau / 11
        ]  # fmt: skip
        shape = spline(round_, closed=True)
        scene.outlined(part, shape, 2.2)
        scene.shade(shape + (-hair.lamp * size * 0.34, size * 0.5), part)
        # The hair winds around the knot.
        for turn, first, last in (
            (0.78, 3.3, 5.4),
            (0.6, 4.0, 6.6),
            (0.4, 2.4, 4.6),
            (0.22, 3.4, 6.4),
        ):
            a = np.linspace(first, last, 14) + 0.4 * side
            grow = np.linspace(turn * 0.86, min(1.0, turn * 1.25), 14)
            arc = np.stack([np.cos(a), 0.92 * np.sin(a)], axis=1) * size * grow[:, None] + middle
            scene.stroke(part, arc + (0, size * 0.1), 1.2, start=0.5, end=0.5)
        gleam = sides(middle + np.stack([np.linspace(-0.5, 0.1, 9) * size * -hair.lamp,
                                         -0.62 * size + np.linspace(-0.3, 0.3, 9) ** 2 * size], 1),
                      5 * np.sin(np.linspace(0, np.pi, 9)))  # fmt: skip
        scene.light(np.concatenate([gleam[0], gleam[1][::-1]]), part)
        shade_side(hair, part, shape, 0.3)
