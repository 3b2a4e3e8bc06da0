"""Walk: how likely each color is the first that a walker over the borders of regions meets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nijigen.color._flats.hints import Anchor
from nijigen.color._flats.marks import Marks
from nijigen.color._regions.regions import Regions
from nijigen.imaging.line_art.graph import THROUGH, borders_of

Labels = NDArray[np.int32]
GAP = 0.5
"""Pixels of border without ink above which the surrounding paper extends behind the figure."""
ANCHOR = 0.02
"""Weight of an anchor, relative to a neighbor with the same length of border without ink."""
BELIEVED = 0.5
"""Probability from which the color that a walker meets first is believed, where lines stop some."""


@dataclass(frozen=True, eq=False)
class Assignments:
    """The colors that hints assign to regions, and to parts of regions that they divide.

    Attributes:
        labels: int32 ``(H, W)``: as in ``Flats``.
        colors: int32 ``(n,)``: index into the colors of the marks for each label, -1 for none.
        regions: int ``(n,)``: the region that each label is, or is a part of.
    """

    labels: Labels
    colors: Labels
    regions: NDArray[np.int64]


def pulls(
    regions: Regions, anchors: tuple[Anchor, ...], rest: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return ``(regions, anchors)``: how strongly each anchor pulls, 0 beyond its reach."""
    pull = np.zeros((len(rest), len(anchors)))
    middle = regions.points[rest]
    side = max(regions.labels.shape)
    for number, anchor in enumerate(anchors):
        if anchor.x is None or anchor.y is None:
            pull[:, number] = 1e-3
            continue
        far = np.hypot(middle[:, 0] + 0.5 - anchor.x, middle[:, 1] + 0.5 - anchor.y)
        near = np.exp(-3 * far / (anchor.reach or side))
        pull[:, number] = np.where(far <= (anchor.reach or np.inf), near, 0)
    # Paper only takes the color of a hint.
    pull[regions.outside[rest]] = 0
    return pull


def near_of(
    regions: Regions, marks: Marks, rest: NDArray[np.int64], reach: float
) -> NDArray[np.bool_]:
    """Return ``(regions, colors)``: whether a hint of that color is within reach."""
    from scipy.spatial import cKDTree

    height, width = regions.labels.shape
    limit = reach / 100 * max(height, width)
    near = np.zeros((len(rest), len(marks.colors)), np.bool_)
    for color in range(len(marks.colors)):
        places = marks.places[marks.color == color]
        # A few hundred pixels of a stroke locate it as well as all of them.
        y, x = np.divmod(places[:: 1 + len(places) // 500], width)
        if len(x):
            far, _ = cKDTree(np.stack([x, y], axis=1)).query(regions.points[rest])
            near[:, color] = far <= limit
    return near


def walked(
    regions: Regions,
    assigned: Assignments,
    rest: NDArray[np.int64],
    near: NDArray[np.bool_],
    pull: NDArray[np.float64],
    *,
    stopped: bool = False,
) -> NDArray[Any]:
    """Return the probability that a walker over the borders of regions reaches each color first.

    The longer the openings of a border, the easier it is to cross: a complete line stops a color
    that a gap lets through. The paper around the figure is left through gaps only: a sky must not
    color what it surrounds, only areas connected to it.

    With ``stopped`` a walker that would cross a line is lost as often as it gets through, so that
    probabilities say how far a color is to be believed.
    """
    from scipy.sparse import coo_array, diags_array
    from scipy.sparse.linalg import splu

    count, shades = len(assigned.colors), near.shape[1]
    # Parts that are left empty have a color that is not among the marks.
    known = np.flatnonzero((assigned.colors >= 0) & (assigned.colors < shades))
    sources = np.zeros((count, shades))
    sources[known, assigned.colors[known]] = 1
    divided = assigned.labels is not regions.labels
    borders = borders_of(assigned.labels, regions.ink) if divided else regions.borders
    first, second = borders.edges.T
    ease = borders.openings.astype(np.float64)
    outside = regions.outside[assigned.regions]
    around = outside[first] | outside[second]
    ease[around & (ease < GAP + THROUGH * borders.lengths)] = 0
    # Paper without an assigned color neither passes colors on nor takes one from the figure.
    mute = outside & ((assigned.colors < 0) | (assigned.colors >= shades))
    ease[(outside[first] != outside[second]) & (mute[first] | mute[second])] = 0
    links = coo_array((ease, (first, second)), (count, count)).tocsr()
    links = links + links.T
    ways = links[rest]
    total = np.asarray(ways.sum(axis=1)).ravel()
    lost = np.zeros(len(rest))
    if stopped:
        length = np.bincount(first, borders.lengths, count) + np.bincount(
            second, borders.lengths, count
        )
        # Anchors are meant for all regions, and paper is left through openings only.
        free = (pull.sum(axis=1) > 0) | regions.outside[rest]
        lost = np.where(free, 0.0, THROUGH * length[rest])
    strength = ANCHOR * np.maximum(total, 1e-6)[:, None] * pull
    own = diags_array(total + lost + strength.sum(axis=1) + 1e-9 * (1 + total))
    matrix = (own - ways[:, rest]).tocsc()
    given = np.hstack([np.asarray(ways @ sources), strength])
    chance: NDArray[Any] = splu(matrix).solve(given)
    chance[:, :shades] *= near
    # A region that no walk reaches (in the middle of paper) stays without a color.
    chance[chance < 1e-12] = 0
    return chance
