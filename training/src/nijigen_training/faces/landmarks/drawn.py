"""Lessons from generated characters, whose landmarks are known exactly."""

from __future__ import annotations

import cv2
import numpy as np

from nijigen.core.landmarks import LANDMARKS
from nijigen_training.data.backgrounds import background_files, plain_pixels
from nijigen_training.data.characters import SIZE, drawn_pixels, pool
from nijigen_training.data.labelled import Pixels
from nijigen_training.faces.landmarks.lesson import Floats, Lesson
from nijigen_training.faces.landmarks.points import POSE, STATES, WIDEST, centers

_UPPER, _LOWER = LANDMARKS.index("mouth_upper_2"), LANDMARKS.index("mouth_lower_1")


def drawn_lesson(rng: np.random.Generator) -> Lesson:
    """Return a character of the pool on a random background."""
    characters = pool()
    one = characters[int(rng.integers(len(characters)))]
    image = drawn_pixels(one)
    alpha = image[:, :, 3:].astype(np.uint16)
    behind = _background(rng).astype(np.uint16)
    pixels = ((image[:, :, :3] * alpha + behind * (255 - alpha) + 127) // 255).astype(np.uint8)
    middles = centers(one.landmarks[None])[0]
    tags = one.tags
    states = (
        tags["yaw"] / POSE[0],
        tags["pitch"] / POSE[1],
        tags["roll"] / POSE[2],
        min(1.0, tags["open_left"]),
        min(1.0, tags["open_right"]),
        mouth_open(one.landmarks),
    )
    return Lesson(
        pixels,
        one.face,
        points=one.landmarks,
        weights=np.ones(len(LANDMARKS), np.float32),
        centers=middles,
        center_weights=np.zeros(len(middles), np.float32),
        seen=one.visible.astype(np.float32),
        seen_weight=1.0,
        states=np.array(states, np.float32),
        state_weights=np.ones(STATES, np.float32),
    )


def mouth_open(points: Floats) -> float:
    """Return how far a mouth is open, 0 to 1, from its face's landmarks."""
    middles = centers(points[None])[0]
    length = float(np.hypot(*(middles[4] - (middles[0] + middles[1]) / 2)))
    gap = float(np.hypot(*(points[_LOWER] - points[_UPPER])))
    return min(1.0, gap / (WIDEST * max(length, 1e-3)))


def _background(rng: np.random.Generator) -> Pixels:
    files = background_files("train")
    if files and rng.random() < 0.5:
        picture = plain_pixels(files[int(rng.integers(len(files)))])
        height, width = picture.shape[:2]
        side = int(rng.integers(60, min(height, width) + 1))
        left, top = (int(rng.integers(0, size - side + 1)) for size in (width, height))
        part = picture[top : top + side, left : left + side]
        return np.asarray(cv2.resize(part, (SIZE, SIZE), interpolation=cv2.INTER_AREA), np.uint8)
    colors = rng.integers(0, 256, (2, 2, 3)).astype(np.uint8)
    if rng.random() < 0.5:
        colors[:] = 255 if rng.random() < 0.5 else colors[0, 0]
    return np.asarray(cv2.resize(colors, (SIZE, SIZE), interpolation=cv2.INTER_LINEAR), np.uint8)
