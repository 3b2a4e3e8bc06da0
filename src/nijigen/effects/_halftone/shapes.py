"""Shapes of dots: functions over the cell of a screen; ink grows from their minima."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nijigen.core.picture import Picture
from nijigen.imaging.resize import resize

Floats = NDArray[np.floating[Any]]
SIDE = 64
"""Side of the raster of an own shape."""
_LEGS, _INNER = 5, 0.45
"""Points of a star, and the radius between them, in shares of that of the points."""
_SCALES = np.geomspace(0.02, 2.5, 160)


def spot(shape: str, u: Floats, v: Floats, own: bytes = b"") -> Floats:
    """Return the spot function over the cell, u and v in -0.5 to 0.5."""
    if shape == "dot":
        # Euclidean dot: round ink in highlights, round paper in shadows, a checkerboard between.
        return np.asarray(-np.cos(2 * np.pi * u) - np.cos(2 * np.pi * v))
    if shape == "ellipse":
        # Unequal weights make neighbors touch along one axis at 40 % and along the other at 60 %,
        # which avoids the tone jump when all four corners meet at once.
        return np.asarray(-0.8 * np.cos(2 * np.pi * u) - 1.2 * np.cos(2 * np.pi * v))
    if shape == "diamond":
        return np.abs(u) + np.abs(v)
    if shape == "square":
        return np.maximum(np.abs(u), np.abs(v))
    if shape == "cross":
        return np.minimum(np.abs(u), np.abs(v))
    if shape == "star":
        return _star(u, v)
    if shape == "own":
        return _own(u, v, own)
    return np.abs(v) + 0 * u


def _star(u: Floats, v: Floats) -> Floats:
    """Return by how much a star must grow to reach a place."""
    wedge = 2 * np.pi / _LEGS
    angle = np.abs((np.arctan2(u, -v) + wedge / 2) % wedge - wedge / 2)
    # The side of a star between a point at angle 0 and the inner corner at half a wedge.
    corner = _INNER * np.exp(1j * wedge / 2)
    normal = (1 - corner) * -1j
    normal = normal if normal.real > 0 else -normal
    reach = np.real(np.conj(normal)) * 1.0
    return np.asarray(np.hypot(u, v) * np.real(np.conj(normal) * np.exp(1j * angle)) / reach)


def raster_of(shape: Picture) -> bytes:
    """Return the bits of an own shape: dark on light, or what is opaque."""
    side = max(shape.size)
    square = np.zeros((side, side), np.uint8)
    if shape.channels == 4:
        ink = shape.reduced().pixels[:, :, 3]
    else:
        ink = 255 - shape.reduced().gray().pixels[:, :, 0]
    top, left = (side - shape.height) // 2, (side - shape.width) // 2
    square[top : top + shape.height, left : left + shape.width] = ink
    small = resize(Picture(square), (SIDE, SIDE), "bilinear").pixels[:, :, 0]
    return np.packbits(small > 127).tobytes()


def _own(u: Floats, v: Floats, own: bytes) -> Floats:
    bits = np.unpackbits(np.frombuffer(own, np.uint8)).reshape(SIDE, SIDE).astype(bool)
    x, y = np.broadcast_arrays(u, v)
    # Beyond the largest scale by distance, so that the shadows fill at last.
    value = _SCALES[-1] + np.hypot(x, y)
    for scale in _SCALES[::-1]:
        column = np.floor((x / scale + 0.5) * SIDE).astype(int)
        row = np.floor((y / scale + 0.5) * SIDE).astype(int)
        within = (column >= 0) & (column < SIDE) & (row >= 0) & (row < SIDE)
        inside = within & bits[row.clip(0, SIDE - 1), column.clip(0, SIDE - 1)]
        value = np.where(inside, scale, value)
    return np.asarray(value)
