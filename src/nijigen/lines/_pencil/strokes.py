"""Strokes: each line drawn several times, in pieces, by a hand that is not exact."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Counts = NDArray[np.int64]
_FINE = 2
"""Strokes are drawn this much larger and reduced: a pencil's line may be half a pixel wide."""
_STEP = 4
"""Distance of the points of a stroke, in pixels."""
_SWING = 5.0
"""Points over which a hand swings to one side."""
_SHIFT = 4
"""Binary digits of the fractions of coordinates."""
_LEVEL = 20
"""Difference in darkness, of 255, that is drawn."""


@dataclass(frozen=True, eq=False)
class Path:
    """A line that is drawn.

    Attributes:
        points: ``(N, 2)``: x, y, about a pixel apart.
        closed: Whether the last one is next to the first.
    """

    points: Floats
    closed: bool


@dataclass(frozen=True)
class Hand:
    """How lines are drawn; lengths in pixels.

    Attributes:
        strokes: Mean number of strokes over each other, 1 or more.
        jitter: How far strokes are from the line.
        overshoot: How far strokes go on at their ends.
        length: Mean length of a stroke.
        width: Multiple of the line's width.
        pressure: Darkness of strokes, 0 to 1.
    """

    strokes: float
    jitter: float
    overshoot: float
    length: float
    width: float
    pressure: float


@dataclass(frozen=True, eq=False)
class Strokes:
    """Strokes, one after the other.

    Attributes:
        points: ``(N, 2)``: x, y.
        pressure: ``(N,)``, 0 to 1.
        width: ``(N,)``, in pixels.
        starts: ``(S + 1,)``: the first point of each stroke, and ``N``.
    """

    points: Floats
    pressure: Floats
    width: Floats
    starts: Counts


@dataclass(frozen=True, eq=False)
class _Guides:
    """All lines, one after the other: points, widths, the line of each, its first point."""

    points: Floats
    width: Floats
    line: Counts
    first: Counts
    count: Counts


def strokes_along(
    paths: Sequence[Path], widths: Sequence[Floats], hand: Hand, rng: np.random.Generator
) -> list[Strokes]:
    """Return strokes that draw lines, as layers whose graphite adds up.

    Args:
        paths: The lines.
        widths: Their widths at each point, in pixels.
        hand: How they are drawn.
        rng: Random generator.
    """
    if not paths:
        return []
    guides = _guides(paths, widths)
    times = int(np.ceil(hand.strokes)) + (hand.strokes > 1)
    often = (hand.strokes - 1) / max(times - 1, 1)
    return [_layer(guides, hand, 1.0 if n == 0 else often, rng) for n in range(times)]


def _guides(paths: Sequence[Path], widths: Sequence[Floats]) -> _Guides:
    """Return every fourth point of lines, smoothed: pixels are stairs."""
    import cv2

    points, wide = [], []
    for path, width in zip(paths, widths, strict=True):
        along = path.points
        if path.closed:
            along, width = np.concatenate([along, along[:6]]), np.concatenate([width, width[:6]])
        smooth = cv2.blur(along, (1, 5), borderType=cv2.BORDER_REPLICATE)
        smooth[0], smooth[-1] = along[0], along[-1]
        width = cv2.blur(width, (1, 21), borderType=cv2.BORDER_REPLICATE)[:, 0]
        points += [smooth[:-1:_STEP], smooth[-1:]]
        wide += [width[:-1:_STEP], width[-1:]]
    sizes = [len(one) for one in points]
    count = np.array(sizes[0::2], np.int64) + np.array(sizes[1::2], np.int64)
    first = np.concatenate([[0], np.cumsum(count)[:-1]])
    return _Guides(
        np.concatenate(points).astype(np.float32),
        np.concatenate(wide).astype(np.float32),
        np.repeat(np.arange(len(count)), count),
        first,
        count,
    )


def _layer(guides: _Guides, hand: Hand, share: float, rng: np.random.Generator) -> Strokes:
    """Draw this share of the lines once, each in pieces."""
    start, stop = _pieces(guides, hand, rng)
    kept = rng.random(len(start)) < share
    start, stop = start[kept], stop[kept]
    length = stop - start
    starts = np.concatenate([[0], np.cumsum(length)])
    number = np.repeat(np.arange(len(length)), length)
    at = np.arange(int(starts[-1])) - starts[number]
    source = at + start[number]
    points, width = guides.points[source], guides.width[source]
    along = (at / np.maximum(length - 1, 1)[number]).astype(np.float32)

    def of_stroke(values: NDArray[np.float64]) -> Floats:
        return values.astype(np.float32)[number]

    ahead = _directions(points, starts, number)
    strokes = len(length)
    swing = _swing(len(points), rng) * 0.7 + of_stroke(rng.normal(0, 0.6, strokes))
    swing += (along - 0.5) * of_stroke(rng.normal(0, 0.8, strokes))
    across = ahead[:, ::-1] * np.array([-1, 1], np.float32)
    points = points + across * (swing * np.float32(hand.jitter))[:, None]
    for tips, sign in ((starts[:-1], -1), (starts[1:] - 1, 1)):
        # Some strokes stop too early.
        over = rng.exponential(0.6, strokes) - 0.15
        points[tips] += ahead[tips] * (sign * hand.overshoot * over).astype(np.float32)[:, None]
    # Pressure rises fast and falls slowly, or the other way around.
    rise, fall = (of_stroke(rng.uniform(0.02, 0.35, strokes)) for _ in range(2))
    shape = np.minimum(np.minimum((along + 0.02) / rise, (1.02 - along) / fall), 1)
    shape = (0.3 + 0.7 * shape) * (1 + 0.12 * _swing(len(points), rng))
    pressure = shape * of_stroke(hand.pressure * rng.uniform(0.65, 1.1, strokes))
    width = width * (0.6 + 0.4 * shape) * of_stroke(hand.width * rng.uniform(0.75, 1.15, strokes))
    return Strokes(points, pressure.clip(0, 1), width, starts)


def _pieces(guides: _Guides, hand: Hand, rng: np.random.Generator) -> tuple[Counts, Counts]:
    """Return the first points of pieces of lines, and those after the last ones."""
    lines = len(guides.count)
    length = np.maximum(hand.length * rng.uniform(0.5, 1.7, lines) / _STEP, 3)
    # A line that is hardly longer than a stroke is one.
    length = np.where(guides.count < 1.5 * length, 1e9, length)
    phase = rng.random(lines) * length * (length < 1e9)
    local = np.arange(len(guides.line)) - guides.first[guides.line]
    piece = ((local + phase[guides.line]) // length[guides.line]).astype(np.int64)
    new = np.flatnonzero(np.diff(guides.line, prepend=-1) | np.diff(piece, prepend=-1))
    start, stop = new, np.append(new[1:], len(local))
    # The next piece begins before the end of this one.
    line = guides.line[start]
    back = rng.integers(0, 4, len(start))
    end = guides.first[line] + guides.count[line]
    start = np.maximum(start - back, guides.first[line])
    return start, np.minimum(np.maximum(stop + 1, start + 2), end)


def _directions(points: Floats, starts: Counts, number: Counts) -> Floats:
    """Return the unit vectors along strokes."""
    last = starts[1:][number] - 1
    places = np.arange(len(points))
    ahead = points[np.minimum(places + 1, last)] - points[np.maximum(places - 1, starts[number])]
    size = np.hypot(ahead[:, 0], ahead[:, 1])
    return np.asarray(ahead / np.maximum(size, 1e-6)[:, None], np.float32)


def _swing(count: int, rng: np.random.Generator) -> Floats:
    """Return smooth noise of deviation 1."""
    import cv2

    noise = rng.normal(0, 1, (1, count)).astype(np.float32)
    smooth = cv2.GaussianBlur(noise, (0, 0), _SWING)[0] if count else noise[0]
    return np.asarray(smooth * np.float32(np.sqrt(2 * _SWING * np.sqrt(np.pi))), np.float32)


def laid_down(layers: Sequence[Strokes], size: tuple[int, int]) -> Floats:
    """Return the graphite of strokes, ``(H, W)`` in 0..1.

    Args:
        layers: In pixels of the result.
        size: Height and width.
    """
    import cv2

    height, width = size
    light = np.ones(size, np.float32)
    for layer in layers:
        sheet = np.zeros((height * _FINE, width * _FINE), np.uint8)
        _draw(layer, sheet)
        small = cv2.resize(sheet, (width, height), interpolation=cv2.INTER_AREA)
        light *= 1 - small.astype(np.float32) * np.float32(1 / 255)
    return 1 - light


def _draw(layer: Strokes, sheet: NDArray[np.uint8]) -> None:
    import cv2

    at = ((layer.points + 0.5) * (_FINE << _SHIFT)).astype(np.int32)
    thick = np.maximum(np.rint(layer.width * _FINE), 1).astype(np.int64)
    level = (layer.pressure * (255 / _LEVEL)).astype(np.int64)
    # Pieces of one width and pressure are drawn in one go, which also has no visible joints.
    changes = np.diff(thick * 1000 + level, prepend=-1) != 0
    changes[layer.starts[:-1][layer.starts[:-1] < len(changes)]] = True
    starts = np.flatnonzero(changes)
    last = np.append(starts[1:], len(at))
    # Up to the first point of the next piece of the same stroke.
    ends = np.searchsorted(layer.starts, starts, side="right")
    last = np.minimum(last + 1, layer.starts[ends.clip(0, len(layer.starts) - 1)])
    shades, widths = ((level + 0.5) * _LEVEL).clip(0, 255).tolist(), thick.tolist()
    for start, stop in zip(starts.tolist(), last.tolist(), strict=True):
        cv2.polylines(
            sheet, [at[start:stop]], False, shades[start], widths[start], cv2.LINE_AA, _SHIFT
        )
