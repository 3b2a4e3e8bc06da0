"""Run a network over a picture tile by tile, so that memory is bounded by the tile."""

from __future__ import annotations

import functools
import itertools
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nijigen.core.picture import Picture
from nijigen.core.run import Run
from nijigen.imaging.rows import Rows

Network = Callable[[NDArray[np.float32]], NDArray[np.float32]]
Array16 = NDArray[np.uint16]
Enlarge = Callable[[Array16], Array16]
"""Enlarges a tile ``(h, w, C)`` of uint16 with its borders, which it may cut off."""
FULL = 65535


@dataclass(frozen=True)
class Geometry:
    """Size requirements of a network."""

    scale: int
    border: int
    """Source pixels beyond every side of a tile that its result depends on."""
    multiple_of: int = 1
    """The input with its borders must be a multiple of this."""
    exact: bool = True
    """Whether the result of a pixel does not depend on its tile; else tiles are blended."""
    replicates: bool = True
    """Whether pixels are replicated beyond the edges of the picture. If not, tiles end there: for
    a network that has its own way at edges. It then must not cut off borders."""


BLEND = 8
"""Source pixels over which two tiles of an inexact network are cross-faded."""
PLAIN = 8
"""Results of tiles of one color that are kept."""


def run_tiled(
    network: Network,
    rows: Rows,
    geometry: Geometry,
    *,
    tile: int,
    run: Run,
    behind: Rows | None = None,
) -> Rows:
    """Return the network's result for ``(H, W, 3)`` of uint16, ``scale`` times as large.

    It is computed when it is read, a row of tiles at once.

    Args:
        network: Takes and returns float32 NCHW RGB in 0..1; it may return the tile with or
            without its border.
        rows: uint16. Beyond its edges pixels are replicated.
        geometry: Size requirements of the network.
        tile: Side of a tile in source pixels, without borders.
        run: Receives progress and may stop between tiles.
        behind: What a preview shows where no tile is finished, by default ``rows``. They must be
            readable in any order.
    """
    return enlarge_tiled(
        functools.partial(_apply, network), rows, geometry, (tile, tile), run=run, behind=behind
    )


def enlarge_tiled(
    enlarge: Enlarge,
    rows: Rows,
    geometry: Geometry,
    tile: tuple[int, int],
    *,
    run: Run,
    behind: Rows | None = None,
) -> Rows:
    """Return the rows enlarged tile by tile like :func:`run_tiled`, by any function.

    ``tile`` is the height and width of a tile, without borders.
    """
    height, width, channels = rows.shape
    shape = height * geometry.scale, width * geometry.scale, channels
    bands = _bands(enlarge, rows, geometry, tile, run, _Preview(shape, behind or rows))
    return Rows.in_order(shape, rows.dtype, bands)


def _bands(
    enlarge: Enlarge,
    rows: Rows,
    geometry: Geometry,
    tile: tuple[int, int],
    run: Run,
    preview: _Preview,
) -> Iterator[Array16]:
    """Yield the rows that each row of tiles completes."""
    height, width, channels = rows.shape
    scale = geometry.scale
    blend = 0 if geometry.exact else min(BLEND, *(side // 4 for side in tile))
    tops, lefts = (
        _stops(length, side, blend, geometry)
        for length, side in zip(rows.shape, tile, strict=False)
    )
    count = len(tops.starts) * len(lefts.starts)
    done = itertools.count()
    work = _once_for_plain(enlarge)
    kept = np.empty((0, width * scale, channels), rows.dtype)
    for top, end in zip(tops.starts, [*tops.starts[1:], height], strict=True):
        side = min(tops.side, height - top)
        band = np.empty((side * scale, width * scale, channels), rows.dtype)
        band[: len(kept)] = kept
        down = _reach(top, tops.side, geometry, height)
        source = rows.read(int(down.min()), int(down.max()) + 1)
        source = source[down - down.min()]
        for left in lefts.starts:
            run.progress(next(done) / count)
            across = _reach(left, lefts.side, geometry, width)
            inner = _cut(
                work(np.ascontiguousarray(source[:, across])),
                (tops.side * scale, lefts.side * scale),
                None if geometry.replicates else (top - down[0], left - across[0]),
                scale,
            )
            fade = (blend * scale if top else 0, blend * scale if left else 0)
            part = band[:, left * scale : (left + lefts.side) * scale]
            _place(part, inner[: part.shape[0], : part.shape[1]], fade)
            preview.take(part, (top * scale, left * scale))
            run.show(preview.look)
        yield band[: (end - top) * scale]
        # Copied, since a view would keep the whole band.
        kept = band[(end - top) * scale :].copy()
        # So that the next band is not computed beside this one.
        del band, part, inner
        rows.release(end - geometry.border)
    run.progress(1)


class _Preview:
    """The result as far as it is finished, and elsewhere its enlarged source, as a small picture.

    Attributes:
        LONGEST: Its longest side in pixels.
    """

    LONGEST = 512

    def __init__(self, shape: tuple[int, int, int], behind: Rows) -> None:
        self._shape, self._behind = shape, behind
        self._step = max(1, -(-max(shape[:2]) // self.LONGEST))
        sides = (-(-side // self._step) for side in shape[:2])
        self._made = np.zeros((*sides, shape[2]), np.uint16)
        self._finished = np.zeros(self._made.shape[:2], bool)

    def take(self, part: Array16, corner: tuple[int, int]) -> None:
        """Take the pixels of a finished tile."""
        places = tuple(
            slice(-(-start // self._step), -(-(start + length) // self._step))
            for start, length in zip(corner, part.shape[:2], strict=True)
        )
        top, left = (
            place.start * self._step - start for place, start in zip(places, corner, strict=True)
        )
        self._made[places] = part[top :: self._step, left :: self._step]
        self._finished[places] = True

    @functools.cached_property
    def _source(self) -> Array16:
        height, width = self._behind.shape[:2]
        rows, columns = (
            np.arange(0, large, self._step) * small // large
            for large, small in zip(self._shape[:2], (height, width), strict=True)
        )
        return np.concatenate(
            [self._behind.read(row, row + 1)[:, columns] for row in rows.tolist()]
        )

    def look(self) -> Picture:
        """Return the picture."""
        look = np.where(self._finished[:, :, None], self._made, self._source)
        return Picture(look).reduced()


@dataclass(frozen=True)
class _Stops:
    """The side of the tiles, all of one size, and their evenly spaced starts."""

    side: int
    starts: list[int]


def _stops(length: int, tile: int, blend: int, geometry: Geometry) -> _Stops:
    if length <= tile:
        return _Stops(_rounded(length, geometry), [0])
    count = -(-(length - blend) // (tile - blend))
    side = _rounded(-(-(length + blend * (count - 1)) // count), geometry)
    if side >= length:
        return _Stops(_rounded(length, geometry), [0])
    return _Stops(side, [round(index * (length - side) / (count - 1)) for index in range(count)])


def _rounded(side: int, geometry: Geometry) -> int:
    multiple, borders = geometry.multiple_of, 2 * geometry.border
    return -(-(side + borders) // multiple) * multiple - borders


def _reach(start: int, side: int, geometry: Geometry, length: int) -> NDArray[np.intp]:
    places = np.arange(start - geometry.border, start + side + geometry.border)
    if geometry.replicates:
        return places.clip(0, length - 1)
    return places[(places >= 0) & (places < length)]


def _once_for_plain(enlarge: Enlarge) -> Enlarge:
    """Return the function with its last results for tiles of one color remembered.

    Margins of one color are common (cut-outs, paper) and give the same result.
    """
    known: OrderedDict[tuple[object, ...], Array16] = OrderedDict()

    def once(source: Array16) -> Array16:
        if not (source == source[0, 0]).all():
            return enlarge(source)
        key = source.shape, source[0, 0].tobytes()
        if key not in known:
            known[key] = enlarge(source)
            if len(known) > PLAIN:
                known.popitem(last=False)
        return known[key]

    return once


def _apply(network: Network, source: Array16) -> Array16:
    batch = source.astype(np.float32).transpose(2, 0, 1)[None] * np.float32(1 / FULL)
    result = network(np.ascontiguousarray(batch))[0]
    # Clipped before scaling: a network may overshoot, and 16 bits would wrap around.
    levels: Array16 = (result.clip(0, 1) * FULL + np.float32(0.5)).astype(np.uint16)
    return levels.transpose(1, 2, 0)


def _cut(
    result: Array16, size: tuple[int, int], border: tuple[int, int] | None, scale: int
) -> Array16:
    """Return a tile without its borders: those at top and left, or else the same on all sides."""
    top, left = (
        ((given - wanted) // 2 for given, wanted in zip(result.shape, size, strict=False))
        if border is None
        else (side * scale for side in border)
    )
    return result[top : top + size[0], left : left + size[1]]


def _place(part: Array16, result: Array16, fade: tuple[int, int]) -> None:
    """Put a tile in its place, cross-faded with those above and at the left."""
    if fade == (0, 0):
        part[:] = result
        return
    weight: NDArray[np.float32] = np.ones(part.shape[:2], np.float32)
    for axis, length in enumerate(fade):
        ramp = ((np.arange(length) + 0.5) / max(length, 1)).astype(np.float32)
        edge = np.moveaxis(weight, axis, 0)[:length]
        edge *= ramp[: len(edge), None]
    for rows in _faded(weight):
        share = weight[rows][:, :, None]
        mixed = part[rows] * (1 - share) + result[rows] * share
        part[rows] = (mixed + 0.5).astype(np.uint16)


def _faded(weight: NDArray[np.float32]) -> Iterator[slice]:
    """Yield bands of rows, so that only one band is held as floats."""
    step = 64
    return (slice(start, start + step) for start in range(0, weight.shape[0], step))


def with_augmentation(network: Network) -> Network:
    """Return a network that averages over the eight flips and quarter turns (TTA)."""

    def averaged(batch: NDArray[np.float32]) -> NDArray[np.float32]:
        total: NDArray[np.float32] | None = None
        for turns, flip in itertools.product(range(4), (False, True)):
            turned = np.rot90(batch, turns, axes=(2, 3))
            turned = turned[:, :, :, ::-1] if flip else turned
            result = network(np.ascontiguousarray(turned))
            result = result[:, :, :, ::-1] if flip else result
            result = np.rot90(result, -turns, axes=(2, 3))
            total = result.astype(np.float32) if total is None else total + result
        assert total is not None
        return total / np.float32(8)

    return averaged
