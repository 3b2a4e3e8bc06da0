"""Uniforms and costumes: sailor, blazer, gakuran, suit, kimono, maid, cape and armor."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from nijigen.generate._character.drawing.colors import lit, mixed, shaded
from nijigen.generate._character.drawing.curves import ellipse, mirrored, spline
from nijigen.generate._character.outfit.wear import Wear, band, bow, collar, frill


def _sailor(wear: Wear) -> None:
    white = mixed(wear.first, "#ffffff", 0.88)
    wear.torso("blouse", white, wear.pointed(56))
    n = (wear.body.neck + 4) / wear.body.shoulder * 100
    flap = ((-n, -17), (-n - 16, -8), (-74, 12), (-70, 34), (-40, 58), (-10, 70), (-1, 58),
            (-n * 0.74, 18))  # fmt: skip
    cloth = mixed(wear.first, "#1c2450", 0.35)
    part = wear.both("flap", cloth, flap)
    for side in (-1, 1):
        for inset in (0.0, 5.0):
            trim = wear.at(
                (
                    (side * (66 - inset), 13),
                    (side * (62 - inset), 31 - inset * 0.6),
                    (side * (37 - inset * 0.5), 50 - inset),
                    (side * 11, 60 - inset),
                )
            )
            wear.scene.stroke(part, spline(trim), 2.0, start=0.02, end=0.02, within=(part,),
                              paint="#f6f4f2")  # fmt: skip
    bow(wear, wear.second, 0, 66, 30)


def _tie(wear: Wear, color: str, top: float = 12) -> None:
    part = wear.part("tie", color)
    blade = wear.at(((-6, top + 12), (6, top + 12), (13, 150), (0, 172), (-13, 150)))
    wear.scene.outlined(part, blade, 1.8)
    for y in range(40, 170, 22):
        stripe = wear.at(((-16, y), (16, y + 16)))
        wear.scene.stroke(part, np.linspace(stripe[0], stripe[1], 4), 3.4, start=0.01, end=0.01,
                          within=(part,), paint=mixed(color, "#ffffff", 0.42))  # fmt: skip
    knot = wear.at(((-8, top), (8, top), (6, top + 15), (-6, top + 15)))
    wear.scene.outlined(part, knot, 1.8)
    wear.scene.shade(knot * (1, 1) + (-wear.lamp * 7, 3), part)


def _jacket(wear: Wear, color: str, under: str, tie: str | None, deep: float = 96) -> None:
    body = wear.body
    shirt = wear.torso("shirt", under, wear.pointed(26))
    if tie:
        _tie(wear, tie)
    collar(wear, under)
    k, base = body.scale, body.base_y
    n = body.neck + 6
    right = spline(
        [
            (n, base - 16 * k),
            (n + 10, base + 20 * k),
            (n * 0.7, base + 60 * k),
            (1, base + deep * k),
        ]
    )
    half = np.concatenate([body.torso()[len(body.torso()) // 2 :], right,
                           np.array(((1, base + 345 * k),))])  # fmt: skip
    part = wear.part("jacket", color)
    side = -wear.lamp
    for shape in (half, mirrored(half)):
        wear.scene.fill(part, shape)
    trunk = body.trunk()
    edge = trunk * (-side, 1)
    dark = np.concatenate([edge, (edge * (0.7, 1))[::-1]])
    wear.scene.shade(dark, part)
    wear.scene.shade(wear.arm_shade(), part)
    wear.scene.stroke(part, body.torso(), 2.4, start=0.01, end=0.01)
    for s in (-1, 1):
        wear.scene.stroke(part, trunk * (s, 1), 1.9, start=0.3, end=0.02)
    front = np.concatenate([right, np.array(((1, base + 345 * k),))])
    wear.scene.stroke(part, front, 2.0, start=0.02, end=0.02)
    wear.scene.stroke(part, mirrored(front), 2.0, start=0.02, end=0.02)
    u = (body.neck + 6) / body.shoulder * 100
    lapel = ((-u, -17), (-u - 9, -12), (-u - 24, 26), (-u - 15, 33), (-u - 20, 44), (-1, deep),
             (-u * 0.74, 58), (-u - 8, 20))  # fmt: skip
    wear.both("lapel", lit(color, 0.22), lapel)
    wear.scene.shade(wear.at(((-30, -14), (30, -14), (22, 16), (0, 26), (-22, 16))), shirt)
    for y in (deep + 14, deep + 56):
        wear.button("#d8b45a" if tie else shaded(color), 7, y, 4)


def _blazer(wear: Wear) -> None:
    dark = mixed(wear.first, "#1e2238", 0.45)
    _jacket(wear, dark, "#fbfaf8", wear.second)
    badge = wear.part("badge", "#d8b45a")
    point = wear.at(((52, 92),))[0]
    shape = np.array(((-9, -10), (9, -10), (9, 3), (0, 12), (-9, 3))) * wear.body.scale + point
    wear.scene.outlined(badge, shape, 1.5)


def _suit(wear: Wear) -> None:
    dark = mixed(wear.first, "#23222c", 0.72)
    _jacket(wear, dark, mixed(wear.second, "#ffffff", 0.88), shaded(wear.second), 110)


def _gakuran(wear: Wear) -> None:
    dark = mixed(wear.first, "#16171f", 0.82)
    part = wear.torso("gakuran", dark, wear.neckline(4))
    wear.scene.stroke(part, wear.at(((0, 0), (0.5, 160), (0, 345))), 1.9, start=0.02, end=0.02)
    for y in (36, 82, 128, 174, 220):
        wear.button("#e0be62", 0, y, 5)
    band(wear, dark, 30, 8)
    n, base, k = wear.body.neck, wear.body.base_y, wear.body.scale
    line = spline(((-n * 0.8, base - 23 * k), (0, base - 18 * k), (n * 0.8, base - 23 * k)))
    wear.scene.stroke(
        part, line, 2.4, start=0.05, end=0.05, paint="#f4f2ee", within=wear.scene.ids("cloth")
    )


def _kimono(wear: Wear) -> None:
    scene, k = wear.scene, wear.body.scale
    part = wear.torso("kimono", wear.first, wear.pointed(62))
    inner = mixed(wear.second, "#ffffff", 0.7)
    n = (wear.body.neck + 4) / wear.body.shoulder * 100
    source = wear.traits.random("kimono")
    petal = mixed(wear.first, "#ffffff", 0.55)
    print_ = wear.part("print", petal)
    for _ in range(9):
        point = wear.at(((source.uniform(-105, 105), source.uniform(40, 220)),))[0]
        size = source.uniform(6, 10) * k
        for turn in range(5):
            way = np.array((np.cos(turn * 2 * np.pi / 5), np.sin(turn * 2 * np.pi / 5)))
            leaf = ellipse(0, 0, size * 0.7, size * 0.7, 12) + point + size * way
            scene.fill(print_, leaf, within=(part, print_))
    for color, shift in ((inner, 0.0), (wear.second, 9.0)):
        right = wear.part("lapel", color)
        a = wear.at(
            (
                (n + shift, -17),
                (n + 9 + shift, -12),
                (n * 0.75 + shift + 6, 26),
                (-26 + shift, 106),
                (-34 + shift, 100),
                (n * 0.5 + shift - 4, 24),
            )
        )
        b = mirrored(a)
        scene.outlined(right, a, 1.8)
        scene.outlined(right, b, 1.8)
    obi = wear.part("obi", shaded(wear.second, 0.6))
    w = wear.waist + 4
    bar = wear.at(((-w, 128), (0, 136), (w, 128), (w, 190), (0, 198), (-w, 190)))
    scene.outlined(
        obi, np.concatenate([spline(bar[:3]), spline(bar[3:])]), 1.9, within=(part, print_, obi)
    )


def _maid(wear: Wear) -> None:
    dark = mixed(wear.first, "#1c1a26", 0.75)
    part = wear.torso("dress", dark, wear.neckline(4))
    apron = wear.part("apron", "#fbfaf9")
    shape = wear.at(((-34, 46), (34, 46), (46, 120), (60, 345), (-60, 345), (-46, 120)))
    wear.scene.outlined(apron, shape, 1.9, within=(part, apron))
    for side in (-1, 1):
        strap = wear.at(
            ((side * 32, 48), (side * 46, 0), (side * 62, 4), (side * 52, 60), (side * 44, 110))
        )
        frill(wear, "#fbfaf9", spline(strap[::-1] if side > 0 else strap), 12)
    band(wear, "#fbfaf9", 20, 9)
    bow(wear, wear.second, 0, 16, 20)


def _cape(wear: Wear) -> None:
    scene, k, body = wear.scene, wear.body.scale, wear.body
    wear.torso("tunic", mixed(wear.second, "#f2ead8", 0.4), wear.neckline(18, 6))
    band(wear, mixed(wear.second, "#f2ead8", 0.2), 18, 6)
    part = wear.part("cape", wear.first)
    n, base, s = body.neck + 6, body.base_y, body.shoulder
    half = spline(
        (
            (-n, base - 20 * k),
            (-n - 26, base - 14 * k),
            (-1.02 * s, base + 14 * k),
            (-1.2 * s, base + 120 * k),
            (-1.26 * s, base + 345 * k),
            (-0.72 * s, base + 345 * k),
            (-0.5 * s, base + 150 * k),
            (-0.16 * s, base + 42 * k),
            (-n * 0.3, base + 18 * k),
        )
    )
    for shape in (half, mirrored(half)):
        scene.outlined(part, shape, 2.3)
        for x in (0.55, 0.8, 1.02):
            sign = 1 if shape is half else -1
            fold = spline(
                (
                    (-0.3 * s * sign, base + 20 * k),
                    (-x * s * sign * 0.8, base + 110 * k),
                    (-x * s * sign, base + 340 * k),
                )
            )
            scene.stroke(part, fold, 1.4, start=0.6, end=0.02, within=(part,))
    dark = half if wear.lamp > 0 else mirrored(half)
    scene.shade(
        np.concatenate([dark[8:-10], (dark[8:-10] * (0.72, 1.0) + (0, 12 * k))[::-1]]), part
    )
    gem = wear.part("clasp", "#e0be62")
    scene.outlined(gem, ellipse(0, base + 24 * k, 10 * k, 10 * k, 20), 1.8)
    stone = wear.part("stone", wear.second)
    scene.outlined(stone, ellipse(0, base + 24 * k, 5.5 * k, 5.5 * k, 16), 1.3)
    scene.light(ellipse(-1.6 * k, base + 22 * k, 1.8 * k, 1.8 * k, 10), stone)


def _armor(wear: Wear) -> None:
    scene, k = wear.scene, wear.body.scale
    steel = mixed("#c9d2de", wear.first, 0.2)
    cloth = wear.torso("tunic", mixed(wear.first, "#2a2a3a", 0.4), wear.neckline(6))
    band(wear, mixed(wear.first, "#2a2a3a", 0.4), 26, 6)
    plate = wear.part("plate", steel)
    half = ((0, 10), (-30, 4), (-56, 18), (-64, 70), (-58, 130), (-48, 170), (0, 184))
    left = spline(wear.at(half))
    scene.outlined(plate, np.concatenate([left, mirrored(left)[::-1]]), 2.3, within=(cloth, plate))
    scene.stroke(
        plate, wear.at(((0, 12), (0, 90), (0, 184))), 1.7, start=0.02, end=0.02, within=(plate,)
    )
    side = -wear.lamp
    scene.shade(wear.at(((side * 20, 8), (side * 70, 8), (side * 70, 190), (side * 4, 190))), plate)
    scene.light(
        spline(
            wear.at(((-side * 46, 30), (-side * 30, 26), (-side * 34, 70), (-side * 46, 96))),
            closed=True,
        ),
        plate,
    )
    for s in (-1, 1):
        for level in (2, 1, 0):
            guard = wear.part("pauldron", lit(steel, 0.3 - 0.1 * level))
            y = 4 + level * 24
            knots = (
                (s * 58, y + 6),
                (s * 78, y - 6),
                (s * 106, y + 8),
                (s * 119, y + 40),
                (s * 98, y + 32),
                (s * 62, y + 36),
            )
            shape = spline(wear.at(knots), closed=True)
            scene.outlined(guard, shape, 2.0)
            scene.shade(shape + (0, 15 * k), guard)
    trim = wear.part("trim", "#d9b65c")
    rim = wear.at(
        (
            (-40, 12),
            (-20, 20),
            (0, 24),
            (20, 20),
            (40, 12),
            (40, 4),
            (20, 11),
            (0, 15),
            (-20, 11),
            (-40, 4),
        )
    )
    scene.outlined(trim, rim, 1.6, within=(plate, trim, cloth))


UNIFORMS: dict[str, Callable[[Wear], None]] = {
    "sailor": _sailor, "blazer": _blazer, "suit": _suit, "gakuran": _gakuran, "kimono": _kimono,
    "maid": _maid, "cape": _cape, "armor": _armor,
}  # fmt: skip
