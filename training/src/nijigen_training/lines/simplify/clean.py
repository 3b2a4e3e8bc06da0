"""Clean line art that is made rough: generated characters, drawings, and figures of curves."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from nijigen_training.data.files import read_pixels
from nijigen_training.data.root import data_root
from nijigen_training.data.splits import CLEAN_DRAWINGS_HELD_OUT, CLEAN_LINE_ART
from nijigen_training.lines.extract.pairs import coverage_of

LONGER_SIDE = 800
Ink = NDArray[np.uint8]
"""Coverage by lines, uint8 ``(H, W)``."""


@lru_cache(maxsize=2)
def drawings(part: Literal["train", "held_out"]) -> tuple[Ink, ...]:
    """Return clean drawings by people."""
    root = data_root()
    paths = [
        path
        for path in sorted((root / "sketches" / "clean_line_drawings").glob("*.webp"))
        if (path.stem in CLEAN_DRAWINGS_HELD_OUT) == (part == "held_out")
    ]
    if part == "train":
        paths += [root / "lineart" / f"{name}_line.webp" for name in CLEAN_LINE_ART]
    found = []
    for path in paths:
        pixels = read_pixels(path)
        scale = min(1.0, LONGER_SIDE / max(pixels.shape[:2]))
        height, width = (round(side * scale) for side in pixels.shape[:2])
        found.append(coverage_of(pixels, (width, height)))
    return tuple(found)


def cut(ink: Ink, size: int, rng: np.random.Generator) -> Ink:
    """Return a square around some line, turned and perhaps mirrored."""
    rows, columns = np.nonzero(ink > 127)
    at = int(rng.integers(len(rows)))
    center = np.array([columns[at], rows[at]]) + rng.uniform(-0.35, 0.35, 2) * size
    angle = float(rng.uniform(-180, 180)) if rng.random() < 0.3 else float(rng.normal(0, 8))
    turn = cv2.getRotationMatrix2D((float(center[0]), float(center[1])), angle, 1.0)
    turn[:, 2] += size / 2 - center
    square = np.asarray(cv2.warpAffine(ink, turn, (size, size), flags=cv2.INTER_LINEAR), np.uint8)
    return np.ascontiguousarray(square[:, ::-1]) if rng.random() < 0.5 else square


def figures(size: int, rng: np.random.Generator) -> Ink:
    """Draw curves, polygons, circles and dots, open and closed, some of them over others."""
    ink = np.zeros((2 * size, 2 * size), np.uint8)
    thick = int(rng.integers(2, 7))
    for _ in range(int(rng.integers(2, 9))):
        center = rng.uniform(0, 2 * size, 2)
        reach = size * rng.uniform(0.1, 1.2)
        closed = bool(rng.random() < 0.5)
        kind = rng.random()
        if kind < 0.35:
            points = rng.uniform(-reach, reach, (int(rng.integers(2, 7)), 2)) + center
        else:
            count = int(rng.integers(3, 8))
            turn = np.sort(rng.uniform(0, 2 * np.pi, count))
            points = np.stack([np.cos(turn), np.sin(turn)], 1) * reach + center
            points += rng.normal(0, 0.15 * reach, points.shape)
            points = _smooth(points) if kind < 0.8 else points
        if closed and rng.random() < 0.5:
            # What is in front hides what is behind.
            cv2.fillPoly(ink, [points.round().astype(np.int32)], 0)
        wide = max(1, thick + int(rng.integers(-1, 2)))
        cv2.polylines(ink, [points.round().astype(np.int32)], closed, 255, wide, cv2.LINE_AA)
    return np.asarray(cv2.resize(ink, (size, size), interpolation=cv2.INTER_AREA), np.uint8)


def _smooth(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Cut corners, three times (Chaikin 1974)."""
    for _ in range(3):
        after = np.roll(points, -1, axis=0)
        points = np.stack([0.75 * points + 0.25 * after, 0.25 * points + 0.75 * after], 1)
        points = points.reshape(-1, 2)
    return points
