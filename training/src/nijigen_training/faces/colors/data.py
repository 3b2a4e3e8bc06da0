"""Labelled pictures of ``faces96`` as examples, and their augmentation."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import cv2
import numpy as np

from nijigen.faces import EYE_COLORS, HAIR_COLORS
from nijigen_training.data.faces96 import SIDE, face_files, face_labels
from nijigen_training.data.labelled import Pixels, turned


@dataclass(frozen=True)
class Named:
    """A labelled picture: its file, and the indices of its color names."""

    file: str
    hair: int
    eyes: int


@lru_cache(maxsize=2)
def named(part: Literal["train", "held_out"]) -> tuple[Named, ...]:
    """Return the labelled pictures of one side of the split."""
    labels = face_labels()
    return tuple(
        Named(file, HAIR_COLORS.index(labels[file][1]), EYE_COLORS.index(labels[file][0]))
        for file in face_files(part)
        if file in labels
    )


def varied(pixels: Pixels, rng: np.random.Generator) -> Pixels:
    """Augment a face like a different crop and scan, without changing its color names."""
    angle = float(np.clip(rng.normal(0, 9), -25, 25))
    scale = float(np.exp(rng.uniform(-0.2, 0.22)))
    x, y = (0.5 + rng.uniform(-0.09, 0.09, 2)) * SIDE
    matrix = turned((SIDE / 2, SIDE / 2), scale, angle, (x, y), flip=bool(rng.random() < 0.5))
    out = cv2.warpAffine(pixels, matrix, (SIDE, SIDE), borderMode=cv2.BORDER_REPLICATE)
    out = cv2.transform(cv2.LUT(out, _gamma(rng)), _tint(rng))
    kind = rng.random()
    if kind < 0.15:
        small = int(rng.integers(40, 80))
        out = cv2.resize(out, (small, small), interpolation=cv2.INTER_AREA)
        out = cv2.resize(out, (SIDE, SIDE))
    elif kind < 0.35:
        quality = int(rng.integers(35, 90))
        _, data = cv2.imencode(".jpg", out, (cv2.IMWRITE_JPEG_QUALITY, quality))
        out = cv2.imdecode(data, cv2.IMREAD_COLOR)
    if rng.random() < 0.3:
        # A hand, a letter, a lock of hair: a face is named by what is left.
        width, height = rng.integers(8, 28, 2)
        left, top = int(rng.integers(0, SIDE - width)), int(rng.integers(0, SIDE - height))
        out[top : top + height, left : left + width] = rng.integers(0, 256, 3)
    return np.asarray(out, np.uint8)


def _gamma(rng: np.random.Generator) -> Pixels:
    power = float(np.exp(rng.normal(0, 0.12)))
    return (255 * (np.arange(256) / 255) ** power).astype(np.uint8)


def _tint(rng: np.random.Generator) -> np.ndarray:
    # Saturation, contrast, brightness and a slight cast in one 3 × 4 matrix. A name covers a wide
    # range of lightness but a narrow one of hue, so casts stay at 2 %.
    saturation, contrast = rng.uniform(0.8, 1.2), rng.uniform(0.88, 1.12)
    gray = np.tile((0.299, 0.587, 0.114), (3, 1))
    mixing = (gray + (np.eye(3) - gray) * saturation) * contrast
    mixing *= 1 + rng.normal(0, 0.02, (3, 1))
    shift = 127.5 * (1 - contrast) + 255 * rng.normal(0, 0.03)
    return np.concatenate([mixing, np.full((3, 1), shift)], axis=1)
