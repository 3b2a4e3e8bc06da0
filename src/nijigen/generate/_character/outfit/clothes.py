"""Clothes: the outfit of a character; everyday outfits are here, others are uniforms."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from nijigen.generate._character.drawing.colors import mixed, shaded
from nijigen.generate._character.drawing.curves import spline
from nijigen.generate._character.drawing.scene import Scene
from nijigen.generate._character.outfit.body import Body
from nijigen.generate._character.outfit.uniforms import UNIFORMS
from nijigen.generate._character.outfit.wear import Wear, band, bow, collar, frill
from nijigen.generate._character.traits.parameters import Traits


def draw_outfit(scene: Scene, body: Body, traits: Traits, neck: int, base: str) -> None:
    """Draw the clothes of a character."""
    wear = Wear(scene, body, traits, neck, base)
    OUTFITS[traits.identity.outfit](wear)


def _shirt(wear: Wear) -> None:
    white = mixed(wear.first, "#ffffff", 0.62)
    part = wear.torso("shirt", white, wear.pointed(30))
    middle = wear.at(((0, 30), (0.5, 120), (0, 340)))
    wear.scene.stroke(part, middle, 1.7, start=0.02, end=0.02)
    for y in (58, 104, 150, 196):
        wear.button(mixed(wear.second, "#ffffff", 0.2), 3.4, y, 2.8)
    collar(wear, white)


def _tee(wear: Wear) -> None:
    part = wear.torso("tee", wear.first, wear.neckline(14, 5))
    rim = wear.neckline(14, 5)
    wear.scene.stroke(part, rim * (1.1, 1) + (0, 5), 1.4, start=0.1, end=0.1)
    rows = (("stripe", 70), ("stripe", 96)) if wear.traits.random("print").random() < 0.5 else ()
    trim = wear.part("print", wear.second)
    for _, y in rows:
        bar = wear.at(((-140, y), (0, y + 5), (140, y), (140, y + 13), (0, y + 18), (-140, y + 13)))
        wear.scene.fill(trim, np.concatenate([spline(bar[:3]), spline(bar[3:])]),
                        within=(part,))  # fmt: skip
    if not rows:
        point = wear.at(((0, 84),))[0]
        turn = np.arange(10) * np.pi / 5 - np.pi / 2
        size = np.where(np.arange(10) % 2 == 0, 22, 10) * wear.body.scale
        wear.scene.fill(
            trim, np.stack([np.cos(turn) * size, np.sin(turn) * size], 1) + point, within=(part,)
        )


def _hoodie(wear: Wear) -> None:
    k = wear.body.scale
    part = wear.torso("hoodie", wear.first, wear.neckline(22, 8))
    n = (wear.body.neck + 9) / wear.body.shoulder * 100
    hood = (
        (-n + 3, -22),
        (-n - 14, -20),
        (-n - 26, -2),
        (-n - 14, 16),
        (-14, 36),
        (-2, 40),
        (-4, 25),
        (-n * 0.7, 8),
    )
    wear.both("hood", wear.first, hood, sharp=False)
    string = wear.part("cord", mixed(wear.second, "#ffffff", 0.5))
    for side in (-1, 1):
        line = wear.at(((side * 9, 34), (side * 12, 62), (side * 10, 96)))
        wear.scene.wire(string, spline(line), 3.2 * k, 1.1)
    pocket = wear.at(((-40, 190), (-30, 160), (30, 160), (40, 190)))
    wear.scene.stroke(part, pocket, 1.6, start=0.05, end=0.05)


def _sweater(wear: Wear) -> None:
    part = wear.torso("sweater", wear.first, wear.neckline(6))
    for x in (-48, -16, 16, 48):
        for side in (-3, 3):
            line = wear.at(((x + side, 34), (x + side + 1, 120), (x + side, 320)))
            wear.scene.stroke(part, line, 1.1, start=0.1, end=0.1, within=(part,),
                              ink=shaded(wear.first, 1.0))  # fmt: skip
    neck = band(wear, wear.first, 40, 10)
    n = wear.body.neck
    for step in range(-3, 4):
        across, base, k = step * n * 0.3, wear.body.base_y, wear.body.scale
        rib = np.array(((across, base - 34 * k), (across * 1.1, base + 6 * k)))
        wear.scene.stroke(
            neck,
            np.linspace(rib[0], rib[1], 4),
            1.1,
            start=0.2,
            end=0.2,
            within=(neck,),
            ink=shaded(wear.first, 1.2),
        )


def _dress(wear: Wear) -> None:
    part = wear.torso("dress", wear.first, wear.neckline(26, 20))
    frill(wear, mixed(wear.second, "#ffffff", 0.55), wear.neckline(26, 20), 13)
    w = wear.waist
    waist = wear.at(((-w, 150), (0, 158), (w, 150), (w, 166), (0, 174), (-w, 166)))
    sash = wear.part("sash", wear.second)
    wear.scene.fill(sash, np.concatenate([spline(waist[:3]), spline(waist[3:])]), within=(part,))
    bow(wear, wear.second, 0, 34, 24)


def _overalls(wear: Wear) -> None:
    shirt = mixed(wear.second, "#ffffff", 0.55)
    under = wear.torso("shirt", shirt, wear.neckline(12, 4))
    bib = wear.part("bib", wear.first)
    knots = wear.at(((-46, 72), (46, 72), (52, 130), (70, 150), (80, 340), (-80, 340), (-70, 150),
                     (-52, 130)))  # fmt: skip
    wear.scene.outlined(bib, knots, 2.0, within=(under, bib))
    for side in (-1, 1):
        strap = wear.at(((side * 34, 74), (side * 50, -2), (side * 62, 2), (side * 48, 76)))
        wear.scene.outlined(bib, strap, 1.9, within=(under, bib))
        wear.button("#e3c15c", side * 41, 82, 4.2)
    pocket = wear.at(((-22, 96), (22, 96), (20, 128), (0, 136), (-20, 128)))
    wear.scene.stroke(bib, np.concatenate([pocket, pocket[:1]]), 1.6, start=0.02, end=0.02)
    side = -wear.lamp
    wear.scene.shade(
        wear.at(((side * 26, 72), (side * 60, 60), (side * 90, 340), (side * 44, 340))), bib
    )


OUTFITS: dict[str, Callable[[Wear], None]] = {
    "shirt": _shirt, "tee": _tee, "hoodie": _hoodie, "sweater": _sweater, "dress": _dress,
    "overalls": _overalls, **UNIFORMS,
}  # fmt: skip
