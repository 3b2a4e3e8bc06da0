"""Spread: from hints to the color of every region."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nijigen.color._flats.hints import ColorHints
from nijigen.color._flats.marks import EMPTY, Marks, marks_of, rgba
from nijigen.color._flats.paper import Paper, papers_of
from nijigen.color._flats.walk import BELIEVED, Assignments, near_of, pulls, walked
from nijigen.color._regions.regions import Regions
from nijigen.core.colors import written

if TYPE_CHECKING:
    from nijigen.color._parts.proposing import Proposer

Bytes = NDArray[np.uint8]
Labels = NDArray[np.int32]


@dataclass(frozen=True)
class FillOptions:
    """How regions without a hint are colored.

    Attributes:
        rule: As in the setting ``rule``.
        reach: Percent of the longer side.
        palette: Colors to choose from.
        seed: Seed for distinct colors.
    """

    rule: str
    reach: float
    palette: tuple[str, ...]
    seed: int
    proposer: Proposer | None = None
    """Knows the parts of regions; needed for the rule ``propose``."""


@dataclass(frozen=True, eq=False)
class Flats:
    """The color of every pixel.

    Attributes:
        labels: int32 ``(H, W)``: as in the regions; where hints divide one, the parts after the
            first have labels of their own, starting at the number of regions.
        colors: uint8 ``(n, 4)``: RGBA of each label; alpha is 0 where it is left empty.
        hinted: bool ``(count,)``: the regions that hints decide.
    """

    labels: Labels
    colors: Bytes
    hinted: NDArray[np.bool_]

    def pixels(self) -> Bytes:
        """Return the flat colors, ``(H, W, 4)``."""
        whole = np.ascontiguousarray(self.colors).view(np.uint32).ravel()
        return whole[self.labels].view(np.uint8).reshape(*self.labels.shape, 4)

    def hex(self) -> list[str | None]:
        """Return the color of each label, None where it is left empty."""
        return [written(*color[:3]) if color[3] else None for color in self.colors.tolist()]


def flats_of(regions: Regions, hints: ColorHints, options: FillOptions) -> Flats:
    """Return the color of every region, and of parts of regions that hints divide.

    Args:
        regions: Regions of the drawing, with the edits of the hints applied.
        hints: Hints in pixels of the drawing.
        options: How regions without a hint are colored.
    """
    marks = marks_of(regions, hints)
    assigned = _assigned(regions, marks)
    # The last two: paper without a color, and (index -1) regions without a hint.
    colors = np.array([*marks.colors, EMPTY, EMPTY], np.uint8)[assigned.colors]
    bare = assigned.colors[: regions.count] < 0
    if options.rule == "auto":
        options = replace(options, rule="nearest" if hints.colored else "distinct")
    # Paper stays paper, except where it is connected to paper that a hint colors.
    nearest = options.rule == "nearest" or (options.rule == "propose" and hints.colored)
    rest = np.flatnonzero(bare if nearest else bare & ~regions.outside)
    if len(rest):
        colors[rest] = _of_the_rest(regions, hints, options, marks, assigned, rest, colors)
    return Flats(assigned.labels, colors, ~bare)


def _assigned(regions: Regions, marks: Marks) -> Assignments:
    """Divide regions with hints of several colors."""
    at = regions.labels.ravel()[marks.places].astype(np.int64)
    shades = len(marks.colors) + 1
    pairs = np.unique(at * shades + marks.color)
    region, color = pairs // shades, (pairs % shades).astype(np.int32)
    assigned = np.full(regions.count, -1, np.int32)
    assigned[region] = color
    papers = papers_of(regions, marks)
    several = np.union1d(
        np.flatnonzero(np.bincount(region, minlength=regions.count) > 1), list(papers)
    ).astype(np.int64)
    every = np.arange(regions.count)
    if not len(several):
        return Assignments(regions.labels, assigned, every)
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
        assigned[divided_one] = sizes.argmax()
        for part in np.flatnonzero(sizes).tolist():
            if part != assigned[divided_one]:
                cut[parts == part] = regions.count + len(more)
                more.append(part)
                owners.append(divided_one)
    return Assignments(
        labels,
        np.append(assigned, np.array(more, np.int32)),
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
        # Only the rim of the wide paper takes part, so that the grid resolves the pockets.
        box = np.s_[top:bottom, left:right]
        wide, rim = paper[0].wide[box], paper[0].rim[box]
        seeds = paper[0].filled(seeds, box)
        seeds[rim & (seeds < 0)] = local[-1]
        beyond = wide & ~rim
        inside &= ~beyond
    # Cached: another hint elsewhere does not divide this region again.
    made = remembered("division", (inside, ink, seeds), lambda: divided(inside, ink, seeds))
    made = np.where(made >= 0, known[made], -1).astype(np.int32)
    made[beyond] = around
    made[y - top, x - left] = marks.color[mine]
    return made


def _of_the_rest(
    regions: Regions,
    hints: ColorHints,
    options: FillOptions,
    marks: Marks,
    assigned: Assignments,
    rest: NDArray[np.int64],
    colors: Bytes,
) -> Bytes:
    from nijigen.color._flats import distinct

    rule = options.rule
    if rule == "propose":
        assert options.proposer is not None
        return _proposed(regions, hints, options, marks, assigned, rest, colors)
    found = _spread(regions, hints, options if rule == "nearest" else None, marks, assigned, rest)
    bare = rest[found[:, 3] == 0]
    if rule in ("palette", "distinct") and len(bare):
        # Regions reached by an anchor have a color now; the others must differ from those too.
        known = colors[: regions.count].copy()
        known[rest] = found
        choice = (
            np.array([rgba(color)[:3] for color in options.palette], np.uint8)
            if rule == "palette"
            else distinct.pale()
        )
        picked = distinct.picked(regions, bare, known, choice, options.seed)
        found[found[:, 3] == 0] = np.column_stack([picked, np.full(len(bare), 255, np.uint8)])
    return found


def _proposed(
    regions: Regions,
    hints: ColorHints,
    options: FillOptions,
    marks: Marks,
    assigned: Assignments,
    rest: NDArray[np.int64],
    colors: Bytes,
) -> Bytes:
    """Return the colors that hints give to regions of the same part, and proposals for the rest.

    A region whose part is doubtful takes the color that comes to it through openings in lines, but
    none from across a line: it stays empty, for a person to decide.
    """
    assert options.proposer is not None
    hinted_colors = colors[: regions.count].copy()
    hinted_colors[rest] = EMPTY
    proposer = options.proposer.with_hints(hinted_colors)
    given = options if hints.colored else None
    found = _spread(regions, hints, given, marks, assigned, rest, stopped=True)
    # That one region is left empty says nothing of others.
    hinted = np.flatnonzero(hinted_colors[:, 3])
    sure = np.zeros(len(rest), np.bool_)
    if len(hinted) and proposer.voted.faces:
        near = np.ones((len(rest), len(marks.colors)), np.bool_)
        walk = walked(regions, assigned, rest, near, np.zeros((len(rest), 0)))
        alike = proposer.agreement(rest, hinted, assigned.colors[hinted], len(marks.colors))
        best, sure = proposer.chosen(walk, alike, rest)
        inked = np.array(marks.colors, np.uint8)[best]
        found[sure] = inked[sure]
    known = hinted_colors
    known[rest[sure]] = found[sure]
    own = proposer.colors(known)
    asked = ~sure & proposer.certain[rest] & ~regions.outside[rest]
    if not proposer.voted.faces:
        # Nothing is known of parts: what a hint reaches has its color, the rest is one figure.
        asked = found[:, 3] == 0
    elif not hints.colored:
        asked[:] = True
    found[asked] = own[rest[asked]]
    return found


def _spread(
    regions: Regions,
    hints: ColorHints,
    options: FillOptions | None,
    marks: Marks,
    assigned: Assignments,
    rest: NDArray[np.int64],
    *,
    stopped: bool = False,
) -> Bytes:
    """Return the RGBA that anchors, and with options also hints, give to the remaining regions.

    With ``stopped`` a line stops the color of a hint; else what is enclosed takes the color that
    crosses its lines most easily.
    """
    colors = [*marks.colors, *(rgba(anchor.color) for anchor in hints.anchors)]
    if not colors or (options is None and not hints.anchors):
        return np.zeros((len(rest), 4), np.uint8)
    chance = np.zeros((len(rest), len(colors)))
    pull = pulls(regions, hints.anchors, rest)
    if options is None:
        # The strongest anchor within reach wins; on a tie the latest.
        chance[:, len(marks.colors) :] = pull
    else:
        near = near_of(regions, marks, rest, options.reach)
        chance = walked(regions, assigned, rest, near, pull, stopped=stopped)
    best = chance.shape[1] - 1 - chance[:, ::-1].argmax(axis=1)
    made: Bytes = np.array(colors, np.uint8)[best]
    made[chance.max(axis=1) <= (BELIEVED if stopped and options else 0)] = EMPTY
    return made
