"""The face: its outline, its shade, and all features in painting order."""

from __future__ import annotations

import numpy as np

from nijigen.generate._character.drawing.curves import Points
from nijigen.generate._character.drawing.scene import Scene
from nijigen.generate._character.head.age import draw_age
from nijigen.generate._character.head.beards import draw_beard
from nijigen.generate._character.head.eyes.eyes import draw_eyes, eyes_of
from nijigen.generate._character.head.head import Head
from nijigen.generate._character.head.markings import draw_marking
from nijigen.generate._character.head.mood import draw_blush, draw_gloom, draw_tears
from nijigen.generate._character.head.mouth import draw_mouth
from nijigen.generate._character.head.nose import draw_nose
from nijigen.generate._character.traits.expressions import Look
from nijigen.generate._character.traits.parameters import Traits


def draw_face(scene: Scene, head: Head, traits: Traits, look: Look, face: int, base: str) -> None:
    """Draw the face with its features, but for the brows, which are over the hair."""
    _skin(scene, head, traits, face)
    draw_gloom(scene, head, look, face)
    draw_blush(scene, head, traits, look, face)
    draw_marking(scene, head, traits, face)
    eyes = eyes_of(head, traits, look)
    draw_eyes(scene, eyes, traits, face)
    draw_age(scene, head, traits, eyes, face)
    draw_nose(scene, head, traits, face)
    bearded = traits.identity.beard != "none"
    if bearded:
        draw_beard(scene, head, traits, face, base, before=True)
    draw_mouth(scene, head, traits, face)
    if bearded:
        draw_beard(scene, head, traits, face, base, before=False)
    for eye in eyes:
        draw_tears(scene, eye, traits, face)


def _skin(scene: Scene, head: Head, traits: Traits, face: int) -> None:
    """Draw the face up to the skull, its shade and its outline."""
    _, outline = head.contour()
    bald = traits.identity.hair_back == "bald"
    grow = -head.hair_top if bald else -9.0
    top = head.silhouette(grow=grow, reach=head.reach(float(head.heights[0])))
    # The skull ends at the outline of the face.
    place = np.linspace(0, 1, len(top))[:, None]
    top = top + (outline[0] - top[0]) * (1 - place) ** 2 + (outline[-1] - top[-1]) * place**2
    scene.fill(face, np.concatenate([outline, top[::-1]]))
    lamp = -1 if traits.scene.light <= 0 else 1
    _shade(scene, head, traits, face, outline, lamp)
    scene.stroke(face, outline, 2.7, start=0.14, end=0.14)
    if bald:
        scene.stroke(face, top, 2.2, start=0.05, end=0.05)
        shine = top[12:20] * 0.9 if lamp < 0 else top[21:29] * 0.9
        scene.light(np.concatenate([shine, (shine * 0.94)[::-1]]), face)
    chin = len(outline) // 2
    for number in range(17):
        scene.mark(f"contour_{number}", outline[round(number / 8 * chin)], "face")


def _shade(scene: Scene, head: Head, traits: Traits, face: int, outline: Points,
           lamp: int) -> None:  # fmt: skip
    """Add the shadow of the side of the face away from the light, one soft wedge to the chin."""
    chin = len(outline) // 2
    rim = outline[: chin + 3] if lamp > 0 else outline[chin - 2 :][::-1]
    strength = 0.4 + 0.6 * abs(traits.scene.light)
    place = np.linspace(0, 1, len(rim))
    deep = (2.0 + 5.5 * strength) * np.sin(np.pi * np.minimum(1, place * 0.9 + 0.1)) ** 0.8
    inner = rim + np.stack([lamp * deep, -0.35 * deep], axis=1)
    scene.shade(np.concatenate([rim, inner[::-1]]), face)
    mature = traits.style.maturity * (1 - 0.5 * traits.identity.femininity)
    if mature > 0.45 and traits.identity.age != "child":
        # Sockets of grown faces lie in shadow beside the nose.
        for side in (-1, 1):
            x, y = side * (head.eye_x - 0.5 * head.eye_width), head.eye_y
            lid = y - 0.3 * head.eye_height
            wedge = ((x + side * 3, head.brow_y + 5), (x - side * 3.5, lid + 3),
                     (x - side * 2.5, y + 3), (x + side * 3, lid))  # fmt: skip
            scene.shade(head.face(wedge), face)
