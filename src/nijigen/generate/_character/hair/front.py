"""Front hair: bangs of overlapping locks, the cap below, its highlight, and the ahoge."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

import numpy as np

from nijigen.generate._character.drawing.curves import Points, ellipse, spline
from nijigen.generate._character.hair.locks import Hair, cap_lock, free_lock
from nijigen.generate._character.head.eyes import FORMS, eye_size


@dataclass(frozen=True)
class Fringe:
    """A style of bangs.

    Attributes:
        tips: Heights of the tips relative to the eyes, at -78, -40, 0, 40 and 78 degrees.
        count: Number of locks.
        part: Position of the parting in degrees.
        lean: Degrees by which tips lean away from the parting; negative towards it.
        width: Width of a lock relative to its spacing.
        ragged: Variation of the tips.
        blunt: 1 is cut straight.
        loose: How far the locks stand off.
        gap: Half the angle around the parting that stays free.
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
    """Return the height of the hairline."""
    who = hair.traits.identity
    return -62.0 if who.hair_front == "none" and who.hair_back != "afro" else -48.0


def _rim(hair: Hair, angle: float) -> float:
    """Return the lower end of the hair at an angle: hairline in front, ears at the sides."""
    line = hairline(hair)
    part: float = (abs(angle) / 96) ** 2.2
    return line + part * (26 - line)


def draw_cap(hair: Hair) -> tuple[int, ...]:
    """Draw the hair that covers the skull above the brow; return its parts."""
    head, scene = hair.head, hair.scene
    top = head.silhouette()
    # Down to the ears at the sides, down to the hairline in front.
    angles = np.linspace(96, -96, 25)
    edge = np.array([_rim(hair, angle) for angle in angles])
    if hair.traits.identity.hair_back == "afro":
        # The rim of an afro is a row of curls.
        edge += np.where(np.arange(25) % 2 == 0, -3.5, 3.5)
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
    # Strands of different lengths run from the parting over the crown.
    form = FRINGES.get(hair.traits.identity.hair_front)
    root = form.part if form else 0.0
    for around in (-66, -45, -25, 22, 43, 64):
        angle = around + source.uniform(-8, 8)
        low = source.uniform(-96, -70)
        if source.random() < 0.2:
            continue
        away = angle - root
        knots = [
            (root + away * 0.42, head.crown + 7, 1.0),
            (root + away * 0.8, (head.crown + low) / 2 - 4, 1.0),
            (angle, low, 1.0),
        ]
        scene.stroke(parts[0], head.hair(spline(knots)), 1.2, start=0.5, end=0.7, within=parts)
    _tufts(hair, source)


_WILD = {"spiky": 1.0, "messy": 0.62, "antenna": 0.45, "wolf": 0.5, "choppy": 0.4, "curly": 0.4,
         "short": 0.3, "cropped": 0.25, "flowing": 0.3, "crossed": 0.3}  # fmt: skip
_COVERING = ("beret", "cap", "witch_hat", "beanie", "straw_hat")
_SLEEK = ("blunt", "slicked", "princess")
"""How far the ends of hair stand off the skull, by hair style; most of them a little."""


def _tufts(hair: Hair, source: random.Random) -> None:
    """Draw strands that stand out from the outline of the skull."""
    who, head = hair.traits.identity, hair.head
    if who.hair_front in _SLEEK or who.headwear in _COVERING:
        return
    wild = max(_WILD.get(who.hair_front, 0.12), _WILD.get(who.hair_back, 0.12))
    wild *= 1 - 0.45 * who.femininity
    top = head.silhouette(count=61)
    count = 5 + round(5 * wild)
    for number in range(count):
        side = -1 if number % 2 else 1
        # From the whorl down to the ear, where most of them are.
        place = 0.22 + 0.74 * ((number // 2 + source.uniform(0.1, 0.9)) / ((count + 1) // 2))
        length = (7 + 27 * wild) * source.uniform(0.5, 1.3)
        index = round(30 + side * 30 * place)
        index = min(max(index, 2), 58)
        here = top[index]
        along_ = (top[index + 1] - top[index - 1]) * side
        along_ = along_ / max(float(np.sqrt((along_ * along_).sum())), 1e-6)
        out = np.array((along_[1], -along_[0])) * side
        way = along_ + out * (0.28 + 0.5 * wild)
        back = 1.1 * length + 8
        # Roots must stay inside the curved skull, or they would be visible.
        sink = 13 + back * back / 180
        knots = [here - along_ * back - out * sink,
                 here - along_ * 0.4 * length - out * 5,
                 here + way * 0.4 * length - out * 1.5, here + way * length]  # fmt: skip
        part = hair.part("tuft", "hair_front", side)
        free_lock(hair, part, np.array(knots), 0.38 * length + 5, root=0.2, full=0.5,
                  width_line=2.2, inside=0, open_line=0.38, root_in=top)  # fmt: skip


def draw_fringe(hair: Hair, face: tuple[int, ...]) -> None:
    """Draw the bangs, and before them their shadow on the face."""
    kind = hair.traits.identity.hair_front
    form = FRINGES[kind]
    head, scene = hair.head, hair.scene
    source = hair.traits.random("front")
    locks = []
    hard = (1 - hair.traits.identity.femininity) * (hair.traits.identity.age != "child")
    # Old hair is thin: skin is visible between the locks.
    thin = 0.74 if hair.traits.identity.age == "elderly" and not form.blunt else 1.0
    lid = 0.6 * FORMS[hair.traits.identity.eyes].height * eye_size(hair.traits)[1]
    step = 156 / form.count
    for number in range(form.count):
        angle = -78 + step * (number + 0.5) + source.uniform(-0.12, 0.12) * step
        if abs(angle - form.part) < form.gap:
            angle = form.part + math.copysign(form.gap, angle - form.part)
        away = angle - form.part
        height = float(np.interp(angle, (-78, -40, 0, 40, 78), form.tips))
        # Men wear it shorter, especially at the temples.
        height -= hard * (9 + 26 * (abs(angle) / 78) ** 2)
        ragged = source.uniform(-1, 1) * form.ragged
        if number % 2:
            ragged -= 0.35 * form.ragged
        low = head.eye_y + height + ragged - 9
        if form.blunt:
            # Cut straight above the lashes for any size of eyes.
            low = min(low, head.eye_y - lid + 2 + 0.3 * abs(angle) ** 0.9 + ragged)
        tip = max(low, _rim(hair, angle) + 5)
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
        width = step * form.width * thin * source.uniform(0.78, 1.28)
        locks.append((number, angle, knots, width))
    # Every other lock is underneath.
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
    """Add the shadow of the locks on the face, before the locks in painting order."""
    scene = hair.scene
    painted = scene.items[start:]
    del scene.items[start:]
    for outline in outlines:
        scene.shade(outline + (-hair.lamp * 3.0, 8.5), *face)
    scene.items.extend(painted)


def draw_shine(hair: Hair) -> None:
    """Draw the highlight ring on the crown, with teeth along the strands."""
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
    """Draw the ahoge."""
    kind = hair.traits.identity.ahoge
    if kind == "none" or hair.traits.identity.headwear in _COVERING:
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
