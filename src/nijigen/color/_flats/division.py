"""Division: split a region that has hints of several colors between those colors.

Random walker segmentation (L. Grady, "Random walks for image segmentation", 2006): each pixel takes
the color whose marks a walker starting there reaches first, and ink slows the walker down. The
border between two colors runs where the region is narrow, along faint lines, or halfway.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Labels = NDArray[np.int32]

CELLS = 6000
"""Maximum size of the walker's grid; larger regions are downscaled to it."""
_LINE = 110
"""Ink level from which a cell is a wall between rooms."""
_INK = 6.0
"""A walker crosses full ink e⁶ = 400 times less often than paper."""


def divided(inside: NDArray[np.bool_], ink: Bytes, marks: Labels) -> Labels:
    """Return the color of each pixel of a region.

    Args:
        inside: bool ``(H, W)``: the region.
        ink: uint8 ``(H, W)``.
        marks: int32 ``(H, W)``: colors 0 to n - 1 at marked pixels, -1 elsewhere.

    Returns:
        int32 ``(H, W)``: the color of each pixel of the region, a marked pixel keeps its own;
        -1 outside.
    """
    import cv2

    from nijigen.imaging.line_art.graph import grown

    marks = np.where(inside, marks, -1)
    # An area enclosed by solid lines takes its only marked color, however small it is.
    bare = inside & (ink < _LINE)
    _, rooms = cv2.connectedComponents(bare.astype(np.uint8), connectivity=4)
    rooms = np.where(inside, grown(rooms.astype(np.int32)), 0)
    y, x = np.nonzero(marks >= 0)
    pairs = np.unique(rooms[y, x].astype(np.int64) << 32 | marks[y, x])
    room, color = pairs >> 32, (pairs & 0xFFFFFFFF).astype(np.int32)
    table = np.full(int(rooms.max()) + 1, -1, np.int32)
    table[room] = color
    made = table[rooms]
    for shared in np.flatnonzero(np.bincount(room) > 1).tolist():
        here = rooms == shared
        down, across = (np.flatnonzero(here.any(axis=axis)) for axis in (1, 0))
        box = np.s_[down[0] : down[-1] + 1, across[0] : across[-1] + 1]
        parts = _shared(here[box], ink[box], np.where(here[box], marks[box], -1))
        made[box] = np.where(here[box], parts, made[box])
    made = grown(np.where(inside, made, -1) + 1) - 1
    made[~inside] = -1
    made[y, x] = marks[y, x]
    return _without_islands(made, marks)


def _shared(inside: NDArray[np.bool_], ink: Bytes, marks: Labels) -> Labels:
    """Return the color of each pixel of an open area with marks of several colors."""
    import cv2

    marks = _with_rooms(inside & (ink < _LINE), marks)
    shrink = max(1.0, (np.count_nonzero(inside) / CELLS) ** 0.5)
    height, width = (max(1, round(side / shrink)) for side in inside.shape)
    small = cv2.resize(inside.astype(np.float32), (width, height), interpolation=cv2.INTER_AREA)
    # The darkest ink of a cell: a thin line must not fade when the grid is coarse.
    wide = np.ones((round(shrink) | 1,) * 2, np.uint8)
    dark = cv2.resize(cv2.dilate(ink, wide), (width, height), interpolation=cv2.INTER_NEAREST)
    cells = small.reshape(height, width) > 0.25
    dark = dark.reshape(height, width)
    seeds = np.full((height, width), -1, np.int32)
    y, x = np.nonzero(marks >= 0)
    rows = np.minimum((y * (height / inside.shape[0])).astype(int), height - 1)
    columns = np.minimum((x * (width / inside.shape[1])).astype(int), width - 1)
    cells[rows, columns] = True
    seeds[rows, columns] = marks[y, x]
    likely = _walked(cells, dark, _swollen(cells, dark < _LINE, seeds), int(marks.max()) + 1)
    return _enlarged(likely, cells, inside.shape)


def _swollen(cells: NDArray[np.bool_], bare: NDArray[np.bool_], seeds: Labels) -> Labels:
    """Grow each mark to a disc that touches neither the rim nor marks of other colors.

    Otherwise a walker would hardly ever reach a point, but often a stroke.
    """
    import cv2

    open_cells = np.pad(cells & bare, 1).astype(np.uint8)
    depth = cv2.distanceTransform(open_cells, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)[1:-1, 1:-1]
    grown = seeds.copy()
    for color in range(int(seeds.max()) + 1):
        others = np.where((grown >= 0) & (grown != color), 0, 1).astype(np.uint8)
        if others.all():
            continue
        apart = cv2.distanceTransform(others, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
        mine = seeds == color
        radius = np.where(mine, np.minimum(0.7 * depth, 0.4 * apart), 0)
        disc = np.zeros(seeds.shape, np.uint8)
        for y, x in np.argwhere(radius >= 1.5):
            cv2.circle(disc, (int(x), int(y)), int(radius[y, x]), 1, -1)
        grown[(disc > 0) & (grown < 0) & cells] = color
    return grown


def _with_rooms(bare: NDArray[np.bool_], marks: Labels) -> Labels:
    """Return the marks, extended over rooms that contain marks of a single color.

    A room is a part that stays connected after everything narrower than some width is removed, and
    is at least a third wider than that: an area behind a gap, or a pocket between lines.
    """
    import cv2

    depth = cv2.distanceTransform(
        np.pad(bare, 1).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE
    )[1:-1, 1:-1]
    seeds, made = marks, marks.copy()
    top = _tops(cv2.GaussianBlur(depth, (3, 3), 0))
    y, x = np.nonzero(seeds >= 0)
    color, summit = seeds[y, x], top[y, x]
    height = depth.ravel()[summit]
    width = 0.75 * float(height.max(initial=0))
    while width >= 1.0:
        _, parts = cv2.connectedComponents((depth >= width).astype(np.uint8), connectivity=4)
        part = parts.ravel()[summit]
        least = np.full(int(parts.max()) + 1, np.iinfo(np.int32).max, np.int32)
        most = np.full(len(least), -1, np.int32)
        wide = np.zeros(len(least), np.bool_)
        np.minimum.at(least, part, color)
        np.maximum.at(most, part, color)
        wide[part[width <= 0.75 * height]] = True
        own = wide & (least == most)
        own[0] = False
        taken = own[parts] & (made < 0)
        made[taken] = most[parts[taken]]
        width *= 0.8
    return made


def _tops(depth: NDArray[Any]) -> NDArray[np.int64]:
    """Return for each cell the local maximum that steepest ascent leads to."""
    rows, columns = depth.shape
    framed = np.pad(depth, 1, constant_values=-1.0)
    best = depth.copy()
    way = np.arange(depth.size).reshape(depth.shape)
    for down in (-1, 0, 1):
        for right in (-1, 0, 1):
            other = framed[1 + down : 1 + down + rows, 1 + right : 1 + right + columns]
            deeper = other > best
            best[deeper] = other[deeper]
            way[deeper] = (np.arange(depth.size) + down * columns + right).reshape(depth.shape)[
                deeper
            ]
    flat = way.ravel()
    while (flat[flat] != flat).any():
        flat = flat[flat]
    return flat.reshape(depth.shape)


def _walked(cells: NDArray[np.bool_], ink: Bytes, seeds: Labels, count: int) -> NDArray[Any]:
    """Return ``(count, h, w)``: probability that a walker reaches each color first."""
    from scipy.sparse import coo_array, diags_array
    from scipy.sparse.linalg import splu

    number = np.where(cells, np.cumsum(cells).reshape(cells.shape) - 1, -1)
    total = int(cells.sum())
    ease = np.exp(-_INK / 255 * ink.astype(np.float64))
    firsts, seconds, weights = [], [], []
    for one, two in ((np.s_[:, :-1], np.s_[:, 1:]), (np.s_[:-1], np.s_[1:])):
        both = cells[one] & cells[two]
        firsts.append(number[one][both])
        seconds.append(number[two][both])
        weights.append(np.minimum(ease[one], ease[two])[both])
    first, second = np.concatenate(firsts), np.concatenate(seconds)
    weight = np.concatenate(weights)
    links = coo_array((weight, (first, second)), (total, total)).tocsc()
    links = links + links.T
    color = seeds[cells]
    fixed, free = np.flatnonzero(color >= 0), np.flatnonzero(color < 0)
    met = np.zeros((total, count))
    met[fixed, color[fixed]] = 1
    if len(free):
        # A tiny diagonal term keeps parts without marks solvable; they take the color of the
        # nearest pixel later.
        own = diags_array(links.sum(axis=1)[free] + 1e-9)
        matrix = (own - links[free][:, free]).tocsc()
        met[free] = splu(matrix).solve(np.asarray(links[free][:, fixed] @ met[fixed]))
    likely = np.zeros((count, *cells.shape))
    likely[:, cells] = met.T
    return likely


def _enlarged(likely: NDArray[Any], cells: NDArray[np.bool_], shape: tuple[int, ...]) -> Labels:
    """Return the most probable color of every pixel at full size, interpolated between cells."""
    import cv2

    size = (shape[1], shape[0])
    cover = cv2.resize(cells.astype(np.float32), size, interpolation=cv2.INTER_LINEAR)
    best = np.full(shape, -1.0, np.float32)
    which = np.zeros(shape, np.int32)
    for color, chance in enumerate(likely):
        large = cv2.resize(chance.astype(np.float32), size, interpolation=cv2.INTER_LINEAR)
        better = large > best
        best[better] = large[better]
        which[better] = color
    bare = (cover < 0.05) | (best < 1e-4)
    if bare.any() and not bare.all():
        _, nearest = cv2.distanceTransformWithLabels(
            bare.astype(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
        )
        table = np.zeros(int(nearest.max()) + 1, np.int32)
        table[nearest[~bare]] = which[~bare]
        which = table[nearest]
    return which


def _without_islands(made: Labels, marks: Labels) -> Labels:
    """Merge parts without a mark of their own into the parts around them."""
    import cv2

    lost = np.zeros(made.shape, np.uint8)
    for color in range(int(marks.max()) + 1):
        _, parts = cv2.connectedComponents((made == color).astype(np.uint8), connectivity=8)
        marked = np.zeros(int(parts.max()) + 1, np.bool_)
        marked[parts[marks == color]] = True
        marked[0] = True
        lost[~marked[parts]] = 1
    if not lost.any():
        return made
    bare = (lost > 0) | (made < 0)
    _, nearest = cv2.distanceTransformWithLabels(
        bare.astype(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )
    table = np.zeros(int(nearest.max()) + 1, np.int32)
    table[nearest[~bare]] = made[~bare]
    return np.where(lost > 0, table[nearest], made)
