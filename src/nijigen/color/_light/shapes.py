"""Shapes: shadows and highlights with antialiased edges and without specks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nijigen.color._light.surfaces import Surfaces
from nijigen.imaging.diffusion import Floats, Labels

Mask = NDArray[np.bool_]


def covered(high: Floats | float, low: Floats | float, labels: Labels, soft: float) -> Floats:
    """Return where one field is above another, 0 to 1, with an edge one pixel wide.

    Args:
        high: float32 ``(H, W)``, or a number.
        low: Likewise; at least one of them is a field.
        labels: Areas; the fields may jump at their borders.
        soft: Difference of the fields over the width of the edge, in addition to that pixel.
    """
    import cv2

    over = np.asarray(high - low, np.float32)
    field = low if isinstance(low, np.ndarray) else high
    assert isinstance(field, np.ndarray)
    there = (over > 0).view(np.uint8)
    cover: Floats = there.astype(np.float32)
    cross = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
    edge = cv2.morphologyEx(there, cv2.MORPH_GRADIENT, cross).view(np.bool_)
    if soft:
        edge |= np.abs(over) < np.float32(0.5 * soft + 0.05)
    at = np.flatnonzero(edge)
    steep = _steepness(field, labels, at) + np.float32(soft)
    cover.ravel()[at] = (over.ravel()[at] / steep + np.float32(0.5)).clip(0, 1)
    return cover


def _steepness(field: Floats, labels: Labels, at: NDArray[np.int64]) -> Floats:
    """Return the change from pixel to pixel within areas, the smaller of both sides."""
    height, width = field.shape
    values, areas = field.ravel(), labels.ravel()
    here, area = values[at], areas[at]
    rows, columns = np.divmod(at, width)
    square = np.full(at.shape, np.float32(1e-8))
    for place, count, stride in ((columns, width, 1), (rows, height, width)):
        # The smaller of both sides: beside a crease the slope of the surface counts, not the jump.
        least = np.full(at.shape, np.float32(9))
        for way, inside in ((-stride, place > 0), (stride, place < count - 1)):
            beside = np.where(inside, at + way, at)
            same = inside & (areas[beside] == area)
            least = np.where(same, np.minimum(least, np.abs(values[beside] - here)), least)
        least[least == 9] = 0
        square += least * least
    return np.sqrt(square)


def firm(cover: Floats, surfaces: Surfaces, least: Floats) -> Floats:
    """Return coverage without shapes within bodies that are small or nowhere thick.

    Thin tails of larger shapes stay: a shadow that tapers off looks drawn, one that is cut off does
    not.

    Args:
        cover: 0 to 1, float32 ``(H, W)``.
        surfaces: The surfaces below.
        least: Pixels of the smallest shape on each body, ``(bodies,)``.
    """
    return cover * _firm(cover > 0.02, surfaces, least)


def filled(cover: Floats, surfaces: Surfaces) -> Floats:
    """Return coverage with small holes filled, in bodies that are covered somewhere."""
    lit = cover < 0.98
    hole = np.flatnonzero(lit & ~_firm(lit, surfaces, surfaces.least) & surfaces.figure)
    # Every second pixel is enough.
    few = surfaces.bodies[::2, ::2]
    shaped = np.bincount(few[cover[::2, ::2] > 0.5], minlength=int(surfaces.bodies.max()) + 1) > 0
    hole = hole[shaped[surfaces.bodies.ravel()[hole]]]
    cover.ravel()[hole] = 1
    return cover


def _firm(there: Mask, surfaces: Surfaces, least: Floats) -> Mask:
    """Return a mask without its small and thin shapes.

    Works on every second pixel that has only its own body around it: between two bodies there is
    always one that does not.
    """
    import cv2

    shape = (there[::2, ::2] & surfaces.inner[::2, ::2]).view(np.uint8)
    depth = cv2.distanceTransform(shape, cv2.DIST_L2, 3)
    count, numbers, stats, _ = cv2.connectedComponentsWithStats(shape, connectivity=4)
    thick = np.zeros(count, np.bool_)
    thick[numbers[depth * 2 >= surfaces.thin]] = True
    good = np.zeros(count, np.bool_)
    few = stats[:, cv2.CC_STAT_AREA] * 4 < surfaces.speck
    for number in np.flatnonzero(thick & ~few).tolist():
        left, top, wide, high, area = stats[number].tolist()
        box = np.s_[top : top + high, left : left + wide]
        mine = numbers[box] == number
        wanted = float(least[surfaces.bodies[::2, ::2][box][0, mine[0].argmax()]])
        if area * 4 < wanted and (mine & surfaces.outline[box]).any():
            # Along the outline of the figure a sliver is a shadow too, inside only a patch.
            wanted /= 3
        good[number] = area * 4 >= wanted
    kept = np.zeros(there.shape, np.uint8)
    kept[::2, ::2] = good[numbers]
    # One pixel from the inside of a body is still that body; two are if that one is inside too.
    near = cv2.dilate(kept, np.ones((3, 3), np.uint8)).view(np.bool_)
    reached = cv2.dilate(kept, np.ones((5, 5), np.uint8)).view(np.bool_)
    near |= reached & surfaces.inner
    rim = np.flatnonzero(there & reached & ~near)
    bodies, beside = surfaces.bodies.ravel(), near.ravel()
    own = np.zeros(rim.shape, np.bool_)
    for way in (-1, 1, -there.shape[1], there.shape[1]):
        other = (rim + way).clip(0, there.size - 1)
        own |= beside[other] & (bodies[other] == bodies[rim])
    near.ravel()[rim] = own
    return np.asarray(there & near)
