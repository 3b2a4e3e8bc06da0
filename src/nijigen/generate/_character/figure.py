"""The figure: a whole character, composed in painting order."""

from __future__ import annotations

import math

import numpy as np

from nijigen.generate._character.accessories.headwear import draw_halo, draw_headwear
from nijigen.generate._character.accessories.worn import (
    draw_face_wear,
    draw_jewelry,
    draw_ornament,
)
from nijigen.generate._character.background import draw_background
from nijigen.generate._character.drawing.colors import ink, lit, luma, mixed, skin_shaded
from nijigen.generate._character.drawing.curves import Points
from nijigen.generate._character.drawing.scene import Fill, Part, Scene
from nijigen.generate._character.hair.animal_ears import ANIMALS, draw_animal_ears
from nijigen.generate._character.hair.back import draw_back, draw_hanging
from nijigen.generate._character.hair.crown import draw_ahoge, draw_crown, draw_shine, shade_crown
from nijigen.generate._character.hair.front import draw_cap, draw_fringe
from nijigen.generate._character.hair.locks import Hair
from nijigen.generate._character.hair.side import draw_sides
from nijigen.generate._character.head.brows import draw_brows
from nijigen.generate._character.head.ears import draw_ears
from nijigen.generate._character.head.face import draw_face
from nijigen.generate._character.head.head import Head, head_of
from nijigen.generate._character.head.mood import draw_signs
from nijigen.generate._character.outfit.body import Body, body_of, draw_neck, shade_neck, turn_body
from nijigen.generate._character.outfit.clothes import draw_outfit
from nijigen.generate._character.styles.style import style_of
from nijigen.generate._character.traits.expressions import look_of
from nijigen.generate._character.traits.parameters import Traits

_INKS = {"black": "#17131a", "brown": "#3a1d22", "colored": "#45202c"}


def figure(traits: Traits) -> tuple[Scene, Head, Body]:
    """Compose a character; return the scene, the head and the body."""
    who, style = traits.identity, traits.style
    scene = Scene(taper=style.line_taper, weight=style.line_weight)
    head = head_of(traits)
    body = body_of(traits, head)
    base = _INKS[style.inking]
    hair = Hair(scene, head, traits, base)
    skin = _skin(traits, base)
    look = look_of(traits.expression.expression, traits.expression.expression_strength)
    haired = who.hair_back != "bald"

    draw_background(scene, traits)
    draw_back(hair)
    draw_sides(hair, (), behind=True)
    neck = scene.part(_named(skin, "neck", "skin", "body"))
    start = len(scene.items)
    draw_neck(scene, head, body, traits, neck)
    draw_outfit(scene, body, traits, neck, base, start)
    draw_jewelry(scene, head, body, traits, base, front=False)
    turn_body(scene, start, head, body)
    shade_neck(scene, head, traits, neck)
    draw_hanging(hair)
    ear = scene.part(_named(skin, "ears", "ear", "head"))
    if who.ears not in ANIMALS:
        draw_ears(scene, head, traits, ear)
    face = scene.part(_named(skin, "face", "face", "head"))
    draw_face(scene, head, traits, look, face, base)
    draw_face_wear(scene, head, traits, face, base, over=False)
    if who.headwear == "halo":
        draw_halo(hair, base, behind=True)
    if who.ears in ANIMALS:
        draw_animal_ears(hair, skin, front=False)
    if haired:
        skins = scene.ids("ear", "face", "eye_white", "iris", "pupil")
        cap = draw_cap(hair)
        draw_sides(hair, skins, behind=False)
        if who.hair_front != "none":
            draw_fringe(hair, skins)
        draw_shine(hair)
        draw_crown(hair, cap)
        shade_crown(hair)
        draw_ahoge(hair)
    if who.ears in ANIMALS:
        draw_animal_ears(hair, skin, front=True)
    draw_brows(scene, head, traits, look, face)
    draw_face_wear(scene, head, traits, face, base, over=True)
    draw_ornament(hair, base)
    draw_headwear(hair, base)
    draw_jewelry(scene, head, body, traits, base, front=True)
    draw_signs(scene, head, look, base)
    _boxes(scene, head, not haired)
    return scene, head, body


def _skin(traits: Traits, base: str) -> Part:
    color = traits.identity.skin
    dark = luma(color) < 0.5
    line = mixed(base, ink(color, base, 0.8), 0.5 if traits.style.inking != "black" else 0.15)
    if dark:
        line = mixed(line, "#120608", 0.45)
    depth = (0.9 if dark else 1.0) * style_of(traits).depth
    return Part("skin", "skin", "head", color, skin_shaded(color, depth), lit(color, 0.75), line)


def _named(part: Part, name: str, region: str, layer: str) -> Part:
    return Part(name, region, layer, part.color, part.shade, part.light, part.ink)


_SKULL_HAIR = ("cap", "bangs", "side", "skull", "curtain", "fall", "afro", "wreath", "tuft")
"""Hair on the head or at its sides; not tails, braids, buns and hair that stands up."""


def _boxes(scene: Scene, head: Head, bald: bool) -> None:
    """Measure the face from hairline to chin, and the head including hair."""
    _, outline = head.contour()
    across = np.linspace(-52.0, 52.0, 9)
    hairline = head.face(np.stack([across, -50 + 16 * (across / 52) ** 2], axis=1))
    scene.boxes["face"] = _bounds(outline, hairline)
    chin = float(outline[:, 1].max())
    # A bald skull is smaller than the hair it could have.
    found = [outline, head.silhouette(grow=-22 if bald else 0)]
    names = [part.name.partition(".")[0] in _SKULL_HAIR for part in scene.parts]
    # Hair below the chin is not part of the head.
    found += [
        _above(item.points, chin)
        for item in scene.items
        if isinstance(item, Fill) and not item.within and names[item.part - 1]
    ]
    scene.boxes["head"] = _bounds(*(points for points in found if len(points)))


def _above(points: Points, level: float) -> Points:
    """Return the points of a closed path above a level, and where it crosses that level."""
    after = np.roll(points, -1, axis=0)
    crossed = (points[:, 1] <= level) != (after[:, 1] <= level)
    first, second = points[crossed], after[crossed]
    share = (level - first[:, 1]) / (second[:, 1] - first[:, 1])
    there = first + (second - first) * share[:, None]
    return np.concatenate([points[points[:, 1] <= level], there])


def _bounds(*shapes: Points) -> tuple[float, float, float, float]:
    points = np.concatenate(shapes)
    low, high = points.min(axis=0), points.max(axis=0)
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])


def tilt(head: Head) -> tuple[float, float, float]:
    """Return yaw, pitch and roll in degrees."""
    return math.degrees(head.yaw), math.degrees(head.pitch), math.degrees(head.roll)
