"""Back hair: loose, tied, braided, curled or cropped hair behind the head."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from nijigen.generate._character.drawing.curves import Points, along, ellipse, ribbon, spline
from nijigen.generate._character.hair.locks import Hair, band, braid, free_lock, tail


@dataclass(frozen=True)
class Fall:
    """Loose hair: its length relative to the chin, its width, and its tips."""

    drop: float
    flare: float = 1.0
    count: int = 9
    wave: float = 0.0
    curl: float = 0.0
    ragged: float = 8.0
    pinch: float = 0.0


FALLS = {
    "cropped": Fall(-86, 0.9, 9, 0, 2, 5),
    "short": Fall(-56, 0.98, 9, 0, 4, 8),
    "bob": Fall(-6, 1.12, 9, 0, -8, 5),
    "round_bob": Fall(-14, 1.24, 9, 0, -22, 4),
    "flipped": Fall(4, 1.12, 9, 0, 26, 6),
    "medium": Fall(38, 1.1, 10, 0, 3, 10),
    "wolf": Fall(34, 1.08, 11, 0, 18, 18, 0.16),
    "long": Fall(130, 1.22, 10, 0, 6, 12),
    "very_long": Fall(250, 1.4, 11, 0, 8, 16),
    "wavy": Fall(120, 1.32, 10, 9, 6, 12),
    "flowing": Fall(190, 1.5, 11, 6, 34, 18),
    "curly": Fall(30, 1.34, 10, 7, 6, 8),
    "spiky": Fall(-10, 1.3, 11, 0, 26, 18),
}
# Tied hair leaves short hair at the nape.
_NAPE = Fall(-66, 0.86, 7, 0, 0, 5)


def draw_back(hair: Hair) -> None:
    """Draw the hair behind the body and the neck."""
    kind = hair.traits.identity.hair_back
    if kind == "bald":
        _nape(hair)
        return
    if kind == "afro":
        _afro(hair)
        return
    source = hair.traits.random("back")
    if kind in FALLS:
        _skull(hair)
        _fall(hair, FALLS[kind])
        return
    head = hair.head
    rx, _, rz = head.cap
    behind = head.turn(np.array(((0.0, -48.0, -rz),)))[0]
    if kind == "ponytail":
        x, y = float(behind[0]), head.crown + 34
        way = -1 if head.yaw > 0.05 else 1
        tail(hair, "tail", "hair_back",
             [(x, y), (x + way * 62, y - 26), (x + way * 112, y + 40), (x + way * 110, y + 120),
              (x + way * 128, y + 210)], 62, source, strands=5)  # fmt: skip
    elif kind == "side_tail":
        way = source.choice((-1, 1))
        root = head.turn(np.array(((way * rx * 0.92, -40.0, -20.0),)))[0]
        _skull(hair)
        _hang(hair, root, way, 52, 190, source)
        _fall(hair, _NAPE)
        return
    elif kind == "braid":
        way = source.choice((-1, 1))
        x = float(behind[0]) + way * 50
        _skull(hair)
        braid(hair, "hair_back", [(x * 0.6, 60), (x + way * 24, 110), (x + way * 38, 170),
                                  (x + way * 34, 250)], 40, way)  # fmt: skip
        _fall(hair, _NAPE)
        return
    _skull(hair)
    _fall(hair, _NAPE)
    for side in (-1, 1):
        if kind == "twin_tails":
            root = head.turn(np.array(((side * rx * 0.88, -66.0, -24.0),)))[0]
            _hang(hair, root, side, 50, 225, source)
        elif kind == "low_tails":
            root = head.turn(np.array(((side * rx * 0.8, 44.0, -24.0),)))[0]
            _hang(hair, root, side, 44, 150, source, rise=0.4)
        elif kind == "drills":
            root = head.turn(np.array(((side * rx * 0.94, -30.0, -20.0),)))[0]
            x, y = float(root[0]), float(root[1])
            drill(hair, "hair_back",
                  [(x, y), (x + side * 30, y + 40), (x + side * 40, y + 105),
                   (x + side * 34, y + 175)], 50, side)  # fmt: skip
        elif kind == "twin_braids":
            root = head.turn(np.array(((side * rx * 0.78, 56.0, -20.0),)))[0]
            x, y = float(root[0]), float(root[1])
            braid(hair, "hair_back",
                  [(x, y), (x + side * 20, y + 40), (x + side * 28, y + 95),
                   (x + side * 26, y + 165)], 32, side)  # fmt: skip
    if kind in ("bun", "double_bun"):
        _buns(hair, kind)


def _skull(hair: Hair) -> None:
    """Fill the visible back of the head beside the face and the neck."""
    head, scene = hair.head, hair.scene
    top = head.silhouette(reach=92)
    base = head.turn(np.array(((0.0, 66.0, -30.0),)))[0]
    low = np.array(((base[0] + 50, base[1]), (base[0] - 50, base[1])))
    part = hair.part("skull", "hair_back", 0)
    outline = np.concatenate([top, spline([top[-1], low[0], low[1], top[0]])])
    scene.fill(part, outline)
    scene.shade(outline, part)
    scene.stroke(part, np.concatenate([outline[40:], outline[:1]]), 2.2)


def _nape(hair: Hair) -> None:
    if hair.traits.identity.age in ("middle", "elderly"):
        head = hair.head
        # A fringe of hair remains around the ears.
        for side in (-1, 1):
            root = head.turn(np.array(((side * 74, 8.0, -20.0),)))[0]
            part = hair.part("wreath", "hair_back", side)
            x, y = float(root[0]), float(root[1])
            shape = [
                (x - side * 4, y - 40),
                (x + side * 7, y - 24),
                (x + side * 12, y + 6),
                (x + side * 9, y + 34),
                (x - side * 12, y + 52),
                (x - side * 18, y),
            ]
            hair.scene.outlined(part, spline(shape, closed=True), 2.0)


def _fall(hair: Hair, form: Fall) -> None:
    """Draw loose hair as a curtain of locks."""
    head, scene = hair.head, hair.scene
    source = hair.traits.random("fall")
    bottom = head.chin + form.drop
    rim = head.silhouette(reach=90)
    left, right = rim[0], rim[-1]
    middle = (left + right) / 2
    half = float(right[0] - left[0]) / 2
    top = float(middle[1]) - 26
    long = max(bottom - top, 30.0)

    def edge(share: float, t: float) -> tuple[float, float]:
        """Return a point of the curtain: ``share`` -1 to 1 across, ``t`` 0 to 1 down."""
        y = top + long * t
        s = min(t * 1.1, 1.0)
        # Narrower than the crown at its top, which is behind it.
        wide = 0.94 + (form.flare - 0.94) * s * s * (3 - 2 * s)
        wide -= form.pinch * math.exp(-(((t - 0.6) / 0.18) ** 2))
        if form.curl < -4:
            wide -= 0.16 * max(0.0, t - 0.7) / 0.3 * -form.curl / 10
        x = float(middle[0]) * (1 - 0.5 * t) + share * half * wide
        bend = form.wave * math.sin(t * 7.5 + share * 2.0) * t
        # Even straight hair is slightly curved.
        bend += 3.0 * share * math.sin(t * 5.2)
        return x + bend + hair.sway(y), y

    body = 0.86
    t = np.linspace(0, body, 14)
    outline = [edge(-1, v) for v in t] + [edge(s, body) for s in np.linspace(-0.9, 0.9, 7)]
    outline += [edge(1, v) for v in t[::-1]]
    back = hair.part("curtain", "hair_back", 0)
    scene.fill(back, np.array(outline))
    scene.shade(np.array(outline), back)
    # From the middle, which is farthest back, to the sides.
    for number in sorted(range(form.count), key=lambda n: abs(n - (form.count - 1) / 2)):
        share = (number - (form.count - 1) / 2) / ((form.count - 1) / 2)
        jitter = source.uniform(-1, 1)
        tip = 1 + (jitter * form.ragged - 0.5 * form.ragged * (number % 2)) / long
        out = form.curl * share * 0.9 + jitter * 3
        width = 2 * half * form.flare / form.count * 1.75
        inset = share * (1 - 0.5 * width / (2 * half * form.flare))
        # Roots are well inside the crown, so that no corner sticks out at the temple.
        knots = [edge(inset * 0.84, 0.0), edge(inset * 0.985, 0.3), edge(inset, 0.6)]
        a, b = edge(inset, 0.85), edge(inset, tip)
        knots += [(a[0] + 0.15 * out, a[1]), (b[0] + out, b[1] - 0.25 * abs(form.curl))]
        part = hair.part("fall", "hair_back", share, second=hair.streak(40 + number))
        shape = free_lock(hair, part, knots, width, root=0.5, full=0.5, width_line=2.2, inside=2)
        if abs(share) < 0.62:
            scene.shade(shape, part)


def _hang(
    hair: Hair, root: Points, side: int, width: float, long: float, source: object, rise: float = 1
) -> None:
    x, y = float(root[0]), float(root[1])
    tail(
        hair, "tail", "hair_back",
        [(x - side * 6, y), (x + side * 30, y - 12 * rise), (x + side * 58, y + 0.28 * long),
         (x + side * 56, y + 0.62 * long), (x + side * 70, y + long)],
        width, source, strands=4, side=side,  # type: ignore[arg-type]
    )  # fmt: skip
    band(hair, np.array((x + side * 4, y - 2)), 24)


def drill(
    hair: Hair, layer: str, spine: list[tuple[float, float]], width: float, side: float
) -> None:
    """Draw a drill curl along a spine."""
    base = spline(spine, per=12)
    base = base + np.stack([[hair.sway(y) for y in base[:, 1]], np.zeros(len(base))], axis=1)
    place = along(base)
    steps = np.sqrt((np.diff(base, axis=0) ** 2).sum(axis=1))
    count = max(5, int(float(steps.sum()) / (width * 0.36)))
    for number in range(count - 1, -1, -1):
        # Turns get closer towards the tip, as they get smaller.
        u = (number + 0.5) / count
        t = u * (1.55 - 0.55 * u)
        x, y = (float(np.interp(t, place, base[:, axis])) for axis in (0, 1))
        size = width * (0.6 - 0.4 * t * t)
        part = hair.part("drill", layer, side)
        deep = size * 0.62
        turn = np.array(
            [
                (-size, -deep * 0.5),
                (-size * 0.5, -deep * 0.9),
                (size * 0.6, -deep * 0.5),
                (size * 1.02, deep * 0.1),
                (size * 0.5, deep * 0.95),
                (-size * 0.4, deep * 0.7),
            ]
        )
        shape = spline(turn + (x, y), closed=True)
        hair.scene.outlined(part, shape, 2.0)
        hair.scene.shade(shape + (-hair.lamp * size * 0.75, deep * 0.3), part)
        hair.scene.light(
            ellipse(x + hair.lamp * size * 0.35, y - deep * 0.05, size * 0.16, deep * 0.34), part
        )
        curve = spline(turn[[0, 1, 2, 3]] * (0.7, 0.4) + (x, y + deep * 0.25))
        hair.scene.stroke(part, curve, 1.2, start=0.4, end=0.4)


def _buns(hair: Hair, kind: str) -> None:
    head = hair.head
    places = (0.0,) if kind == "bun" else (-48.0, 48.0)
    size = 36 if kind == "bun" else 29
    for place in places:
        depth = -30.0 if kind == "bun" else -6.0
        y = head.crown - (8 if kind == "bun" else -6)
        point = head.turn(np.array(((place * 1.1, y, depth),)))[0]
        x, down = float(point[0]), float(point[1])
        part = hair.part("bun", "hair_back", place)
        source = hair.traits.random(f"bun{place}")
        around = [
            (x + size * (1 + source.uniform(-0.04, 0.06)) * math.cos(a),
             down + size * 0.9 * (1 + source.uniform(-0.04, 0.05)) * math.sin(a))
            for a in np.arange(10) * math.pi / 5
        ]  # fmt: skip
        shape = spline(around, closed=True)
        hair.scene.outlined(part, shape, 2.2)
        hair.scene.shade(shape + (-hair.lamp * size * 0.5, size * 0.62), part)
        for turn in (0.35, 0.65, 0.9):
            arc = [(x + size * turn * math.cos(a), down + size * turn * 0.9 * math.sin(a) + 4)
                   for a in np.linspace(3.4 + turn, 5.6 + turn, 7)]  # fmt: skip
            hair.scene.stroke(part, spline(arc), 1.3, start=0.4, end=0.6)
        hair.scene.light(
            ellipse(x + hair.lamp * size * 0.3, down - size * 0.45, size * 0.26, size * 0.12), part
        )


def _afro(hair: Hair) -> None:
    head, scene = hair.head, hair.scene
    source = hair.traits.random("afro")
    middle = head.turn(np.array(((0.0, -34.0, -20.0),)))[0]
    part = hair.part("afro", "hair_back", 0)
    count = 26
    knots = []
    for number in range(count):
        turn = 2 * math.pi * number / count
        size = 128 * (1 + source.uniform(-0.03, 0.03)) * (1.03 if number % 2 else 0.97)
        knots.append(
            (
                float(middle[0]) + size * math.cos(turn),
                float(middle[1]) + 0.93 * size * math.sin(turn),
            )
        )
    shape = spline(knots, closed=True)
    scene.outlined(part, shape, 2.5)
    scene.shade(shape * 0.98 + (-hair.lamp * 22, 34), part)
    for _ in range(46):
        turn, far = source.uniform(0, 2 * math.pi), 118 * math.sqrt(source.uniform(0.2, 0.9))
        x, y = (
            float(middle[0]) + far * math.cos(turn),
            float(middle[1]) + 0.93 * far * math.sin(turn),
        )
        arc = ellipse(x, y, 7, 6, 16)[source.randrange(6) :][:9]
        scene.stroke(part, arc, 1.4, start=0.4, end=0.4)
    lamp = ellipse(float(middle[0]) + hair.lamp * 44, float(middle[1]) - 66, 40, 18, 24)
    scene.light(ribbon(lamp[12:24], np.linspace(2, 9, 12)), part)
