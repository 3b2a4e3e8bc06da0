"""Everyday clothes: shirt, tee, hoodie, sweater, dress and overalls."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from nijigen.generate._character.drawing.colors import luma, mixed, shaded
from nijigen.generate._character.drawing.curves import corners, spline
from nijigen.generate._character.outfit.body import LOW
from nijigen.generate._character.outfit.pieces import (
    WHITE,
    band,
    bow,
    collar,
    flower,
    frill,
    pocket,
    ruffle,
)
from nijigen.generate._character.outfit.wear import Wear


def placket(wear: Wear, part: int, top: float, buttons: str, first: float = 34) -> None:
    """Draw the front edge of a shirt with its seam and buttons."""
    for x in (-6.0, 6.0):
        line = wear.at(((x, top), (x + 0.4, 120), (x, LOW)))
        wear.scene.stroke(part, line, 1.5 if x > 0 else 1.0, start=0.02, end=0.02, within=(part,))
    for number in range(6):
        wear.button(buttons, 0, first + 44 * number, 2.8)


def _shirt(wear: Wear) -> None:
    white = mixed(wear.first, "#ffffff", 0.62)
    part = wear.trunk("shirt", white, wear.v_neck(18))
    placket(wear, part, 10, mixed(wear.second, "#ffffff", 0.2))
    d = wear.body.slope
    for s in (1, -1):
        yoke = wear.at(((wear.nape + 16, -6), (56, d + 4), (74, d + 15))) * (s, 1)
        wear.scene.stroke(part, spline(yoke), 1.2, start=0.1, end=0.1, within=(part,))
    pocket(wear, part, 22, d + 62, 26, 32)
    wear.sleeves("shirt", white, part=part)
    collar(wear, white)


def _tee(wear: Wear) -> None:
    source = wear.traits.random("print")
    print_, trimmed = source.random(), source.random() < 0.5
    neckline = wear.round_neck(15, 3)
    wear.lining(wear.second if trimmed else wear.first, 17, 6)
    wear.bare_arms()
    part = wear.trunk("tee", wear.first, neckline)
    arms = wear.part("tee", wear.second) if print_ > 0.7 else part
    trim = wear.part("print", wear.second)
    if print_ < 0.35:
        for y in (60, 84):
            bar = spline(((-80, y - 5), (0, y + 4), (80, y - 5)))
            wear.scene.fill(trim, wear.at(np.concatenate([bar, (bar + (0, 12))[::-1]])),
                            within=(part,))  # fmt: skip
    elif print_ < 0.7:
        turn = np.arange(10) * np.pi / 5 - np.pi / 2
        size = np.where(np.arange(10) % 2 == 0, 23, 10) * wear.body.scale
        point = wear.at(((0, 70),))[0]
        star = np.stack([np.cos(turn) * size, np.sin(turn) * size], 1) + point
        wear.scene.fill(trim, star, within=(part,))
    end = 86 + 24 * source.random()
    wear.sleeves("tee", wear.first, 7.0, end, part=arms)
    rim = wear.part("rim", wear.second if trimmed else wear.first)
    outer = neckline * (1.09, 1) + (0, 5.5 * wear.body.scale)
    wear.scene.outlined(rim, np.concatenate([neckline, outer[::-1]]), 1.5)


def _hoodie(wear: Wear) -> None:
    scene, n, k = wear.scene, wear.nape, wear.body.scale
    inside = shaded(wear.first, 0.8)
    with wear.behind():
        hood = wear.part("hood", wear.first, layer="clothes_back")
        bulk = spline(((n + 36, 6), (n + 34, -18), (n + 20, -33), (0, -40), (-n - 20, -33),
                       (-n - 34, -18), (-n - 36, 6)))  # fmt: skip
        scene.outlined(hood, wear.at(bulk), 2.4)
        dark = wear.part("back", inside, layer="clothes_back")
        hole = spline(((n + 20, 4), (n + 14, -22), (0, -31), (-n - 14, -22), (-n - 20, 4)))
        scene.outlined(dark, wear.at(hole), 1.6)
        scene.shade(wear.at(hole + (0, 10)), dark)
    part = wear.trunk("hoodie", wear.first, wear.round_neck(26, 8), 6)
    wear.sleeves("hoodie", wear.first, 8.0, part=part)
    pouch = corners(((-30, 168), (-44, 206), (-46, 250)), ((46, 250), (44, 206), (30, 168)),
                    ((30, 168), (-30, 168)))  # fmt: skip
    scene.stroke(part, wear.at(pouch), 1.6, start=0.02, end=0.02, within=(part,))
    rim = corners(
        ((0, 44), (n * 0.75, 24), (n + 6, -4), (n + 7, -27)),
        ((n + 17, -29), (n + 34, -12), (n + 32, 14), (n * 0.9, 42), (4, 58), (0, 56)),
    )
    wear.scene.shade(wear.at(spline(((-50, 10), (0, 78), (50, 10), (0, 20)), closed=True)), part)
    hood = wear.part("hood", wear.first)
    for s in (-1, 1):
        shape = wear.at(rim) * (s, 1)
        scene.outlined(hood, shape, 2.1)
        wear.crease(hood, ((s * (n + 10), -18), (s * (n + 19), 4), (s * (n * 0.9), 30)), 5.0)
        wear.crease(hood, ((s * (n + 28), -4), (s * (n + 22), 14), (s * (n + 8), 30)), 4.0)
        far = -wear.lamp
        if s == far:
            scene.shade(wear.at(rim * (s, 1) + (s * 16.0, 6.0)), hood)
    cord = wear.part("cord", mixed(wear.second, "#ffffff", 0.5))
    for s, low in ((-1, 102), (1, 92)):
        line = spline(wear.at(((s * 9, 40), (s * 12, 64), (s * 10.5, low))))
        scene.wire(cord, line, 3.4 * k, 1.1)
        tip = wear.at(((s * 10.5 - 1.8, low), (s * 10.5 + 1.8, low), (s * 10.5 + 1.5, low + 10),
                       (s * 10.5 - 1.5, low + 10)))  # fmt: skip
        scene.outlined(cord, tip, 1.2)


def _sweater(wear: Wear) -> None:
    cut = wear.traits.random("sweater").random()
    scene, d = wear.scene, wear.body.slope
    if cut < 0.45:
        neckline = wear.round_neck(6)
    else:
        white = WHITE if luma(wear.first) < 0.8 else mixed(wear.second, "#ffffff", 0.5)
        under = wear.trunk("shirt", white, wear.v_neck(18))
        placket(wear, under, 10, "#e8e4de", 22)
        neckline = wear.v_neck(78, 6) if cut < 0.75 else wear.round_neck(16, 4)
    part = wear.trunk("sweater", wear.first, neckline, 5)
    knit = shaded(wear.first, 0.9)
    if cut < 0.75:
        for x in (-34, 34):
            # Cables: two strands that cross.
            y = np.linspace(d + 34, LOW, 50)
            for phase in (0.0, np.pi):
                wave = x + 4.5 * np.sin(y / 9.0 + phase)
                scene.stroke(part, wear.at(np.stack([wave, y], 1)), 1.2, start=0.02, end=0.02,
                             within=(part,), ink=knit)  # fmt: skip
            for side in (-9, 9):
                line = wear.at(((x + side, d + 30), (x + side, 160), (x + side, LOW)))
                scene.stroke(part, line, 1.0, start=0.05, end=0.02, within=(part,), ink=knit)
    wear.sleeves("sweater", wear.first, 7.0, part=part)
    if cut < 0.45:
        neck = band(wear, wear.first, 27, 10, 3.5)
        for step in range(-4, 5):
            at = step * (wear.nape + 2) * 0.23
            line = wear.at(((at, -26), (at * 1.06, -6), (at * 1.12, 16)))
            scene.stroke(neck, line, 1.1, start=0.1, end=0.1, within=(neck,), ink=knit)
        return
    rim = wear.part("rim", wear.first)
    outer = neckline * (1.07, 1) + (0, 7.0 * wear.body.scale)
    scene.outlined(rim, np.concatenate([neckline, outer[::-1]]), 1.7)
    for number in range(3, len(neckline) - 2, 3):
        scene.stroke(rim, np.stack([neckline[number], outer[number]]), 0.9, start=0.1, end=0.1,
                     within=(rim,), ink=knit)  # fmt: skip
    if cut >= 0.75:
        for low in (72, 92, 112):
            bar = spline(((-80, low - 4), (0, low + 3), (80, low - 4)))
            scene.stroke(part, wear.at(bar), 5.0 if low == 92 else 2.4, start=0.01, end=0.01,
                         within=(part,), paint=wear.second)  # fmt: skip
    collar(wear, white, 22)


def _dress(wear: Wear) -> None:
    scene, d, w = wear.scene, wear.body.slope, wear.body.waist
    source = wear.traits.random("dress")
    pale = mixed(wear.second, "#ffffff", 0.62)
    neckline = wear.round_neck(34, 14)
    wear.bare_arms()
    part = wear.trunk("dress", wear.first, neckline, 2)
    if source.random() < 0.45:
        print_ = wear.part("print", mixed(wear.first, "#ffffff", 0.5))
        heart = wear.part("print", pale)
        for x, y in ((-48, 66), (40, 58), (-14, 88), (24, 112), (-40, 122), (46, 228), (-20, 216),
                     (8, 262), (-56, 262)):  # fmt: skip
            flower(wear, print_, (part,), x + source.uniform(-5, 5), y + source.uniform(-6, 6),
                   9.0, heart)  # fmt: skip
    sash = wear.part("sash", wear.second)
    top = spline(((-80, d + 158), (0, d + 168), (80, d + 158)))
    low = (top + (0, 22))[::-1]
    scene.fill(sash, wear.at(np.concatenate([top, low])), within=(part,))
    for line in (top, low):
        scene.stroke(sash, wear.at(line), 1.6, start=0.01, end=0.01, within=(sash,))
    for at in (-0.7 * w, -0.3 * w, 0.25 * w, 0.6 * w):
        wear.crease(part, ((at, d + 182), (at * 1.15, d + 212), (at * 1.5, d + 280)), 5.0)
    if source.random() < 0.7:
        arms = wear.part("dress", wear.first)
        puffs(wear, arms, 70)
    frill(wear, pale, neckline, 12, count=15, outwards=False)
    bow(wear, wear.second, 0, 42, 22)


def puffs(wear: Wear, part: int, end: float) -> None:
    """Draw short sleeves that are gathered at the shoulder and at the cuff."""
    scene, d = wear.scene, wear.body.slope
    for right in (True, False):
        s, far = (1 if right else -1), 34 * wear.body.elbows[right]
        shape = spline(((74, d + 2), (88, d - 11), (106, d + 2), (117 + far * 0.15, d + 34),
                        (114 + far * 0.25, d + end - 6), (104 + far * 0.25, d + end + 2),
                        (84 + far * 0.25, d + end + 5), (72 + far * 0.2, d + end - 4),
                        (71, d + 44)), closed=True)  # fmt: skip
        scene.outlined(part, wear.at(shape) * (s, 1), 2.3)
        if s != wear.lamp:
            scene.shade(wear.at(shape + (17.0, 4.0)) * (s, 1), part)
        for x in (0.0, 0.33, 0.66, 1.0):
            wear.crease(part, ((s * (80 + 18 * x), d - 3), (s * (81 + 24 * x), d + 12),
                               (s * (82 + 27 * x), d + 26)), 4.0)  # fmt: skip
            wear.crease(
                part,
                (
                    (s * (80 + 26 * x + far * 0.2), d + end),
                    (s * (81 + 29 * x), d + end - 14),
                    (s * (82 + 28 * x), d + end - 26),
                ),
                4.0,
            )
        hem = np.array(((71 + far * 0.25, d + end), (90 + far * 0.25, d + end + 5),
                        (108 + far * 0.25, d + end - 1)))  # fmt: skip
        ruffle(wear, part, wear.at(spline(hem)) * (s, 1), 8, count=6, outwards=s > 0)


def _overalls(wear: Wear) -> None:
    scene, d, w = wear.scene, wear.body.slope, wear.body.waist
    shirt = mixed(wear.second, "#ffffff", 0.55)
    source = wear.traits.random("overalls")
    long = source.random() < 0.5
    if not long:
        wear.bare_arms()
    neckline = wear.round_neck(13, 3)
    wear.lining(shirt, 17, 6)
    under = wear.trunk("shirt", shirt, neckline)
    if source.random() < 0.5:
        stripe = mixed(wear.second, "#ffffff", 0.1)
        for y in range(24, 340, 20):
            bar = spline(((-90, y - 5), (0, y + 3), (90, y - 5)))
            scene.stroke(under, wear.at(bar), 5.5, start=0.01, end=0.01, within=(under,),
                         paint=stripe)  # fmt: skip
    bib = wear.part("bib", wear.first)
    top = d + 66
    shape = corners(
        ((-40, top), (0, top + 4), (40, top)),
        ((44, top + 40), (w - 4, d + 150), (w + 14, d + 172), (w + 26, LOW)),
        ((-w - 26, LOW), (-w - 14, d + 172), (-w + 4, d + 150), (-44, top + 40)),
    )
    for s in (-1, 1):
        strap = np.array(((s * 26, top + 4), (s * 44, -22), (s * 57, -18), (s * 40, top + 6)))
        strap = corners(strap[:2], strap[2:])
        scene.outlined(bib, wear.at(strap), 1.9, within=(under, bib))
    scene.outlined(bib, wear.at(shape), 2.1, within=(under, bib))
    seam = wear.at(spline(((-37, top + 7), (0, top + 11), (37, top + 7))))
    scene.stroke(bib, seam, 1.0, start=0.02, end=0.02, within=(bib,))
    pocket(wear, bib, -21, top + 26, 42, 40)
    belt = wear.at(spline(((-w - 4, d + 158), (0, d + 168), (w + 4, d + 158))))
    for drop in (0, 14):
        scene.stroke(bib, belt + (0, drop), 1.4, start=0.02, end=0.02, within=(bib,))
    far = -wear.lamp
    scene.shade(wear.at(((far * 24, top - 6), (far * 60, top - 6), (far * 96, LOW), (far * 40, LOW),
                         (far * 30, d + 150))), bib)  # fmt: skip
    for s in (-1, 1):
        wear.button("#e3c15c", s * 33, top + 10, 4.6)
    wear.sleeves("shirt", shirt, 5.0, None if long else 92, part=under)
    rim = wear.part("rim", shirt)
    outer = neckline * (1.08, 1) + (0, 5.0 * wear.body.scale)
    scene.outlined(rim, np.concatenate([neckline, outer[::-1]]), 1.5)


EVERYDAY: dict[str, Callable[[Wear], None]] = {
    "shirt": _shirt, "tee": _tee, "hoodie": _hoodie, "sweater": _sweater, "dress": _dress,
    "overalls": _overalls,
}  # fmt: skip
