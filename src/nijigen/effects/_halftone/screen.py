"""Halftone screens: calibrated spot functions, and the phase of each pixel in them."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nijigen.effects._blue_noise import blue_noise
from nijigen.effects._halftone.shapes import spot

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]

LEVELS = 256
ROUND = ("ring", "spiral")
SCATTERED = 0.25
"""Side of the dots of a stochastic screen, in cells: as much detail as dots of all sizes have."""
_ROWS_OF_A_LINE = 1024
_GOLDEN = 0.6180339887498949
_BAND_PIXELS = 1 << 18
_LEVELS_AT_ONCE = 32


@dataclass(frozen=True)
class Screen:
    """A screen for one ink.

    Attributes:
        shape: A shape supported by :func:`spot_table`.
        cell: Distance between two dots, lines or rings, in pixels.
        softness: Width of the blurred edge, in pixels; 0 is hard, 1 is plain antialiasing.
        angle: Rotation of the lattice in degrees, counter-clockwise.
        center: Center of rings and spirals, as x, y in pixels.
        wobble: How much lines waver, 0 to 1.
        own: Bits of the dot of the shape ``own``.
    """

    shape: str
    cell: float
    softness: float
    angle: float
    center: tuple[float, float]
    wobble: float = 0.0
    own: bytes = b""

    def coverage(self, levels: Bytes, top: int) -> Bytes:
        """Return how much of each pixel the ink covers, 0 to 255.

        Args:
            levels: The target tone ``(h, w)``: 0 is bare paper, 255 solid ink.
            top: The row of the picture at which ``levels`` starts.
        """
        if self.shape == "stochastic":
            return self._scattered(levels, top)
        # Without softness or rotation, pixels sample the same few phases in every cell: rank those.
        plain = self.shape not in ROUND and not self._wavers
        ranked = self.softness == 0 and self.angle % 90 == 0 and plain
        table = spot_table(self.shape, self.cell, self.softness, ranked, self.own)
        _, rows, columns = table.shape
        place = self._places(top, levels.shape[0], levels.shape[1], rows, columns)
        place += levels.astype(np.uint32) * np.uint32(rows * columns)
        covered: Bytes = table.reshape(-1).take(place)
        return covered

    @property
    def _wavers(self) -> bool:
        return self.shape == "line" and self.wobble > 0

    def _scattered(self, levels: Bytes, top: int) -> Bytes:
        """Return dots of one size, the more the darker, that lie evenly without a lattice."""
        limits = blue_noise()
        side = max(1, round(self.cell * SCATTERED))
        # Each ink has its own part of the noise, or all dots would overprint.
        shift = round(self.angle * 7) % len(limits)
        rows = (np.arange(top, top + len(levels)) // side + shift) % len(limits)
        columns = (np.arange(levels.shape[1]) // side + 3 * shift) % len(limits)
        ink = levels > limits[rows[:, None], columns] * 255
        return np.where(ink, np.uint8(255), np.uint8(0))

    def _places(
        self, top: int, height: int, width: int, rows: int, columns: int
    ) -> NDArray[np.uint32]:
        if self.shape in ROUND:
            return self._turns(top, height, width, rows)
        if self._wavers:
            return self._waves(top, height, width, rows)
        x = (np.arange(width) + 0.5) / self.cell
        y = (np.arange(top, top + height) + 0.5) / self.cell
        cosine, sine = np.cos(np.deg2rad(self.angle)), np.sin(np.deg2rad(self.angle))
        place = _index(x * sine, y * cosine, rows)
        if columns > 1:
            place *= np.uint32(columns)
            place += _index(x * cosine, y * -sine, columns)
        return place

    def _waves(self, top: int, height: int, width: int, rows: int) -> NDArray[np.uint32]:
        x = (np.arange(width, dtype=np.float32) + np.float32(0.5))[None, :]
        y = (np.arange(top, top + height, dtype=np.float32) + np.float32(0.5))[:, None]
        turn = np.deg2rad(self.angle)
        cosine, sine = np.float32(np.cos(turn) / self.cell), np.float32(np.sin(turn) / self.cell)
        along = x * cosine - y * sine
        # Two waves that never repeat together look drawn by hand.
        bend = np.sin(along * np.float32(2 * np.pi / 9)) + np.sin(along * np.float32(1.9))
        turns = x * sine + y * cosine + bend * np.float32(0.3 * self.wobble)
        turns -= np.floor(turns)
        step = (turns * np.float32(rows)).astype(np.uint32)
        return np.asarray(np.minimum(step, rows - 1), np.uint32)

    def _turns(self, top: int, height: int, width: int, rows: int) -> NDArray[np.uint32]:
        x = (np.arange(width, dtype=np.float32) + np.float32(0.5 - self.center[0]))[None, :]
        y = np.arange(top, top + height, dtype=np.float32)[:, None]
        y += np.float32(0.5 - self.center[1])
        turns = np.hypot(x, y) * np.float32(1 / self.cell)
        if self.shape == "spiral":
            # Half a turn more makes the jump of arctan2 coincide with the seam of the arms.
            turns += np.arctan2(y, x) * np.float32(0.5 / np.pi) + np.float32(0.5)
        turns -= np.floor(turns)
        step = (turns * np.float32(rows)).astype(np.uint32)
        return np.asarray(np.minimum(step, rows - 1), np.uint32)


def _index(
    across: NDArray[np.float64], down: NDArray[np.float64], count: int
) -> NDArray[np.uint32]:
    """Return the step, of ``count`` in a cycle, that contains the sum of two phases in cycles."""
    # Whole-pixel phases fall on the borders or centers of steps; a quarter step avoids both.
    bias = 0.25 / count
    phase = _fraction(across)[None, :] + _fraction(down + bias)[:, None]
    phase >>= np.uint32(16)
    phase *= np.uint32(count)
    phase >>= np.uint32(16)
    return phase


def _fraction(cycles: NDArray[np.float64]) -> NDArray[np.uint32]:
    """Return the fraction of a cycle in units of 2**-32, so that whole cycles wrap around."""
    return np.asarray(np.floor((cycles % 1) * 2.0**32).astype(np.int64), np.uint32)


def bands(height: int, width: int) -> Iterator[slice]:
    """Yield slices of rows small enough to stay in the processor's cache."""
    step = max(1, _BAND_PIXELS // width)
    for top in range(0, height, step):
        yield slice(top, min(top + step, height))


@functools.lru_cache(maxsize=4)
def spot_table(shape: str, cell: float, softness: float, ranked: bool, own: bytes = b"") -> Bytes:
    """Return the coverage of a pixel by its tone and its position in the cell.

    The spot function is equalized: its values are replaced by their rank, so that exactly
    the right fraction of the cell is below each threshold, whatever the dot's shape. The
    thresholded cell is then averaged over a square of ``softness`` pixels, which keeps its mean.
    ``ranked`` gives the table one step for each pixel of the cell: an ordered dither matrix.

    Returns:
        ``uint8 (256, rows, columns)``; one column for shapes that vary in one direction only
        (lines, rings, spirals).
    """
    threshold = _threshold(shape, cell, ranked, own)
    rows, columns = threshold.shape
    down = _box(rows, softness / cell)
    across = _box(columns, softness / cell)
    table = np.empty((LEVELS, rows, columns), np.uint8)
    for first in range(0, LEVELS, _LEVELS_AT_ONCE):
        level = np.arange(first, first + _LEVELS_AT_ONCE, dtype=np.float32)[:, None, None]
        # Tone 0 is below every threshold, tone 255 above all.
        ink = (threshold[None] < level / (LEVELS - 1)).astype(np.float32)
        smooth = (ink.reshape(-1, columns) @ across).reshape(ink.shape).transpose(0, 2, 1)
        smooth = (smooth.reshape(-1, rows) @ down).reshape(smooth.shape).transpose(0, 2, 1)
        table[first : first + _LEVELS_AT_ONCE] = (smooth * 255 + 0.5).clip(0, 255)
    table.flags.writeable = False
    return table


def _threshold(shape: str, cell: float, ranked: bool, own: bytes) -> Floats:
    """Return thresholds spread evenly over 0 to 1, lowest where the ink starts to grow."""
    flat = shape in ("line", *ROUND)
    # An even number of steps per pixel: at 0 degrees the pixels of a cell then tile it exactly,
    # and the mean is exact. Finer steps make no visible difference.
    steps = 4 if cell > 24 else 8 if cell >= 8 else 2 * int(np.ceil(32 / cell))
    size = round(cell * (1 if ranked else steps))
    rows, columns = size, size
    if flat:
        rows, columns = size if ranked else size * (_ROWS_OF_A_LINE // size), 1
    v = ((np.arange(rows) + 0.5) / rows - 0.5)[:, None]
    u = ((np.arange(columns) + 0.5) / columns - 0.5)[None, :]
    value = spot("line" if flat else shape, u, v, own).ravel()
    # Round, and break ties in a scattered order: the same on every machine, and without streaks.
    scatter = (np.arange(value.size) * _GOLDEN) % 1
    order = np.lexsort((scatter, np.round(value, 6)))
    rank = np.empty(value.size, np.float32)
    rank[order] = (np.arange(value.size) + 0.5) / value.size
    return rank.reshape(rows, columns)


def _box(size: int, width: float) -> Floats:
    """Return the circulant matrix that averages over ``width`` of a cycle of ``size`` steps.

    A box along the screen's axes rather than the pixel's has the same area and second moments
    at every angle, so one table serves all inks.
    """
    offset = np.arange(size)
    half = width * size / 2
    weights = np.zeros(size)
    # Beyond one cycle the box wraps onto itself.
    for wrap in range(-int(width) - 2, int(width) + 3):
        at = offset + wrap * size
        weights += np.clip(np.minimum(at + 0.5, half) - np.maximum(at - 0.5, -half), 0, None)
    if weights.sum() < 1:
        weights[:] = 0
        weights[0] = 1
    weights /= weights.sum()
    return np.asarray(weights[(offset[:, None] - offset[None, :]) % size], np.float32)
