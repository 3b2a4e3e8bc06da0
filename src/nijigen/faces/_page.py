"""A page: the RGB pixels of a picture without alpha, using as little memory as possible."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nijigen.core.picture import Picture

Bytes = NDArray[np.uint8]
_BAND = 256
"""Rows composited at once: the floats of a whole 268-megapixel scan would take 3 GB."""


class Page:
    """The pixels of a picture in the form that detectors expect.

    Attributes:
        pixels: uint8 ``(H, W, 3)``, composited over white; for gray pictures a broadcast view of
            the single channel.
    """

    def __init__(self, picture: Picture) -> None:
        pixels = picture.reduced().pixels
        self._gray = pixels[:, :, 0] if pixels.shape[2] == 1 else None
        if pixels.shape[2] == 4:
            opaque = np.empty((*pixels.shape[:2], 3), np.uint8)
            for top in range(0, len(pixels), _BAND):
                band = pixels[top : top + _BAND]
                opaque[top : top + _BAND] = Picture(band).rgb().pixels
            pixels = opaque
        self.pixels: Bytes = np.broadcast_to(pixels, (*pixels.shape[:2], 3))
        self.height, self.width = pixels.shape[:2]

    def resized(self, width: int, height: int) -> Bytes:
        """Return the whole page resized: by a power of two with averaging, then bilinearly.

        Averaging over fractional pixels takes eight times as long, so a remainder at the right and
        bottom that is smaller than one averaging block is ignored.
        """
        import cv2

        made = self.pixels if self._gray is None else self._gray
        factor = 1
        while self.width >= 2 * factor * width and self.height >= 2 * factor * height:
            factor *= 2
        if factor > 1:
            across, down = self.width // factor, self.height // factor
            made = made[: factor * down, : factor * across]
            made = cv2.resize(made, (across, down), interpolation=cv2.INTER_AREA)
        made = cv2.resize(made, (width, height), interpolation=cv2.INTER_LINEAR)
        resized: Bytes = made if made.ndim == 3 else np.dstack([made] * 3)
        return resized
