"""Regions: the areas that the lines of a drawing enclose, and which lie beside which."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from nijigen.core.run import SILENT, Run
from nijigen.imaging.line_art.gaps import Gap, Point, beside, closings, drawn, length_of
from nijigen.imaging.line_art.graph import (
    Borders,
    Bytes,
    Labels,
    borders_of,
    grown,
    merged,
    numbered,
)
from nijigen.imaging.line_art.ink import LineArt
from nijigen.imaging.line_art.necks import necks
from nijigen.imaging.line_art.trapped_ball import rooms
from nijigen.imaging.memory import remembered

__all__ = ["Gap", "Point", "Regions", "default_gap", "default_smallest", "regions_of"]


@dataclass(frozen=True, eq=False)
class Regions:
    """The areas of a drawing.

    Attributes:
        labels: int32 ``(H, W)``: the number of the region of each pixel, also under lines.
        ink: uint8 ``(H, W)``: 0 is paper, 255 is line.
        gaps: Where lines were closed, or could be.
        outside: bool ``(count,)``: the paper around the figure.
    """

    labels: Labels
    ink: Bytes
    gaps: tuple[Gap, ...]
    outside: NDArray[np.bool_]

    @cached_property
    def count(self) -> int:
        """How many regions there are."""
        return int(self.labels.max()) + 1

    @cached_property
    def areas(self) -> NDArray[np.int64]:
        """Pixels of each region, ``(count,)``."""
        return np.bincount(self.labels.ravel(), minlength=self.count)

    @cached_property
    def boxes(self) -> NDArray[np.int64]:
        """Left, top, right, bottom of each region, half open, ``(count, 4)``."""
        from scipy.ndimage import find_objects

        found = [
            (across.start, down.start, across.stop, down.stop)
            for down, across in find_objects(self.labels + 1)
        ]
        return np.array(found, np.int64).reshape(-1, 4)

    @cached_property
    def points(self) -> NDArray[np.int64]:
        """The pixel of each region that lies deepest inside, on paper, ``(count, 2)``: x, y."""
        import cv2

        inside = np.zeros(np.add(self.labels.shape, 2), np.uint8)
        # The rim of the picture is a border as well.
        inside[1:-1, 1:-1] = ~lines_of(self.ink)
        across = self.labels[:, :-1] != self.labels[:, 1:]
        down = self.labels[:-1] != self.labels[1:]
        inside[1:-1, 1:-2][across] = 0
        inside[1:-2, 1:-1][down] = 0
        depth = cv2.distanceTransform(inside, cv2.DIST_L2, cv2.DIST_MASK_5)[1:-1, 1:-1].ravel()
        flat = self.labels.ravel()
        deepest = np.full(self.count, -1, np.float32)
        np.maximum.at(deepest, flat, depth)
        places = np.nonzero(depth == deepest[flat])[0]
        first = np.zeros(self.count, np.int64)
        first[flat[places[::-1]]] = places[::-1]
        y, x = np.divmod(first, self.labels.shape[1])
        return np.stack([x, y], axis=1)

    @cached_property
    def borders(self) -> Borders:
        """Which regions lie side by side, and what lies between them."""
        return borders_of(self.labels, self.ink)

    @property
    def edges(self) -> Labels:
        """Pairs of regions that lie side by side, the lower number first, ``(M, 2)``."""
        return self.borders.edges

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Pixels of border of each edge, ``(M,)``."""
        return self.borders.lengths

    def at(self, x: float, y: float) -> int:
        """Return the region of a point; one outside counts at the rim."""
        height, width = self.labels.shape
        return int(self.labels[min(max(int(y), 0), height - 1), min(max(int(x), 0), width - 1)])


def default_gap(width: int, height: int) -> float:
    """Return the widest gap that is closed, where none is given: a 40th of the longer side."""
    return max(width, height) / 40


def default_smallest(width: int, height: int) -> int:
    """Return the pixels of the smallest region, where none is given: 16 of 1024×1024."""
    return max(4, round(width * height * 1.5e-5))


def regions_of(
    art: LineArt,
    *,
    gap: float | None = None,
    smallest: int | None = None,
    run: Run = SILENT,
) -> Regions:
    """Return the areas between lines.

    The same drawing with the same ``gap`` and ``smallest`` is worked out once in a process;
    :func:`nijigen.color._regions.edits.edited` takes milliseconds on top of it.

    Args:
        art: What :func:`nijigen.imaging.line_art.ink.line_art` gives.
        gap: Length in pixels of the widest gap in a line that is closed; 0 closes none.
        smallest: Pixels of the smallest region.
        run: Told of progress.
    """
    height, width = art.ink.shape
    gap = default_gap(width, height) if gap is None else gap
    smallest = default_smallest(width, height) if smallest is None else smallest
    key = art.ink, gap, smallest
    return remembered("regions", key, lambda: _found(art.ink, gap, smallest, run))


def lines_of(ink: Bytes) -> NDArray[np.bool_]:
    """Return where lines are that bound something: faint ones count beside paper."""
    import cv2

    # Half of the ink in the middle of the line, within 2 px; less than 36 is shade.
    peak = cv2.dilate(ink, np.ones((5, 5), np.uint8))
    return np.asarray((ink >= 36) & (ink >= 0.45 * peak))


LARGEST = 2048
"""Longer side in pixels that regions are looked for at; larger pages are reduced to it."""


def _found(ink: Bytes, gap: float, smallest: int, run: Run) -> Regions:
    import cv2

    height, width = ink.shape
    factor = -(-max(height, width) // LARGEST)
    if factor == 1:
        labels, gaps = _parted(ink, gap, smallest)
        return Regions(labels, ink, gaps, outside_of(labels))
    # Half mean, half maximum: lines of one pixel stay, and two that are close do not run together.
    size = (-(-width // factor), -(-height // factor))
    mean = cv2.resize(ink, size, interpolation=cv2.INTER_AREA)
    most = cv2.dilate(ink, np.ones((factor, factor), np.uint8))
    most = cv2.resize(most, size, interpolation=cv2.INTER_NEAREST)
    small = cv2.addWeighted(mean, 0.5, most, 0.5, 0)
    few, gaps = _parted(small, gap / factor, max(1, smallest // factor**2))
    labels = np.empty(ink.shape, np.int32)
    for top in range(0, height, _BAND):
        run.progress(0.3 + 0.7 * top / height)
        labels[top : top + _BAND] = _moved_to_lines(few, ink, slice(top, top + _BAND))
    gaps = tuple(
        Gap(tuple((x * factor, y * factor) for x, y in one.points), one.length * factor, one.closed)
        for one in gaps
    )
    labels = numbered(labels)
    return Regions(labels, ink, gaps, outside_of(labels))


_BAND = 1024
"""Rows of a large page that are worked on at once, to save memory."""


def _moved_to_lines(few: Labels, ink: Bytes, band: slice) -> Labels:
    """Return rows of a reduced map of regions at full size, borders in the middle of lines."""
    import cv2

    height, width = ink.shape
    rows, columns = -(-height // few.shape[0]), -(-width // few.shape[1])
    margin = 16 * rows
    start = max(0, band.start - margin)
    part = ink[start : band.stop + margin]
    y = np.minimum((np.arange(len(part)) + start) * few.shape[0] // height, few.shape[0] - 1)
    x = np.minimum(np.arange(width) * few.shape[1] // width, few.shape[1] - 1)
    whole = few[y[:, None], x[None]]
    paper = ~lines_of(part)
    kernel = np.ones((2 * rows + 1, 2 * columns + 1), np.uint8)
    value = whole.astype(np.float32) + 1  # Exact up to 16 million.
    alike = cv2.dilate(value, kernel) == cv2.erode(value, kernel)
    # Sure is paper away from borders; from there it grows over paper, then into lines.
    value[~(paper & alike)] = 0
    cross = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
    for _ in range(2 * rows):
        value = np.where(paper & (value == 0), cv2.dilate(value, cross), value)
    if not value.any():
        value = whole.astype(np.float32) + 1
    near = grown(value.astype(np.int32)) - 1
    length = min(band.stop, height) - band.start
    return near[band.start - start : band.start - start + length]


def _parted(ink: Bytes, gap: float, smallest: int) -> tuple[Labels, tuple[Gap, ...]]:
    mask = lines_of(ink)
    # A bridge across a tenth of the page closes no gap.
    gap = min(gap, max(ink.shape) / 10)
    strokes = [item.points for item in closings(mask, gap)]
    strokes += necks(mask | (drawn(strokes, mask.shape) > 0), gap)
    bridges = drawn(strokes, mask.shape)
    bridges[mask] = 0
    seeds = rooms(~mask & (bridges == 0), gap)
    labels = grown(_sown(seeds, smallest)) - 1
    areas = np.bincount(labels.ravel())
    # What a closing cuts off must be worth it: hatching makes many cells.
    wanted = np.full(len(areas), smallest, np.int64)
    wanted[np.unique(labels[_widened(bridges > 0)])] = max(smallest, round(0.3 * gap**2))
    labels = numbered(merged(areas, wanted, borders_of(labels, ink))[labels])
    closed = beside(bridges, labels + 1, len(strokes))
    return labels, tuple(
        # Numbers of pixels here, places there: the middle of a pixel is at its half.
        Gap(tuple((x + 0.5, y + 0.5) for x, y in points), length_of(points), parts)
        for points, parts in zip(strokes, closed, strict=True)
    )


MOST_SEEDS = 20_000
"""Beyond it the smallest are left out before anything is merged one by one."""


def _sown(seeds: Labels, smallest: int) -> Labels:
    """Leave out what is too small to start from."""
    areas = np.bincount(seeds.ravel())
    areas[0] = 0
    floor = min(2, smallest)
    if len(areas) > MOST_SEEDS:
        floor = max(floor, int(np.sort(areas)[-MOST_SEEDS]) + 1)
    kept = areas >= floor
    if not kept.any() and areas.any():
        kept[areas.argmax()] = True
    return np.where(kept[seeds], seeds, 0)


def _widened(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    import cv2

    return np.asarray(cv2.dilate(mask.view(np.uint8), np.ones((3, 3), np.uint8)) > 0)


def outside_of(labels: Labels) -> NDArray[np.bool_]:
    """Return which regions are the paper around the figure.

    They touch the rim, and not only below, where figures are cut off: at least a tenth of the
    upper rim and of the upper two thirds of both sides; nor only above, where heads are.
    """
    height = labels.shape[0]
    upper = max(1, height * 2 // 3)
    count = int(labels.max()) + 1
    rim = np.concatenate([labels[0], labels[:upper, 0], labels[:upper, -1]])
    touching = np.bincount(rim, minlength=count)
    aside = np.zeros(count, np.bool_)
    aside[rim[labels.shape[1] :]] = True
    return np.asarray(aside & (touching >= 0.1 * len(rim)))
