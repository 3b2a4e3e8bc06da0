"""Names and geometry of the landmarks: mirror images, centres, states."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nijigen.core.landmarks import LANDMARKS

Points = NDArray[np.float32]

COUNT = len(LANDMARKS)
POSE = (35.0, 20.0, 25.0)
"""Degrees of yaw, pitch and roll that are 1 in the output."""
STATES = 6
"""Yaw, pitch, roll, openness of the left and the right eye, openness of the mouth."""
WIDEST = 0.28
"""Gap between the lips of the widest laugh, over the distance from the eyes to the chin."""
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
            # 1 and 2 are the rim at the viewer's left and right, in both eyes.
            return f"iris_{other}_{({'1': '2', '2': '1'}).get(number, number)}"
        if side in name:
            # Lids and brows run from the inner to the outer end.
            return name.replace(side, other)
    return name


MIRROR = tuple(LANDMARKS.index(_mirrored(name)) for name in LANDMARKS)
"""``points[MIRROR]`` are the landmarks of the mirror image, once x is turned about."""


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

As many of an eye's upper lid as of its lower, without the corners: their mean is the middle of
the opening, within 2 % of its height, and turns with the face as the middle of a box does not.
"""
EYES_AND_MOUTH = ("eye_left", "eye_right", "mouth")
"""The centres that are measured."""


def centers(points: Points) -> Points:
    """Return the centres of the features: ``(n, 64, 2)`` to ``(n, 5, 2)``."""
    rows = [points[:, list(numbers)].mean(axis=1) for numbers in CENTERS.values()]
    return np.stack(rows, axis=1)
