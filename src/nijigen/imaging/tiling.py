"""Run a network over a picture tile by tile, so that memory is bounded by the tile."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nijigen.core.picture import Picture
from nijigen.core.run import Run

Network = Callable[[NDArray[np.float32]], NDArray[np.float32]]
Array16 = NDArray[np.uint16]
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


BLEND = 8
"""Source pixels over which two tiles of an inexact network are cross-faded."""


def run_tiled(
    network: Network, pixels: Array16, geometry: Geometry, *, tile: int, run: Run
) -> Array16:
    """Return the network's result for ``(H, W, 3)``, ``scale`` times as large.

    Args:
        network: Takes and returns float32 NCHW RGB in 0..1; it may return the tile with or
            without its border.
        pixels: uint16. Beyond its edges pixels are replicated.
        geometry: Size requirements of the network.
        tile: Side of a tile in source pixels, without borders.
        run: Receives progress and may stop between tiles.
    """
    height, width = pixels.shape[:2]
    scale = geometry.scale
    blend = 0 if geometry.exact else min(BLEND, tile // 4)
    tile_height, tops = _stops(height, tile, blend, geometry)
    tile_width, lefts = _stops(width, tile, blend, geometry)
    out = np.empty((height * scale, width * scale, 3), np.uint16)
    finished = np.zeros((height, width), bool)
    plain: dict[bytes, Array16] = {}
    places = list(itertools.product(tops, lefts))
    for done, (top, left) in enumerate(places):
        run.progress(done / len(places))
        rows = _reach(top, tile_height, geometry.border, height)
        columns = _reach(left, tile_width, geometry.border, width)
        source = pixels[rows[:, None], columns]
        # Margins of one color are common (cut-outs, paper) and give the same result.
        key = source[0, 0].tobytes() if (source == source[0, 0]).all() else None
        result = plain.get(key) if key else None
        if result is None:
            result = _apply(network, source, (tile_height * scale, tile_width * scale))
            if key:
                plain[key] = result
        _place(out, result, (top * scale, left * scale), blend * scale)
        finished[top : top + tile_height, left : left + tile_width] = True
        run.show(functools.partial(_glance, out, pixels, finished))
    run.progress(1)
    return out


GLANCE = 512
"""Longest side in pixels of a preview of the unfinished result."""


def _glance(out: Array16, source: Array16, finished: NDArray[np.bool_]) -> Picture:
    """Return the result as far as it is finished, and elsewhere its enlarged source."""
    step = max(1, -(-max(out.shape[:2]) // GLANCE))
    scale = out.shape[0] // source.shape[0]
    rows, columns = (np.arange(0, side, step) // scale for side in out.shape[:2])
    places = rows[:, None], columns
    look = np.where(finished[places][..., None], out[::step, ::step], source[places])
    return Picture(look).reduced()


def _stops(length: int, tile: int, blend: int, geometry: Geometry) -> tuple[int, list[int]]:
    """Return the side of a tile and the starts of tiles, all of one size, evenly spaced."""
    if length <= tile:
        return _rounded(length, geometry), [0]
    count = -(-(length - blend) // (tile - blend))
    side = _rounded(-(-(length + blend * (count - 1)) // count), geometry)
    if side >= length:
        return _rounded(length, geometry), [0]
    return side, [round(index * (length - side) / (count - 1)) for index in range(count)]


def _rounded(side: int, geometry: Geometry) -> int:
    multiple, borders = geometry.multiple_of, 2 * geometry.border
    return -(-(side + borders) // multiple) * multiple - borders


def _reach(start: int, side: int, border: int, length: int) -> NDArray[np.intp]:
    return np.arange(start - border, start + side + border).clip(0, length - 1)


def _apply(network: Network, source: Array16, size: tuple[int, int]) -> Array16:
    batch = source.astype(np.float32).transpose(2, 0, 1)[None] * np.float32(1 / FULL)
    result = network(np.ascontiguousarray(batch))[0]
    top, left = (result.shape[1] - size[0]) // 2, (result.shape[2] - size[1]) // 2
    cut = result[:, top : top + size[0], left : left + size[1]]
    # Clipped before scaling: a network may overshoot, and 16 bits would wrap around.
    levels: Array16 = (cut.clip(0, 1) * FULL + np.float32(0.5)).astype(np.uint16)
    return levels.transpose(1, 2, 0)


def _place(out: Array16, result: Array16, corner: tuple[int, int], blend: int) -> None:
    top, left = corner
    part = out[top : top + result.shape[0], left : left + result.shape[1]]
    result = result[: part.shape[0], : part.shape[1]]
    if not blend:
        part[:] = result
        return
    weight: NDArray[np.float32] = np.ones(part.shape[:2], np.float32)
    ramp = ((np.arange(blend) + 0.5) / blend).astype(np.float32)
    if top:
        weight[:blend] *= ramp[: weight.shape[0]].reshape(-1, 1)
    if left:
        weight[:, :blend] *= ramp[: weight.shape[1]]
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
