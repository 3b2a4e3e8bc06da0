"""Eyes: white, iris, lashes, signs of age and tears, with their landmarks."""

from __future__ import annotations

import numpy as np

from nijigen.generate._character.drawing.colors import luma, mixed
from nijigen.generate._character.drawing.scene import Part, Scene
from nijigen.generate._character.head.eyes.designs import EYES
from nijigen.generate._character.head.eyes.iris import draw_iris
from nijigen.generate._character.head.eyes.lashes import draw_lashes
from nijigen.generate._character.head.eyes.lids import Eye
from nijigen.generate._character.head.head import Head
from nijigen.generate._character.traits.expressions import Look
from nijigen.generate._character.traits.parameters import Traits

_SEEN_ON = ("eye_white", "iris", "lash", "face", "pupil", "eye_light")


def eyes_of(head: Head, traits: Traits, look: Look) -> tuple[Eye, Eye]:
    """Return the eye on the viewer's left and the one on the right."""
    design, mood = EYES[traits.identity.eyes], traits.expression
    return (Eye(head, -1, design, mood.open_left, look),
            Eye(head, 1, design, mood.open_right, look))  # fmt: skip


def draw_eyes(scene: Scene, eyes: tuple[Eye, Eye], traits: Traits, face: int) -> None:
    """Draw both eyes."""
    for eye in eyes:
        _draw_eye(scene, eye, traits, face)


def _draw_eye(scene: Scene, eye: Eye, traits: Traits, face: int) -> None:
    upper, lower = eye.upper, eye.lower
    _marks(scene, eye)
    skin = scene.parts[face - 1]
    # Whites in the shade of the lids: pure white on tan or dark skin would stare.
    tint = 0.06 + min(0.3, 0.6 * max(0.0, 0.94 - luma(skin.color)))
    white = scene.part(
        Part(f"eye_white.{eye.name}", "eye_white", "eyes", mixed("#fdfbfb", skin.color, tint),
             mixed(mixed("#cfc8de", skin.shade, 0.3), skin.shade, tint), "#ffffff",
             mixed(skin.ink, "#1a1016", 0.7))
    )  # fmt: skip
    if eye.is_open:
        opening = np.concatenate([upper, lower[::-1]])
        scene.fill(white, opening, within=(face,))
        draw_iris(scene, eye, traits, white)
        shadow = upper + (0, min(0.2 * eye.gap, 6.0))
        scene.shade(np.concatenate([upper - (0, 2), shadow[::-1]]), white)
    else:
        middle = np.concatenate([upper, lower]).mean(axis=0)
        for index in range(5):
            scene.mark(f"iris_{eye.name}" + (f"_{index}" if index else ""), middle, "hidden")
    draw_lashes(scene, eye, traits, face)


def _marks(scene: Scene, eye: Eye) -> None:
    # Ten points of the rim, on the lash or right inside it.
    for number, index in enumerate((0, 6, 12, 18, 24)):
        scene.mark(f"eye_{eye.name}_upper_{number}", eye.upper[index], *_SEEN_ON)
    for number, index in enumerate((6, 12, 18)):
        scene.mark(f"eye_{eye.name}_lower_{number}", eye.lower[index], *_SEEN_ON)
