"""Ears of people and elves."""

from __future__ import annotations

import math

import numpy as np

from nijigen.generate._character.drawing.curves import spline
from nijigen.generate._character.drawing.scene import Scene
from nijigen.generate._character.head.head import Head
from nijigen.generate._character.traits.parameters import Traits

# Outline from the upper root backwards to the lobe: outwards and down, in head units.
_HUMAN = {
    "human": ((-2, -15), (7, -20), (14, -14), (13.5, 0), (9, 14), (3, 20), (-3, 15)),
    # Long enough to stick out of hair.
    "pointed": ((-2, -14), (10, -23), (37, -37), (21, -8), (11, 12), (3, 19), (-3, 14)),
    "elf": ((-2, -12), (14, -22), (52, -40), (30, -6), (14, 11), (3, 18), (-3, 13)),
}


def draw_ears(scene: Scene, head: Head, traits: Traits, ear: int) -> None:
    """Draw the ears at the sides of the face."""
    form = np.array(_HUMAN[traits.identity.ears], np.float64)
    middle = 0.5 * (head.eye_y + head.nose_y) - 4
    wide = float(np.interp(middle, head.heights, head.widths))
    for side in (-1, 1):
        # When the head turns, the far ear is hidden by the face; the near one faces the viewer.
        root = head.turn(np.array(((side * (wide - 4), middle, -6.0),)))[0]
        open_ = max(0.25, 1.0 - side * math.sin(head.yaw) * 1.0)
        roll = head.roll
        flat = form * (side * min(open_, 1.35), 1.12) * (head.ear_size / 43)
        c, s = math.cos(roll), math.sin(roll)
        flat = np.stack([flat[:, 0] * c - flat[:, 1] * s, flat[:, 0] * s + flat[:, 1] * c], axis=1)
        outline = spline(flat + root, closed=False)
        scene.fill(ear, outline)
        # The rim folds inward; the shell below it lies in shadow.
        rim = spline(flat[1:6] * 0.66 + root, per=6)
        shell = spline(flat[2:6] * 0.5 + root * 1.0, per=6)
        scene.shade(np.concatenate([shell, (shell * 0.3 + root * 0.7)[::-1]]), ear)
        scene.stroke(ear, outline, 2.2)
        scene.stroke(ear, rim[:-6], 1.4, start=0.35, end=0.5)
        if traits.identity.ears == "human":
            # The second fold, from the shell to the lobe.
            fold = spline(flat[3:6] * 0.42 + root, per=6)
            scene.stroke(ear, fold, 1.2, start=0.5, end=0.4)
