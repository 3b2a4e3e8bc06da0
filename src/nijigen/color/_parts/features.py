"""Features: eyes, mouth and chin where the landmarks of a face say they are.

They are too small for the parts network, and the landmark network was made for them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nijigen.color._parts.names import PARTS
from nijigen.core.landmarks import LANDMARKS, part
from nijigen.core.picture import Picture
from nijigen.core.run import Run
from nijigen.imaging.memory import remembered

if TYPE_CHECKING:
    from nijigen.faces._reading import Reading

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]
Box = tuple[float, float, float, float]

OPEN = 0.2
"""How far an eye or a mouth is open so that something is seen in it."""
SURE = 0.85
"""Weight of landmarks against the network."""
INNER = 0.8
"""Part of an iris that is within its outline."""
MARGIN = 0.02
"""Around eyes and mouths, as a share of the face, that shadows spare as well."""
NECK, NECK_WIDTH, NECK_LENGTH = 0.5, 0.17, 0.24
"""Weight of skin below the chin, and half the width and the length of the neck, in sides of the
face box."""
CHEEK = 0.5
"""Likewise for skin within the contour of the face, where hair may hang."""


@dataclass(frozen=True, eq=False)
class Bare:
    """Where a face shows skin whatever the network says, in pixels of the drawing.

    Attributes:
        face: The face box.
        middle: Outline from eye to eye and to the mouth, ``(4, 2)``.
    """

    face: Box
    middle: Floats


def mark_features(
    chances: Floats, ink: Bytes, faces: tuple[Box, ...], scale: float, run: Run
) -> tuple[Bare, ...]:
    """Mix what landmarks say into the probabilities of parts, in place.

    Args:
        chances: float32 ``(parts, h, w)``.
        ink: uint8 ``(H, W)``: the drawing.
        faces: Face boxes in its pixels.
        scale: Pixels of ``chances`` for each pixel of the drawing.
        run: Can be cancelled.

    Returns:
        Where each face is bare, in pixels of the drawing.
    """
    shape = chances.shape[1:]
    bare = []
    for face, reading in zip(faces, _read(ink, faces, run), strict=True):
        bare.append(Bare(face, _middle(reading.points)))
        points = reading.points[:, :2] * np.float32(scale)
        contour = points[part("contour")]
        neck = _filled(shape, _neck(points, (face[2] - face[0]) * scale))
        _mix(chances, neck & (chances[PARTS.index("hair")] < CHEEK), "skin", NECK)
        cheeks = _filled(shape, contour[2:15])
        _mix(chances, cheeks & (chances[PARTS.index("hair")] < CHEEK), "skin", CHEEK)
        for side, openness in (("left", reading.open_left), ("right", reading.open_right)):
            if openness < OPEN:
                continue
            upper, lower = points[part(f"eye_{side}_upper")], points[part(f"eye_{side}_lower")]
            lids = _filled(shape, np.concatenate([upper, lower[::-1]]))
            iris = _ellipse(shape, points[part(f"iris_{side}")])
            _mix(chances, lids & ~iris, "eye white", SURE)
            _mix(chances, iris, "iris", SURE)
        if reading.mouth_open >= OPEN:
            lips = np.concatenate([points[part("mouth_upper")], points[part("mouth_lower")][::-1]])
            _mix(chances, _filled(shape, lips), "mouth", SURE)
    return tuple(bare)


def _middle(points: Floats) -> Floats:
    """Return the outline of nose and cheeks: from eye to eye and to the mouth, ``(4, 2)``."""
    eyes = [points[LANDMARKS.index(f"iris_{side}"), :2] for side in ("left", "right")]
    lips = points[part("mouth_upper"), :2]
    return np.asarray(np.stack([*eyes, lips[-1], lips[0]]))


def _neck(points: Floats, side: float) -> Floats:
    """Return the outline of a neck that goes on from the middle of the eyes to the chin."""
    chin = points[LANDMARKS.index("contour_8")]
    eyes = (points[LANDMARKS.index("iris_left")] + points[LANDMARKS.index("iris_right")]) / 2
    down = chin - eyes
    down = down / max(float(np.hypot(*down)), 1e-6)
    # A head that is tilted stands on a neck that is less so.
    down = down + np.array((0.0, 1.0), np.float32)
    down = down / max(float(np.hypot(*down)), 1e-6)
    across = np.array((-down[1], down[0]), np.float32) * np.float32(NECK_WIDTH * side)
    end = chin + down * np.float32(NECK_LENGTH * side)
    return np.asarray(np.stack([chin - across, chin + across, end + across, end - across]))


def spared(ink: Bytes, faces: tuple[Box, ...], run: Run) -> NDArray[np.bool_]:
    """Return where eyes and mouths are, with their lashes and lips, bool ``(H, W)``; cached."""

    def make() -> NDArray[np.bool_]:
        import cv2

        mask = np.zeros(ink.shape, np.uint8)
        for face, reading in zip(faces, _read(ink, faces, run), strict=True):
            points = reading.points[:, :2]
            own = np.zeros(ink.shape, np.bool_)
            for side in ("left", "right"):
                upper, lower = points[part(f"eye_{side}_upper")], points[part(f"eye_{side}_lower")]
                own |= _filled(ink.shape, np.concatenate([upper, lower[::-1]]))
            lips = np.concatenate([points[part("mouth_upper")], points[part("mouth_lower")][::-1]])
            own |= _filled(ink.shape, lips)
            margin = max(1, round((face[2] - face[0]) * MARGIN))
            kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * margin + 1,) * 2)
            mask |= np.asarray(cv2.dilate(own.view(np.uint8), kernel), np.uint8)
        return mask > 0

    return remembered("spared", (ink,), make)


def iris_mask(shape: tuple[int, ...], reading: Reading) -> NDArray[np.bool_]:
    """Return where the irises of open eyes are, without their outlines, bool ``shape``."""
    mask = np.zeros(shape, np.bool_)
    for side, openness in (("left", reading.open_left), ("right", reading.open_right)):
        if openness >= OPEN:
            points = reading.points[:, :2]
            upper, lower = points[part(f"eye_{side}_upper")], points[part(f"eye_{side}_lower")]
            lids = _filled(shape, np.concatenate([upper, lower[::-1]]))
            iris = points[part(f"iris_{side}")]
            mask |= lids & _ellipse(shape, iris[0] + (iris - iris[0]) * np.float32(INNER))
    return mask


def _read(ink: Bytes, faces: tuple[Box, ...], run: Run) -> list[Reading]:
    from nijigen.faces import Box as FaceBox
    from nijigen.faces._page import Page
    from nijigen.faces._reading import read_landmarks

    page = Page(Picture((255 - ink)[:, :, None]))
    return read_landmarks(page, [FaceBox(*face) for face in faces], run)


def _mix(chances: Floats, where: NDArray[np.bool_], name: str, weight: float) -> None:
    chances[:, where] *= np.float32(1 - weight)
    chances[PARTS.index(name), where] += np.float32(weight)


def _filled(shape: tuple[int, ...], outline: Floats) -> NDArray[np.bool_]:
    import cv2

    mask = np.zeros(shape, np.uint8)
    corners = np.rint((outline - 0.5).clip(-4096, 4096) * 16).astype(np.int32)
    cv2.fillPoly(mask, [corners], 1, cv2.LINE_8, 4)
    return np.asarray(mask > 0)


def _ellipse(shape: tuple[int, ...], iris: Floats) -> NDArray[np.bool_]:
    """Return the ellipse of an iris: center, left, right, top and bottom edge."""
    y, x = np.mgrid[0 : shape[0], 0 : shape[1]]
    across = max(0.5, float(np.hypot(*(iris[2] - iris[1]))) / 2)
    down = max(0.5, float(np.hypot(*(iris[4] - iris[3]))) / 2)
    inside = ((x + 0.5 - iris[0, 0]) / across) ** 2 + ((y + 0.5 - iris[0, 1]) / down) ** 2
    return np.asarray(inside <= 1)
