"""Draw boxes and landmarks over a picture."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from nijigen.core.landmarks import part
from nijigen.core.picture import Picture
from nijigen.faces._values import Box, Face, Faces

Color = tuple[int, int, int]
FACE: Color = (30, 144, 255)
HEAD: Color = (255, 152, 0)
PAPER: Color = (255, 255, 255)
LINES = (
    # Parts, whether the line is closed, and a bright color unlike skin.
    (("contour",), False, (0, 172, 193)),
    (("eye_left_upper", "eye_left_lower"), True, (76, 175, 80)),
    (("eye_right_upper", "eye_right_lower"), True, (76, 175, 80)),
    (("brow_left",), False, (121, 85, 200)),
    (("brow_right",), False, (121, 85, 200)),
    (("nose",), False, (233, 70, 60)),
    (("mouth_upper", "mouth_lower"), True, (233, 70, 60)),
)
IRIS: Color = (0, 100, 60)
SHIFT = 4
"""Fractional bits of OpenCV's fixed-point coordinates, for subpixel accuracy."""


def draw_faces(picture: Picture, faces: Faces, *, boxes: bool, points: bool) -> Picture:
    """Return the picture in RGB or RGBA with faces drawn over it."""
    pixels = (picture if picture.channels == 4 else picture.rgb()).pixels.copy()
    canvas = np.ascontiguousarray(pixels[:, :, :3])
    # Also draw into alpha, so that marks over transparent parts are visible.
    alpha = np.ascontiguousarray(pixels[:, :, 3]) if pixels.shape[2] == 4 else None
    for face in faces.faces:
        thick = max(1, round(face.box.side / 90))
        if boxes:
            if face.head:
                _box(canvas, alpha, face.head, HEAD, thick)
            _box(canvas, alpha, face.box, FACE, thick)
            _label(canvas, alpha, face)
        if points and face.landmarks:
            _points(canvas, alpha, face, thick)
    made = canvas if alpha is None else np.dstack([canvas, alpha])
    return picture.with_pixels(made)


def _fixed(x: float, y: float) -> tuple[int, int]:
    """Return a point in OpenCV's fixed-point format, clamped to the range it can hold."""
    one = 1 << SHIFT
    x, y = (min(max(v - 0.5, -20_000.0), 40_000.0) for v in (x, y))
    return round(x * one), round(y * one)


def _box(
    canvas: NDArray[np.uint8], alpha: NDArray[np.uint8] | None, box: Box, color: Color, thick: int
) -> None:
    first, last = _fixed(box.left, box.top), _fixed(box.right, box.bottom)
    # A white line under the colored one keeps it visible on dark and on colored pictures.
    cv2.rectangle(canvas, first, last, PAPER, thick + 2, cv2.LINE_AA, SHIFT)
    cv2.rectangle(canvas, first, last, color, thick, cv2.LINE_AA, SHIFT)
    if alpha is not None:
        cv2.rectangle(alpha, first, last, (255,), thick + 2, cv2.LINE_AA, SHIFT)


def _label(canvas: NDArray[np.uint8], alpha: NDArray[np.uint8] | None, face: Face) -> None:
    text = f"{face.confidence:.2f}"
    font, scale = cv2.FONT_HERSHEY_SIMPLEX, min(max(face.box.side / 260, 0.32), 2.0)
    thick = max(1, round(scale * 1.6))
    (width, height), below = cv2.getTextSize(text, font, scale, thick)
    left = round(min(max(face.box.left, 0), max(0, canvas.shape[1] - width - 6)))
    # Above the box, or inside it at the top edge of the picture.
    top = round(face.box.top) - height - below - 4
    top = min(max(top, 0), max(0, canvas.shape[0] - height - below - 4))
    corner = (left + width + 6, top + height + below + 4)
    cv2.rectangle(canvas, (left, top), corner, FACE, -1)
    at = (left + 3, top + height + 2)
    cv2.putText(canvas, text, at, font, scale, PAPER, thick, cv2.LINE_AA)
    if alpha is not None:
        cv2.rectangle(alpha, (left, top), corner, (255,), -1)


def _points(
    canvas: NDArray[np.uint8], alpha: NDArray[np.uint8] | None, face: Face, thick: int
) -> None:
    points = face.points
    line = max(1, round(thick * 0.6))
    # Full-size dots would hide a small face: a seventieth of its side is enough.
    dot = min(thick * 0.9 + 0.6, face.box.side / 70)
    for names, closed, color in LINES:
        chosen = [points[part(name)] for name in names]
        # Both parts run in the same direction; reversing the second makes one outline.
        chain = np.concatenate([chosen[0], *(other[::-1] for other in chosen[1:])])
        fixed = np.array([_fixed(x, y) for x, y, _ in chain.tolist()], np.int32)
        for target, value in _targets(canvas, alpha, color):
            cv2.polylines(target, [fixed], closed, value, line, cv2.LINE_AA, SHIFT)
        for x, y, visible in chain.tolist():
            _dot(canvas, alpha, x, y, color, dot, seen=visible >= 0.5)
    for side in ("left", "right"):
        iris = points[part(f"iris_{side}")]
        x, y, visible = iris[0].tolist()
        wide, high = np.abs(iris[1:, :2] - iris[0, :2]).max(0).clip(0, 10_000).tolist()
        axes = round(wide * (1 << SHIFT)), round(high * (1 << SHIFT))
        for target, value in _targets(canvas, alpha, IRIS):
            place = _fixed(x, y)
            cv2.ellipse(target, place, axes, 0, 0, 360, value, line, cv2.LINE_AA, SHIFT)
        _dot(canvas, alpha, x, y, IRIS, dot, seen=visible >= 0.5)


def _dot(
    canvas: NDArray[np.uint8],
    alpha: NDArray[np.uint8] | None,
    x: float,
    y: float,
    color: Color,
    dot: float,
    *,
    seen: bool,
) -> None:
    radius, rim = round(dot * (1 << SHIFT)), round(min(1.0, dot / 1.5) * (1 << SHIFT))
    for target, value in _targets(canvas, alpha, color):
        paper = PAPER if target is canvas else value
        place = _fixed(x, y)
        cv2.circle(target, place, radius + rim, paper, -1, cv2.LINE_AA, SHIFT)
        width = -1 if seen else max(1, round(dot / 2))
        cv2.circle(target, place, radius, value, width, cv2.LINE_AA, SHIFT)


def _targets(
    canvas: NDArray[np.uint8], alpha: NDArray[np.uint8] | None, color: Color
) -> list[tuple[NDArray[np.uint8], tuple[int, ...]]]:
    made: list[tuple[NDArray[np.uint8], tuple[int, ...]]] = [(canvas, color)]
    return made if alpha is None else [*made, (alpha, (255,))]
