"""Names and geometry of the landmarks: mirror images, centres, states."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nijigen.core.landmarks import LANDMARKS

Points = NDArray[np.float32]

COUNT = len(LANDMARKS)
POSE = (35.0, 20.0, 25.0)
"""Yaw, pitch and roll in degrees that correspond to 1 in the output."""
STATES = 6
"""Yaw, pitch, roll, openness of the left and the right eye, openness of the mouth."""
WIDEST = 0.28
"""Largest gap between the lips, relative to the distance from the eyes to the chin."""
MIRRORED_STATES = (0, 1, 2, 4, 3, 5)
MIRRORED_SIGNS = (-1.0, 1.0, -1.0, 1.0, 1.0, 1.0)


def _mirrored(name: str) -> str:
    group, _, number = name.rpartition("_")
    if group == "contour":
        return f"contour_{16 - int(number)}"
    if group == "mouth_upper":
        return f"mouth_upper_{4 - int(number)}"
    if group == "mouth_lower":
        return f"mouth_lower_{2 - int(number)}"
    for side, other in (("left", "right"), ("right", "left")):
        if name.startswith(f"iris_{side}_"):
            # In both eyes, 1 and 2 are the edges at the viewer's left and right.
            return f"iris_{other}_{({'1': '2', '2': '1'}).get(number, number)}"
        if side in name:
            # Lids and brows run from the inner to the outer end.
            return name.replace(side, other)
    return name


MIRROR = tuple(LANDMARKS.index(_mirrored(name)) for name in LANDMARKS)
"""``points[MIRROR]`` are the landmarks of the mirror image, once x is flipped."""


def _numbers(*names: str) -> tuple[int, ...]:
    return tuple(LANDMARKS.index(name) for name in names)


CENTERS: dict[str, tuple[int, ...]] = {
    **{
        f"eye_{side}": _numbers(
            *(f"eye_{side}_upper_{n}" for n in (1, 2, 3)),
            *(f"eye_{side}_lower_{n}" for n in (0, 1, 2)),
        )
        for side in ("left", "right")
    },
    "mouth": _numbers(
        *(f"mouth_upper_{n}" for n in (1, 2, 3)), *(f"mouth_lower_{n}" for n in (0, 1, 2))
    ),
    "nose": _numbers("nose_tip"),
    "chin": _numbers("contour_8"),
}
"""Landmarks whose mean is the centre of a feature.

For an eye, as many of the upper lid as of the lower, without the corners: their mean is the center
of the opening, within 2 % of its height, and rotates with the face, unlike the center of a box.
"""
EYES_AND_MOUTH = ("eye_left", "eye_right", "mouth")
"""The centres that are evaluated."""


def centers(points: Points) -> Points:
    """Return the centres of the features: ``(n, 64, 2)`` to ``(n, 5, 2)``."""
    rows = [points[:, list(numbers)].mean(axis=1) for numbers in CENTERS.values()]
    return np.stack(rows, axis=1)
