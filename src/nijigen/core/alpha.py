"""Alpha: bleed colors under transparent pixels, and re-attach alpha."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from nijigen.core.picture import Picture, Pixels

Floats = NDArray[np.floating[Any]]


def has_transparency(picture: Picture) -> bool:
    """Return whether any pixel is not fully opaque."""
    if picture.channels != 4:
        return False
    return bool((picture.pixels[:, :, 3] < np.iinfo(picture.pixels.dtype).max).any())


def bleed(picture: Picture) -> Picture:
    """Return RGB in which transparent pixels have the color of the nearest visible ones.

    The color under transparent pixels is arbitrary (often black), and every filter that reads
    neighboring pixels would smear it into the edge as a fringe.

    Source: pull-push interpolation (Gortler et al., The Lumigraph, 1996, section 3.6.2).
    """
    if picture.channels != 4:
        return picture
    color = picture.with_pixels(picture.pixels[:, :, :3])
    if not has_transparency(picture):
        return color
    full = np.iinfo(picture.pixels.dtype).max
    weight = picture.pixels[:, :, 3:].astype(np.float32) / full
    if not weight.any():
        return color
    filled = _pull_push(color.pixels.astype(np.float32), weight)
    # Opaque pixels keep their exact value; only partly or fully transparent ones are filled.
    known = weight == 1
    # A semi-transparent pixel has a valid color: the fill takes over only where it is almost
    # invisible.
    trust = np.clip(weight * 4, 0, 1)
    mixed = np.where(known, color.pixels, color.pixels * trust + filled * (1 - trust))
    return picture.with_pixels((mixed + 0.5).clip(0, full).astype(picture.pixels.dtype))


def _pull_push(color: Floats, weight: Floats) -> Floats:
    height, width = weight.shape[:2]
    if min(height, width) == 1 and max(height, width) == 1:
        return color
    even = ((0, height % 2), (0, width % 2), (0, 0))
    heavy = np.pad(color * weight, even)
    light = np.pad(weight, even)
    pooled_color = _halve(heavy)
    pooled_weight = _halve(light)
    coarse: Floats = pooled_color / np.maximum(pooled_weight, 1e-6)
    if (pooled_weight <= 0).any():
        coarse = _pull_push(coarse, np.minimum(pooled_weight, 1))
    up = np.repeat(np.repeat(coarse, 2, axis=0), 2, axis=1)[:height, :width]
    return np.where(weight > 0, color * weight + up * (1 - weight), up)


def _halve(array: Floats) -> Floats:
    return array[0::2, 0::2] + array[1::2, 0::2] + array[0::2, 1::2] + array[1::2, 1::2]


def attach(picture: Picture, source: Picture) -> Picture:
    """Give ``picture`` the alpha of ``source``, resized if their sizes differ."""
    if source.channels != 4:
        return picture
    alpha = source.pixels[:, :, 3]
    if source.size != picture.size:
        alpha = _resize(alpha, picture.size)
    full, wanted = np.iinfo(alpha.dtype).max, np.iinfo(picture.pixels.dtype).max
    if full != wanted:
        alpha = (alpha.astype(np.float32) * (wanted / full) + 0.5).astype(picture.pixels.dtype)
    pixels: Pixels = np.dstack([picture.rgb().pixels[:, :, :3], alpha])
    return picture.with_pixels(pixels)


def _resize(plane: Pixels, size: tuple[int, int]) -> Pixels:
    image = Image.fromarray(plane.astype(np.float32))
    resized = np.asarray(image.resize(size, Image.Resampling.BICUBIC))
    result: Pixels = (resized.clip(0, np.iinfo(plane.dtype).max) + 0.5).astype(plane.dtype)
    return result
