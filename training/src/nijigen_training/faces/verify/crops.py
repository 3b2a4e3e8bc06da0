"""Crops of boxes as the verifier's input, augmented for training."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from nijigen.faces._verifying import VERIFY_FACTOR, VERIFY_SIDE
from nijigen_training.data.boxes import Box
from nijigen_training.data.degrade import degraded
from nijigen_training.data.labelled import Pixels, smooth_warp, turned

WORKED = (96, 96, 128, 160)
"""Sizes at which a crop is augmented, then reduced: print and compression artifacts are finer."""
TURNED, TILT = 0.5, 35.0
"""Share of crops that are rotated, and the largest angle in degrees."""
TINY = 0.2
"""How often a crop is first reduced to 16 to 40 pixels, the size of small faces."""
RESURROUNDED, COVERED = 0.22, 0.14
"""How often the surroundings of the box are replaced, and a part of it is covered."""
DEGRADED = (0.7, 0.35)
"""How often crops are degraded; those reduced like small faces less often."""


@dataclass(frozen=True)
class Aim:
    """A box in a picture, and its label.

    Attributes:
        pixels: uint8 RGB, or RGBA: then transparent areas get a background.
        box: The proposal.
        face: The true box, or None.
    """

    pixels: Pixels
    box: Box
    face: Box | None


def shown(
    aim: Aim, rng: np.random.Generator, ground: Callable[[np.random.Generator, int], Pixels]
) -> tuple[Pixels, NDArray[np.float32]]:
    """Crop a box and augment it like a scan of a print.

    Returns:
        uint8 ``(96, 96, 3)``, and the offset from the box to the true one, as in ``net``.
    """
    size = int(rng.choice(WORKED))
    degrees = float(rng.uniform(-TILT, TILT)) if rng.random() < TURNED else 0.0
    flip = bool(rng.random() < 0.5)
    tiny = int(np.exp(rng.uniform(np.log(16), np.log(40)))) if rng.random() < TINY else None
    crop = cut(aim, tiny or size, degrees, flip)
    if tiny:
        crop = np.asarray(cv2.resize(crop, (size, size), interpolation=cv2.INTER_LINEAR), np.uint8)
    if crop.shape[2] == 4:
        crop = _over(crop[:, :, :3], crop[:, :, 3], ground(rng, size))
    elif rng.random() < RESURROUNDED:
        crop = _over(crop, _blob(rng, size), ground(rng, size))
    if rng.random() < COVERED:
        crop = _covered(crop, ground(rng, size), rng)
    if rng.random() < DEGRADED[tiny is not None]:
        crop = degraded(np.ascontiguousarray(crop), rng)
    if size != VERIFY_SIDE:
        crop = np.asarray(
            cv2.resize(crop, (VERIFY_SIDE, VERIFY_SIDE), interpolation=cv2.INTER_AREA), np.uint8
        )
    return np.ascontiguousarray(crop), move(aim, degrees, flip)


def cut(aim: Aim, size: int, degrees: float = 0.0, flip: bool = False) -> Pixels:
    """Crop a square around a box with the verifier's margin, rotated and mirrored."""
    left, top, right, bottom = aim.box
    side = VERIFY_FACTOR * float(np.sqrt((right - left) * (bottom - top)))
    x, y = (left + right) / 2, (top + bottom) / 2
    # A rotated square of that side fits into one 1.42 times as large.
    reach = int(np.ceil(side * (0.71 if degrees else 0.5))) + 2
    x0, y0, x1, y1 = round(x) - reach, round(y) - reach, round(x) + reach, round(y) + reach
    height, width = aim.pixels.shape[:2]
    inside = aim.pixels[
        min(max(0, y0), height - 1) : max(min(height, y1), 1),
        min(max(0, x0), width - 1) : max(min(width, x1), 1),
    ]
    before, above = max(0, x0) - x0 if x0 < width else 0, max(0, y0) - y0 if y0 < height else 0
    behind, below = 2 * reach - before - inside.shape[1], 2 * reach - above - inside.shape[0]
    if before or above or behind or below:
        border = cv2.BORDER_CONSTANT if inside.shape[2] == 4 else cv2.BORDER_REPLICATE
        edges = (max(0, above), max(0, below), max(0, before), max(0, behind))
        inside = np.asarray(cv2.copyMakeBorder(inside, *edges, border), np.uint8)
    matrix = turned((x - x0, y - y0), size / side, degrees, (size / 2, size / 2), flip)
    return smooth_warp(inside, matrix, size, size, border=cv2.BORDER_REPLICATE)


def move(aim: Aim, degrees: float, flip: bool) -> NDArray[np.float32]:
    """Return the offset to the true box, rotated and mirrored like the crop; zeros for none."""
    if aim.face is None:
        return np.zeros(4, np.float32)
    box, face = np.array(aim.box), np.array(aim.face)
    side = float(np.sqrt((box[2:] - box[:2]).prod()))
    way = (face[:2] + face[2:] - box[:2] - box[2:]) / 2 / side
    turn = turned((0, 0), 1.0, degrees, (0, 0), flip)[:, :2]
    sizes = np.log((face[2:] - face[:2]) / side)
    return np.concatenate([turn @ way, sizes]).astype(np.float32)


def _over(pixels: Pixels, alpha: NDArray[np.uint8], under: Pixels) -> Pixels:
    share = alpha[:, :, None].astype(np.uint16)
    mixed = (pixels * share + under * (255 - share) + 127) // 255
    return mixed.astype(np.uint8)


def _blob(rng: np.random.Generator, size: int) -> NDArray[np.uint8]:
    """Return an alpha mask around the box: between circle and square, with a soft or hard edge."""
    half = 1 / VERIFY_FACTOR * rng.uniform(1.0, 1.3)
    at = np.abs(np.linspace(-1, 1, size, dtype=np.float32)) / np.float32(half)
    power = np.float32(rng.choice((2.5, 4.0, 12.0)))
    distance = (at[None, :] ** power + at[:, None] ** power) ** (1 / power)
    soft = float(np.exp(rng.uniform(np.log(4), np.log(40))))
    alpha: NDArray[np.uint8] = ((1 - distance) * soft * 255).clip(0, 255).astype(np.uint8)
    return alpha


def _covered(crop: Pixels, over: Pixels, rng: np.random.Generator) -> Pixels:
    """Cover a part of the box, like a hand, a book or a speech bubble."""
    size = crop.shape[0]
    box = size / VERIFY_FACTOR
    width, height = (rng.uniform(0.15, 0.75, 2) * box).astype(int)
    if width * height > 0.3 * box * box:
        height = int(0.3 * box * box / width)
    left, top = (int(rng.uniform(0.1, 0.9) * size) for _ in range(2))
    crop = crop.copy()
    part = (slice(top, top + max(1, height)), slice(left, left + max(1, width)))
    crop[part] = over[part]
    return crop
