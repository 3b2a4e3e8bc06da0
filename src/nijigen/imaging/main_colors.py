"""Extraction: the colors that a picture is made of."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nijigen.core.colors import written
from nijigen.core.picture import Picture
from nijigen.imaging.color_spaces import (
    delta_e2000,
    from_oklab,
    from_perceived,
    lab,
    oklab,
    perceived,
    to_bytes,
)

Floats = NDArray[np.floating[Any]]
Bytes = NDArray[np.uint8]

_MOST_PIXELS = 2_000_000
"""Larger pictures are subsampled to this many pixels."""
_FLAT = 12
"""Maximum difference to a neighbor of a pixel inside a flat, not on an edge."""
_EDGE_WEIGHT = 0.1
"""Weight of mixed colors along edges: frequent, but not chosen by anybody."""
_SALIENCE = 0.3
"""Exponent of the weight when choosing initial centers: at 1 small colors never get one, at 0
single specks do. An iris is about 1/500 of a picture."""
_FLAT_SHARE = 0.8
"""Share of the 32 most frequent colors above which a picture counts as painted flat."""
_ROUNDS = 16
_BAND = 1 << 16
"""Colors whose nearest center is computed at once."""
_SAME = 2.5
"""Colors closer than this (CIEDE2000) are merged."""
_OWN = 0.08
"""Share of a cluster above which its most frequent color represents it, not its mean."""


class Colors(NamedTuple):
    """The main colors of a picture, the most frequent first."""

    bytes: Bytes
    """``(n, 3)``."""
    shares: Floats
    """``(n,)``; the sum is 1."""

    @property
    def oklab(self) -> Floats:
        """``(n, 3)``."""
        return oklab(self.bytes)

    @property
    def hex(self) -> list[str]:
        """The colors as ``#rrggbb``."""
        return [written(*color) for color in self.bytes]


def extract(picture: Picture, count: int, *, evenly: bool = False) -> Colors:
    """Return up to ``count`` main colors; none if the picture is fully transparent.

    K-means clusters in OKLab, colors weighted by visible area and by whether they are inside a
    flat. Deterministic.

    Args:
        picture: The picture.
        count: At most so many.
        evenly: Colors that look different count, rather than those that fill much: pale skin is
            told from white, and a face is not lost beside its background.
    """
    colors, inside, seen = _weighed(picture)
    if not len(colors):
        return Colors(np.zeros((0, 3), np.uint8), np.zeros(0))
    near, weights, mass = _binned(colors, inside, seen)
    if evenly:
        near = perceived(near)
    centers = _first_centers(near, weights, count)
    if evenly:
        weights = np.sqrt(weights)
    for _ in range(_ROUNDS):
        label = _nearest(near, centers)
        total = np.bincount(label, weights, len(centers))
        sums = [np.bincount(label, weights * near[:, c], len(centers)) for c in range(3)]
        moved = np.where(
            total[:, None] > 0, np.stack(sums, 1) / np.maximum(total, 1e-12)[:, None], centers
        )
        if np.abs(moved - centers).max() < 1e-5:
            break
        centers = moved
    chosen = _representatives(colors, inside, centers, evenly)
    return _merged(chosen, _sums(_nearest(near, centers), mass, len(centers)))


def is_flat(picture: Picture) -> bool:
    """Return whether few exact colors make up nearly all of the visible picture."""
    _, _, seen = _weighed(picture)
    return bool(np.sort(seen)[-32:].sum() >= _FLAT_SHARE * seen.sum())


def _weighed(picture: Picture) -> tuple[Bytes, Floats, Floats]:
    """Return the distinct colors, their weight inside flats and their total weight."""
    pixels = picture.reduced().pixels
    step = max(1, int(np.ceil(np.sqrt(pixels.shape[0] * pixels.shape[1] / _MOST_PIXELS))))
    color = np.repeat(pixels, 3, 2) if pixels.shape[2] == 1 else pixels[:, :, :3]
    change = np.zeros(pixels.shape[:2], np.uint8)
    for axis in (0, 1):
        low, high = np.minimum(*_pairs(color, axis)), np.maximum(*_pairs(color, axis))
        jump = (high - low).max(axis=2)
        first, second = _pairs(change, axis)
        np.maximum(first, jump, out=first)
        np.maximum(second, jump, out=second)
    some = np.s_[::step, ::step]
    color, change = color[some], change[some]
    alpha = pixels[some][:, :, 3] / 255 if pixels.shape[2] == 4 else np.ones(change.shape)
    kept = alpha > 0
    codes = color[kept].astype(np.uint32) @ np.array([65536, 256, 1], np.uint32)
    distinct, at = np.unique(codes, return_inverse=True)
    seen = _sums(at, alpha[kept], len(distinct))
    inner = alpha[kept] * np.where(change[kept] <= _FLAT, 1, _EDGE_WEIGHT)
    found = np.stack([distinct >> 16, distinct >> 8 & 255, distinct & 255], 1).astype(np.uint8)
    return found, _sums(at, inner, len(distinct)), seen


def _sums(label: NDArray[np.intp], weights: Floats, count: int = 0) -> Floats:
    sums: Floats = np.bincount(label, weights, count).astype(np.float64)
    return sums


def _pairs(values: Any, axis: int) -> tuple[Any, Any]:
    return (values[1:], values[:-1]) if axis == 0 else (values[:, 1:], values[:, :-1])


def _binned(colors: Bytes, inside: Floats, seen: Floats) -> tuple[Floats, Floats, Floats]:
    """Return the means in OKLab of colors that agree in 5 bits a channel, and their weights."""
    short = (colors >> 3).astype(np.int64) @ np.array([1024, 32, 1])
    _, at = np.unique(short, return_inverse=True)
    weights = _sums(at, inside)
    values = oklab(colors)
    sums = [np.bincount(at, inside * values[:, c]) for c in range(3)]
    return np.stack(sums, 1) / weights[:, None], weights, _sums(at, seen)


def _first_centers(near: Floats, weights: Floats, count: int) -> Floats:
    """Return initial centers: the heaviest color, then colors far from all others and not rare."""
    heard = (weights / weights.sum()) ** _SALIENCE
    chosen = [int(np.argmax(weights))]
    distance = np.full(len(near), np.inf)
    while len(chosen) < min(count, len(near)):
        distance = np.minimum(distance, ((near - near[chosen[-1]]) ** 2).sum(1))
        best = int(np.argmax(distance * heard))
        if distance[best] == 0:
            break
        chosen.append(best)
    return near[chosen]


def _nearest(values: Floats, centers: Floats) -> NDArray[np.intp]:
    """Return for each value the number of the nearest center."""
    nearest = np.empty(len(values), np.intp)
    # In bands: a million colors of noise times 64 centers take half a gigabyte.
    for start in range(0, len(values), _BAND):
        band = slice(start, start + _BAND)
        # |v - c|² without |v|², which is the same for all centers.
        away = (centers**2).sum(1) - 2 * (values[band] @ centers.T)
        nearest[band] = np.argmin(away, axis=1)
    return nearest


def _representatives(colors: Bytes, inside: Floats, centers: Floats, evenly: bool) -> Bytes:
    values = oklab(colors)
    label = _nearest(perceived(values) if evenly else values, centers)
    chosen = to_bytes(from_oklab(from_perceived(centers) if evenly else centers))
    order = np.lexsort((-inside, label))
    firsts = np.searchsorted(label[order], np.arange(len(centers)))
    totals = np.bincount(label, inside, len(centers))
    for number, first in enumerate(firsts):
        if totals[number] > 0 and inside[order[first]] >= _OWN * totals[number]:
            chosen[number] = colors[order[first]]
    return chosen


def _merged(colors: Bytes, shares: Floats) -> Colors:
    """Sort by share, and merge similar colors into the more frequent one."""
    order = np.lexsort((np.arange(len(shares)), -shares))
    colors, shares = colors[order], shares[order] / shares.sum()
    kept: list[int] = []
    values = lab(colors)
    apart = delta_e2000(values[:, None], values[None])
    for number in range(len(colors)):
        if shares[number] == 0:
            continue
        near = apart[kept, number] if kept else np.full(1, np.inf)
        if near.min() < _SAME:
            shares[kept[int(np.argmin(near))]] += shares[number]
        else:
            kept.append(number)
    kept.sort(key=lambda number: (-shares[number], number))
    return Colors(colors[kept], shares[kept])
