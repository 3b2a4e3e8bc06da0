"""Views: pictures as signatures see them, reduced and on white."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from nijigen.core.picture import Picture

SIDE = 512
"""Longer side of a view."""
THUMBNAIL = 320
"""Longer side of a thumbnail."""
LARGEST = 2048
"""Longer side in which pictures are compared that thumbnails are too small for."""

View = NDArray[np.uint8]


def view_of(picture: Picture, side: int = SIDE) -> View:
    """Return a picture as RGB ``(h, w, 3)`` on white.

    Args:
        picture: Any size; a smaller one is not enlarged.
        side: Its longer side at most.
    """
    pixels = picture.reduced().pixels
    if pixels.shape[2] == 3:
        return within(pixels, side)
    image = Picture(pixels).pil()
    if image.mode == "RGBA":
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    return within(np.asarray(image.convert("RGB")), side)


def within(view: View, side: int) -> View:
    """Return a view reduced to a longer side of at most so many pixels."""
    import cv2

    height, width = view.shape[:2]
    scale = side / max(height, width)
    if scale >= 1:
        return view
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    reduced: View = cv2.resize(view, size, interpolation=cv2.INTER_AREA)
    return reduced


def enlarged(view: View, side: int) -> View:
    """Return a view enlarged to a longer side of at least so many pixels."""
    import cv2

    height, width = view.shape[:2]
    scale = side / max(height, width)
    if scale <= 1:
        return view
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    made: View = cv2.resize(view, size, interpolation=cv2.INTER_CUBIC)
    return made


def mirrored(view: View) -> View:
    """Return a view seen in a mirror."""
    return np.ascontiguousarray(view[:, ::-1])
