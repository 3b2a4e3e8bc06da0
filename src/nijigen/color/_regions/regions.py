"""Regions: the areas that the lines of a drawing enclose, and which are adjacent."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from nijigen.core.run import SILENT, Run
from nijigen.imaging.line_art.gaps import (
    Gap,
    Point,
    beside,
    closings,
    default_gap,
    drawn,
    length_of,
)
from nijigen.imaging.line_art.graph import (
    Borders,
    Bytes,
    Labels,
    borders_of,
    grown,
    merged,
    numbered,
)
from nijigen.imaging.line_art.ink import LineArt, lines_of
from nijigen.imaging.line_art.necks import necks
from nijigen.imaging.line_art.trapped_ball import rooms
from nijigen.imaging.memory import remembered

__all__ = ["Gap", "Point", "Regions", "default_gap", "default_smallest", "regions_of"]


@dataclass(frozen=True, eq=False)
class Regions:
    """The areas of a drawing.

    Attributes:
        labels: int32 ``(H, W)``: the region number of each pixel, also under lines.
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
        """The pixel of each region farthest from its border, on paper, ``(count, 2)``: x, y."""
        import cv2

        inside = np.zeros(np.add(self.labels.shape, 2), np.uint8)
        # The edge of the picture is a border as well.
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
        """Which regions are adjacent, and what separates them."""
        return borders_of(self.labels, self.ink)

    @property
    def edges(self) -> Labels:
        """Pairs of adjacent regions, the lower number first, ``(M, 2)``."""
        return self.borders.edges

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Border pixels of each edge, ``(M,)``."""
        return self.borders.lengths

    def at(self, x: float, y: float) -> int:
        """Return the region of a point; points outside are clamped to the picture."""
        height, width = self.labels.shape
        return int(self.labels[min(max(int(y), 0), height - 1), min(max(int(x), 0), width - 1)])


def default_smallest(width: int, height: int) -> int:
    """Return the default of ``smallest``, pixels of a region: 16 of 1024×1024."""
    return max(4, round(width * height * 1.5e-5))


def regions_of(
    art: LineArt,
    *,
    gap: float | None = None,
    smallest: int | None = None,
    run: Run = SILENT,
) -> Regions:
    """Return the areas between lines.

    Cached in the process by drawing, ``gap`` and ``smallest``;
    :func:`nijigen.color._regions.edits.edited` then takes milliseconds.

    Args:
        art: What :func:`nijigen.imaging.line_art.ink.line_art` gives.
        gap: Length in pixels of the widest gap in a line that is closed; 0 closes none.
        smallest: Pixels of the smallest region.
        run: Receives progress.
    """
    height, width = art.ink.shape
    gap = default_gap(width, height) if gap is None else gap
    smallest = default_smallest(width, height) if smallest is None else smallest
    key = art.ink, gap, smallest
    return remembered("regions", key, lambda: _found(art.ink, gap, smallest, run))


LARGEST = 2048
"""Longest side in pixels at which regions are searched; larger pages are reduced to it."""


def _found(ink: Bytes, gap: float, smallest: int, run: Run) -> Regions:
    import cv2

    height, width = ink.shape
    factor = -(-max(height, width) // LARGEST)
    if factor == 1:
        labels, gaps = _segmented(ink, gap, smallest)
        return Regions(labels, ink, gaps, outside_of(labels))
    # Half mean, half maximum: lines of one pixel survive, and close lines do not merge.
    size = (-(-width // factor), -(-height // factor))
    mean = cv2.resize(ink, size, interpolation=cv2.INTER_AREA)
    most = cv2.dilate(ink, np.ones((factor, factor), np.uint8))
    most = cv2.resize(most, size, interpolation=cv2.INTER_NEAREST)
    small = cv2.addWeighted(mean, 0.5, most, 0.5, 0)
    few, gaps = _segmented(small, gap / factor, max(1, smallest // factor**2))
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
"""Rows of a large page that are processed at once, to save memory."""


def _moved_to_lines(few: Labels, ink: Bytes, band: slice) -> Labels:
    """Return rows of a reduced label map at full size, with borders in the middle of lines."""
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
    # Paper away from borders is certain; labels grow from there over paper, then into lines.
    value[~(paper & alike)] = 0
    cross = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
    for _ in range(2 * rows):
        value = np.where(paper & (value == 0), cv2.dilate(value, cross), value)
    if not value.any():
        value = whole.astype(np.float32) + 1
    near = grown(value.astype(np.int32)) - 1
    length = min(band.stop, height) - band.start
    return near[band.start - start : band.start - start + length]


def _segmented(ink: Bytes, gap: float, smallest: int) -> tuple[Labels, tuple[Gap, ...]]:
    mask = lines_of(ink)
    # A bridge across a tenth of the page would close no gap.
    gap = min(gap, max(ink.shape) / 10)
    strokes = [item.points for item in closings(mask, gap)]
    strokes += necks(mask | (drawn(strokes, mask.shape) > 0), gap)
    bridges = drawn(strokes, mask.shape)
    bridges[mask] = 0
    seeds = rooms(~mask & (bridges == 0), gap)
    labels = grown(_sown(seeds, smallest)) - 1
    areas = np.bincount(labels.ravel())
    # A closing must cut off a sizable area: hatching makes many small cells.
    wanted = np.full(len(areas), smallest, np.int64)
    wanted[np.unique(labels[_widened(bridges > 0)])] = max(smallest, round(0.3 * gap**2))
    labels = numbered(merged(areas, wanted, borders_of(labels, ink))[labels])
    closed = beside(bridges, labels + 1, len(strokes))
    return labels, tuple(
        # Pixel indices here, coordinates there: the center of a pixel is at one half.
        Gap(tuple((x + 0.5, y + 0.5) for x, y in points), length_of(points), parts)
        for points, parts in zip(strokes, closed, strict=True)
    )


MOST_SEEDS = 20_000
"""Above this number the smallest are dropped before regions are merged one by one."""


def _sown(seeds: Labels, smallest: int) -> Labels:
    """Drop seeds that are too small to start from."""
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

    They touch at least a tenth of the top edge and the upper two thirds of both sides together, and
    not the top edge alone: figures are cut off at the bottom, and heads at the top.
    """
    height = labels.shape[0]
    upper = max(1, height * 2 // 3)
    count = int(labels.max()) + 1
    rim = np.concatenate([labels[0], labels[:upper, 0], labels[:upper, -1]])
    touching = np.bincount(rim, minlength=count)
    aside = np.zeros(count, np.bool_)
    aside[rim[labels.shape[1] :]] = True
    return np.asarray(aside & (touching >= 0.1 * len(rim)))
