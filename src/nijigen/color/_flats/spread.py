"""Spread: from hints to the color of every region."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nijigen.color._flats.hints import Anchor, ColorHints
from nijigen.color._flats.marks import EMPTY, Marks, marks_of, rgba
from nijigen.color._flats.paper import Paper, papers_of
from nijigen.color._regions.regions import Regions
from nijigen.core.colors import written
from nijigen.imaging.line_art.graph import THROUGH, borders_of

Bytes = NDArray[np.uint8]
Labels = NDArray[np.int32]
_GAP = 0.5
"""Bare pixels of border from which on the paper around the figure goes on behind it."""
_ANCHOR = 0.02
"""Pull of an anchor on a region, beside that of a neighbor with as much border without ink."""


@dataclass(frozen=True)
class Wish:
    """What is to become of regions without a hint.

    Attributes:
        rule: As in the setting.
        reach: Percent of the longer side.
        palette: Colors to choose from.
        seed: Of distinct colors.
    """

    rule: str
    reach: float
    palette: tuple[str, ...]
    seed: int


@dataclass(frozen=True, eq=False)
class Told:
    """What hints tell regions, and parts of those that they divide.

    Attributes:
        labels: int32 ``(H, W)``: as in ``Flats``.
        colors: int32 ``(n,)``: which color of the marks each number is told, -1 for none.
        regions: int ``(n,)``: the region that each is, or is a part of.
    """

    labels: Labels
    colors: Labels
    regions: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Flats:
    """The color of every pixel.

    Attributes:
        labels: int32 ``(H, W)``: as in the regions; where hints divide one, the parts beyond the
            first have numbers of their own, from the count of the regions on.
        colors: uint8 ``(n, 4)``: RGBA of each number; what is left empty has no alpha.
    """

    labels: Labels
    colors: Bytes

    def pixels(self) -> Bytes:
        """Return the flat colors, ``(H, W, 4)``."""
        whole = np.ascontiguousarray(self.colors).view(np.uint32).ravel()
        return whole[self.labels].view(np.uint8).reshape(*self.labels.shape, 4)

    def hex(self) -> list[str | None]:
        """Return the color of each number, None where it is left empty."""
        return [written(*color[:3]) if color[3] else None for color in self.colors.tolist()]


def flats_of(regions: Regions, hints: ColorHints, wish: Wish) -> Flats:
    """Return the color of every region, and of parts of regions that hints divide.

    Args:
        regions: Of the drawing, edits of the hints put on them.
        hints: In pixels of the drawing.
        wish: What is to become of the others.
    """
    marks = marks_of(regions, hints)
    told = _told(regions, marks)
    # The last is for the paper that nothing is told, and that of -1, for what has no hint.
    colors = np.array([*marks.colors, EMPTY, EMPTY], np.uint8)[told.colors]
    bare = told.colors[: regions.count] < 0
    if wish.rule == "auto":
        wish = replace(wish, rule="nearest" if hints.colored else "distinct")
    # Paper stays paper, but for what is one with paper that a hint colors.
    rest = np.flatnonzero(bare if wish.rule == "nearest" else bare & ~regions.outside)
    if len(rest):
        colors[rest] = _of_the_rest(regions, hints, wish, marks, told, rest, colors)
    return Flats(told.labels, colors)


def _told(regions: Regions, marks: Marks) -> Told:
    """Divide regions with hints of several colors."""
    at = regions.labels.ravel()[marks.places].astype(np.int64)
    shades = len(marks.colors) + 1
    pairs = np.unique(at * shades + marks.color)
    region, color = pairs // shades, (pairs % shades).astype(np.int32)
    told = np.full(regions.count, -1, np.int32)
    told[region] = color
    papers = papers_of(regions, marks)
    several = np.union1d(
        np.flatnonzero(np.bincount(region, minlength=regions.count) > 1), list(papers)
    ).astype(np.int64)
    every = np.arange(regions.count)
    if not len(several):
        return Told(regions.labels, told, every)
    labels = regions.labels.copy()
    more: list[int] = []
    owners: list[int] = []
    for divided_one in several.tolist():
        mine = at == divided_one
        parts = _parts(regions, divided_one, marks, mine, papers.get(divided_one))
        left, top, right, bottom = regions.boxes[divided_one].tolist()
        cut = labels[top:bottom, left:right]
        sizes = np.bincount(parts[parts >= 0], minlength=shades)
        # The largest part keeps the number.
        told[divided_one] = sizes.argmax()
        for part in np.flatnonzero(sizes).tolist():
            if part != told[divided_one]:
                cut[parts == part] = regions.count + len(more)
                more.append(part)
                owners.append(divided_one)
    return Told(
        labels,
        np.append(told, np.array(more, np.int32)),
        np.append(every, np.array(owners, np.int64)),
    )


def _parts(
    regions: Regions,
    region: int,
    marks: Marks,
    mine: NDArray[np.bool_],
    paper: tuple[Paper, int] | None,
) -> Labels:
    """Return the color of each pixel in the box of a divided region, -1 outside of it."""
    from nijigen.color._flats.division import divided
    from nijigen.imaging.memory import remembered

    left, top, right, bottom = regions.boxes[region].tolist()
    inside = regions.labels[top:bottom, left:right] == region
    ink = np.ascontiguousarray(regions.ink[top:bottom, left:right])
    around = paper[1] if paper else 0
    known, local = np.unique(np.append(marks.color[mine], around), return_inverse=True)
    y, x = np.divmod(marks.places[mine], regions.labels.shape[1])
    seeds = np.full(inside.shape, -1, np.int32)
    seeds[y - top, x - left] = local[:-1]
    beyond = np.zeros(inside.shape, np.bool_)
    if paper:
        # Only the rim of the wide paper takes part: the pockets are then looked at closely.
        box = np.s_[top:bottom, left:right]
        wide, rim = paper[0].wide[box], paper[0].rim[box]
        seeds = paper[0].filled(seeds, box)
        seeds[rim & (seeds < 0)] = local[-1]
        beyond = wide & ~rim
        inside &= ~beyond
    # A hint elsewhere must not wait for this one again.
    made = remembered("division", (inside, ink, seeds), lambda: divided(inside, ink, seeds))
    made = np.where(made >= 0, known[made], -1).astype(np.int32)
    made[beyond] = around
    made[y - top, x - left] = marks.color[mine]
    return made


def _of_the_rest(
    regions: Regions,
    hints: ColorHints,
    wish: Wish,
    marks: Marks,
    told: Told,
    rest: NDArray[np.int64],
    colors: Bytes,
) -> Bytes:
    from nijigen.color._flats import distinct

    rule = wish.rule
    found = _spread(regions, hints, wish if rule == "nearest" else None, marks, told, rest)
    bare = rest[found[:, 3] == 0]
    if rule in ("palette", "distinct") and len(bare):
        # Those that an anchor reached have their color by now; the others differ from them too.
        known = colors[: regions.count].copy()
        known[rest] = found
        choice = (
            np.array([rgba(color)[:3] for color in wish.palette], np.uint8)
            if rule == "palette"
            else distinct.pale()
        )
        picked = distinct.picked(regions, bare, known, choice, wish.seed)
        found[found[:, 3] == 0] = np.column_stack([picked, np.full(len(bare), 255, np.uint8)])
    return found


def _spread(
    regions: Regions,
    hints: ColorHints,
    wish: Wish | None,
    marks: Marks,
    told: Told,
    rest: NDArray[np.int64],
) -> Bytes:
    """Return the RGBA that hints (with a wish) and anchors give to regions without a hint."""
    colors = [*marks.colors, *(rgba(anchor.color) for anchor in hints.anchors)]
    if not colors or (wish is None and not hints.anchors):
        return np.zeros((len(rest), 4), np.uint8)
    chance = np.zeros((len(rest), len(colors)))
    pull = _pulls(regions, hints.anchors, rest)
    if wish is None:
        # Where several reach, the strongest wins, of equal ones the latest.
        chance[:, len(marks.colors) :] = pull
    else:
        near = _near(regions, marks, rest, wish.reach)
        chance = _met(regions, told, rest, near, pull)
    best = chance.shape[1] - 1 - chance[:, ::-1].argmax(axis=1)
    made: Bytes = np.array(colors, np.uint8)[best]
    made[chance.max(axis=1) <= 0] = EMPTY
    return made


def _pulls(
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
    # Paper takes no color but a hint's.
    pull[regions.outside[rest]] = 0
    return pull


def _near(
    regions: Regions, marks: Marks, rest: NDArray[np.int64], reach: float
) -> NDArray[np.bool_]:
    """Return ``(regions, colors)``: whether a hint of that color is within reach."""
    from scipy.spatial import cKDTree

    height, width = regions.labels.shape
    limit = reach / 100 * max(height, width)
    near = np.zeros((len(rest), len(marks.colors)), np.bool_)
    for color in range(len(marks.colors)):
        places = marks.places[marks.color == color]
        # Some hundred pixels of a stroke tell as well as all where it is.
        y, x = np.divmod(places[:: 1 + len(places) // 500], width)
        if len(x):
            far, _ = cKDTree(np.stack([x, y], axis=1)).query(regions.points[rest])
            near[:, color] = far <= limit
    return near


def _met(
    regions: Regions,
    told: Told,
    rest: NDArray[np.int64],
    near: NDArray[np.bool_],
    pull: NDArray[np.float64],
) -> NDArray[Any]:
    """Return how likely a walker over the borders of regions meets each color first.

    A border is the easier to pass the longer its openings are: a line drawn to its end stops what
    a gap lets through. From the paper around the figure only a gap leads: a sky must not color what
    it surrounds, but what is one with it.
    """
    from scipy.sparse import coo_array, diags_array
    from scipy.sparse.linalg import splu

    count, shades = len(told.colors), near.shape[1]
    # The color of parts that are left empty is none of the marks'.
    known = np.flatnonzero((told.colors >= 0) & (told.colors < shades))
    sources = np.zeros((count, shades))
    sources[known, told.colors[known]] = 1
    divided = told.labels is not regions.labels
    borders = borders_of(told.labels, regions.ink) if divided else regions.borders
    first, second = borders.edges.T
    ease = borders.openings.astype(np.float64)
    outside = regions.outside[told.regions]
    around = outside[first] | outside[second]
    ease[around & (ease < _GAP + THROUGH * borders.lengths)] = 0
    # Paper that is not told anything tells nothing, and learns nothing of the figure.
    mute = outside & ((told.colors < 0) | (told.colors >= shades))
    ease[(outside[first] != outside[second]) & (mute[first] | mute[second])] = 0
    links = coo_array((ease, (first, second)), (count, count)).tocsr()
    links = links + links.T
    ways = links[rest]
    total = np.asarray(ways.sum(axis=1)).ravel()
    strength = _ANCHOR * np.maximum(total, 1e-6)[:, None] * pull
    own = diags_array(total + strength.sum(axis=1) + 1e-9 * (1 + total))
    matrix = (own - ways[:, rest]).tocsc()
    given = np.hstack([np.asarray(ways @ sources), strength])
    chance: NDArray[Any] = splu(matrix).solve(given)
    chance[:, :shades] *= near
    # What no walk leads to (a region in the middle of paper) stays without a color.
    chance[chance < 1e-12] = 0
    return chance
