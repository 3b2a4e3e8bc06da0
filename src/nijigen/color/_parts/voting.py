"""Voting: the part of every region, agreed on by its pixels and its neighbors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nijigen.color._parts.features import Bare
from nijigen.color._parts.names import PARTS
from nijigen.color._parts.seeing import Box, PartMap
from nijigen.color._regions.regions import Regions

Floats = NDArray[np.float64]

BACKGROUND, HAIR, SKIN = (PARTS.index(name) for name in ("background", "hair", "skin"))
SMALL = tuple(PARTS.index(name) for name in ("eye white", "iris", "mouth", "brow"))
"""Parts that are small themselves: their regions do not follow their neighbors."""
SAMPLED = 640
"""Longer side of the grid of pixels that vote."""
ROUNDS = 4
FOLLOWING = 0.0012
"""Area, as a share of the page, of a region that counts as much as its neighbors."""
STRAND = 0.25
"""Probability of hair from which a region beside hair is a strand of it."""
SURE, LIKELY = 0.4, 0.3
"""Confidence from which a part is believed, and that for small regions: left white they would be
specks."""
SPECK = 0.02
"""Area of a small region, in areas of the face box."""
AMONG = 0.75
"""Share of the border of such a region that others with a known part make up."""
HELD = 0.5
"""Share of the middle of a face that lies in one region, which is then skin."""
WITHIN, NEAR = 0.6, 0.15
"""Share of such a region within the face box, and the margin around that in its sides: hair and
face may be one region."""
BARE = 0.85
"""Weight of that against the network."""


@dataclass(frozen=True, eq=False)
class Voted:
    """The parts of regions.

    Attributes:
        part: int ``(count,)``: index into ``PARTS``.
        confidence: float ``(count,)``: 0 to 1.
        chances: float ``(count, parts)``.
        figure: int ``(count,)``: which of the faces' figures a region belongs to.
        faces: How many faces there are.
        small: bool ``(count,)``: small regions among others whose part is known.
    """

    part: NDArray[np.int64]
    confidence: Floats
    chances: Floats
    figure: NDArray[np.int64]
    faces: int
    small: NDArray[np.bool_]

    @property
    def certain(self) -> NDArray[np.bool_]:
        """Whether the part of each region is known well enough to go by, bool ``(count,)``."""
        return self.confidence >= np.where(self.small, LIKELY, SURE)


def voted(regions: Regions, seen: PartMap) -> Voted:
    """Return the part of every region.

    Args:
        regions: Regions of the drawing.
        seen: What the network says about it.
    """
    own = _means(regions, seen)
    own[regions.outside] = 0
    own[regions.outside, BACKGROUND] = 1
    chances = _agreed(regions, own)
    for bare in seen.bare:
        _bare_face(regions, chances, bare)
    _join_strands(regions, chances)
    small = _small(regions, seen.faces, chances)
    # Small gaps in a figure are hardly ever paper.
    chances[small, BACKGROUND] = 0
    chances /= np.maximum(chances.sum(axis=1, keepdims=True), 1e-9)
    part = chances.argmax(axis=1)
    confidence = chances[np.arange(len(part)), part]
    figure = _figures(regions, seen.faces)
    return Voted(part, confidence, chances, figure, len(seen.faces), small)


def _small(regions: Regions, faces: tuple[Box, ...], chances: Floats) -> NDArray[np.bool_]:
    """Return which small regions lie among regions whose part is known.

    Elsewhere, in hatching or lace, they would be confetti.
    """
    if not faces:
        return np.zeros(regions.count, np.bool_)
    side = float(np.median([right - left for left, _, right, _ in faces]))
    known = (chances.max(axis=1) >= SURE) & (chances.argmax(axis=1) != BACKGROUND)
    known &= ~regions.outside
    whole, among = np.zeros(regions.count), np.zeros(regions.count)
    for one, other in (regions.edges.T, regions.edges.T[::-1]):
        np.add.at(whole, one, regions.lengths)
        np.add.at(among, one, regions.lengths * known[other])
    small = (regions.areas < SPECK * side**2) & ~regions.outside
    return np.asarray(small & (among > AMONG * whole))


def _means(regions: Regions, seen: PartMap) -> Floats:
    """Return the mean probabilities over sampled pixels of each region, ``(count, parts)``."""
    height, width = regions.labels.shape
    step = max(1, max(height, width) // SAMPLED)
    y, x = np.mgrid[step // 2 : height : step, step // 2 : width : step]
    # Paper votes: what is under lines belongs to both sides.
    bare = regions.ink[y, x] < 96
    y, x = y[bare], x[bare]
    # The innermost point counts as well, and is all that tiny regions have.
    y = np.concatenate([y, regions.points[:, 1]])
    x = np.concatenate([x, regions.points[:, 0]])
    label = regions.labels[y, x]
    rows = np.minimum(((y + 0.5) * seen.scale).astype(int), seen.chances.shape[1] - 1)
    columns = np.minimum(((x + 0.5) * seen.scale).astype(int), seen.chances.shape[2] - 1)
    count = np.bincount(label, minlength=regions.count)
    sums = [
        np.bincount(label, weights=plane[rows, columns], minlength=regions.count)
        for plane in seen.chances
    ]
    return np.asarray(np.stack(sums, axis=1) / np.maximum(count, 1)[:, None])


def _agreed(regions: Regions, own: Floats) -> Floats:
    """Let small regions follow their neighbors, those behind openings most."""
    from scipy.sparse import coo_array

    count = regions.count
    first, second = regions.edges.T
    # An opening joins more than a line separates.
    ties = regions.lengths + 8.0 * regions.borders.openings
    ties = np.where(regions.outside[first] | regions.outside[second], 0.0, ties)
    links = coo_array((ties, (first, second)), (count, count)).tocsr()
    links = links + links.T
    total = np.asarray(links.sum(axis=1)).ravel()
    steady = regions.areas / (regions.areas + FOLLOWING * regions.labels.size)
    small = own[:, SMALL].sum(axis=1)
    steady = np.maximum(steady, np.where(small > 0.4, 0.9, 0.0))
    steady[regions.outside | (total == 0)] = 1
    chances = own
    for _ in range(ROUNDS):
        around = np.asarray(links @ _without_small(chances)) / np.maximum(total, 1e-9)[:, None]
        chances = steady[:, None] * own + (1 - steady[:, None]) * around
    return np.asarray(chances / np.maximum(chances.sum(axis=1, keepdims=True), 1e-9))


def _without_small(chances: Floats) -> Floats:
    """An eye makes nothing around it an eye."""
    spread = chances.copy()
    spread[:, SMALL] *= 0.2
    return spread


def _bare_face(regions: Regions, chances: Floats, bare: Bare) -> None:
    """Make the region that holds the middle of a face skin."""
    left, top, right, bottom = bare.face
    region, share = _holder(regions, bare.middle)
    if region < 0 or share < HELD:
        return
    margin = NEAR * (right - left)
    x0, y0, x1, y1 = regions.boxes[region].tolist()
    mine = regions.labels[y0:y1, x0:x1] == region
    inner = np.s_[
        max(0, round(top - margin) - y0) : max(0, round(bottom + margin) - y0),
        max(0, round(left - margin) - x0) : max(0, round(right + margin) - x0),
    ]
    if mine[inner].sum() >= WITHIN * mine.sum():
        chances[region] *= 1 - BARE
        chances[region, SKIN] += BARE


def _holder(regions: Regions, outline: NDArray[np.float32]) -> tuple[int, float]:
    """Return the region that most of an outline lies in, and its share of it; -1 for none."""
    import cv2

    height, width = regions.labels.shape
    corners = np.rint(outline).astype(np.int32)
    x0, y0 = corners.min(axis=0).clip(0).tolist()
    x1, y1 = np.minimum(corners.max(axis=0) + 1, (width, height)).tolist()
    if x1 <= x0 or y1 <= y0:
        return -1, 0.0
    mask = np.zeros((y1 - y0, x1 - x0), np.uint8)
    cv2.fillPoly(mask, [corners - (x0, y0)], 1)
    box = np.s_[y0:y1, x0:x1]
    inside = regions.labels[box][(mask > 0) & (regions.ink[box] < 96)]
    if not len(inside):
        return -1, 0.0
    counts = np.bincount(inside)
    return int(counts.argmax()), float(counts.max() / len(inside))


def _join_strands(regions: Regions, chances: Floats) -> None:
    """Make regions that may be hair and lie beside it hair: strands of one head."""
    first, second = regions.edges.T
    for _ in range(ROUNDS):
        hair = chances.argmax(axis=1) == HAIR
        beside = np.zeros(regions.count)
        whole = np.zeros(regions.count)
        for one, other in ((first, second), (second, first)):
            inner = ~regions.outside[other]
            np.add.at(whole, one, regions.lengths * inner)
            np.add.at(beside, one, regions.lengths * (hair[other] & inner))
        strand = ~hair & (chances[:, HAIR] > STRAND) & (beside > 0.5 * whole) & ~regions.outside
        if not strand.any():
            return
        chances[strand] *= 0.4
        chances[strand, HAIR] += 0.6


def _figures(regions: Regions, faces: tuple[Box, ...]) -> NDArray[np.int64]:
    """Return the figure of each region: of the face that is nearest, in its own size."""
    if len(faces) < 2:
        return np.zeros(regions.count, np.int64)
    far = []
    for left, top, right, bottom in faces:
        side = right - left
        across = (regions.points[:, 0] - (left + right) / 2) / side
        # A figure stands below its face.
        down = (regions.points[:, 1] - (top + bottom) / 2) / side
        far.append(np.hypot(across, np.where(down > 0, down * 0.4, down)))
    return np.asarray(np.stack(far).argmin(axis=0), np.int64)
