"""Real pairs: colored pictures and their line art; kinds of lines are not told apart."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from nijigen_training.data.degrade import degraded
from nijigen_training.data.files import read_pixels
from nijigen_training.data.labelled import Pixels
from nijigen_training.data.root import data_root
from nijigen_training.data.splits import CEL_TRAINED, LINE_ART_TRAINED, LINE_ART_VALIDATED

LONGER_SIDE = 1024

Pair = tuple[Pixels, NDArray[np.uint8]]
"""A picture, and coverage by its lines, uint8 ``(H, W)``."""


@lru_cache(maxsize=2)
def pairs(part: Literal["train", "validation"]) -> tuple[Pair, ...]:
    """Return the pairs that may be trained on, or those that choose the best weights."""
    names = LINE_ART_TRAINED if part == "train" else LINE_ART_VALIDATED
    folder = data_root() / "lineart"
    found = []
    for name in names:
        line = folder / f"{name}_line.webp"
        for kind in ("result", "composition"):
            picture = folder / f"{name}_{kind}.webp"
            if line.is_file() and picture.is_file():
                found.append(_pair(picture, line))
    if part == "train":
        found += [_pair(*files) for files in _cels()]
    return tuple(found)


def _cels() -> list[tuple[Path, Path]]:
    """Return frames, and their lines, that may be trained on; few, since they are alike."""
    root = data_root() / "cel_frames"
    sequence = root / "dataset/test" / CEL_TRAINED
    found = [
        (path, sequence / "line" / path.name)
        for path in sorted((sequence / "gt").glob("*.png"))[::4]
    ]
    return [*found, (root / "assets/gt0242.png", root / "assets/line0242.png")]


def _pair(picture: Path, line: Path) -> Pair:
    pixels, ink = read_pixels(picture), read_pixels(line)
    # Animators mark the borders of shadows in color.
    colored = ink.max(axis=2).astype(np.int16) - ink.min(axis=2) > 60
    ink = np.where(colored[:, :, None], np.uint8(255), ink)
    height, width = pixels.shape[:2]
    scale = min(1.0, LONGER_SIDE / max(height, width))
    size = (round(width * scale), round(height * scale))
    pixels = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    return pixels, coverage_of(ink, size)


def coverage_of(page: Pixels, size: tuple[int, int]) -> NDArray[np.uint8]:
    """Return coverage by lines on paper, uint8 ``(H, W)``, at some width and height."""
    light = cv2.resize(page.min(axis=2), size, interpolation=cv2.INTER_AREA)
    paper = max(int(np.percentile(light, 90)), 1)
    coverage = (255 - light.astype(np.float32) * (255 / paper)).clip(0, 255)
    # A pale pencil is a line as good as black ink.
    darkest = np.percentile(coverage[coverage > 40], 80) if (coverage > 40).any() else 255
    return (coverage * (255 / darkest)).clip(0, 255).astype(np.uint8)


def cut(pair: Pair, side: int, rng: np.random.Generator) -> Pair:
    """Return a square of a pair at some size, degraded and perhaps mirrored."""
    pixels, ink = pair
    most = min(pixels.shape[:2])
    size = min(most, round(side / float(np.exp(rng.uniform(np.log(0.4), np.log(1.3))))))
    for _ in range(8):
        top = int(rng.integers(pixels.shape[0] - size + 1))
        left = int(rng.integers(pixels.shape[1] - size + 1))
        box = np.s_[top : top + size, left : left + size]
        if ink[box].mean() > 6:
            break
    step = -1 if rng.random() < 0.5 else 1
    shrunk = [
        cv2.resize(
            np.ascontiguousarray(plane[box][:, ::step]), (side, side), interpolation=cv2.INTER_AREA
        )
        for plane in (pixels, ink)
    ]
    return degraded(np.asarray(shrunk[0], np.uint8), rng), np.asarray(shrunk[1], np.uint8)
