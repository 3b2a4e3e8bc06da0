"""Back-projection: make an enlarged picture consistent with its source.

Averaged back to the source's grid, the result then equals the source: a network may add detail
within a pixel, but neither shift colors nor move brightness from one pixel to another.

Source: Irani and Peleg, Improving resolution by image registration, 1991 (the correction by the
back-projected difference).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from nijigen.core.picture import Pixels
from nijigen.imaging._color_shift import ColorShift
from nijigen.imaging._rounding import REACH, ROUNDS, round_blocks, round_closely
from nijigen.imaging.area import Axis, Bools, Floats, Grid, planes, planes_like
from nijigen.imaging.rows import Rows

Mode = Literal["exact", "color", "off"]
"""``exact``: every source pixel; ``color``: areas of a few source pixels, for a source whose pixels
are damaged; ``off``: nothing."""

STEPS = ((1.25, 40), (1.5, 16), (math.inf, 8))
"""Corrections where pixels do not align, for factors up to a limit: the nearer to 1, the more
result pixels each source pixel shares with others."""
CONSTANT = {"exact": 2, "color": 12, "off": 2}
"""Distance in source pixels to the nearest other color from which a constant area stays constant.
JPEG turns gradients into blocks of 8 constant pixels, which are damage."""
GRAY = 2
"""Distance in source pixels to the nearest colored pixel from which gray stays gray."""
ALIGNED_BLOCK, BLOCK = (64, 1024), (448, 448)
"""Height and width of the result pixels that are corrected at once; larger where they need a
margin."""


@dataclass(frozen=True)
class Residual:
    """Difference between the source and the result averaged to its grid, in levels of 255."""

    mean: float
    worst: float


def back_project(
    large: Rows, source: Rows, mode: Mode, write: Callable[[int, Pixels], None]
) -> Residual:
    """Correct an enlarged picture and round it to the depth of its source.

    Constant areas of the source stay constant, and gray areas gray, in every mode. Works block by
    block; the result does not depend on them.

    Args:
        large: ``(H, W, C)`` of 16 bits, at least as large as the source on both sides. The mean of
            the channels is taken if there are three and the source has one. Released when used.
        source: ``(h, w, C)`` of 8 or 16 bits, without alpha, readable in any order.
        mode: What to keep.
        write: Receives the corrected rows from top to bottom, with the depth and channels of the
            source: the number of the first one, and some rows.

    Returns:
        What is left of the difference.
    """
    full = int(np.iinfo(source.dtype).max)
    grid = Grid.between(source.shape, large.shape)
    margin = 0 if grid.aligned else _steps(grid) + 2 + ROUNDS * REACH
    shift = ColorShift(large, source, grid) if mode == "color" else None
    total, worst = 0.0, 0.0
    height, width = ALIGNED_BLOCK if grid.aligned else BLOCK
    for down in _spans(grid.down, height, margin):
        band = np.empty((down.length, grid.across.large, source.shape[2]), source.dtype)
        part = grid.rows(down.first, down.last)
        rows = large.read(part.down.first, part.down.last)
        for across in _spans(grid.across, width, margin):
            part = grid.rows(down.first, down.last).columns(across.first, across.last)
            settled, before = _Settled.of(source, part, mode)
            after = planes_like(rows[:, part.across.first : part.across.last], source)
            if mode == "exact" and not grid.aligned:
                _approach(after, before, part, full, settled)
            elif mode == "exact":
                _correct(after, before, part, full)
            elif shift is not None:
                after += shift.at(part)
                after.clip(0, full, out=after)
            settled.apply(after)
            levels = np.rint(after)
            if mode == "exact" and full == 255 and grid.aligned:
                round_blocks(levels, after, before, part)
            elif mode == "exact" and full == 255:
                round_closely(levels, before, part, full, settled.constant, settled.gray)
            left = np.abs(before - part.average(levels))[:, down.core, across.core]
            total += float(left.sum(dtype=np.float64))
            worst = max(worst, float(left.max()))
            band[:, across.result] = levels[:, down.kept, across.kept].transpose(1, 2, 0)
        write(down.result.start, band)
        # A view of rows that are released now.
        del rows
        large.release(grid.rows(max(0, down.stop - margin), down.stop).down.first)
    scale = 255 / full
    return Residual(total / math.prod(source.shape) * scale, worst * scale)


@dataclass(frozen=True)
class _Span:
    """Pixels of an axis of the source with a margin, and which of them and of the result are kept.

    Attributes:
        first: The first source pixel.
        last: End of the source pixels.
        core: The source pixels without the margin, counted from the first.
        result: The result pixels that are kept.
        kept: The same, counted from the first one that the source pixels touch.
    """

    first: int
    last: int
    core: slice
    result: slice
    kept: slice

    @property
    def stop(self) -> int:
        """End of the source pixels without the margin."""
        return self.first + int(self.core.stop)

    @property
    def length(self) -> int:
        """How many result pixels are kept."""
        return int(self.result.stop - self.result.start)


def _spans(axis: Axis, length: int, margin: int) -> Iterator[_Span]:
    small, large = axis.small, axis.large
    step = max(1, length * small // large)
    for start in range(0, small, step):
        stop = min(start + step, small)
        first, last = max(0, start - margin), min(small, stop + margin)
        result = slice(-(-start * large // small), -(-stop * large // small))
        offset = first * large // small
        yield _Span(
            first,
            last,
            slice(start - first, stop - first),
            result,
            slice(result.start - offset, result.stop - offset),
        )


def _steps(grid: Grid) -> int:
    factor = min(axis.large / axis.small for axis in (grid.down, grid.across))
    return next(steps for limit, steps in STEPS if factor < limit)


def _correct(after: Floats, before: Floats, grid: Grid, full: int) -> None:
    """Give the result the mean of every source pixel, where each is a block of whole pixels."""
    phases = grid.phases(after)
    left = before - grid.average(after)
    for phase in phases:
        phase += left
    after.clip(0, full, out=after)
    # What was cut off at black and white: contract the rest toward it, which cannot overshoot.
    mean = grid.average(after)
    left = before - mean
    left[np.abs(left) < 1e-3] = 0
    if not left.any():
        return
    up = (left / np.maximum(full - mean, 1e-3)).clip(0, 1)
    down = (-left / np.maximum(mean, 1e-3)).clip(0, 1)
    for phase in phases:
        phase += (full - phase) * up
        phase -= phase * down


def _approach(after: Floats, before: Floats, grid: Grid, full: int, settled: _Settled) -> None:
    """Bring the result near the mean of every source pixel, around what is settled.

    An accelerated projected gradient. The weights of its momentum depend on nothing but the number
    of the step, so that blocks are independent.

    Source: Beck and Teboulle, A fast iterative shrinkage-thresholding algorithm, 2009.
    """
    ahead, weight = after, 1.0
    for _ in range(_steps(grid)):
        moved = ahead + grid.spread(before - grid.average(ahead))
        moved.clip(0, full, out=moved)
        settled.apply(moved)
        following = (1 + math.sqrt(1 + 4 * weight * weight)) / 2
        ahead = moved + np.float32((weight - 1) / following) * (moved - after)
        after[:] = moved
        weight = following


@dataclass(frozen=True)
class _Settled:
    """The pixels of a part of the result that are settled, since the source is constant or gray.

    Attributes:
        constant: Pixels of constant areas.
        colors: Their colors; also of other pixels. None if there are none.
        gray: Pixels whose channels are equal; None if there are none.
    """

    constant: Bools
    colors: Floats | None
    gray: Bools | None

    @classmethod
    def of(cls, source: Rows, part: Grid, mode: Mode) -> tuple[_Settled, Floats]:
        """Return what is settled in a part of the result, and the same part of the source."""
        distance = CONSTANT[mode]
        # Masks depend on the pixels that near; result pixels may lie in the one next to the part.
        margin = max(distance, GRAY) + 1
        axes = part.down, part.across
        starts = [max(0, axis.start - margin) for axis in axes]
        ends = [min(axis.small, axis.stop + margin) for axis in axes]
        pixels = source.read(starts[0], ends[0])[:, starts[1] : ends[1]]
        rows, columns = (_nearest(axis) - start for axis, start in zip(axes, starts, strict=True))
        places = rows[:, None], columns
        constant = _constant(pixels, distance)[places]
        colors = planes(pixels[places]) if constant.any() else None
        gray = None
        if pixels.shape[2] == 3:
            equal = _eroded((pixels == pixels[:, :, :1]).all(axis=2), GRAY)[places]
            gray = equal if equal.any() else None
        down, across = (
            slice(axis.start - start, axis.stop - start)
            for axis, start in zip(axes, starts, strict=True)
        )
        return cls(constant, colors, gray), planes(pixels[down, across])

    def apply(self, after: Floats) -> None:
        """Settle these pixels."""
        if self.colors is not None:
            np.copyto(after, self.colors, where=self.constant)
        if self.gray is not None:
            np.copyto(after, after.mean(axis=0), where=self.gray)


def _nearest(axis: Axis) -> NDArray[np.intp]:
    """Return the source pixel at the centre of each result pixel that the source pixels touch."""
    centres = (2 * np.arange(axis.first, axis.last) + 1) * axis.small // (2 * axis.large)
    return centres.astype(np.intp)


def _constant(source: Pixels, distance: int) -> Bools:
    """Return the pixels with no other color within a distance."""
    height, width = source.shape[:2]
    same = np.ones((height, width), bool)
    right = (source[:, 1:] == source[:, :-1]).all(axis=2)
    below = (source[1:] == source[:-1]).all(axis=2)
    # A pixel whose neighbors at the right and below are equal to it: runs of these are constant.
    same[:, :-1] &= right
    same[:, 1:] &= right
    same[:-1] &= below
    same[1:] &= below
    return _eroded(same, distance - 1)


def _eroded(mask: Bools, distance: int) -> Bools:
    """Return the pixels whose whole neighborhood is set; outside counts as set."""
    # Not SciPy's filter: importing it takes a tenth of the memory of a whole run.
    for axis in (0, 1):
        moved, kept = np.moveaxis(mask, axis, 0), mask.copy()
        target = np.moveaxis(kept, axis, 0)
        for step in range(1, min(distance, len(moved) - 1) + 1):
            target[step:] &= moved[:-step]
            target[:-step] &= moved[step:]
        mask = kept
    return mask
