"""Lessons from the ``nova`` sprites: lids, brows and lips from the alpha of their layers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from nijigen.core.landmarks import LANDMARKS
from nijigen_training.data.files import read_pixels
from nijigen_training.data.root import data_root
from nijigen_training.data.sprites import sprites
from nijigen_training.faces.landmarks.lesson import Box, Floats, Lesson
from nijigen_training.faces.landmarks.points import CENTERS, EYES_AND_MOUTH, WIDEST

REACH = 0.9
"""Crop of sprites around the face's center, in multiples of the face's side."""
CUT = 240
"""Height of the crop in pixels: at least 128 for a face, the network's input size."""
OPENNESS = {"close": 0.0, "smile": 0.0, "normal": 1.0, "divert": 1.0, "shock": 1.0}
CHIN = 1.44
"""Distance from the eyes to the chin over that from the eyes to the mouth, in real faces."""
CLOSED = 0.15
"""Openness of a closed mouth whose line has a thickness."""
KINDS = ("mouth", "eye", "eyebrow")
Mask = NDArray[np.bool_]
Look = tuple[str, str, str]
"""Names of a mouth, an eye and a brow."""


@dataclass(frozen=True)
class Character:
    """The layers of one character, cropped to the head: uint8 RGBA of one size.

    Attributes:
        name: Name of the folder.
        body: Drawn first.
        hair: Drawn last.
        layers: By kind, then by name.
        box: The face box in the crop.
    """

    name: str
    body: NDArray[np.uint8]
    hair: NDArray[np.uint8] | None
    layers: dict[str, dict[str, NDArray[np.uint8]]]
    box: Box


@lru_cache(maxsize=2)
def characters(part: Literal["train", "held_out"]) -> tuple[Character, ...]:
    """Return the characters of one side of the split."""
    faces = {one.character: one.face for one in sprites(part)}
    folders = sorted((data_root() / "sprites" / "nova").glob("*/"))
    return tuple(
        _character(folder, faces[folder.name]) for folder in folders if folder.name in faces
    )


def layered_lesson(rng: np.random.Generator, part: Literal["train", "held_out"]) -> Lesson:
    """Return a random combination of layers on a plain background."""
    everyone = characters(part)
    one = everyone[int(rng.integers(len(everyone)))]
    mouth, eye, brow = (str(rng.choice(sorted(one.layers[kind]))) for kind in KINDS)
    ground = rng.integers(0, 256, 3) if rng.random() < 0.6 else np.full(3, 255)
    return combined(one, (mouth, eye, brow), ground)


def combined(one: Character, look: Look, ground: NDArray[np.int64]) -> Lesson:
    """Return one combination of layers on a background, with labels from their alpha."""
    mouth, eye, brow = look
    layers = [
        one.body, one.layers["mouth"][mouth], one.layers["eye"][eye], one.layers["eyebrow"][brow]
    ]  # fmt: skip
    if one.hair is not None:
        layers.append(one.hair)
    pixels = np.empty((*one.body.shape[:2], 3), np.uint16)
    pixels[:] = ground
    for layer in layers:
        alpha = layer[:, :, 3:].astype(np.uint16)
        pixels = (layer[:, :, :3] * alpha + pixels * (255 - alpha) + 127) // 255
    lesson = Lesson(pixels.astype(np.uint8), one.box)
    eyes, brows = _sides(one.layers["eye"][eye]), _sides(one.layers["eyebrow"][brow])
    for side, outwards in (("left", -1), ("right", 1)):
        upper, lower = rims(eyes[side], outwards)
        _know(lesson, f"eye_{side}_upper", upper, 1.0)
        _know(lesson, f"eye_{side}_lower", lower, 1.0)
        above, below = rims(brows[side], outwards)
        _know(lesson, f"brow_{side}", (above + np.vstack([above[0], below, above[4]])) / 2, 0.5)
    upper, lower = rims(_largest(one.layers["mouth"][mouth][:, :, 3] > 64), 1)
    _know(lesson, "mouth_upper", upper, 1.0)
    _know(lesson, "mouth_lower", lower, 1.0)
    for number, name in enumerate(EYES_AND_MOUTH):
        lesson.centers[number] = lesson.points[list(CENTERS[name])].mean(axis=0)
        lesson.center_weights[number] = 1
    down = lesson.centers[2] - (lesson.centers[0] + lesson.centers[1]) / 2
    gap = float(lower[1, 1] - upper[2, 1])
    lesson.states[5] = np.clip(gap / (WIDEST * CHIN * float(np.hypot(*down))) - CLOSED, 0, 1)
    lesson.state_weights[5] = 1
    if eye in OPENNESS:
        lesson.states[3:5] = OPENNESS[eye]
        lesson.state_weights[3:5] = 1
    return lesson


def rims(mask: Mask, towards: int) -> tuple[Floats, Floats]:
    """Return five points of the upper edge, including both ends, and three of the lower edge.

    Args:
        mask: Where the part is opaque.
        towards: 1 if the points run from left to right, -1 from right to left.
    """
    columns = np.flatnonzero(mask.any(axis=0))
    first, last = int(columns[0]), int(columns[-1])
    at = np.rint(first + (last - first) * np.array((0, 0.25, 0.5, 0.75, 1))).astype(int)
    top = np.array([_high(mask, x) for x in at], np.float32)
    bottom = np.array([_low(mask, x) for x in at], np.float32)
    upper = np.stack([at + 0.5, top], axis=1)
    # At its ends, a part has a single point instead of two edges.
    upper[[0, 4], 1] = (top[[0, 4]] + bottom[[0, 4]]) / 2
    lower = np.stack([at + 0.5, bottom], axis=1)[1:4]
    if towards < 0:
        upper, lower = upper[::-1], lower[::-1]
    return upper.astype(np.float32), lower.astype(np.float32)


def _high(mask: Mask, x: int) -> float:
    near = mask[:, max(0, x - 1) : x + 2].any(axis=1)
    return float(np.flatnonzero(near)[0])


def _low(mask: Mask, x: int) -> float:
    near = mask[:, max(0, x - 1) : x + 2].any(axis=1)
    return float(np.flatnonzero(near)[-1] + 1)


def _know(lesson: Lesson, prefix: str, points: Floats, weight: float) -> None:
    for number, point in enumerate(points):
        place = LANDMARKS.index(f"{prefix}_{number}")
        lesson.points[place], lesson.weights[place] = point, weight


def _sides(layer: NDArray[np.uint8]) -> dict[str, Mask]:
    """Return the largest region on each side of a layer that contains both eyes, or brows."""
    mask = layer[:, :, 3] > 64
    columns = np.flatnonzero(mask.any(axis=0))
    middle = int(columns[0] + columns[-1]) // 2
    left, right = mask.copy(), mask.copy()
    left[:, middle:], right[:, :middle] = False, False
    return {"left": _largest(left), "right": _largest(right)}


def _largest(mask: Mask) -> Mask:
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    return np.asarray(labels == 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA])))


def _character(folder: Path, face: Box) -> Character:
    of = {kind: _named(folder, kind) for kind in KINDS}
    left, top, right, bottom = face
    x, y, half = (left + right) / 2, (top + bottom) / 2, (right - left) / 2
    reach = 2 * half * REACH
    rows = slice(max(0, round(y - reach)), round(y + reach))
    columns = slice(max(0, round(x - reach)), round(x + reach))
    scale = CUT / (rows.stop - rows.start)

    def cut(layer: NDArray[np.uint8]) -> NDArray[np.uint8]:
        part = layer[rows, columns].astype(np.float32)
        part[:, :, :3] *= part[:, :, 3:] / 255
        size = (round(part.shape[1] * scale), round(part.shape[0] * scale))
        small = cv2.resize(part, size, interpolation=cv2.INTER_AREA)
        small[:, :, :3] /= np.maximum(small[:, :, 3:] / 255, 1e-3)
        return small.clip(0, 255).astype(np.uint8)

    x, y = (x - columns.start) * scale, (y - rows.start) * scale
    half *= scale
    hair = folder / "hair.png"
    return Character(
        folder.name,
        cut(read_pixels(folder / "body.png", 4)),
        cut(read_pixels(hair, 4)) if hair.is_file() else None,
        {k: {name: cut(layer) for name, layer in layers.items()} for k, layers in of.items()},
        (x - half, y - half, x + half, y + half),
    )


def _named(folder: Path, kind: str) -> dict[str, NDArray[np.uint8]]:
    return {
        path.stem.split("_")[1]: read_pixels(path, 4)
        for path in sorted(folder.glob(f"{kind}_*.png"))
    }
