"""Signs of age: folds around eyes, nose and mouth, and lines on the forehead."""

from __future__ import annotations

import numpy as np

from nijigen.generate._character.drawing.colors import mixed
from nijigen.generate._character.drawing.curves import spline
from nijigen.generate._character.drawing.scene import Scene
from nijigen.generate._character.head.eyes.lids import Eye
from nijigen.generate._character.head.head import Head
from nijigen.generate._character.traits.parameters import Traits


def draw_age(scene: Scene, head: Head, traits: Traits, eyes: tuple[Eye, Eye], face: int) -> None:
    """Draw a few quiet folds: each is a thin line that fades at both ends."""
    age = traits.identity.age
    if age not in ("middle", "elderly"):
        return
    old = age == "elderly"
    skin = scene.parts[face - 1]
    soft = mixed(skin.ink, skin.shade, 0.62 if not old else 0.45)
    nose, mouth = head.nose_y, head.mouth_y
    wide = head.mouth_width

    def fold(knots: tuple[tuple[float, float], ...], width: float) -> None:
        for side in (-1, 1):
            flat = spline([(side * x, y) for x, y in knots])
            scene.stroke(face, head.face(flat), width, start=0.5, end=0.6, ink=soft)

    for eye in eyes:
        # A bag under the eye, and crow's feet of the old.
        lower = eye.lids[1][5:19] * (1, 0.9) + (0, 0.04)
        scene.stroke(face, eye.place(lower, -4.5), 1.1, start=0.5, end=0.6, ink=soft)
        if old:
            for v, drop in ((-0.05, -0.1), (0.14, 0.16)):
                foot = np.stack([np.linspace(1.16, 1.34, 5), np.linspace(v, v + drop, 5)], axis=1)
                scene.stroke(face, eye.place(foot), 1.0, start=0.3, end=0.7, ink=soft)
    # Beside the mouth, short: lines from nose to mouth look like a muzzle.
    hard = 1 - traits.identity.femininity
    if old or hard > 0.5:
        low = nose + (0.8 if old else 0.6) * (mouth - nose)
        fold(((wide + 5, nose + 0.25 * (mouth - nose)), (wide + 8.5, (nose + low) / 2 + 1),
              (wide + 9.5, low + 2)), 1.2)  # fmt: skip
    if old:
        if hard > 0.5:
            # The cheek sinks in under the bone.
            fold(((47, nose - 1), (43, nose + 7), (37, mouth - 4)), 1.1)
        for step, across in ((0, 20), (8, 13)):
            y = head.brow_y - 17 - step
            line = spline(((-across, y + 1), (-across / 3, y - 1.2), (across / 3, y - 0.8),
                           (across, y + 1.2)))  # fmt: skip
            scene.stroke(face, head.face(line), 1.1, start=0.45, end=0.5, ink=soft)
