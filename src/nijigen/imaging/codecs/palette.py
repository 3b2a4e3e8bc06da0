"""Color quantization: palettes learned from a picture, and stable ordered dithering."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from nijigen.imaging.codecs.content import Array

_LOOKED_AT = 1_000_000
_SAMPLE = 100_000
"""Pixels for learning a palette: half a second, and within 0.1 dB of using all pixels."""
_BEYOND = 1.5
"""How far beyond a color, seen from its nearest entry, the second entry is searched."""
_ROWS = 128
_AT_ONCE = 2**14
_PACK = np.array([65536, 256, 1], np.uint32)


def quantized(colors: Array, drawn: NDArray[np.bool_]) -> tuple[NDArray[np.uint8], Array]:
    """Return a palette for the drawn pixels, and indices for all.

    Exact if there are few enough colors; one entry is reserved for transparency if needed.

    Args:
        colors: ``(H, W, 3)``.
        drawn: ``(H, W)``; other pixels get arbitrary indices.
    """
    room = 256 if drawn.all() else 255
    used = colors[drawn]
    if not len(used):
        return np.zeros((1, 3), np.uint8), np.zeros(drawn.shape, np.uint8)
    packed = used.astype(np.uint32) @ _PACK
    known, counts = np.unique(packed[:: len(packed) // _LOOKED_AT + 1], return_counts=True)
    if len(known) <= room:
        known, places = np.unique(packed, return_inverse=True)
        if len(known) <= room:
            indices = np.zeros(drawn.shape, np.uint8)
            indices[drawn] = places
            return _unpacked(known), indices
    palette = _learned(known, counts, room)
    tops = range(0, len(colors), _ROWS)
    parts = [_dithered(colors[top : top + _ROWS], top, palette) for top in tops]
    return palette, np.concatenate(parts)


def _learned(known: Array, counts: Array, room: int) -> Array:
    """Learn a palette by median cut and k-means.

    Colors are weighted by the square root of their count: weighted by count, small details such as
    eyes turn gray.
    """
    weighed = np.repeat(known, np.sqrt(counts).astype(np.int64))
    sample = _unpacked(weighed[:: len(weighed) // _SAMPLE + 1])
    learned = Image.fromarray(sample[None]).quantize(room, Image.Quantize.MEDIANCUT, kmeans=1)
    return np.array(learned.getpalette("RGB"), np.uint8).reshape(-1, 3)[:room]


def _unpacked(packed: Array) -> NDArray[np.uint8]:
    return (packed[:, None] >> np.array([16, 8, 0], np.uint32) & 255).astype(np.uint8)


def _dithered(rows: Array, top: int, palette: Array) -> Array:
    """Dither each pixel between its nearest color and the next one on the other side.

    The pattern only depends on the position, so it does not flicker in animations; error diffusion
    would also spread speckles of distant colors over flat areas.

    Source: the pattern is the interleaved gradient noise of J. Jimenez, "Next Generation Post
    Processing in Call of Duty: Advanced Warfare" (SIGGRAPH 2014).
    """
    nearest = _nearest(rows, palette)
    first = palette[nearest].astype(np.float32)
    error = rows - first
    beyond = np.clip(rows + _BEYOND * error + 0.5, 0, 255).astype(np.uint8)
    second = _nearest(beyond, palette)
    way = palette[second] - first
    share = (error * way).sum(axis=2) / np.maximum((way * way).sum(axis=2), 1e-6)
    y, x = np.mgrid[top : top + rows.shape[0], : rows.shape[1]]
    noise = np.modf(52.9829189 * np.modf(0.06711056 * x + 0.00583715 * y)[0])[0]
    return np.where(share > noise, second, nearest)


def _nearest(colors: Array, palette: Array) -> Array:
    """Return the index of the nearest entry for each color.

    Pillow's own search merges 4 levels, which is visible in soft gradients.
    """
    packed = colors.astype(np.uint32) @ _PACK
    known, places = np.unique(packed, return_inverse=True)
    entries = palette.astype(np.float32)
    lengths = (entries * entries).sum(axis=1)
    nearest = np.empty(len(known), np.uint8)
    for start in range(0, len(known), _AT_ONCE):
        some = _unpacked(known[start : start + _AT_ONCE]).astype(np.float32)
        # The squared length of the color is the same for all entries.
        nearest[start : start + _AT_ONCE] = (lengths - 2 * some @ entries.T).argmin(axis=1)
    indices: Array = nearest[places.reshape(packed.shape)]
    return indices
