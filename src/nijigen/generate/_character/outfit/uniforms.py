"""Uniforms and formal clothes: sailor, blazer, gakuran, suit and maid."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from nijigen.generate._character.drawing.colors import luma, mixed, shaded
from nijigen.generate._character.drawing.curves import corners, spline
from nijigen.generate._character.outfit.body import LOW
from nijigen.generate._character.outfit.everyday import placket, puffs
from nijigen.generate._character.outfit.pieces import (
    WHITE,
    band,
    bow,
    collar,
    front,
    lapels,
    neckerchief,
    pocket,
    ruffle,
    tie,
)
from nijigen.generate._character.outfit.wear import Wear

GOLD = "#dcb85c"


def _sailor(wear: Wear) -> None:
    scene, n, d = wear.scene, wear.nape, wear.body.slope
    summer = wear.traits.random("sailor").random() < 0.7
    cloth = mixed(wear.first, "#1c2450", 0.35)
    white = mixed(wear.first, "#ffffff", 0.9) if summer else mixed(cloth, "#ffffff", 0.12)
    stripe = "#f6f4f2"
    wear.lining(cloth, 24, 4)
    part = wear.trunk("blouse", white, wear.v_neck(60))
    wear.sleeves("blouse", white, 6.0, part=part)
    # The cloth in the neckline.
    inset = wear.part("inset", white)
    panel = corners(((n + 4, 4), (n * 0.5, 36), (0, 66)), ((-n * 0.5, 36), (-n - 4, 4)),
                    ((-n * 0.5, 15), (0, 18), (n * 0.5, 15)))  # fmt: skip
    scene.outlined(inset, wear.at(panel), 1.6)
    # The collar lies over the shoulders and comes down to the knot.
    knots = (((0.5, 64), (n * 0.74, 34), (n + 4, 2), (n + 2, -25)),
             ((n + 8, -21), (n + 22, -12), (64, d - 9)),
             ((66, d + 6), (61, d + 24)),
             ((58, d + 26), (40, 58), (14, 74), (0.5, 72)))  # fmt: skip
    flap = corners(*knots)
    scene.shade(wear.at(flap + (-wear.lamp * 3.0, 8.0)), part)
    scene.shade(wear.at(flap * (-1, 1) + (-wear.lamp * 3.0, 8.0)), part)
    collar_ = wear.pair("collar", cloth, flap)
    for s in (1, -1):
        for inset_ in (5.0, 10.0):
            edge = np.concatenate(
                [
                    spline(((n + 20 - inset_, -14), (64 - inset_, d - 7))),
                    spline(((64 - inset_, d - 4), (61 - inset_, d + 22 - inset_ * 0.6))),
                    spline(
                        (
                            (58 - inset_, d + 24 - inset_),
                            (39 - inset_ * 0.7, 57 - inset_),
                            (13, 72 - inset_ * 1.2),
                            (2, 70 - inset_ * 1.2),
                        )
                    ),
                ]
            )
            scene.stroke(
                collar_,
                wear.at(edge[2:]) * (s, 1),
                2.2,
                start=0.01,
                end=0.01,
                within=(collar_,),
                paint=stripe,
            )
    far = -wear.lamp
    scene.shade(
        wear.at(((far * 30, -30), (far * 90, -30), (far * 90, 60), (far * 20, 80))), collar_
    )
    if wear.traits.random("sailor knot").random() < 0.6:
        neckerchief(wear, wear.second, 70)
    else:
        bow(wear, wear.second, 0, 70, 32)


def _blazer(wear: Wear) -> None:
    source = wear.traits.random("blazer")
    dark = mixed(wear.first, "#1e2238", 0.4 * source.random() + 0.1)
    soft = wear.traits.identity.femininity > 0.5
    shirt = wear.trunk("shirt", WHITE, wear.v_neck(18))
    placket(wear, shirt, 10, "#e6e2dc", 40)
    vest = source.random() < 0.35
    if vest:
        knit = wear.trunk("vest", mixed(wear.second, "#f3ead6", 0.6), wear.v_neck(62, 8), 4)
        wear.scene.stroke(knit, wear.v_neck(72, 12), 1.2, start=0.02, end=0.02, within=(knit,))
    if soft and source.random() < 0.6:
        collar(wear, WHITE)
        bow(wear, wear.second, 0, 17, 25)
    else:
        tie(wear, wear.second, stripes=True)
        collar(wear, WHITE)
    part = front(wear, "jacket", dark, 104)
    lapels(wear, dark, 104)
    _piping(wear, part, dark)
    badge = wear.part("badge", GOLD)
    d = wear.body.slope
    pocket(wear, part, 38, d + 60, 24, 26)
    crest = corners(
        ((44, d + 66), (50, d + 68), (56, d + 66)), ((57, d + 76), (50, d + 84), (43, d + 76))
    )
    wear.scene.outlined(badge, wear.at(crest), 1.4)
    wear.scene.light(wear.at(crest * (0.5, 0.5) + (24, (d + 70) * 0.5)), badge)
    for y in (114, 158):
        wear.button(GOLD, 6, y, 4.2)


def _piping(wear: Wear, part: int, dark: str) -> None:
    if wear.traits.random("piping").random() < 0.4:
        line = wear.at(((-2.0, 110), (-3.0, 220), (-4.0, LOW))) + (-2.2, 0)
        trim = mixed(wear.second, "#ffffff", 0.4 if luma(dark) < 0.5 else 0.0)
        wear.scene.stroke(part, line, 2.6, start=0.01, end=0.01, within=(part,), paint=trim)


def _suit(wear: Wear) -> None:
    dark = mixed(wear.first, "#23222c", 0.72)
    source = wear.traits.random("suit")
    open_ = wear.traits.identity.femininity > 0.5 or source.random() < 0.2
    pale = mixed(wear.second, "#ffffff", 0.88)
    d = wear.body.slope
    shirt = wear.trunk("shirt", pale, wear.v_neck(40 if open_ else 18))
    placket(wear, shirt, 40 if open_ else 10, mixed(pale, "#8890a0", 0.3), 52)
    if open_:
        collar(wear, pale, 40, 9)
    else:
        tie(wear, shaded(wear.second), stripes=source.random() < 0.5, low=210)
        collar(wear, pale, 26, 5)
    part = front(wear, "jacket", dark, 122, 6)
    lapels(wear, dark, 122, wide=2)
    slot = wear.at(((36, d + 68), (48, d + 66), (60, d + 68)))
    wear.scene.stroke(part, slot, 2.2, start=0.02, end=0.02, within=(part,))
    if source.random() < 0.5:
        square = wear.part("square", pale)
        shape = ((38, d + 67), (42, d + 56), (46, d + 62), (51, d + 54), (54, d + 61), (58, d + 66))
        wear.scene.outlined(square, wear.at(shape), 1.3)
    for y in (132, 176):
        wear.button(shaded(dark), 6, y, 4.0)


def _gakuran(wear: Wear) -> None:
    scene = wear.scene
    dark = mixed(wear.first, "#16171f", 0.82)
    part = wear.trunk("gakuran", dark, wear.round_neck(4), 4)
    closing = wear.at(((5, 0), (5.5, 160), (5, LOW)))
    scene.stroke(part, closing, 1.8, start=0.02, end=0.02, within=(part,))
    wear.sleeves("gakuran", dark, 6.0, part=part)
    n = wear.nape + 3
    neck = band(wear, dark, 21, 9, 3)
    line = spline(
        wear.at(((-n, -20.5), (-n * 0.5, -12.5), (0, -9.5), (n * 0.5, -12.5), (n, -20.5)))
    )
    scene.stroke(neck, line, 2.6, start=0.02, end=0.02, paint="#f4f2ee", within=(neck,))
    hook = wear.at(((0, -8), (0.5, 2), (0, 11)))
    scene.stroke(neck, hook, 1.6, start=0.02, end=0.02, within=(neck,))
    wear.button(GOLD, n * 0.62, 1, 2.4)
    for y in (32, 78, 124, 170, 216):
        wear.button(GOLD, 0, y, 5)
    d = wear.body.slope
    flap = wear.at(((30, d + 62), (44, d + 64), (58, d + 60)))
    scene.stroke(part, flap, 1.8, start=0.02, end=0.02, within=(part,))


def _maid(wear: Wear) -> None:
    scene, d, w = wear.scene, wear.body.slope, wear.body.waist
    dark = mixed(wear.first, "#1c1a26", 0.72)
    part = wear.trunk("dress", dark, wear.round_neck(8), 2)
    short = wear.traits.random("maid").random() < 0.5
    if short:
        wear.bare_arms()
    else:
        wear.sleeves("dress", dark, 3.0, part=part)
    puffs(wear, wear.part("dress", dark), 74)
    apron = wear.part("apron", WHITE)
    shape = corners(((-30, d + 52), (0, d + 58), (30, d + 52)),
                    ((36, d + 100), (w * 0.62, d + 160), (w + 16, LOW)),
                    ((-w - 16, LOW), (-w * 0.62, d + 160), (-36, d + 100)))  # fmt: skip
    scene.outlined(apron, wear.at(shape), 1.9, within=(part, apron))
    belt = spline(((-w - 6, d + 158), (0, d + 168), (w + 6, d + 158)))
    scene.outlined(apron, wear.at(np.concatenate([belt, (belt + (0, 16))[::-1]])), 1.6,
                   within=(part, apron))  # fmt: skip
    far = -wear.lamp
    scene.shade(
        wear.at(
            (
                (far * 20, d + 50),
                (far * 40, d + 50),
                (far * 44, d + 100),
                (far * 40, d + 160),
                (far * 90, LOW),
                (far * 30, LOW),
                (far * 18, d + 140),
            )
        ),
        apron,
    )
    for s in (1, -1):
        strap = spline(wear.at(((28, d + 60), (36, 28), (44, -1), (46, -12)))) * (s, 1)
        scene.stroke(apron, strap, 9.0, start=0.01, end=0.01, within=(part,), paint=WHITE)
        edge = spline(wear.at(((33, d + 64), (43, 28), (52, -4)))) * (s, 1)
        ruffle(wear, wear.part("frill", WHITE), edge, 16, count=7, outwards=s > 0)
    collar(wear, WHITE, round_=True)
    bow(wear, wear.second, 0, 14, 24)


UNIFORMS: dict[str, Callable[[Wear], None]] = {
    "sailor": _sailor, "blazer": _blazer, "suit": _suit, "gakuran": _gakuran, "maid": _maid,
}  # fmt: skip
