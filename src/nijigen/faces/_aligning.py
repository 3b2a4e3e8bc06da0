"""Faces brought into one frame by a similarity: moved, turned and scaled, never distorted."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from nijigen.core.landmarks import part
from nijigen.core.picture import Picture
from nijigen.faces._values import Face

Floats = NDArray[np.float64]
Border = Literal["edge", "mirror", "transparent"]

PLACES = np.array([(0.39, 0.58), (0.61, 0.58), (0.5, 0.715)])
"""Middles of the left eye, the right eye and the mouth, as shares of the frame: the mean of 30
drawn characters, with room for the hair."""


def aligned(picture: Picture, face: Face, size: int, zoom: float, border: Border) -> Picture:
    """Return a face in the frame, in the channels of the picture, with alpha where it needs it."""
    import cv2

    places = ((PLACES - (0.5, 0.6)) * zoom + (0.5, 0.6)) * size
    into = similarity(_middles(face), places)
    pixels = picture.pixels if picture.channels != 1 else picture.rgb().pixels
    if border == "transparent" and picture.channels != 4:
        # 255 inside; what comes in from beyond the edge is 0.
        pixels = np.dstack([pixels, np.full(pixels.shape[:2], 255, np.uint8)])
    part_of, into = _near(pixels, into, size)
    mode = {
        "edge": cv2.BORDER_REPLICATE,
        "mirror": cv2.BORDER_REFLECT,
        "transparent": cv2.BORDER_CONSTANT,
    }[border]
    seen = part_of.astype(np.float32)
    if seen.shape[2] == 4:
        seen[:, :, :3] *= seen[:, :, 3:] / np.float32(255)
    scale = float(np.hypot(into[0, 0], into[1, 0]))
    if scale < 0.5:
        # Averaged first: a kernel of four pixels would skip what lies between them.
        small = (
            max(1, round(seen.shape[1] * scale * 1.5)),
            max(1, round(seen.shape[0] * scale * 1.5)),
        )
        ratio = np.array([seen.shape[1] / small[0], seen.shape[0] / small[1]])
        seen = cv2.resize(seen, small, interpolation=cv2.INTER_AREA)
        into = np.concatenate([into[:, :2] * ratio, into[:, 2:]], 1)
    # From points to the middles of pixels, of which OpenCV thinks.
    moved = into.copy()
    moved[:, 2] += into[:, :2] @ (0.5, 0.5) - 0.5
    made = cv2.warpAffine(seen, moved, (size, size), flags=cv2.INTER_CUBIC, borderMode=mode)
    made = made.clip(0, 255)
    if made.shape[2] == 4:
        made[:, :, :3] *= 255 / np.maximum(made[:, :, 3:], 1)
    whole = Picture((made.clip(0, 255) + 0.5).astype(np.uint8))
    return whole.gray() if picture.channels == 1 and whole.channels == 3 else whole


def similarity(source: Floats, target: Floats) -> Floats:
    """Return the ``(2, 3)`` map that brings points closest to others, in the least squares.

    Turning and scaling are one complex number; no mirror image can come out.
    """
    a = source[:, 0] + 1j * source[:, 1]
    b = target[:, 0] + 1j * target[:, 1]
    centred = a - a.mean()
    # Three points in one place have no scale: they are moved, and left as they are.
    norm = float((abs(centred) ** 2).sum())
    turn = (centred.conj() * (b - b.mean())).sum() / norm if norm > 1e-9 else 1 + 0j
    move = b.mean() - turn * a.mean()
    return np.array([[turn.real, -turn.imag, move.real], [turn.imag, turn.real, move.imag]])


def _middles(face: Face) -> Floats:
    points = face.points[:, :2].astype(np.float64)
    # Lids and not irises, which look about.
    return np.array([points[part(name)].mean(0) for name in ("eye_left", "eye_right", "mouth")])


def _near(pixels: NDArray[np.uint8], into: Floats, size: int) -> tuple[NDArray[np.uint8], Floats]:
    """Return the part of the picture that the frame shows, with a margin, and the map from it."""
    back = np.linalg.pinv(into[:, :2])
    corners = np.array([(0, 0), (size, 0), (0, size), (size, size)], float)
    places = (corners - into[:, 2]) @ back.T
    height, width = pixels.shape[:2]
    limits = np.array([width, height])
    # Eight pixels of the result, so that the kernel and the averaging see across the frame.
    margin = 8 / max(float(np.hypot(into[0, 0], into[1, 0])), 1e-6)
    low = np.floor(places.min(0) - margin).clip(0, limits - 1).astype(int)
    high = np.ceil(places.max(0) + margin).clip(low + 1, limits).astype(int)
    moved = into.copy()
    moved[:, 2] += into[:, :2] @ low
    return pixels[low[1] : high[1], low[0] : high[0]], moved
