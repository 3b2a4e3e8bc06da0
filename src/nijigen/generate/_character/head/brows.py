"""Brows."""

from __future__ import annotations

import numpy as np

from nijigen.generate._character.drawing.colors import lit, luma, mixed, shaded
from nijigen.generate._character.drawing.curves import along, ribbon
from nijigen.generate._character.drawing.scene import Part, Scene
from nijigen.generate._character.head.head import Head
from nijigen.generate._character.traits.expressions import Look
from nijigen.generate._character.traits.parameters import Traits

# Width, length, arch and tilt in head units, and bluntness of the inner end.
_BROWS = {
    "thin": (2.0, 36, 5, 1, 0.4), "soft": (3.0, 34, 4, 0, 0.5), "straight": (3.8, 34, 1, 1, 0.7),
    "arched": (2.8, 38, 8, 2, 0.5), "thick": (5.8, 36, 4, 2, 0.85), "short": (4.8, 17, 3, 0, 0.9),
    "angular": (4.2, 40, 7, 6, 0.8), "bushy": (7.6, 38, 3, 1, 1.0),
}  # fmt: skip


def draw_brows(scene: Scene, head: Head, traits: Traits, look: Look, face: int) -> None:
    """Draw the brows, over the hair as usual in anime."""
    who, mood = traits.identity, traits.expression
    hair = who.brow_color
    width, length, arch, tilt, blunt = _BROWS[who.brows]
    skin = scene.parts[face - 1]
    # Darker than the hair, more so for light hair: pale brows make a face expressionless.
    base = mixed(shaded(hair), skin.ink, 0.3 + 0.45 * luma(hair))
    if luma(skin.color) < 0.4:
        base = mixed(base, "#0c0608", 0.45)
    hidden = scene.ids("hair")
    hard = (1 - who.femininity) * (0.3 if who.age == "child" else 1.0)
    width *= 1.15 + 0.35 * hard
    long = length * (0.5 + 0.5 * head.eye_width / 43)
    inner = head.eye_x + 1.5 - 0.5 * long
    # A brow ends before the outline of the face.
    outer = min(inner + long, 0.9 * head.width(head.brow_y))
    for side, name in ((-1, "left"), (1, "right")):
        part = scene.part(
            Part(f"brow.{name}", "brow", "brows", base, shaded(base), lit(base), base)
        )
        t = np.linspace(0, 1, 15)
        x = side * (inner + (outer - inner) * t)
        bend = -arch * np.sin(np.pi * (0.1 + 0.75 * t)) - tilt * t
        frown = mood.brow_frown
        # Anger lowers the inner ends and bends them; grief raises them alone.
        lean = 14 * max(frown, 0) * (1 - t) ** 1.1 - 5 * max(frown, 0) * t
        lean += 11 * min(frown, 0) * (1 - t) ** 1.4 + -5 * min(frown, 0) * t
        odd = look.one_brow * (-9.0 if side > 0 else 3.0)
        y = head.brow_y + bend + lean - mood.brow_raise * 9 + odd
        # A lowered brow stays above the lash.
        y = np.minimum(y, head.eye_y - 0.5 * head.eye_height * min(1.0, 0.4 + mood.open_left) - 3)
        closer = side * -2.5 * max(frown, 0) * (1 - t)
        line = head.face(np.stack([x + closer, y], axis=1))
        place = along(line)
        taper = np.minimum(1, (1 - place) / 0.6) ** 0.8 * np.minimum(1, blunt + place / 0.25)
        shape = ribbon(line, np.maximum(width * taper, 0.4))
        if who.brows == "bushy":
            teeth = traits.random(f"brow{side}")
            shape = shape + [(0, teeth.uniform(-1.1, 1.1)) for _ in range(len(shape))]
        if luma(who.hair_color) < 0.35 and hidden:
            # Skin is visible through dark hair around the brow, which would be invisible otherwise.
            glow = mixed(who.hair_color, skin.color, 0.22)
            scene.stroke(part, line, width + 2.2, start=0.3, end=0.5, within=hidden, paint=glow)
        scene.fill(part, shape)
        for number, index in enumerate((0, 3, 7, 11, 14)):
            scene.mark(f"brow_{name}_{number}", line[index], "brow", "face", "hair")
