"""Enlarge any kind of picture with a function that handles only gray or RGB."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from nijigen.core.alpha import bleed, has_transparency
from nijigen.core.picture import Picture, Pixels
from nijigen.core.run import Run
from nijigen.imaging.resize import resize

Work = Callable[[Picture, Run], Picture]
"""Enlarges a 16-bit gray or RGB picture to approximately the target size."""


def enlarge(
    picture: Picture, size: tuple[int, int], work: Work, run: Run, *, strength: float = 1.0
) -> Picture:
    """Return the picture at ``size`` with its own channels and depth.

    Color and alpha are enlarged separately, in 16 bits so that nothing is rounded twice.

    Args:
        picture: Any picture.
        size: Width and height of the result.
        work: The function that enlarges.
        run: Receives progress.
        strength: 0 is the source resized, 1 is the output of ``work``.
    """

    def plane(source: Picture, part: Run) -> Picture:
        wide = source.widened()
        plain = None if strength == 1 else resize(wide, size)
        if plain is not None and strength == 0:
            return plain
        result = resize(work(wide, part), size)
        if source.channels == 1 and result.channels == 3:
            result = _averaged(result)
        return result if plain is None else _mixed(plain, result, strength)

    color = bleed(picture)
    if picture.channels != 4:
        result = plane(color, run)
    elif not has_transparency(picture):
        opaque = np.full((size[1], size[0]), 65535, np.uint16)
        result = _with_alpha(plane(color, run), opaque)
    else:
        alpha = picture.with_pixels(picture.pixels[:, :, 3])
        large = plane(color, run.part(0, 0.5))
        result = _with_alpha(large, _settled(plane(alpha, run.part(0.5, 1, shown=False)), alpha))
    return result if picture.depth == 16 else result.reduced()


def _averaged(picture: Picture) -> Picture:
    mean = picture.pixels.mean(axis=2, dtype=np.float32)
    return picture.with_pixels((mean + 0.5).astype(np.uint16))


def _mixed(plain: Picture, result: Picture, strength: float) -> Picture:
    below = plain.pixels.astype(np.float32)
    mixed = below + (result.pixels.astype(np.float32) - below) * np.float32(strength)
    return result.with_pixels((mixed + 0.5).clip(0, 65535).astype(np.uint16))


def _with_alpha(color: Picture, alpha: NDArray[np.uint16]) -> Picture:
    return color.with_pixels(np.dstack([color.rgb().pixels, alpha]).astype(np.uint16))


def _settled(large: Picture, source: Picture) -> NDArray[np.uint16]:
    """Keep fully opaque and fully transparent areas exact.

    A network returns 253 for a flat 255, and the background would show through the whole figure.
    """
    full = np.iinfo(source.pixels.dtype).max
    low, high = _neighbourhood(source.pixels[:, :, 0])
    settled = large.pixels[:, :, 0].astype(np.uint16)
    for mask, value in ((low == full, 65535), (high == 0, 0)):
        where = resize(Picture(mask.astype(np.uint8)), large.size, "nearest").pixels[:, :, 0]
        settled[where.astype(bool)] = value
    return settled


def _neighbourhood(plane: Pixels) -> tuple[Pixels, Pixels]:
    """Return the minimum and the maximum within two pixels of every pixel."""
    low: Pixels = plane
    high: Pixels = plane
    for axis in (0, 1):
        pad = [(2, 2) if a == axis else (0, 0) for a in (0, 1)]
        length = plane.shape[axis]
        steps = range(5)
        lows, highs = np.pad(low, pad, mode="edge"), np.pad(high, pad, mode="edge")
        low = np.minimum.reduce([lows.take(range(s, s + length), axis) for s in steps])
        high = np.maximum.reduce([highs.take(range(s, s + length), axis) for s in steps])
    return low, high
