"""Measure the colors of skin, hair and eyes in regions given by the landmarks."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from nijigen.core.colors import written
from nijigen.core.landmarks import LANDMARKS, part
from nijigen.core.values import Color
from nijigen.faces._page import Page
from nijigen.faces._reading import Reading
from nijigen.faces._values import Face
from nijigen.imaging.crops import square_crop

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]

SIDE = 256
FACTOR = 2.6
"""Side of the crop over that of the face box: a face of 98 pixels with the hair above it."""
OVERSAMPLING = 4
"""Averaging 16 source pixels is enough for region medians: 6 ms instead of 12 on a large face."""
SAMPLES = 1024
"""Pixels sampled evenly from each region."""
SKINLIKE = 12.0
"""Distance in Lab to the skin under which a pixel above the brows is forehead, not hair."""
COLORLESS = 12
"""Channel spread that one pixel in twenty exceeds in a color picture."""
LIPS = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (7, 7))
LINE = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (5, 5))
"""Margins around lips and eyes and along the skin's edge, excluded because lines are there."""


@dataclass(frozen=True)
class Colors:
    """The colors of one face; left is the viewer's."""

    skin: Color | None
    hair: Color | None
    eyes: tuple[Color | None, Color | None]
    eye_colors: tuple[tuple[Color, ...], tuple[Color, ...]]
    colorless: bool
    """Whether the face is drawn in grayscale."""


def measure(page: Page, face: Face, reading: Reading) -> Colors:
    """Measure the colors of a face whose landmarks are known.

    Skin and hair are the median of the largest cluster of similar pixels in their region, so that
    lines, shadows and highlights do not mix in. Irises are shaded on purpose; theirs is the
    median of everything except pupil and highlights.
    """
    crop, affine = square_crop(page.pixels, face.box, FACTOR, SIDE, oversampling=OVERSAMPLING)
    to_crop = SIDE / float(affine[0, 0])
    points = (face.points[:, :2] - affine[:, 2]) * np.float32(to_crop)
    skin = _largest(crop[_skin(points) > 0])
    top = (face.head.top - float(affine[1, 2])) * to_crop if face.head else 0.0
    hair = _hair(crop, points, skin, top)
    eyes, eye_colors = [], []
    for side, openness in (("left", reading.open_left), ("right", reading.open_right)):
        seen = float(face.points[LANDMARKS.index(f"iris_{side}"), 2]) >= 0.5
        inside = crop[_eye(points, side) > 0]
        groups = _groups(inside, 4)
        eye_colors.append(tuple(_hex(color) for color, _ in groups))
        eyes.append(_iris(inside) if seen and openness >= 0.15 else None)
    few = crop[::4, ::4]
    spread = few.max(2).astype(np.int16) - few.min(2)
    return Colors(
        skin=None if skin is None else _hex(skin),
        hair=None if hair is None else _hex(hair),
        eyes=(eyes[0], eyes[1]),
        eye_colors=(eye_colors[0], eye_colors[1]),
        colorless=float(np.percentile(spread, 95)) < COLORLESS,
    )


def _polygon(points: Floats) -> Bytes:
    mask = np.zeros((SIDE, SIDE), np.uint8)
    # Our coordinates put the origin at the pixel's corner, OpenCV's at its center.
    corners = np.rint((points - 0.5).clip(-4 * SIDE, 4 * SIDE)).astype(np.int32)
    filled: Bytes = cv2.fillPoly(mask, [corners], 255)
    return filled


def _lids(points: Floats, side: str) -> Floats:
    """Return the outline of an eye."""
    upper, lower = points[part(f"eye_{side}_upper")], points[part(f"eye_{side}_lower")]
    return np.concatenate([upper, lower[::-1]])


def _skin(points: Floats) -> Bytes:
    """Return the mask of cheeks and chin; the forehead is often covered by hair."""
    contour = points[part("contour")][2:15]
    lids = [points[part(f"eye_{side}_lower")] for side in ("right", "left")]
    # From the right ear back to the left: outer to inner corner, then inner to outer.
    whole = _polygon(np.concatenate([contour, lids[0][::-1], lids[1]]))
    upper, lower = points[part("mouth_upper")], points[part("mouth_lower")]
    mouth = cv2.dilate(_polygon(np.concatenate([upper, lower[::-1]])), LIPS)
    cut = whole & ~mouth
    for side in ("left", "right"):
        cut &= ~cv2.dilate(_polygon(_lids(points, side)), LIPS)
    inner: Bytes = cv2.erode(cut, LINE)
    return inner if inner.any() else whole


def _hair(crop: Bytes, points: Floats, skin: Bytes | None, top: float) -> Bytes | None:
    """Return the color above the forehead, unless it is skin."""
    eyes = (_lids(points, "left").mean(0) + _lids(points, "right").mean(0)) / 2
    chin = points[LANDMARKS.index("contour_8")]
    up = eyes - chin
    width = float(np.linalg.norm(points[LANDMARKS.index("contour_14")] - points[2]))
    angle = float(np.degrees(np.arctan2(up[0], -up[1])))
    middle = eyes + up * 0.8
    axes = (max(1.0, width * 0.4), max(1.0, float(np.linalg.norm(up)) * 0.34))
    mask = np.zeros((SIDE, SIDE), np.uint8)
    x, y = (float(v) for v in middle.clip(-SIDE, 2 * SIDE))
    cv2.ellipse(mask, ((x, y), (2 * axes[0], 2 * axes[1]), angle), 255, -1)
    mask[: max(0, min(SIDE, round(top)))] = 0
    pixels = crop[mask > 0]
    if skin is not None and len(pixels):
        pixels = pixels[np.linalg.norm(_lab(pixels) - _lab(skin[None]), axis=1) > SKINLIKE]
    return _largest(pixels)


def _eye(points: Floats, side: str) -> Bytes:
    """Return the mask of the visible iris, or the whole area between the lids of a closed eye."""
    rim = points[part(f"iris_{side}")]
    half = np.abs(rim[1:] - rim[0]).max(0) * 0.92
    mask = np.zeros((SIDE, SIDE), np.uint8)
    x, y = (float(v) for v in (rim[0] - 0.5).clip(-SIDE, 2 * SIDE))
    size = (max(1.0, 2 * float(half[0])), max(1.0, 2 * float(half[1])))
    cv2.ellipse(mask, ((x, y), size, 0.0), 255, -1)
    lids = _polygon(_lids(points, side))
    both = mask & lids
    return both if both.any() else lids


def _iris(pixels: Bytes) -> Color | None:
    """Return the median of an iris without pupil and highlights, if enough of it is visible."""
    if not len(pixels):
        return None
    kept = pixels[(pixels.max(1) >= 56) & (pixels.min(1) <= 170)]
    chosen = kept if len(kept) >= 0.15 * len(pixels) else pixels
    return _hex(np.median(chosen, axis=0).astype(np.uint8))


def _largest(pixels: Bytes) -> Bytes | None:
    """Return the median of the largest of three clusters of pixels."""
    groups = _groups(pixels, 3)
    return groups[0][0] if groups else None


def _groups(pixels: Bytes, count: int) -> list[tuple[Bytes, float]]:
    """Return the medians of clusters of similar pixels and their shares, the largest first.

    The list always has ``count`` entries: if there are fewer colors, the last is repeated. Without
    pixels it is empty.
    """
    if not len(pixels):
        return []
    step = max(1, len(pixels) // SAMPLES)
    taken = pixels[::step]
    data = _lab(taken)
    # k-means seeded with lightness bands: the same pixels always give the same clusters.
    order = np.argsort(data[:, 0], kind="stable")
    labels = np.empty((len(data), 1), np.int32)
    labels[order, 0] = np.arange(len(data)) * count // len(data)
    if len(data) >= 4 * count:
        criteria = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 12, 0.5)
        labels = cv2.kmeans(data, count, labels, criteria, 1, cv2.KMEANS_USE_INITIAL_LABELS)[1]
    made = []
    for label in range(count):
        group = taken[labels[:, 0] == label]
        if len(group):
            median = np.median(group, axis=0).astype(np.uint8)
            made.append((median, len(group) / len(taken)))
    made.sort(key=lambda entry: -entry[1])
    return made + [(made[-1][0], 0.0)] * (count - len(made))


def _lab(pixels: Bytes) -> Floats:
    scaled = pixels.reshape(-1, 1, 3).astype(np.float32) / np.float32(255)
    converted: Floats = cv2.cvtColor(scaled, cv2.COLOR_RGB2Lab).reshape(-1, 3)
    return converted


def _hex(color: Bytes) -> Color:
    return written(*color.tolist())
