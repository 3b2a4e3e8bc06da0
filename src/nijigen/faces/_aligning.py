"""Align faces to a common frame by a similarity transform: translation, rotation and scale."""

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
"""Centers of the left eye, the right eye and the mouth, as fractions of the frame: the mean of 30
drawn characters, with room for the hair."""


def align_face(picture: Picture, face: Face, size: int, zoom: float, border: Border) -> Picture:
    """Return the aligned face with the picture's channels, plus alpha where the border needs it."""
    import cv2

    places = ((PLACES - (0.5, 0.6)) * zoom + (0.5, 0.6)) * size
    into = similarity(_middles(face), places)
    pixels = picture.pixels if picture.channels != 1 else picture.rgb().pixels
    if border == "transparent" and picture.channels != 4:
        # Opaque inside the picture; warping fills the outside with 0.
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
        # Area-average first: a cubic kernel spans only four source pixels and would alias.
        small = (
            max(1, round(seen.shape[1] * scale * 1.5)),
            max(1, round(seen.shape[0] * scale * 1.5)),
        )
        ratio = np.array([seen.shape[1] / small[0], seen.shape[0] / small[1]])
        seen = cv2.resize(seen, small, interpolation=cv2.INTER_AREA)
        into = np.concatenate([into[:, :2] * ratio, into[:, 2:]], 1)
    # Our coordinates put the origin at the pixel's corner, OpenCV's at its center.
    moved = into.copy()
    moved[:, 2] += into[:, :2] @ (0.5, 0.5) - 0.5
    made = cv2.warpAffine(seen, moved, (size, size), flags=cv2.INTER_CUBIC, borderMode=mode)
    made = made.clip(0, 255)
    if made.shape[2] == 4:
        made[:, :, :3] *= 255 / np.maximum(made[:, :, 3:], 1)
    whole = Picture((made.clip(0, 255) + 0.5).astype(np.uint8))
    return whole.gray() if picture.channels == 1 and whole.channels == 3 else whole


def similarity(source: Floats, target: Floats) -> Floats:
    """Return the ``(2, 3)`` similarity that maps source to target points with least squared error.

    Rotation and scale are one complex number, so the result is never a reflection.
    """
    a = source[:, 0] + 1j * source[:, 1]
    b = target[:, 0] + 1j * target[:, 1]
    centred = a - a.mean()
    # Coincident points have no scale: only the translation is defined.
    norm = float((abs(centred) ** 2).sum())
    turn = (centred.conj() * (b - b.mean())).sum() / norm if norm > 1e-9 else 1 + 0j
    move = b.mean() - turn * a.mean()
    return np.array([[turn.real, -turn.imag, move.real], [turn.imag, turn.real, move.imag]])


def _middles(face: Face) -> Floats:
    points = face.points[:, :2].astype(np.float64)
    # Eyelids rather than irises, which move with the gaze.
    return np.array([points[part(name)].mean(0) for name in ("eye_left", "eye_right", "mouth")])


def _near(pixels: NDArray[np.uint8], into: Floats, size: int) -> tuple[NDArray[np.uint8], Floats]:
    """Crop the picture to what the frame shows, with a margin; return it and the adjusted map."""
    back = np.linalg.pinv(into[:, :2])
    corners = np.array([(0, 0), (size, 0), (0, size), (size, size)], float)
    places = (corners - into[:, 2]) @ back.T
    height, width = pixels.shape[:2]
    limits = np.array([width, height])
    # Eight output pixels, so that interpolation and averaging see beyond the frame.
    margin = 8 / max(float(np.hypot(into[0, 0], into[1, 0])), 1e-6)
    low = np.floor(places.min(0) - margin).clip(0, limits - 1).astype(int)
    high = np.ceil(places.max(0) + margin).clip(low + 1, limits).astype(int)
    moved = into.copy()
    moved[:, 2] += into[:, :2] @ low
    return pixels[low[1] : high[1], low[0] : high[0]], moved
