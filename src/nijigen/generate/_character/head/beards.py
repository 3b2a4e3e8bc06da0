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
        middle = outline.mean(axis=0)
        for number in range(9):
            place = (number - 4) / 4
            top = head.at(place * 30, lip + 3 + 2 * abs(place))
            low = head.at(place * 34 + source.uniform(-2, 2), chin - 6 - 12 * place * place)
            bow = ((top[0] + low[0]) / 2 + place * 4, (top[1] + low[1]) / 2)
            if abs(top[0] - middle[0]) < 40:
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
    knots, _ = head.contour()
    # The outer edge follows the jaw, the inner one frames the mouth.
    outer = []
    for x, y in knots[2:-2]:
        outer.append((x * 1.02 + source.uniform(-0.8, 0.8), y + 2.5 + source.uniform(0, 2.5)))
    inner = head.face(((56, head.eye_y + 34), (44, mouth - 7), (24, mouth - 12), (20, lip - 2),
                       (0, lip + 2), (-20, lip - 2), (-24, mouth - 12), (-44, mouth - 7),
                       (-56, head.eye_y + 34)))  # fmt: skip
    return np.concatenate([spline(outer), spline(inner)])


def _goatee(head: Head, lip: float, chin: float) -> Points:
    # Sides follow the chin and end in points: with an open mouth, a round beard would be a ball.
    middle, low = (lip + chin) / 2, chin + 3
    edges = (((-7, lip + 1), (-14, middle), (-16, low), (-10, chin + 10)),
             ((-10, chin + 10), (-8, chin + 7), (-6, low)),
             ((-6, low), (-3, chin + 10), (2, chin + 15)),
             ((2, chin + 15), (5, chin + 9), (6, low)), ((6, low), (8, chin + 7), (11, chin + 10)),
             ((11, chin + 10), (16, low), (14, middle), (7, lip + 1)),
             ((7, lip + 1), (0, lip - 1), (-7, lip + 1)))  # fmt: skip
    return head.face(corners(*edges))
