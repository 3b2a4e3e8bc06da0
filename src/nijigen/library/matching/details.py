"""Details: differences of two pictures that are too small for a thumbnail.

A thumbnail has 320 pixels. Where a close-up is compared with a whole figure, or a face is a small
part of a picture, too few are left of it to tell one expression from another.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from nijigen.library.matching.differences import Differences, differences
from nijigen.library.matching.geometry import Matrix, enlargement, gray_of, scaling, warped
from nijigen.library.matching.refining import refined
from nijigen.library.matching.views import View, within

Bounds = tuple[float, float, float, float]
Originals = Callable[[], tuple[View, View] | None]
"""Returns the pixels of two pictures, RGB; None if a file is not here any more."""
_SIDE = 640
"""Longer side of the common area where it is compared."""
_GAIN = 1.3
"""How many times as large as in a thumbnail it is at least."""
_LEAST = 32
"""Pixels of the common area at least."""
_LEAST_CHANGED = 48
"""Pixels of a changed part at least: another size of one drawing made 35, another mouth 81."""
_FINER = 1.4
"""How many pixels are left of the first picture for one that is compared."""


def detailed(
    originals: tuple[View, View], matrix: Matrix, view: View, thumbnail: View, bounds: Bounds
) -> tuple[Differences, Bounds] | None:
    """Compare two pictures where both are, in the size of the smaller one.

    Args:
        originals: The pictures; the first one is mirrored if the view is.
        matrix: Where the view of the first is in the thumbnail of the second.
        view: A reduced version of the first.
        thumbnail: A reduced version of the second.
        bounds: The common area in the thumbnail.

    Returns:
        How they differ, and the bounds of that in the thumbnail; None if there is no more to see.
    """
    first, second = originals
    onto = scaling(thumbnail, second)
    left, top = (round(edge * onto[i, i]) for i, edge in enumerate(bounds[:2]))
    right, bottom = (round(edge * onto[i, i]) for i, edge in enumerate(bounds[2:]))
    common = second[top:bottom, left:right]
    if min(common.shape[:2]) < _LEAST:
        return None
    enlarged = enlargement(first.shape, onto @ matrix @ scaling(first, view))
    share = min(1.0, _SIDE / max(common.shape[:2]), 1 / enlarged)
    if share * onto[0, 0] < _GAIN:
        return None
    # A few more pixels than are compared keep it sharp, all would only take time.
    first = within(first, round(_FINER * max(first.shape[:2]) * enlarged * share))
    small = within(common, round(max(common.shape[:2]) * share))
    shift = np.array([[1, 0, -left], [0, 1, -top], [0, 0, 1]])
    matrix = scaling(common, small) @ shift @ onto @ matrix @ scaling(first, view)
    matrix = refined(gray_of(first), matrix, gray_of(small))
    moved, inside = warped(first.astype(np.float32), matrix, (small.shape[1], small.shape[0]))
    found = differences(moved, small.astype(np.float32), inside, _LEAST_CHANGED)
    back = np.linalg.inv(scaling(common, small) @ shift @ onto)
    (x0, y0), (x1, y1) = ((back @ [x, y, 1])[:2] for x, y in (found.bounds[:2], found.bounds[2:]))
    return found, (float(x0), float(y0), float(x1), float(y1))
