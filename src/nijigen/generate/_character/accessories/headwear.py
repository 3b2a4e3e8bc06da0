"""Headwear: hats, crowns, bands, headphones, horns and haloes, on the turned crown."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from nijigen.generate._character.accessories.worn import trinket
from nijigen.generate._character.drawing.colors import lit, mixed, shaded
from nijigen.generate._character.drawing.curves import Points, ellipse, ribbon, spline, turned
from nijigen.generate._character.hair.locks import Hair, free_lock
from nijigen.generate._character.outfit.pieces import draw_bow


class _Hat:
    """Coordinates of a hat: origin on the crown, rotated with the head."""

    def __init__(self, hair: Hair, base: str) -> None:
        self.hair, self.base, self.scene, self.head = hair, base, hair.scene, hair.head
        self.color = hair.traits.identity.accessory_color
        bald = hair.traits.identity.hair_back == "bald"
        rim = self.head.silhouette(grow=-18 if bald else 0)
        self.half = float(rim[-1][0] - rim[0][0]) / 2 / max(0.5, math.cos(self.head.roll))
        self.crown = rim[len(rim) // 2]
        self.shift = math.sin(self.head.yaw)
        self.lean = math.degrees(self.head.roll)
        self.lift = math.sin(self.head.pitch)

    def at(self, points: Points) -> Points:
        """Convert to figure points; x in half widths of the head, y below the crown."""
        placed: Points = turned(points * (self.half, 1.0), self.lean) + self.crown
        return placed

    def knots(self, *points: tuple[float, float], closed: bool = True) -> Points:
        """Return a smooth outline through hat points."""
        return self.at(spline(points, closed=closed))

    def part(self, name: str, color: str | None = None) -> int:
        """Add a part of this hat."""
        return trinket(self.scene, name, color or self.color, self.base)

    def arch(self, y: float, sag: float, wide: float = 1.0, count: int = 17) -> Points:
        """Return an arc around the head: its ends at height y, its middle ``sag`` lower."""
        x = np.linspace(-wide, wide, count)
        down = y + (sag - 18 * self.lift) * np.sqrt(np.maximum(0.0, 1 - (x / wide) ** 2))
        return self.at(np.stack([x + 0.05 * self.shift, down], axis=1))

    def over(self, depth: float, grow: float, reach: float, drop: float = 0.0) -> Points:
        """Return an arc over the head from ear to ear, in a plane ``depth`` in front of them.

        It is ``grow`` off the hair, and reaches ``reach`` degrees from the top to both sides. Its
        ends are ``drop`` further back than its top.
        """
        rx, ry, rz = self.head.cap
        if self.hair.traits.identity.hair_back == "bald":
            rx, ry, rz = rx - 18, ry - 18, rz - 18
        t = np.deg2rad(np.linspace(-reach, reach, 33))
        back = depth - drop * (1 - np.cos(t))
        inside = np.sqrt(np.maximum(1 - ((back + 6) / rz) ** 2, 0.05))
        x = np.sign(t) * np.abs(np.sin(t)) ** 0.94 * (rx * inside + grow)
        y = self.head.cap_y - np.abs(np.cos(t)) ** 0.94 * (ry * inside + grow)
        return self.head.turn(np.stack([x, y, back], axis=1))

    def shadow(self, shape: Points) -> None:
        """Add the shadow that the hat casts on the hair and the face, before it is drawn."""
        below = self.scene.ids("hair", "face")
        self.scene.shade(shape + (-self.hair.lamp * 3.0, 10.0), *below)

    def shade_side(self, part: int, points: Points) -> None:
        """Shade the side away from the light."""
        self.scene.shade_rim(points, (self.hair.lamp * self.half * 0.36, -7.0), part)


def draw_headwear(hair: Hair, base: str) -> None:
    """Draw the headwear."""
    kind = hair.traits.identity.headwear
    if kind == "halo":
        draw_halo(hair, base, behind=False)
    elif kind != "none":
        HATS[kind](_Hat(hair, base))


def _dome(
    hat: _Hat, name: str, color: str, y: float, high: float, sag: float, wide: float = 1.08
) -> tuple[int, Points]:
    """Draw a cap around the head down to y."""
    part = hat.part(name, color)
    low = hat.arch(y, sag, wide)
    t = np.linspace(math.pi, 0, 25)
    top = np.stack([wide * np.cos(t), y - (high + y) * np.sin(t) ** 0.9], axis=1)
    outline = np.concatenate([hat.at(top), low[::-1]])
    hat.shadow(outline)
    hat.scene.outlined(part, outline, 2.4)
    hat.shade_side(part, outline)
    return part, outline


def _beanie(hat: _Hat) -> None:
    part, _ = _dome(hat, "beanie", hat.color, 62, 22, 12, 1.1)
    for x in (-0.7, -0.35, 0, 0.35, 0.7):
        line = hat.knots((x * 0.45, -16), (x * 0.95, 20), (x, 64), closed=False)
        hat.scene.stroke(part, line, 1.3, start=0.3, end=0.05)
    cuff = hat.part("cuff", lit(hat.color, 0.35))
    upper, lower = hat.arch(46, 14, 1.12), hat.arch(74, 16, 1.14)
    band = np.concatenate([upper, lower[::-1]])
    hat.scene.outlined(cuff, band, 2.3)
    hat.shade_side(cuff, band)
    for number in range(1, 16):
        rib = np.linspace(upper[number], lower[number], 3)
        hat.scene.stroke(cuff, rib, 1.2, start=0.2, end=0.2)
    ball = hat.part("pompom", mixed(hat.color, "#ffffff", 0.6))
    bumps = np.arange(22) * 2 * math.pi / 22
    size = np.where(np.arange(22) % 2 == 0, 17.0, 14.0)
    shape = spline(np.stack([np.cos(bumps) * size, np.sin(bumps) * size], 1), closed=True, per=4)
    middle = hat.at(np.array(((0.0, -32.0),)))
    hat.scene.outlined(ball, shape + middle, 2.0)
    hat.scene.shade(shape + middle + (-hat.hair.lamp * 8, 9), ball)


def _beret(hat: _Hat) -> None:
    part = hat.part("beret")
    s = hat.hair.lamp
    shape = hat.knots(
        (-0.94, 56),
        (-1.17 + 0.12 * s, 26),
        (-0.88 + 0.16 * s, -12),
        (0.02 + 0.18 * s, -27),
        (0.92 + 0.16 * s, -10),
        (1.17 + 0.12 * s, 26),
        (0.94, 56),
        (0, 40),
    )
    hat.shadow(shape)
    hat.scene.outlined(part, shape, 2.4)
    hat.scene.shade(shape + (-s * 26, 22), part)
    stem = hat.knots((0.15 * s, -28), (0.17 * s, -36), (0.22 * s, -40), closed=False)
    hat.scene.stroke(part, stem, 4.0, start=0.02, end=0.2)


def _cap(hat: _Hat) -> None:
    part, _ = _dome(hat, "cap", hat.color, 58, 14, 8)
    for x in (-0.5, 0.5):
        hat.scene.stroke(
            part, hat.knots((x * 0.1, -12), (x * 0.9, 16), (x * 1.1, 58), closed=False), 1.3
        )
    push = 0.5 * hat.shift
    brim = hat.part("brim", shaded(hat.color, 0.6))
    shape = hat.knots(
        (-0.86 + 0.2 * push, 50),
        (-0.66 + push, 74 - 20 * hat.lift),
        (push, 84 - 30 * hat.lift),
        (0.66 + push, 74 - 20 * hat.lift),
        (0.86 + 0.2 * push, 50),
        (0.5 + 0.4 * push, 58),
        (0.4 * push, 61),
        (-0.5 + 0.4 * push, 58),
    )
    hat.shadow(shape)
    hat.scene.outlined(brim, shape, 2.3)
    button = hat.part("button", shaded(hat.color))
    hat.scene.outlined(button, ellipse(0, 0, 6, 4, 14) + hat.at(np.array(((0.0, -14.0),))), 1.6)


def _witch(hat: _Hat) -> None:
    dark = mixed(hat.color, "#1c1626", 0.62)
    brim = hat.part("brim", dark)
    shape = hat.at(ellipse(0, 50, 1.72, 27 + 8 * hat.lift, 40))
    hat.shadow(shape)
    hat.scene.outlined(brim, shape, 2.4)
    hat.scene.shade(shape + (0, 13), brim)
    cone = hat.part("cone", dark)
    s = hat.hair.lamp
    flat = hat.knots(
        (-0.98, 50),
        (-0.66, -12),
        (-0.24, -70),
        (0.2 * s + 0.02, -96),
        (0.52 * s, -92),
        (0.3 * s + 0.1, -66),
        (0.56, -12),
        (0.98, 50),
        closed=False,
    )
    low = hat.at(
        np.stack([np.linspace(0.98, -0.98, 13), 50 + 10 * np.sin(np.linspace(0, math.pi, 13))], 1)
    )
    whole = np.concatenate([flat, low])
    hat.scene.outlined(cone, whole, 2.4)
    hat.shade_side(cone, whole)
    ribbon = hat.part("hatband")
    a = np.stack([np.linspace(-0.99, 0.99, 13), 48 + 10 * np.sin(np.linspace(0, math.pi, 13))], 1)
    b = np.stack([np.linspace(0.9, -0.9, 13), 26 + 9 * np.sin(np.linspace(0, math.pi, 13))], 1)
    hat.scene.outlined(ribbon, np.concatenate([hat.at(a), hat.at(b)]), 2.0)


def _straw(hat: _Hat) -> None:
    straw = "#ecd08a"
    brim = hat.part("brim", straw)
    shape = hat.at(ellipse(0, 50, 1.76, 26 + 10 * hat.lift, 40))
    hat.shadow(shape)
    hat.scene.outlined(brim, shape, 2.4)
    hat.scene.shade(shape + (0, 12), brim)
    for size in (1.5, 1.28):
        ring = hat.at(ellipse(0, 50, size, (26 + 10 * hat.lift) * size / 1.76, 40))
        hat.scene.stroke(brim, ring, 1.1, within=(brim,), start=0.01, end=0.01)
    dome = hat.part("straw", straw)
    t = np.linspace(math.pi, 0, 21)
    top = np.stack(
        [0.96 * np.sign(np.cos(t)) * np.abs(np.cos(t)) ** 0.7, 50 - 64 * np.sin(t) ** 0.7], 1
    )
    low = np.stack([np.linspace(0.96, -0.96, 13), 50 + 9 * np.sin(np.linspace(0, math.pi, 13))], 1)
    whole = np.concatenate([hat.at(top), hat.at(low)])
    hat.scene.outlined(dome, whole, 2.3)
    hat.shade_side(dome, whole)
    band = hat.part("hatband")
    a = np.stack([np.linspace(-0.97, 0.97, 13), 49 + 9 * np.sin(np.linspace(0, math.pi, 13))], 1)
    hat.scene.outlined(band, np.concatenate([hat.at(a), hat.at(a - (0, 14))[::-1]]), 1.9)


def _crown(hat: _Hat) -> None:
    gold = hat.part("crown", "#ecc65a")
    wide, y = 0.56, 18.0
    low = [
        (x, y + 9 * math.sqrt(max(0, 1 - (x / wide) ** 2))) for x in np.linspace(wide, -wide, 13)
    ]
    left = [
        (-wide, y),
        (-wide * 1.14, -24),
        (-wide * 0.66, -6),
        (-wide * 0.52, -34),
        (-wide * 0.2, -4),
        (0.0, -42),
    ]
    right = [(-x, v) for x, v in left[::-1][1:]]
    whole = hat.at(np.array(left + right + low))
    hat.shadow(whole)
    hat.scene.outlined(gold, whole, 2.1)
    hat.shade_side(gold, whole * 1.0)
    gem = hat.part("gem")
    for x in (-0.34, 0.0, 0.34):
        point = hat.at(np.array(((x, 14 + 4 * (1 - abs(x))),)))[0]
        hat.scene.outlined(gem, ellipse(float(point[0]), float(point[1]), 4.6, 5.4, 14), 1.4)


def _tiara(hat: _Hat) -> None:
    gold = hat.part("tiara", "#e9d9a0")
    low = hat.over(70, 1, 62, 50)
    t = np.linspace(-1, 1, 33)
    rise = 6 + 18 * np.maximum(0, 1 - 2.4 * np.abs(t)) + 6 * np.abs(np.cos(t * 9))
    high = low - turned(np.stack([np.zeros(33), rise], 1), hat.lean)
    hat.scene.outlined(gold, np.concatenate([low, high[::-1]]), 1.9)
    gem = hat.part("gem")
    x, y = (float(v) for v in (low[16] + high[16]) / 2)
    hat.scene.outlined(gem, ellipse(x, y, 4.6, 6.6, 16), 1.5)
    hat.scene.light(ellipse(x - 1.4, y - 2, 1.4, 2, 10), gem)


def _headband(hat: _Hat) -> None:
    part = hat.part("headband")
    low, high = hat.over(46, 2, 86, 40), hat.over(30, 4, 86, 26)
    hat.scene.outlined(part, np.concatenate([low, high[::-1]]), 2.0)
    hat.scene.shade(np.concatenate([low, (0.6 * low + 0.4 * high)[::-1]]), part)
    side = -hat.hair.lamp
    place = (low + high)[16 + side * 8] / 2
    bow = hat.part("bow")
    draw_bow(hat.scene, bow, place, 1.15, turn=side * 36 + hat.lean, tails=False)


def _maid_band(hat: _Hat) -> None:
    part = hat.part("maid_band", "#fcfbfa")
    low, far = hat.over(42, 3, 70, 30), hat.over(22, 22, 70, 20)
    # The frill stands up, in pleats.
    way = far - low
    rise = 1 + 0.24 * np.abs(np.sin(np.linspace(0, 11 * math.pi, 33 * 4)))
    place = np.linspace(0, 32, 33 * 4)
    root = np.stack([np.interp(place, np.arange(33), axis) for axis in low.T], axis=1)
    grown = np.stack([np.interp(place, np.arange(33), axis) for axis in way.T], axis=1)
    high = root + grown * rise[:, None]
    hat.scene.outlined(part, np.concatenate([root, high[::-1]]), 1.8)
    hat.scene.shade(np.concatenate([root, (root + 0.45 * grown)[::-1]]), part)
    for number in range(2, 31, 3):
        pleat = low[number] + way[number] * np.linspace(0.3, 1.02, 5)[:, None]
        hat.scene.stroke(part, pleat, 1.0, start=0.4, end=0.3)
    band = hat.part("band", mixed(hat.color, "#241c2c", 0.5))
    hat.scene.outlined(band, np.concatenate([low, (low + way * 0.36)[::-1]]), 1.6)


def _headphones(hat: _Hat) -> None:
    dark = mixed(hat.color, "#2a2833", 0.5)
    part = hat.part("headphones", dark)
    outer, inner = hat.over(-8, 13, 92), hat.over(-8, 4, 92)
    hat.scene.outlined(part, np.concatenate([outer, inner[::-1]]), 2.2)
    hat.scene.light(
        np.concatenate([outer[8:14], (outer[8:14] * 0.6 + inner[8:14] * 0.4)[::-1]]), part
    )
    for side in (-1, 1):
        open_ = max(0.3, 0.62 - side * 0.9 * hat.shift)
        cup = hat.part("cup")
        solid = (side * (hat.head.cap[0] + 4), hat.head.eye_y - 28.0, -8.0)
        x, y = (float(v) for v in hat.head.turn(np.array((solid,)))[0])
        for size, piece in ((27, cup), (17, part)):
            shape = turned(ellipse(0, 0, size * open_, size * 1.2, 28), hat.lean) + (x, y)
            hat.scene.outlined(piece, shape, 2.1)
            hat.scene.shade(shape + (-hat.hair.lamp * size * 0.5, size * 0.5), piece)


# Of a horn: from its root outwards and up, in figure units.
_HORN = ((0, 20), (4, 0), (14, -22), (28, -34), (39, -50), (38, -66))


def _horns(hat: _Hat) -> None:
    color = mixed(hat.color, "#2a1c24", 0.45)
    rx, ry, _ = hat.head.cap
    for side in (-1, 1):
        solid = (side * 0.56 * rx, hat.head.cap_y - 0.86 * ry, 14.0)
        root = hat.head.turn(np.array((solid,)))[0]
        squeeze = min(1.1, 1 - 0.35 * side * hat.shift)
        spine = turned(spline(_HORN, per=6) * (side * squeeze, 1.0), hat.lean) + root
        place = np.linspace(0, 1, len(spine))
        shape = ribbon(spine, 23 * (1 - place**1.5) ** 0.8 + 0.6)
        part = hat.part("horn", color)
        hat.shadow(shape)
        hat.scene.outlined(part, shape, 2.2)
        hat.scene.shade(shape + (-hat.hair.lamp * 8, 4), part)
        for at in (6, 11, 16, 20):
            # Rings bulge towards the tip.
            wide = 12.0 * (1 - place[at] ** 1.5) ** 0.8
            way = spine[at + 1] - spine[at - 1]
            way /= max(float(np.hypot(*way)), 1e-6)
            aside = np.array((-way[1], way[0]))
            ring = spline((spine[at] - wide * aside, spine[at] + 4.5 * way,
                           spine[at] + wide * aside))  # fmt: skip
            hat.scene.stroke(part, ring, 1.3, within=(part,), start=0.1, end=0.1)
        _over_root(hat, root, side)


def _over_root(hat: _Hat, root: Points, side: int) -> None:
    """Draw short locks in front of the root of a horn: it grows out of the hair."""
    if hat.hair.traits.identity.hair_back == "bald":
        return
    source = hat.hair.traits.random(f"horn{side}")
    for x, long in ((-9.0, 17.0), (9.0, 15.0), (0.0, 20.0)):
        lean = 0.4 * x + source.uniform(-2, 2)
        flat = np.array(((x, 26), (x, 12), (x + 0.5 * lean, 8 - 0.5 * long), (x + lean, 8 - long)))
        part = hat.hair.part("tuft", "hair_front", side)
        knots = turned(flat, hat.lean) + root
        free_lock(hat.hair, part, knots, 11, root=0.9, full=0.35, up=0.6, line=1.5, inside=0)


def draw_halo(hair: Hair, base: str, *, behind: bool) -> None:
    """Draw the half of a halo ``behind`` ears, buns and ahoge, or the front half."""
    hat = _Hat(hair, base)
    part = hat.part("halo", "#ffe9a0")
    # It floats above hair of any height.
    rise = 50 if hair.traits.identity.hair_back == "afro" else 34
    turn = np.linspace(math.pi, 2 * math.pi, 25) if behind else np.linspace(0, math.pi, 25)
    size = 0.78 if hair.traits.identity.ears == "rabbit" else 0.62
    arc = np.stack([size * np.cos(turn), -rise + (11 + 8 * hat.lift) * np.sin(turn)], axis=1)
    line = hat.at(arc)
    hat.scene.wire(part, line, 7, 1.6)
    hat.scene.light(ribbon(line[4:21], 2.4), part)


HATS: dict[str, Callable[[_Hat], None]] = {
    "beret": _beret, "cap": _cap, "witch_hat": _witch, "beanie": _beanie, "crown": _crown,
    "headband": _headband, "headphones": _headphones, "maid_band": _maid_band,
    "tiara": _tiara, "horns": _horns, "straw_hat": _straw,
}  # fmt: skip
