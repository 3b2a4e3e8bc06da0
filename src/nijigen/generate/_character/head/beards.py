"""Beards and moustaches."""

from __future__ import annotations

from random import Random

import numpy as np

from nijigen.generate._character.drawing.colors import ink, lit, mixed, shaded
from nijigen.generate._character.drawing.curves import Points, corners, ribbon, spline
from nijigen.generate._character.drawing.scene import Part, Scene
from nijigen.generate._character.head.head import Head
from nijigen.generate._character.head.mouth import gape_of
from nijigen.generate._character.traits.parameters import Traits


def draw_beard(
    scene: Scene, head: Head, traits: Traits, face: int, base: str, *, before: bool
) -> None:
    """Draw the beard under the mouth (``before`` it is drawn), or the moustache over it."""
    who = traits.identity
    color = who.hair_color
    kind = who.beard
    mouth, nose, chin = head.mouth_y, head.nose_y, head.chin
    # Below the lower lip, which moves with the mouth.
    lip = min(mouth + max(9.0, gape_of(head, traits) + 4), chin - 9)
    source = traits.random(f"beard{before}")
    if kind == "stubble":
        if before:
            skin = scene.parts[face - 1]
            tint = mixed(skin.color, color, 0.35)
            for _ in range(70):
                turn = source.uniform(-1, 1)
                x = turn * 44
                y = mouth + 6 + (chin - mouth - 8) * source.random() - 14 * abs(turn) ** 2
                dot = head.face(((x, y), (x + 0.4, y + 1.2), (x + 0.6, y + 2.2)))
                scene.stroke(face, dot, 1.1, paint=tint, within=(face,))
        return
    part = scene.part(
        Part("beard" if before else "moustache", "beard", "head", color, shaded(color),
             lit(color, 0.8), ink(color, base, 0.4))
    )  # fmt: skip
    if before and kind in ("full", "goatee"):
        outline = _full(head, source, mouth, lip) if kind == "full" else _goatee(head, lip, chin)
        scene.fill(part, outline)
        scene.shade(outline + (0.0, 0.45 * (chin - mouth)), part)
        scene.stroke(part, np.concatenate([outline, outline[:1]]), 2.0, start=0.02, end=0.02)
        wide, count = (32.0, 7) if kind == "full" else (6.0, 3)
        for number in range(count):
            place = 2 * number / (count - 1) - 1
            top = head.at(place * wide, lip + 4 - 4 * abs(place))
            low = head.at(place * wide * 0.8 + source.uniform(-2, 2), chin - 3 - 14 * place * place)
            bow = ((top[0] + low[0]) / 2 + place * 4, (top[1] + low[1]) / 2)
            scene.stroke(part, spline((top, bow, low)), 1.2, start=0.5, end=0.5, within=(part,))
    if not before and kind in ("full", "moustache"):
        big = 1.0 if kind == "full" else 1.1
        # Right under the nose: lower it would look like lips.
        y = nose + 0.46 * (mouth - nose)
        for side in (-1, 1):
            spine = head.face(
                spline(
                    (
                        (side * 0.5, y),
                        (side * 11 * big, y - 0.5),
                        (side * 22 * big, y + 6),
                        (side * 30 * big, y + 13),
                    )
                )
            )
            t = np.linspace(0, 1, len(spine))
            shape = ribbon(spine, 9.5 * big * (0.55 + 0.45 * np.sin(np.pi * np.minimum(t * 1.4, 1)))
                           * np.sqrt(np.maximum(1 - t, 0.002)))  # fmt: skip
            scene.fill(part, shape)
            scene.shade(shape + (0, 4), part)
            scene.stroke(part, np.concatenate([shape, shape[:1]]), 1.8, start=0.02, end=0.02)
            scene.stroke(part, spine[3:-6], 1.1, start=0.5, end=0.5)


def _full(head: Head, source: Random, mouth: float, lip: float) -> Points:
    """Return a beard from ear to ear: along the jaw, and over the cheeks to the mouth."""
    _, contour = head.contour()
    count = len(contour)
    outer = contour[round(0.16 * count) : round(0.84 * count) + 1 : 2]
    middle = contour.mean(axis=0)
    # Fuller towards the chin, with an uneven edge.
    share = np.sin(np.pi * np.linspace(0, 1, len(outer)))[:, None]
    grown = outer + (outer - middle) * (0.02 + 0.05 * share)
    grown = grown + [(source.uniform(-0.7, 0.7), source.uniform(-0.7, 0.9)) for _ in grown]
    side = head.width(head.nose_y) - 5
    upper = [
        (side, head.nose_y - 4),
        (side - 9, head.nose_y + 7),
        (head.mouth_width + 16, mouth - 6),
        (head.mouth_width + 5, mouth - 7),
        (head.mouth_width - 2, mouth - 6),
        (0, mouth - 4),
    ]
    edge = [*upper, *((-x, y) for x, y in upper[-2::-1])]
    return np.concatenate([spline(grown, per=2), head.face(spline(edge, per=4))])


def _goatee(head: Head, lip: float, chin: float) -> Points:
    """Return a small beard on the chin that ends in a point."""
    middle, low = (lip + chin) / 2, chin + 1
    edges = (((-3, lip + 3), (-6.5, middle + 1), (-9, low - 1), (-5, chin + 3.5)),
             ((-5, chin + 3.5), (-2.5, chin + 4.5), (0.5, chin + 7)),
             ((0.5, chin + 7), (3, chin + 4.5), (5, chin + 3.5)),
             ((5, chin + 3.5), (9, low - 1), (6.5, middle + 1), (3, lip + 3)),
             ((3, lip + 3), (0, lip + 1.6), (-3, lip + 3)))  # fmt: skip
    return head.face(corners(*edges))
