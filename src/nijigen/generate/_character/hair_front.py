"""Front hair: bangs of overlapping locks, the cap they grow from, its shine, and the ahoge."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from nijigen.generate._character.curves import Points, ellipse, spline
from nijigen.generate._character.locks import Hair, cap_lock, free_lock


@dataclass(frozen=True)
class Fringe:
    """A way to wear bangs.

    Attributes:
        tips: Heights of the tips against the eyes, at -78, -40, 0, 40 and 78 degrees.
        count: Locks.
        part: Where the hair parts, in degrees.
        lean: Degrees that tips swing away from the part; negative towards it.
        width: Width of a lock against the space it has.
        ragged: How unequal the tips are.
        blunt: 1 is cut straight.
        loose: How far the locks stand off.
        gap: Half of the degrees around the part that stay free.
    """

    tips: tuple[float, float, float, float, float]
    count: int = 9
    part: float = 0.0
    lean: float = 4.0
    width: float = 1.7
    ragged: float = 7.0
    blunt: float = 0.0
    loose: float = 1.0
    gap: float = 0.0
    wave: float = 0.0


FRINGES = {
    "straight": Fringe((18, -8, -12, -8, 18), 9, 0, 1),
    "blunt": Fringe((-4, -8, -8, -8, -4), 11, 0, 0, 1.9, 1.5, 0.72),
    "choppy": Fringe((8, -12, -10, -14, 10), 12, 6, 3, 1.7, 13),
    "wispy": Fringe((14, -8, -18, -8, 14), 9, 0, 5, 1.05, 10),
    "parted": Fringe((30, 0, -44, 0, 30), 8, 0, 12, 1.8, 6, 0, 1.03),
    "side_left": Fringe((22, -16, -30, -4, 28), 9, -32, 13, 1.8, 6),
    "side_right": Fringe((28, -4, -30, -16, 22), 9, 32, -13, 1.8, 6),
    "swept": Fringe((26, -4, -18, -30, 8), 8, 40, 22, 2.1, 7),
    "center_long": Fringe((26, -10, 8, -10, 26), 7, 0, 3, 1.8, 5),
    "one_eye": Fringe((20, -18, -14, 30, 42), 8, -24, 8, 2.0, 5),
    "spiky": Fringe((0, -22, -18, -22, 0), 8, 0, 10, 1.6, 15, 0, 1.1),
    "messy": Fringe((10, -12, -8, -10, 10), 11, -10, 8, 1.6, 17, 0, 1.04),
    "curtain": Fringe((44, 16, -48, 16, 44), 8, 0, 14, 1.9, 5, 0, 1.05, 4),
    "princess": Fringe((0, -6, -6, -6, 0), 10, 0, 0, 1.9, 2, 0.6),
    "pointed": Fringe((34, -12, -20, -12, 34), 7, 0, 2, 1.8, 3),
    "curly": Fringe((10, -16, -18, -16, 10), 9, 8, 6, 1.9, 8, 0, 1.05, 0, 7),
    "short": Fringe((-20, -36, -38, -36, -20), 9, 12, 8, 1.7, 7),
    "fringe_arc": Fringe((26, -2, -22, -2, 26), 10, 0, 2, 1.8, 3),
    "slicked": Fringe((-34, -64, -74, -64, -34), 7, 0, 0, 1.7, 3, 0, 1.03),
    "crossed": Fringe((20, -8, -6, -14, 20), 9, 14, -10, 1.8, 9),
    "antenna": Fringe((16, -16, -34, -16, 16), 8, 0, 9, 1.6, 7, 0, 1.04),
}


def hairline(hair: Hair) -> float:
    """Return the height at which hair starts on the forehead."""
    return -62.0 if hair.traits.identity.hair_front == "none" else -48.0


def _rim(hair: Hair, angle: float) -> float:
    """Return where the hair ends at an angle: at the hairline in front, at the ears beside."""
    line = hairline(hair)
    part: float = (abs(angle) / 96) ** 2.2
    return line + part * (26 - line)


def draw_cap(hair: Hair) -> tuple[int, ...]:
    """Draw the hair that covers the skull above the brow; return its parts."""
    head, scene = hair.head, hair.scene
    top = head.silhouette()
    # Down to the ears at the sides, up to the hairline in front.
    angles = np.linspace(96, -96, 25)
    edge = np.array([_rim(hair, angle) for angle in angles])
    rim = head.hair(np.stack([angles, edge, np.full(25, 0.97)], axis=1))
    outline = np.concatenate([top, rim])
    part = hair.part("cap", "hair_front", -1)
    scene.fill(part, outline)
    scene.stroke(part, rim, 1.8, start=0.2, end=0.2)
    parts = [part]
    if hair.traits.identity.hair_coloring == "split":
        other = hair.part("cap", "hair_front", 1)
        right = head.hair(np.stack([np.zeros(9), np.linspace(-30.0, head.crown, 9), np.ones(9)], 1))
        far = np.array([[400.0, -400.0], [400.0, 200.0]])
        scene.fill(other, np.concatenate([right, far]), within=(part,))
        parts.append(other)
    return tuple(parts)


def draw_crown_line(hair: Hair, parts: tuple[int, ...]) -> None:
    """Draw the outline of the crown over the roots of the locks, or the curls of an afro."""
    scene, head = hair.scene, hair.head
    if hair.traits.identity.hair_back == "afro":
        curls = hair.traits.random("curls")
        for _ in range(44):
            spot = head.hair(((curls.uniform(-75, 75), curls.uniform(head.crown + 6, -40), 1.0),))
            arc = ellipse(0, 0, 7, 6, 16)[curls.randrange(6) :][:9] + spot
            scene.stroke(parts[0], arc, 1.4, start=0.4, end=0.4, within=parts)
        return
    top = head.silhouette(count=61)
    scene.stroke(parts[0], top, 2.5, start=0.05, end=0.05)
    source = hair.traits.random("crown")
    # A few hairs follow the crown; a line break keeps it from looking stamped.
    for side in (-1, 1):
        angle = side * source.uniform(40, 62)
        knots = [
            (angle * 0.55, head.crown + 9, 1.0),
            (angle * 0.9, -96.0, 1.0),
            (angle, -66.0, 1.0),
        ]
        scene.stroke(parts[0], head.hair(spline(knots)), 1.2, start=0.5, end=0.7)


def draw_fringe(hair: Hair, face: tuple[int, ...]) -> None:
    """Draw the bangs, and their shadow on the face before them."""
    kind = hair.traits.identity.hair_front
    form = FRINGES[kind]
    head, scene = hair.head, hair.scene
    source = hair.traits.random("front")
    locks = []
    hard = (1 - hair.traits.identity.femininity) * (hair.traits.identity.age != "child")
    step = 156 / form.count
    for number in range(form.count):
        angle = -78 + step * (number + 0.5) + source.uniform(-0.12, 0.12) * step
        if abs(angle - form.part) < form.gap:
            angle = form.part + math.copysign(form.gap, angle - form.part)
        away = angle - form.part
        height = float(np.interp(angle, (-78, -40, 0, 40, 78), form.tips))
        # Men wear it shorter, above all at the temples.
        height -= hard * (9 + 26 * (abs(angle) / 78) ** 2)
        ragged = source.uniform(-1, 1) * form.ragged
        if number % 2:
            ragged -= 0.35 * form.ragged
        tip = max(head.eye_y + height + ragged - 9, _rim(hair, angle) + 5)
        lean = (
            math.copysign(form.lean, away)
            if kind not in ("side_right", "crossed", "swept")
            else (form.lean if kind != "side_right" else -form.lean)
        )
        lean *= 0.7 + 0.6 * source.random()
        root = form.part + away * 0.34
        swing = hair.traits.pose.sway * 3
        loose = form.loose + source.uniform(0, 0.02)
        crown = head.crown + 12
        knots = [
            (root, crown, 1.0),
            (form.part + away * 0.8, -82.0, 1.0 + 0.6 * (loose - 1)),
            (angle + 0.1 * lean, min(-40.0, tip - 34), loose),
            (angle + 0.5 * lean + form.wave, tip - 16 - 0.12 * abs(tip + 40), loose),
            (angle + lean + swing - form.wave * 1.6, tip, loose - 0.01),
        ]
        width = step * form.width * source.uniform(0.88, 1.16)
        locks.append((number, angle, knots, width))
    # Every other lock lies beneath.
    order = [lock for lock in locks if lock[0] % 2] + [lock for lock in locks if not lock[0] % 2]
    start = len(scene.items)
    outlines = []
    for number, angle, knots, width in order:
        part = hair.part("bangs", "hair_front", angle, second=hair.streak(number))
        outlines.append(
            cap_lock(hair, part, knots, width, blunt=form.blunt, full=0.6 if form.blunt else 0.45,
                     inside=1 + number % 2)
        )  # fmt: skip
    _cast(hair, outlines, face, start)


def _cast(hair: Hair, outlines: list[Points], face: tuple[int, ...], start: int) -> None:
    """Lay the shadow of locks on the face, before the locks in the order of painting."""
    scene = hair.scene
    painted = scene.items[start:]
    del scene.items[start:]
    for outline in outlines:
        scene.shade(outline + (-hair.lamp * 3.0, 8.5), *face)
    scene.items.extend(painted)


def draw_shine(hair: Hair) -> None:
    """Draw the ring of light on the crown: teeth along the strands."""
    style = hair.traits.style.highlights
    if style == "flat" or hair.traits.identity.hair_back == "afro":
        return
    head, scene = hair.head, hair.scene
    within = tuple(
        n + 1 for n, p in enumerate(scene.parts) if p.region == "hair" and p.layer == "hair_front"
    )
    source = hair.traits.random("shine")
    lamp = hair.lamp * 16 - math.degrees(head.yaw) * 0.5
    for low, high, base in ((-62.0, -6.0, -77.0), (2.0, 58.0, -78.0)):
        if style == "painterly":
            base += 4
        angle = low
        points_top, points_low = [], []
        while angle < high:
            width = source.uniform(4.5, 10)
            deep = source.uniform(7, 19) * (1.4 if style == "painterly" else 1.0)
            edge = 1 - abs((angle - (low + high) / 2) / ((high - low) / 2)) ** 2
            arc = base + (abs(angle) / 60) ** 2 * 14
            points_top.append((angle + lamp, arc - 3 * edge, 1.0))
            points_low += [
                (angle + lamp, arc + 1.5, 1.0),
                (angle + width * 0.4 + lamp, arc + 2 + deep * max(edge, 0.15), 1.0),
            ]
            angle += width
        arc = base + (abs(high) / 60) ** 2 * 14
        points_top.append((high + lamp, arc, 1.0))
        rim = np.concatenate([spline(points_top, per=3), np.array(points_low[::-1])])
        scene.light(head.hair(rim), *within)


def draw_ahoge(hair: Hair) -> None:
    """Draw the hair that stands up from the crown."""
    kind = hair.traits.identity.ahoge
    if kind == "none":
        return
    head = hair.head
    side = hair.traits.random("ahoge").choice((-1, 1))
    root = head.hair(((side * 6, head.crown + 3, 1.0),))[0]
    sway = hair.traits.pose.sway * 8
    shapes: dict[str, list[tuple[list[tuple[float, float]], float]]] = {
        "curl": [([(0, 6), (4, -14), (16, -26), (34, -22), (38, -8)], 9)],
        "hook": [([(0, 6), (0, -16), (9, -32), (26, -36)], 10)],
        "spring": [([(0, 6), (-8, -10), (10, -18), (-6, -28), (12, -40)], 7)],
        "pair": [([(0, 6), (8, -18), (28, -28)], 9), ([(-4, 6), (-12, -14), (-30, -20)], 8)],
        "leaf": [([(0, 6), (6, -16), (24, -30), (46, -28)], 16)],
    }
    for knots, width in shapes[kind]:
        part = hair.part("ahoge", "hair_front", side)
        path = [(float(root[0]) + side * x + sway * -y / 40, float(root[1]) + y) for x, y in knots]
        free_lock(hair, part, path, width, root=0.5, full=0.45, inside=0)
