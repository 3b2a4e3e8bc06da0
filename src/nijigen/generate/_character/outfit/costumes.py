"""Costumes: kimono, cape and armor."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from nijigen.generate._character.drawing.colors import lit, luma, mixed, shaded
from nijigen.generate._character.drawing.curves import corners, ellipse, spline
from nijigen.generate._character.outfit.body import LOW
from nijigen.generate._character.outfit.pieces import band, flower
from nijigen.generate._character.outfit.uniforms import GOLD
from nijigen.generate._character.outfit.wear import Wear


def _kimono(wear: Wear) -> None:
    scene, n, d, w = wear.scene, wear.nape, wear.body.slope, wear.body.waist
    source = wear.traits.random("kimono")
    inner = mixed(wear.second, "#ffffff", 0.78)
    collar = wear.second if source.random() < 0.6 else mixed(wear.first, "#ffffff", 0.12)
    deep = 52.0
    wear.lining(inner, 22, 5)
    part = wear.trunk("kimono", wear.first, wear.v_neck(deep), 4)
    arms = wear.part("sleeve", wear.first)
    for right in (True, False):
        s, far = (1 if right else -1), 20 * wear.body.elbows[right]
        # The sleeve hangs from a seam below the shoulder.
        shape = corners(
            (
                (84, d - 6),
                (100, d + 4),
                (112 + far * 0.4, d + 50),
                (119 + far, d + 130),
                (123 + far, LOW),
            ),
            ((64 + far * 0.2, LOW), (66, d + 200), (70, d + 120), (72, d + 58)),
            wear.body.armhole()[::-1] - (2.0, 0.0),
        )
        scene.outlined(arms, wear.at(shape) * (s, 1), 2.4)
        seam = wear.at(((82, d - 4), (88, d + 26), (86, d + 62), (80, d + 96))) * (s, 1)
        scene.stroke(arms, spline(seam), 1.3, start=0.05, end=0.4, within=(arms,))
        if s != wear.lamp:
            dark = corners(
                ((108, d + 6), (98 + far * 0.4, d + 60), (106 + far, d + 140), (100 + far, LOW)),
                ((140 + far, LOW), (130 + far, d)),
            )
        else:
            dark = corners(
                ((66, d + 40), (80, d + 90), (76, d + 190), (82, LOW)), ((40, LOW), (50, d + 60))
            )
        scene.shade(wear.at(dark) * (s, 1), arms)
        for a in (0.0, 1.0, 2.0):
            wear.crease(
                arms,
                (
                    (s * (84 + 5 * a), d + 96 + 30 * a),
                    (s * (92 + 5 * a), d + 128 + 34 * a),
                    (s * (88 + 9 * a), d + 190 + 30 * a),
                ),
                6.0,
            )
    pale = (
        mixed(wear.first, "#ffffff", 0.6)
        if luma(wear.first) < 0.7
        else mixed(wear.first, wear.second, 0.5)
    )
    print_ = wear.part("print", pale)
    heart = wear.part("print", mixed(wear.second, "#ffffff", 0.3))
    for x, y in (
        (-56, 58),
        (62, 44),
        (98, 96),
        (-100, 84),
        (-88, 150),
        (92, 178),
        (48, 96),
        (-40, 108),
        (-104, 214),
        (106, 250),
        (-12, 240),
        (38, 262),
    ):
        flower(wear, print_, (part, arms), x + source.uniform(-7, 7), y + source.uniform(-8, 8),
               source.uniform(9, 15), heart)  # fmt: skip
    # The wearer's left side is over the right one: on the picture, the band from the right.
    for color, wide, out in ((inner, 7.0, 0.0), (collar, 15.0, 4.5)):
        strip = wear.part("lapel", color)
        for s in (-1, 1):
            over = s > 0
            end = -34.0 if over else 10.0
            low = deep + (64 if over else 12)
            edge = spline(
                (
                    (n + 3 + out, -24),
                    (n + 5 + out, -4),
                    (n * 0.62 + out, 28),
                    (2.0 + out * 0.7, deep - 1 + out),
                    (end + out, low),
                )
            )
            rim = spline(
                (
                    (n + 3 + out + wide, -22),
                    (n + 6 + out + wide, 0),
                    (n * 0.66 + out + wide, 34),
                    (3.0 + out + wide, deep + 12 + out),
                    (end + out + wide * 0.8, low + 14),
                )
            )
            shape = wear.at(np.concatenate([edge, rim[::-1]])) * (s, 1)
            if over:
                scene.shade(wear.at(rim + (-2.0, 6.0)) * (s, 1), part)
            scene.outlined(strip, shape, 1.9)
            if s == -wear.lamp:
                scene.shade(wear.at(np.concatenate([(edge + rim) / 2, rim[::-1]])) * (s, 1), strip)
    obi_color = shaded(wear.second, 0.6) if luma(wear.second) > 0.35 else lit(wear.second, 0.4)
    top = spline(((-90, d + 104), (0, d + 113), (90, d + 104)))
    sash = wear.part("sash", inner)
    scene.outlined(sash, wear.at(np.concatenate([top - (0, 8), (top + (0, 4))[::-1]])), 1.5,
                   within=(part, print_, heart))  # fmt: skip
    obi = wear.part("obi", obi_color)
    shape = np.concatenate([top, (top + (0, 74))[::-1]])
    strips = tuple(i for i in scene.ids("cloth") if scene.parts[i - 1].name.startswith("lapel"))
    inside = (part, print_, heart, sash, obi, *strips)
    scene.outlined(obi, wear.at(shape), 1.9, within=inside)
    cord = wear.part("cord", mixed(wear.first, "#ffffff", 0.4))
    middle = top + (0, 34)
    scene.outlined(
        cord, wear.at(np.concatenate([middle, (middle + (0, 9))[::-1]])), 1.4, within=(obi, cord)
    )
    knot = wear.at(((0, d + 151),))[0]
    scene.outlined(cord, ellipse(float(knot[0]), float(knot[1]), 7, 6, 16), 1.4)
    far = -wear.lamp
    scene.shade(wear.at(((far * (w - 22), d + 100), (far * 90, d + 96), (far * 90, d + 190),
                         (far * (w - 28), d + 190))), obi, cord, sash)  # fmt: skip


def _cape(wear: Wear) -> None:
    scene, n, d = wear.scene, wear.nape, wear.body.slope
    source = wear.traits.random("cape")
    tunic = mixed(wear.second, "#f2ead8", 0.4)
    part = wear.trunk("tunic", tunic, wear.v_neck(34))
    wear.sleeves("tunic", tunic, part=part)
    lace = wear.part("lace", shaded(wear.second, 0.8))
    for y in (14, 24, 34):
        for s in (1, -1):
            line = wear.at(
                ((-s * (36 - y) * 0.34, y - 2), (0, y + 3), (s * (36 - y) * 0.34 + 2, y + 6))
            )
            scene.wire(lace, spline(line), 2.2, 1.0)
    lining = shaded(mixed(wear.first, wear.second, 0.25), 0.8)
    with wear.behind():
        back = wear.part("back", lining, layer="clothes_back")
        stand = spline(
            (
                (n + 20, 8),
                (n + 22, -26),
                (n + 8, -40),
                (0, -36),
                (-n - 8, -40),
                (-n - 22, -26),
                (-n - 20, 8),
            )
        )
        scene.outlined(back, wear.at(stand), 2.2)
        scene.shade(wear.at(stand * (0.8, 0.8) + (0, 2)), back)
    open_ = 14 + 40 * source.random()
    cape = wear.part("cape", wear.first)
    for s in (1, -1):
        far = 10 * wear.body.elbows[s > 0]
        edge = ((n * 0.5, 30), (open_ * 0.7, 90), (open_ + 8, 190), (open_ + 20, LOW))
        shape = corners(((n + 2, -27), (n + 20, -14), (62, d - 14), (92, d), (112 + far, d + 50),
                         (121 + far, d + 150), (132 + far, LOW)), edge[::-1],
                        ((n * 0.5, 30), (n * 0.9, 10), (n + 2, -27)))  # fmt: skip
        scene.shade(wear.at(shape + (-6.0, 8.0)) * (s, 1), part)
        scene.outlined(cape, wear.at(shape) * (s, 1), 2.4)
        for number, x in enumerate((0.22, 0.48, 0.74, 0.93)):
            low = open_ + 14 + (116 - open_) * x
            fold = ((s * (n + 6 + 8 * number), 4 + 2 * number), (s * (n + (low - n) * 0.62), 96),
                    (s * (low + 4), 210), (s * (low + 10), LOW))  # fmt: skip
            path = spline(wear.at(fold))
            scene.stroke(cape, path, 1.5, start=0.5, end=0.02, within=(cape,))
            deep = (10 + 5 * (number % 2)) * wear.body.scale * np.linspace(0, 1, len(path)) ** 1.2
            scene.shade(
                np.concatenate([path, (path + np.stack([-wear.lamp * deep, 0 * deep], 1))[::-1]]),
                cape,
            )
        leaf = corners(((n * 0.45, 26), (n * 0.8, 4), (n + 2, -28)), ((n + 8, -38), (n + 20, -32)),
                       ((n + 24, -10), (n + 14, 14), (n * 0.45, 30)))  # fmt: skip
        scene.outlined(cape, wear.at(leaf) * (s, 1), 2.0)
        if s != wear.lamp:
            scene.shade(wear.at(leaf + (6.0, 4.0)) * (s, 1), cape)
        trim = mixed(wear.second, "#fff2cf", 0.35)
        border = spline(edge) + (4.5, 0)
        scene.stroke(
            cape, wear.at(border) * (s, 1), 3.4, start=0.01, end=0.01, within=(cape,), paint=trim
        )
    _clasp(wear, 26)


def _clasp(wear: Wear, y: float) -> None:
    scene, k = wear.scene, wear.body.scale
    point = wear.at(((0, y),))[0]
    x, y = float(point[0]), float(point[1])
    chain = wear.part("clasp", GOLD)
    bar = wear.at(spline(((-14, 24), (0, 30), (14, 24))))
    scene.wire(chain, bar, 4.0 * k, 1.3)
    scene.outlined(chain, ellipse(x, y, 10 * k, 10 * k, 20), 1.8)
    stone = wear.part("stone", wear.second)
    scene.outlined(stone, ellipse(x, y, 6 * k, 6 * k, 16), 1.3)
    scene.light(ellipse(x - 1.8 * k, y - 2 * k, 2 * k, 1.6 * k, 10), stone)


def _armor(wear: Wear) -> None:
    scene, n, d, w = wear.scene, wear.nape, wear.body.slope, wear.body.waist
    steel = mixed("#c3ccd8", wear.first, 0.18)
    dark = mixed(wear.first, "#2a2a3a", 0.4)
    trim = mixed(GOLD, wear.second, 0.15)
    far = -wear.lamp
    part = wear.trunk("tunic", dark, wear.round_neck(8))
    wear.sleeves("tunic", dark, 4.0, part=part)
    skirt = wear.part("tabard", wear.second)
    cloth = corners(
        ((-w - 2, d + 168), (0, d + 184), (w + 2, d + 168)), ((w + 20, LOW), (-w - 20, LOW))
    )
    scene.outlined(skirt, wear.at(cloth), 2.0)
    for x in (-0.6, -0.1, 0.5):
        wear.crease(skirt, ((x * w, d + 178), (x * w * 1.2, d + 230), (x * w * 1.4, LOW - 10)), 7.0)
    plate = wear.part("plate", steel)
    shape = corners(
        ((0, 18), (30, 12), (58, d + 2)),
        ((64, d + 30), (72, d + 62), (70, d + 96), (w + 6, d + 140), (w, d + 170)),
        ((w * 0.5, d + 181), (0, d + 186)),
    )
    whole = np.concatenate([shape, (shape * (-1, 1))[::-1]])
    scene.outlined(plate, wear.at(whole), 2.3)
    # Steel: a dark side, a dark band below the chest, and sharp light.
    dim = corners(
        ((26, 0), (40, d + 40), (46, d + 80), (34, d + 108), (26, d + 190)),
        ((90, d + 190), (90, 0)),
    )
    scene.shade(wear.at(dim) * (far, 1), plate)
    arc = spline(((-70, d + 92), (-38, d + 116), (0, d + 104), (38, d + 116), (70, d + 92)))
    scene.shade(
        wear.at(
            np.concatenate(
                [
                    arc,
                    (arc * (1, 1) + (0, 16) * np.sin(np.linspace(0, np.pi, len(arc)))[:, None])[
                        ::-1
                    ],
                ]
            )
        ),
        plate,
    )
    scene.stroke(plate, wear.at(arc), 1.5, start=0.3, end=0.3, within=(plate,))
    ridge = wear.at(spline(((0, 24), (1.5, d + 90), (0, d + 186))))
    scene.stroke(plate, ridge, 1.6, start=0.1, end=0.1, within=(plate,))
    glow = spline(
        (
            (-far * 44, d + 22),
            (-far * 34, d + 16),
            (-far * 33, d + 52),
            (-far * 42, d + 86),
            (-far * 48, d + 70),
        ),
        closed=True,
    )
    scene.light(wear.at(glow), plate)
    scene.light(
        wear.at(spline(((far * 6, 34), (far * 10, 32), (far * 9, d + 90), (far * 6, d + 96)))),
        plate,
    )
    for rise in (142, 158):
        line = wear.at(spline(((-w - 14, d + rise - 8), (0, d + rise + 8), (w + 14, d + rise - 8))))
        scene.stroke(plate, line, 1.5, start=0.02, end=0.02, within=(plate,))
    rim = wear.part("trim", trim)
    upper = spline(((-58, d + 2), (-30, 12), (0, 18), (30, 12), (58, d + 2)))
    scene.outlined(rim, wear.at(np.concatenate([upper, (upper + (0, 7.5))[::-1]])), 1.5)
    gorget = band(wear, steel, 20, 16, 5)
    low = spline(((-n - 10, -6), (-n * 0.5, 12), (0, 17), (n * 0.5, 12), (n + 10, -6)))
    scene.stroke(
        gorget, wear.at(low - (0, 3)), 3.0, start=0.02, end=0.02, within=(gorget,), paint=trim
    )
    for s in (1, -1):
        for level in (2, 1, 0):
            guard = wear.part("pauldron", lit(steel, 0.25 - 0.12 * level))
            y = d - 14 + level * 21
            out = 6.0 - 3 * level
            knots = spline(
                (
                    (56 + 6 * level, y + 16),
                    (64 + 4 * level, y + 2),
                    (84, y - 6),
                    (104 + out, y + 6),
                    (116 + out, y + 38),
                    (110 + out, y + 44),
                    (88, y + 34),
                    (66 + 4 * level, y + 34),
                ),
                closed=True,
            )
            scene.outlined(guard, wear.at(knots) * (s, 1), 2.1)
            edge = spline(((66 + 4 * level, y + 29), (88, y + 29), (111 + out, y + 39)))
            scene.stroke(
                guard,
                wear.at(edge) * (s, 1),
                2.4,
                start=0.02,
                end=0.02,
                within=(guard,),
                paint=trim,
            )
            scene.shade_rim(wear.at(knots) * (s, 1), (-9.0 * far, -9.0), guard)
            if level == 0:
                gleam = spline(((72, y + 10), (82, y + 2), (96, y + 6), (84, y + 8)), closed=True)
                scene.light(wear.at(gleam) * (s, 1), guard)
        rivet = wear.at(((76, d + 4),))[0] * (s, 1)
        stud = wear.part("stud", trim)
        scene.outlined(stud, ellipse(float(rivet[0]), float(rivet[1]), 3.6, 3.6, 12), 1.2)


COSTUMES: dict[str, Callable[[Wear], None]] = {
    "kimono": _kimono, "cape": _cape, "armor": _armor,
}  # fmt: skip
