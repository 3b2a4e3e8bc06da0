"""Line art drawn for tests."""

from __future__ import annotations

import cv2
import numpy as np

from nijigen import Picture


def page(size: int = 160, width: int = 3) -> Picture:
    """A face of a few clean lines, gray: a circle, a mouth, eyes, a box that is not closed."""
    canvas = np.full((4 * size, 4 * size), 255, np.uint8)
    unit, wide = 4 * size // 16, 4 * width

    def at(x: float, y: float) -> tuple[int, int]:
        return round(x * unit), round(y * unit)

    cv2.circle(canvas, at(8, 8), 5 * unit, 0, wide)
    cv2.ellipse(canvas, at(8, 9), (2 * unit, unit), 0, 20, 160, 0, wide)
    for x in (6, 10):
        cv2.circle(canvas, at(x, 7), unit // 2, 0, wide)
    cv2.line(canvas, at(1, 15), at(15, 15), 0, wide)
    return Picture(cv2.resize(canvas, (size, size), interpolation=cv2.INTER_AREA))


def ink(picture: Picture, level: int = 128) -> np.ndarray:
    """Where the picture is darker than a level."""
    return np.asarray(picture.gray().pixels[:, :, 0] < level)


def f1(found: np.ndarray, truth: np.ndarray, near: float = 2.0) -> float:
    """F1 of pixels within a distance of each other."""

    def share(of: np.ndarray, to: np.ndarray) -> float:
        apart = cv2.distanceTransform((~to).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
        return float((apart[of] <= near).mean()) if of.any() and to.any() else 0.0

    precision, recall = share(found, truth), share(truth, found)
    return 2 * precision * recall / max(precision + recall, 1e-9)


def bar(width: int) -> Picture:
    """A wide line from edge to edge."""
    pixels = np.full((60, 60), 255, np.uint8)
    pixels[30 - width // 2 : 30 - width // 2 + width] = 0
    return Picture(pixels)


def measured(picture: Picture) -> float:
    """The width of the bar, from its ink."""
    return float((255 - picture.pixels[:, 30, 0].astype(float)).sum() / 255)
