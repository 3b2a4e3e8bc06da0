"""The 64 landmarks of a drawn face, shared by generator, models and operations."""

from __future__ import annotations

from functools import cache

LANDMARKS = (
    *(f"contour_{n}" for n in range(17)),
    *(
        f"eye_{side}_{lid}_{n}"
        for side in ("left", "right")
        for lid, count in (("upper", 5), ("lower", 3))
        for n in range(count)
    ),
    *(f"iris_{side}{rim}" for side in ("left", "right") for rim in ("", "_1", "_2", "_3", "_4")),
    *(f"nose_{part}" for part in ("tip", "left", "right")),
    *(f"mouth_upper_{n}" for n in range(5)),
    *(f"mouth_lower_{n}" for n in range(3)),
    *(f"brow_{side}_{n}" for side in ("left", "right") for n in range(5)),
)
"""Their names in the order of every array; left is the viewer's.

The contour runs from the left temple over the chin (8) to the right one. Eyes and brows run from
the nose outwards, upper lids with both corners, lower lids without. An iris has its center and
its left, right, top and bottom edge. Lips run from left to right.
"""


@cache
def part(name: str) -> slice:
    """Return the slice of :data:`LANDMARKS` with the points of a part such as ``eye_left``."""
    places = [n for n, mark in enumerate(LANDMARKS) if mark == name or mark.startswith(name + "_")]
    return slice(places[0], places[-1] + 1)
