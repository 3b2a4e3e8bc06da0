"""Resize pictures of 8 and 16 bits."""

from __future__ import annotations

from typing import Literal

import numpy as np
from PIL import Image

from nijigen.core.alpha import attach, bleed
from nijigen.core.picture import Picture, Pixels

Filter = Literal["nearest", "box", "bilinear", "bicubic", "lanczos"]


def resize(picture: Picture, size: tuple[int, int], filter: Filter = "lanczos") -> Picture:
    """Return the picture at another size (width, height).

    Uses Pillow's filters, with support scaled for reduction; color is extended under alpha first,
    so that cut-outs get no fringe. Values stay sRGB, as the networks were trained.
    """
    if size == picture.size:
        return picture
    if picture.channels == 4:
        color = resize(bleed(picture), size, filter)
        alpha = resize(picture.with_pixels(picture.pixels[:, :, 3]), size, filter)
        return attach(color, picture.with_pixels(np.dstack([color.pixels, alpha.pixels])))
    resample = Image.Resampling[filter.upper()]
    if picture.depth == 8:
        image = picture.pil().resize(size, resample)
        return picture.with_pixels(np.asarray(image))
    planes = [_resize_plane(picture.pixels[:, :, c], size, resample) for c in _channels(picture)]
    return picture.with_pixels(np.dstack(planes))


def _channels(picture: Picture) -> range:
    return range(picture.channels)


def _resize_plane(plane: Pixels, size: tuple[int, int], resample: Image.Resampling) -> Pixels:
    # Pillow has no 16-bit color; its float mode takes one channel at a time without loss.
    image = Image.fromarray(plane.astype(np.float32)).resize(size, resample)
    result: Pixels = (np.asarray(image).clip(0, 65535) + 0.5).astype(np.uint16)
    return result
