"""Lessons: a face with partial or complete labels, and its augmentation."""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from nijigen.faces._reading import LANDMARKS_FACTOR, LANDMARKS_SIDE
from nijigen_training.data.degrade import degraded
from nijigen_training.data.labelled import Pixels, smooth_warp, turned
from nijigen_training.faces.landmarks.points import (
    CENTERS,
    COUNT,
    MIRROR,
    MIRRORED_SIGNS,
    MIRRORED_STATES,
    POSE,
    STATES,
)

Floats = NDArray[np.float32]
Box = tuple[float, float, float, float]

SHIFT, SCALE, TURN = 0.13, 0.15, 25.0
"""Simulated error of a detector's box: shift relative to its side, scale, and tilt in degrees."""
CLEAN = 0.35
"""Share of faces that are not degraded: degradation loses subpixel detail."""
MARGIN = 0.03
"""Points closer to the crop's edge than this fraction, or beyond it, are ignored."""


def _zeros(*shape: int) -> Floats:
    return np.zeros(shape, np.float32)


@dataclass
class Lesson:
    """A face and its labels; a weight of 0 means unknown.

    Attributes:
        pixels: uint8 ``(H, W, 3)``.
        box: The face box.
        points: ``(64, 2)`` in pixels.
        weights: ``(64,)``.
        centers: ``(5, 2)``: the centres of ``points.CENTERS``.
        center_weights: ``(5,)``.
        seen: ``(64,)``, 1 is visible.
        seen_weight: Weight of ``seen`` as a whole.
        states: ``(6,)``: pose as fractions of ``POSE``, openness.
        state_weights: ``(6,)``.
    """

    pixels: Pixels
    box: Box
    points: Floats = field(default_factory=lambda: _zeros(COUNT, 2))
    weights: Floats = field(default_factory=lambda: _zeros(COUNT))
    centers: Floats = field(default_factory=lambda: _zeros(len(CENTERS), 2))
    center_weights: Floats = field(default_factory=lambda: _zeros(len(CENTERS)))
    seen: Floats = field(default_factory=lambda: _zeros(COUNT))
    seen_weight: float = 0.0
    states: Floats = field(default_factory=lambda: _zeros(STATES))
    state_weights: Floats = field(default_factory=lambda: _zeros(STATES))


MIRRORED_CENTERS = [1, 0, 2, 3, 4]
_ROLL = 2


def shown(lesson: Lesson, rng: np.random.Generator, gray: float) -> dict[str, NDArray[np.generic]]:
    """Return a training example: the face cropped like a detector's box, and degraded.

    Args:
        lesson: The lesson; not modified.
        rng: Random generator.
        gray: Share of faces that are converted to gray.
    """
    left, top, right, bottom = lesson.box
    side = float(np.sqrt((right - left) * (bottom - top)))
    scale = LANDMARKS_SIDE / (LANDMARKS_FACTOR * side) * float(np.exp(rng.uniform(-SCALE, SCALE)))
    angle = float(rng.normal(0, 9)) if rng.random() < 0.7 else float(rng.uniform(-TURN, TURN))
    angle = float(np.clip(angle, -TURN, TURN))
    flip = bool(rng.random() < 0.5)
    middle = LANDMARKS_SIDE / 2 * (1 + 2 / LANDMARKS_FACTOR * rng.uniform(-SHIFT, SHIFT, 2))
    center = ((left + right) / 2, (top + bottom) / 2)
    matrix = turned(center, scale, angle, (float(middle[0]), float(middle[1])), flip)
    picture = smooth_warp(
        lesson.pixels, matrix, LANDMARKS_SIDE, LANDMARKS_SIDE, border=cv2.BORDER_REPLICATE
    )
    if rng.random() > CLEAN:
        picture = degraded(picture, rng, gray)
    seen = lesson.seen.copy()
    points, centers = carried(lesson.points, matrix), carried(lesson.centers, matrix)
    weights, center_weights = lesson.weights.copy(), lesson.center_weights
    states, state_weights = lesson.states.copy(), lesson.state_weights
    if flip:
        order = list(MIRROR)
        points, weights, seen = points[order], weights[order], seen[order]
        centers, center_weights = centers[MIRRORED_CENTERS], center_weights[MIRRORED_CENTERS]
        order = list(MIRRORED_STATES)
        states = states[order] * np.array(MIRRORED_SIGNS, np.float32)
        state_weights = state_weights[order]
    states[_ROLL] += angle / POSE[_ROLL]
    if rng.random() < 0.25:
        hidden = covered(picture, rng)
        seen = seen * ~_inside(points * LANDMARKS_SIDE, hidden)
    return {
        "picture": picture,
        "points": points,
        "weights": weights * _asked(points),
        "centers": centers,
        "center_weights": center_weights * _asked(centers),
        "seen": seen.astype(np.float32),
        "seen_weight": np.array([lesson.seen_weight], np.float32),
        "states": states.astype(np.float32),
        "state_weights": state_weights,
    }


def carried(points: Floats, matrix: NDArray[np.float64]) -> Floats:
    """Transform points to 0..1 of the crop."""
    return ((points @ matrix[:, :2].T + matrix[:, 2]) / LANDMARKS_SIDE).astype(np.float32)


def _asked(points: Floats) -> Floats:
    inside = (points > MARGIN) & (points < 1 - MARGIN)
    return np.asarray(inside.all(axis=1), np.float32)


def covered(picture: Pixels, rng: np.random.Generator) -> tuple[int, int, int, int]:
    """Cover a part of the picture, like hands or letters do, and return its box."""
    width, height = (int(v) for v in rng.integers(10, 46, 2))
    left = int(rng.integers(0, LANDMARKS_SIDE - width))
    top = int(rng.integers(0, LANDMARKS_SIDE - height))
    area = picture[top : top + height, left : left + width]
    if rng.random() < 0.5:
        area[:] = rng.integers(0, 256, 3)
    else:
        # A patch of the same picture has matching colors and lines.
        x = int(rng.integers(0, LANDMARKS_SIDE - width))
        y = int(rng.integers(0, LANDMARKS_SIDE - height))
        area[:] = picture[y : y + height, x : x + width].copy()
    return left, top, left + width, top + height


def _inside(points: Floats, box: tuple[int, int, int, int]) -> NDArray[np.bool_]:
    left, top, right, bottom = box
    x, y = points[:, 0], points[:, 1]
    return np.asarray((x >= left) & (x < right) & (y >= top) & (y < bottom))
