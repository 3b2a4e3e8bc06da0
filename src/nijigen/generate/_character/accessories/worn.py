"""Accessories of face, neck and hair: glasses, patches, earrings, chokers, scarves, ornaments."""

from __future__ import annotations

import math

import numpy as np

from nijigen.generate._character.drawing.colors import ink, lit, luma, mixed, shaded
from nijigen.generate._character.drawing.curves import Points, ellipse, ribbon, spline, turned
from nijigen.generate._character.drawing.scene import Part, Scene
from nijigen.generate._character.hair.locks import Hair
from nijigen.generate._character.head.head import Head
from nijigen.generate._character.outfit.body import Body
from nijigen.generate._character.outfit.pieces import draw_bow
from nijigen.generate._character.traits.parameters import Traits


def trinket(scene: Scene, name: str, color: str, base: str) -> int:
    """Add a part of an accessory."""
    return scene.part(
        Part(f"{name}.{len(scene.parts)}", "accessory", "accessories", color, shaded(color),
             lit(color, 1.2), ink(color, base, 0.5))
    )  # fmt: skip


def draw_face_wear(
    scene: Scene, head: Head, traits: Traits, face: int, base: str, *, over: bool
) -> None:
    """Draw glasses and similar: the parts under the hair, or those ``over`` it."""
    kind = traits.identity.glasses
    if kind == "none" or over != (kind in ("sunglasses", "round", "square", "half", "monocle")):
        return
    if kind == "eyepatch":
        _eyepatch(scene, head, traits, base)
        return
    rx = max(24.0, head.eye_width * 0.57)
    ry = max(17.0, min(head.eye_height * 0.64, 24.0))
    y = head.eye_y + 1
    color = traits.identity.glasses_color
    frame = trinket(scene, "glasses", color, base)
    sides = (1,) if kind == "monocle" else (-1, 1)
    visible = tuple(range(1, len(scene.parts)))
    for side in sides:
        middle = side * head.eye_x
        if kind in ("round", "monocle"):
            flat = ellipse(middle, y, max(rx, ry) * 0.96, max(rx, ry) * 0.96, 40)
        elif kind == "half":
            flat = spline(
                (
                    (middle - rx, y - 2),
                    (middle - rx * 0.9, y + ry * 0.7),
                    (middle, y + ry),
                    (middle + rx * 0.9, y + ry * 0.7),
                    (middle + rx, y - 2),
                )
            )
        else:
            flat = _rounded(middle, y, rx * 1.02, ry * (1.0 if kind == "square" else 1.08))
        rim = head.face(flat)
        if kind == "sunglasses":
            glass = trinket(scene, "lens", "#2b2a3a", base)
            scene.fill(glass, rim)
            scene.light(head.face(_slash(middle, y, rx, ry)), glass)
        else:
            shown = tuple(n for n in visible if scene.parts[n - 1].region in ("face", "iris"))
            for shift in (0.0, 0.34 * rx):
                # Two reflections, the second thin.
                slash = _slash(middle, y, rx * (1.0 if not shift else 0.45), ry * 0.86)
                scene.light(head.face(slash + (shift, 0)), *shown)
        if kind != "half":
            rim = np.concatenate([rim, rim[:2]])
        scene.stroke(frame, rim, 2.4, start=0.005, end=0.005, ink=color)
        if kind in ("square", "sunglasses"):
            # The upper rim carries the lens.
            over_lens = head.face(flat[19:40])
            scene.stroke(frame, over_lens, 4.2, start=0.25, end=0.25, ink=color)
    if kind == "monocle":
        start = head.at(head.eye_x + rx * 0.8, y + rx * 0.6)
        chain = spline((start, (start[0] + 9, start[1] + 34), (start[0] + 2, start[1] + 78)))
        scene.stroke(frame, chain, 1.5, start=0.02, end=0.02, ink="#c9a24a")
        return
    bridge = head.face(spline(((-head.eye_x + rx, y - 2), (0, y - 6), (head.eye_x - rx, y - 2))))
    scene.stroke(frame, bridge, 2.6, start=0.01, end=0.01, ink=color)
    for side in (-1, 1):
        hinge = head.at(side * (head.eye_x + rx), y - 2)
        ear = head.turn(np.array(((side * 74.0, y - 4, 0.0),)))[0]
        if side * (ear[0] - hinge[0]) > 0:
            arm = np.array((hinge, ((hinge[0] + ear[0]) / 2, (hinge[1] + ear[1]) / 2), tuple(ear)))
            scene.stroke(frame, arm, 2.4, start=0.01, end=0.3, ink=color,
                         within=scene.ids("face", "ear", "eye_white"))  # fmt: skip


def _rounded(x: float, y: float, rx: float, ry: float) -> Points:
    t = np.arange(40) * (2 * math.pi / 40)
    c, s = np.cos(t), np.sin(t)
    # A superellipse of degree 4.
    return np.stack(
        [x + rx * np.sign(c) * np.sqrt(np.abs(c)), y + ry * np.sign(s) * np.sqrt(np.abs(s))], 1
    )


def _slash(x: float, y: float, rx: float, ry: float) -> Points:
    return np.array(((x - 0.1 * rx, y - 0.8 * ry), (x + 0.16 * rx, y - 0.8 * ry),
                     (x - 0.42 * rx, y + 0.7 * ry), (x - 0.6 * rx, y + 0.55 * ry)))  # fmt: skip


def _eyepatch(scene: Scene, head: Head, traits: Traits, base: str) -> None:
    color = traits.random("patch").choice(("#2a2530", "#f2efec"))
    part = trinket(scene, "eyepatch", color, base)
    side = traits.random("patch side").choice((-1, 1))
    x, y = side * head.eye_x, head.eye_y
    for a, b in (
        ((x - 20, y - 16), (-side * 70, -30)),
        ((x + side * 22, y - 6), (side * 78, y - 22)),
    ):
        scene.stroke(part, head.face(np.linspace(a, b, 6)), 2.6, start=0.01, end=0.01,
                     ink=shaded(color), within=scene.ids("face", "brow", "eye_white"))  # fmt: skip
    white = luma(color) > 0.5
    rx, ry = max(23.0, 0.58 * head.eye_width), max(19.0, 0.6 * head.eye_height)
    # Gauze patches are square, pirate patches are not.
    shape = _rounded(x, y, rx, 0.86 * ry) if white else spline(
        ((x - rx, y - 0.72 * ry), (x, y - 0.86 * ry), (x + rx, y - 0.72 * ry),
         (x + 0.88 * rx, y + 0.5 * ry), (x, y + 1.1 * ry), (x - 0.88 * rx, y + 0.5 * ry)),
        closed=True)  # fmt: skip
    scene.outlined(part, head.face(shape), 2.0)
    scene.shade(head.face(shape) + (-3, 27 if white else 14), part)
    scene.stroke(
        part, head.face(spline(shape[::6] * (0.8, 0.8) + (0.2 * x, 0.2 * y), closed=True)), 1.0
    )


def draw_jewelry(
    scene: Scene, head: Head, body: Body, traits: Traits, base: str, *, front: bool
) -> None:
    """Draw earrings (``front``), or jewelry and scarves around the neck."""
    kind = traits.identity.jewelry
    gold = traits.identity.jewelry_color
    if kind in ("studs", "hoops", "drops"):
        if front:
            _earrings(scene, head, traits, kind, gold, base)
        return
    if front or kind == "none":
        return
    n, y, k = body.neck, body.base_y, body.scale
    if kind == "scarf":
        _scarf(scene, body, traits, base)
    elif kind == "choker":
        part = trinket(
            scene, "choker", mixed(traits.identity.accessory_color, "#241a2a", 0.6), base
        )
        upper = spline(((-n * 1.02, y - 30), (0, y - 22), (n * 1.02, y - 30)))
        band = np.concatenate([upper, (upper + (0, 8.5))[::-1]])
        neck = scene.ids("skin")
        scene.outlined(part, band, 1.7, within=(*neck, part))
        drop = trinket(scene, "pendant", gold, base)
        scene.outlined(drop, ellipse(0, y - 11, 4.2, 4.8, 16), 1.4)
    else:
        part = trinket(scene, "necklace", gold, base)
        line = spline(
            (
                (-n - 4, y - 12),
                (-n * 0.7, y + 14 * k),
                (0, y + 27 * k),
                (n * 0.7, y + 14 * k),
                (n + 4, y - 12),
            )
        )
        scene.stroke(part, line, 2.0, start=0.02, end=0.02, ink=shaded(gold, 1.2))
        gem = trinket(scene, "gem", traits.identity.accessory_color, base)
        shape = np.array(((0, y + 24 * k), (6, y + 31 * k), (0, y + 41 * k), (-6, y + 31 * k)))
        scene.outlined(gem, shape, 1.4)
        scene.light(shape * (0.4, 1) + (-1.5, 0), gem)


def _earrings(scene: Scene, head: Head, traits: Traits, kind: str, gold: str, base: str) -> None:
    y = head.eye_y + 30
    wide = float(np.interp(y - 20, head.heights, head.widths))
    for side in (-1, 1):
        if side * head.yaw > 0.3:
            continue
        lobe = head.turn(np.array(((side * (wide + 2), y, -2.0),)))[0]
        x, low = float(lobe[0]), float(lobe[1])
        part = trinket(scene, "earring", gold, base)
        if kind == "studs":
            scene.outlined(part, ellipse(x, low, 3.6, 3.6, 14), 1.4)
        elif kind == "hoops":
            ring = ellipse(x + side * 1, low + 10, 7.5, 10, 24)
            scene.wire(part, np.concatenate([ring, ring[:1]]), 3.0, 1.2)
        else:
            scene.stroke(part, np.array(((x, low), (x, low + 5), (x, low + 10))), 1.5)
            drop = spline(
                ((x, low + 8), (x + 4.6, low + 18), (x, low + 24), (x - 4.6, low + 18)), closed=True
            )
            gem = trinket(scene, "gem", traits.identity.eye_color, base)
            scene.outlined(gem, drop, 1.5)
            scene.light(ellipse(x - 1.5, low + 17, 1.3, 2.4, 10), gem)


def _scarf(scene: Scene, body: Body, traits: Traits, base: str) -> None:
    color = traits.identity.accessory_color
    n, y, k = body.neck, body.base_y, body.scale
    part = trinket(scene, "scarf", color, base)
    side = traits.random("scarf").choice((-1, 1))
    tail = spline(
        (
            (side * 10, y + 6 * k),
            (side * 34, y + 10 * k),
            (side * 42, y + 70 * k),
            (side * 44, y + 118 * k),
            (side * 16, y + 120 * k),
            (side * 14, y + 60 * k),
        ),
        closed=True,
    )
    scene.outlined(part, tail, 2.1)
    for level in (82, 94):
        bar = np.array(((-60, y + level * k), (0, y + (level + 1) * k), (60, y + level * k)))
        scene.stroke(
            part, bar, 4.5, start=0.01, end=0.01, within=(part,), paint=mixed(color, "#ffffff", 0.6)
        )
    for rise, wide in ((2.0, 1.36), (-18.0, 1.16)):
        roll = spline(
            (
                (-n * wide - 8, y + (rise - 16) * k),
                (0, y + (rise - 4) * k),
                (n * wide + 8, y + (rise - 16) * k),
                (n * wide + 12, y + (rise + 6) * k),
                (0, y + (rise + 26) * k),
                (-n * wide - 12, y + (rise + 6) * k),
            ),
            closed=True,
        )
        scene.outlined(part, roll, 2.1)
        scene.shade(roll + (0, 13 * k), part)
        for x in (-0.6, 0.15, 0.7):
            fold = spline(
                (
                    (x * n, y + (rise + 2) * k),
                    (x * n + 9, y + (rise + 9) * k),
                    (x * n + 21, y + (rise + 11) * k),
                )
            )
            scene.stroke(part, fold, 1.3, start=0.3, end=0.7, within=(part,))


def draw_ornament(hair: Hair, base: str) -> None:
    """Draw hair ornaments."""
    kind = hair.traits.identity.ornament
    if kind == "none":
        return
    scene, head = hair.scene, hair.head
    color = hair.traits.identity.accessory_color
    side = hair.traits.random("ornament").choice((-1, 1))
    if side * head.yaw > 0.35:
        side = -side
    x, y = (float(v) for v in head.hair(((side * 56, -58.0, 1.03),))[0])
    at = np.array((x, y))
    if kind == "bow":
        draw_bow(scene, trinket(scene, "bow", color, base), at, 1.5, turn=side * 24)
    elif kind == "ribbon_pair":
        for s in (-1, 1):
            place = head.hair(((s * 66, -48.0, 1.04),))[0]
            draw_bow(scene, trinket(scene, "ribbon", color, base), place, 0.95, turn=s * 30)
    elif kind == "flower":
        petal = trinket(scene, "flower", mixed(color, "#ffffff", 0.35), base)
        for number in range(6):
            leaf = turned(ellipse(0, -11, 6.5, 10, 18), 60 * number + 17) + at
            scene.outlined(petal, leaf, 1.6)
        heart = trinket(scene, "stamen", "#f2cf5a", base)
        scene.outlined(heart, ellipse(x, y, 5.4, 5.4, 16), 1.5)
    elif kind == "pins":
        part = trinket(scene, "pins", color, base)
        for step in (0, 9):
            ends = head.hair(((side * 40, -26.0 + step, 1.03), (side * 62, -34.0 + step, 1.03)))
            bar = np.linspace(ends[0], ends[1], 5)
            scene.outlined(part, ribbon(bar, 5.0), 1.4)
    elif kind == "star":
        part = trinket(scene, "star", "#f2d05c", base)
        around = np.arange(10) * math.pi / 5 - math.pi / 2 + side * 0.2
        size = np.where(np.arange(10) % 2 == 0, 17.0, 7.6)
        shape = np.stack([np.cos(around) * size, np.sin(around) * size], 1) + at
        scene.outlined(part, shape, 1.8)
        scene.shade(shape + (-hair.lamp * 6, 5), part)
    elif kind == "feather":
        part = trinket(scene, "feather", mixed(color, "#ffffff", 0.5), base)
        flat = spline(((0, 10), (9, -8), (12, -34), (4, -62), (-7, -36), (-7, -8)), closed=True)
        shape = turned(flat, side * 38) + at
        scene.outlined(part, shape, 1.8)
        scene.stroke(part, turned(spline(((0, 14), (2, -20), (4, -58))), side * 38) + at, 1.4)
        scene.shade(shape + (-side * 4, 4), part)
    else:
        draw_bow(scene, trinket(scene, "ribbon", color, base), at, 0.9, turn=side * 24, tails=False)
        bell = trinket(scene, "bell", "#eac65a", base)
        shape = ellipse(x, y + 12, 9, 9, 22)
        scene.outlined(bell, shape, 1.8)
        scene.shade(shape + (-hair.lamp * 4, 5), bell)
        scene.stroke(bell, np.array(((x - 9, y + 12), (x, y + 13.5), (x + 9, y + 12))), 1.6)
        scene.stroke(bell, np.array(((x, y + 14), (x, y + 17), (x, y + 20))), 1.8)
