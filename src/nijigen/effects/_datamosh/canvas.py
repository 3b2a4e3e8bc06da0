"""The canvas: what a decoder shows whose last key frame is the wrong one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nijigen.imaging.clips.motion import Bytes, Motion, shifted

_DEAD_ZONE = 10
"""Levels: a codec stores no residual that is smaller."""
_NEW = 16
"""Levels by which something new differs on average from what motion predicts."""
_STEPS = 0.6180339887, 0.7548776662
"""Irrational steps: rounding thresholds that are evenly spread over any number of frames."""


class Canvas:
    """Pixels that are moved in blocks, from frame to frame.

    Offsets are whole pixels, so what is dragged for long stays sharp. Fractions are not lost: the
    threshold of rounding changes with every frame, for all blocks alike.

    Args:
        size: Width and height in pixels.
        cells: Rows and columns of vectors.
        strength: By what vectors are multiplied.
        residual: How much of what the codec stores beside the vectors is added, 0 to 1.
    """

    def __init__(
        self, size: tuple[int, int], cells: tuple[int, int], strength: float, residual: float
    ) -> None:
        width, height = size
        rows, columns = cells
        self._size = size
        self._block = np.array([2 * width / columns, 2 * height / rows], np.float32)
        self._strength = np.float32(strength)
        self._residual = np.float32(residual)
        self._count = 0
        self.pixels: Bytes = np.zeros((height, width, 3), np.uint8)

    def move(self, motion: Motion, before: Bytes, now: Bytes) -> None:
        """Apply the motion between two frames, and the residual of its prediction."""
        self._count += 1
        moved = self._moved(self.pixels, motion.vectors * self._strength)
        if self._residual > 0:
            predicted = self._moved(before, motion.vectors)
            difference = now.astype(np.int16) - predicted
            error = np.abs(difference)
            difference[error <= _DEAD_ZONE] = 0
            new = self._new(motion, error)
            difference[new] = now[new].astype(np.int16) - moved[new]
            if self._residual < 1:
                difference = (difference * self._residual).astype(np.int16)
            moved = np.clip(moved + difference, 0, 255).astype(np.uint8)
        if moved.shape[2] == 4:
            # Colors are premultiplied.
            moved[:, :, :3] = np.minimum(moved[:, :, :3], moved[:, :, 3:])
        self.pixels = moved

    def _new(self, motion: Motion, error: NDArray[np.int16]) -> NDArray[np.bool_]:
        """Return where the picture shows something new.

        Codecs also store flat cells as a picture, where it is shorter: they would be scattered
        squares of the new picture.
        """
        import cv2

        rows, columns = motion.intra.shape
        errors = cv2.resize(error, (columns, rows), interpolation=cv2.INTER_AREA).max(axis=2)
        new = motion.intra & (errors > _NEW)
        spread = cv2.resize(new.astype(np.uint8), self._size, interpolation=cv2.INTER_NEAREST)
        return np.asarray(spread > 0)

    def _moved(self, image: Bytes, vectors: NDArray[np.float32]) -> Bytes:
        threshold = np.array([step * self._count % 1 for step in _STEPS], np.float32)
        return shifted(image, np.floor(vectors * self._block + threshold))


def premultiplied(pixels: Bytes) -> Bytes:
    """Return RGBA with colors multiplied by alpha; RGB as it is."""
    if pixels.shape[2] == 3:
        return pixels
    alpha = pixels[:, :, 3:]
    colors = (pixels[:, :, :3] * alpha.astype(np.uint16) + 127) // 255
    return np.concatenate([colors.astype(np.uint8), alpha], axis=2)


def straight(pixels: Bytes) -> Bytes:
    """Return premultiplied RGBA with colors divided by alpha; RGB as it is."""
    if pixels.shape[2] == 3:
        return pixels
    alpha = pixels[:, :, 3:]
    colors = pixels[:, :, :3] * np.float32(255) / np.maximum(alpha, 1)
    return np.concatenate([(colors + 0.5).astype(np.uint8), alpha], axis=2)
