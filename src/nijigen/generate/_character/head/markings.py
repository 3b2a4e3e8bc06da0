"""Marks on the skin: freckles, moles, scars, bandages, paint."""

from __future__ import annotations

import numpy as np

from nijigen.generate._character.drawing.colors import lit, mixed, shaded
from nijigen.generate._character.drawing.curves import Points, ellipse, ribbon, spline
from nijigen.generate._character.drawing.scene import Part, Scene
from nijigen.generate._character.head.head import Head
from nijigen.generate._character.traits.parameters import Traits


def draw_marking(scene: Scene, head: Head, traits: Traits, face: int) -> None:
    """Draw freckles, a mole, a scar, a bandage or paint."""
    kind = traits.identity.marking
    skin = scene.parts[face - 1]
    y = head.eye_y + (head.chin - head.eye_y) * 0.36
    under = head.eye_y + 0.5 * head.eye_height
    brown = mixed(skin.color, "#8a4a30", 0.5)
    if kind == "freckles":
        source = traits.random("freckles")
        for side in (-1, 1):
            for _ in range(8):
                x = side * (head.eye_x - 9 + source.uniform(-12, 16))
                size = source.uniform(0.8, 1.25)
                spot = ellipse(x, y - 2 + source.uniform(-5, 5), size, size, 8)
                _dab(scene, face, head.face(spot), brown)
    elif kind == "mole":
        place = traits.random("mole")
        side = place.choice((-1, 1))
        x, down = place.choice(
            ((head.eye_x + 6, under + 6.5), (head.mouth_width + 6, head.mouth_y + 7))
        )
        _dab(scene, face, head.face(ellipse(side * x, down, 1.4, 1.4, 12)),
             mixed(skin.ink, "#2a1410", 0.5))  # fmt: skip
    elif kind == "scar":
        _scar(scene, head, traits, face)
    elif kind == "bandage":
        _bandage(scene, head, traits, skin)
    elif kind == "face_paint":
        tint = mixed(traits.identity.outfit_second, skin.color, 0.15)
        for side in (-1, 1):
            for step in (0, 8):
                flat = spline(((side * (head.eye_x - 4), y - 1 + step),
                               (side * (head.eye_x + 8), y - 2 + step),
                               (side * (head.eye_x + 20), y - 6 + step)))  # fmt: skip
                scene.stroke(face, head.face(flat), 4.4, start=0.15, end=0.6, paint=tint,
                             within=(face,))  # fmt: skip


def _scar(scene: Scene, head: Head, traits: Traits, face: int) -> None:
    """Draw a scar over brow and cheek, or across the cheek."""
    skin, source = scene.parts[face - 1], traits.random("scar")
    side, over = source.choice((-1, 1)), source.random() < 0.5
    tone = mixed(skin.color, "#b0584a", 0.5)
    x, y = side * (head.eye_x + 2), head.eye_y + 0.5 * head.eye_height
    if over:
        lines = [((x - side * 4, head.brow_y - 9), (x - side * 1, head.brow_y + 8)),
                 ((x + side * 1, y + 4), (x + side * 4.5, y + 19))]  # fmt: skip
    else:
        lines = [((x - side * 9, y + 13), (x + side * 10, y + 7))]
    for start, end in lines:
        bend = ((start[0] + end[0]) / 2 + side * 0.8, (start[1] + end[1]) / 2 + 0.6)
        line = head.face(spline((start, bend, end)))
        scene.stroke(face, line, 3.4, start=0.5, end=0.5, paint=tone, within=(face,))
        scene.stroke(face, line + (0.8, 0.8), 1.2, start=0.5, end=0.5, within=(face,),
                     paint=mixed(tone, skin.ink, 0.4))  # fmt: skip


def _bandage(scene: Scene, head: Head, traits: Traits, skin: Part) -> None:
    """Draw an adhesive bandage on a cheek or across the nose."""
    source = traits.random("bandage")
    side = source.choice((-1, 1))
    tape = "#efc78f"
    part = scene.part(Part("bandage", "accessory", "accessories", tape, shaded(tape), lit(tape),
                           mixed(skin.ink, "#a07a50", 0.2)))  # fmt: skip
    if source.random() < 0.5:
        y, lift = head.nose_y - 8, 5.0
        start, end = (-17.0, y + 0.5), (17.0, y - 0.5)
    else:
        x, y, lift = side * (head.eye_x + 4), head.eye_y + 0.5 * head.eye_height + 13, 0.0
        start, end = (x - 12.0, y + side * 4), (x + 12.0, y - side * 4)
    place = np.linspace(0, 1, 9)
    spine = np.stack([np.interp(place, (0, 1), axis) for axis in zip(start, end, strict=True)], 1)
    ends = np.array((5.0, 7.2, 7.8, 8.0, 8.0, 8.0, 7.8, 7.2, 5.0))
    scene.outlined(part, head.face(ribbon(spine, ends), lift), 1.3)
    pad = spine[3:6]
    scene.shade(head.face(ribbon(pad, 8.0), lift), part)


def _dab(scene: Scene, face: int, outline: Points, color: str) -> None:
    middle = outline.mean(axis=0)
    wide = float(outline[:, 0].max() - outline[:, 0].min())
    scene.stroke(face, np.stack([middle - (wide / 2, 0), middle, middle + (wide / 2, 0)]), wide,
                 start=0.5, end=0.5, paint=color, within=(face,))  # fmt: skip
