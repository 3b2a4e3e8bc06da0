"""Sprites: visual-novel characters with alpha, their boxes derived from layers and expressions."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from nijigen_training.data.files import read_pixels, reduced
from nijigen_training.data.root import data_root
from nijigen_training.data.splits import share, sprite_held_out

LONGER_SIDE = 640
"""Limit on the size of sprites in memory."""
FACE = (0.107, 1.84)
"""Face box from the box of eyes and mouth: its center is lower by this fraction of the height, and
its side is this multiple of the square root of the area; the cascade's medians on 199 sprites
(standard deviations .09 and .12)."""
CHIN = 0.8
"""Height of the chin in a face box: the mean over the scenes' faces."""
NOVA_LOOKS = 16
"""Combinations of layers used of each ``nova`` character, of more than 200."""

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Sprite:
    """One sprite: a file, or layers drawn in order.

    Attributes:
        character: Name of the folder, which determines the split.
        layers: Files on one canvas.
        size: Width and height that the boxes refer to.
        feat: From the eyes (with moving brows) to the mouth.
        eye_left: At the viewer's left; None if unknown, like the next two.
        eye_right: At the viewer's right.
        mouth: The mouth in all its shapes.
    """

    character: str
    layers: tuple[Path, ...]
    size: tuple[float, float]
    feat: Box
    eye_left: Box | None = None
    eye_right: Box | None = None
    mouth: Box | None = None

    @property
    def held_out(self) -> bool:
        """Whether it is held out."""
        return sprite_held_out(self.character)

    @property
    def face(self) -> Box:
        """The face box, in pixels of ``size``."""
        left, top, right, bottom = self.feat
        down, times = FACE
        half = times / 2 * float(np.sqrt((right - left) * (bottom - top)))
        x, y = (left + right) / 2, (top + bottom) / 2 + down * (bottom - top)
        return x - half, y - half, x + half, y + half


@lru_cache(maxsize=2)
def sprites(part: Literal["train", "held_out"]) -> tuple[Sprite, ...]:
    """Return the sprites of one side of the split."""
    everyone = (*_novel(), *_layered())
    return tuple(one for one in everyone if one.held_out == (part == "held_out"))


def _novel() -> list[Sprite]:
    root = data_root() / "sprites" / "ks"
    found: dict[str, Sprite] = {}
    for name in ("feature_boxes.json", "landmarks_checked.json"):
        if not (root / name).is_file():
            continue
        for group in json.loads((root / name).read_text(encoding="utf-8")):
            left, top, right, bottom = group["feat_box"]
            if not 0.7 <= (right - left) / (bottom - top) <= 1.5:
                continue  # only an eye or the mouth moves in this group
            for file in group["files"]:
                if not (root / file).is_file():
                    continue
                found[file] = Sprite(
                    character=file.split("/")[0],
                    layers=(root / file,),
                    size=(group["size"][0], group["size"][1]),
                    feat=_box(group["feat_box"]),
                    eye_left=_box(group["eye_left_box"]) if "eye_left_box" in group else None,
                    eye_right=_box(group["eye_right_box"]) if "eye_right_box" in group else None,
                    mouth=_box(group["mouth_box"]) if "mouth_box" in group else None,
                )
    return [found[file] for file in sorted(found)]


def _layered() -> list[Sprite]:
    result = []
    for folder in sorted((data_root() / "sprites" / "nova").glob("*/")):
        of = {kind: sorted(folder.glob(f"{kind}_*.png")) for kind in ("mouth", "eye", "eyebrow")}
        body, hair = folder / "body.png", folder / "hair.png"
        if not (body.is_file() and all(of.values())):
            continue
        mouth, eyes = _bounds(_seen(of["mouth"])), _halves(_seen(of["eye"]))
        size = _size(body)
        for look in range(NOVA_LOOKS):
            chosen = [
                of[kind][int(share(f"{folder.name}/{kind}", str(look)) * len(of[kind]))]
                for kind in ("mouth", "eye", "eyebrow")
            ]
            layers = (body, *chosen, *((hair,) if hair.is_file() else ()))
            feat = _union([mouth, *eyes])
            result.append(Sprite(folder.name, layers, size, feat, *eyes, mouth))
    return result


@lru_cache(maxsize=640)
def sprite_pixels(sprite: Sprite, longer: int = LONGER_SIDE) -> tuple[NDArray[np.uint8], float]:
    """Draw a sprite.

    Returns:
        uint8 RGBA ``(H, W, 4)``, cached, so do not modify it, and the number of its pixels per unit
        of the sprite's boxes.
    """
    canvas = read_pixels(sprite.layers[0], 4)
    for path in sprite.layers[1:]:
        layer = read_pixels(path, 4)
        alpha = layer[:, :, 3:].astype(np.uint16)
        mixed = (layer[:, :, :3] * alpha + canvas[:, :, :3] * (255 - alpha) + 127) // 255
        over = np.maximum(canvas[:, :, 3], layer[:, :, 3])
        canvas = np.dstack([mixed.astype(np.uint8), over])
    canvas = reduced(canvas, longer)
    return canvas, canvas.shape[1] / sprite.size[0]


def head_box(alpha: NDArray[np.uint8], face: Box) -> Box:
    """Measure a head box on a sprite's alpha: from the top of the hair down to the chin.

    Args:
        alpha: uint8 ``(H, W)``.
        face: In the same pixels.
    """
    left, top, right, bottom = face
    side = right - left
    height, width = alpha.shape
    reach = (max(0, int(left - 0.5 * side)), min(width, int(right + 0.5 * side)))
    eyes = min(height, max(1, int((top + bottom) / 2)))
    above = max(0, int(top - 0.9 * side))
    part = alpha[above:eyes, reach[0] : reach[1]] > 127
    columns, lines = part.any(axis=0), part.any(axis=1)
    if not columns.any():
        return face
    first, last = np.flatnonzero(columns)[[0, -1]]
    # A row is hair if an eighth of the face's width is opaque, which excludes single loose strands.
    thick = part.sum(axis=1) > side / 8
    upper = int(np.flatnonzero(thick)[0]) if thick.any() else int(np.flatnonzero(lines)[0])
    return (
        float(reach[0] + first),
        float(above + upper),
        float(reach[0] + last + 1),
        top + CHIN * (bottom - top),
    )


def _box(values: Any) -> Box:
    left, top, right, bottom = (float(value) for value in values)
    return left, top, right, bottom


def _union(boxes: list[Box]) -> Box:
    array = np.array(boxes)
    return _box((*array[:, :2].min(axis=0), *array[:, 2:].max(axis=0)))


def _size(path: Path) -> tuple[float, float]:
    height, width = read_pixels(path, 4).shape[:2]
    return float(width), float(height)


def _seen(paths: list[Path]) -> NDArray[np.uint8]:
    """Return where any of the layers is opaque, uint8 ``(H, W)`` of 0 and 1."""
    alphas = [read_pixels(path, 4)[:, :, 3] > 127 for path in paths]
    return np.logical_or.reduce(alphas).astype(np.uint8)


def _bounds(mask: NDArray[np.uint8], start: int = 0) -> Box:
    x, y, width, height = cv2.boundingRect(mask)
    return float(start + x), float(y), float(start + x + width), float(y + height)


def _halves(mask: NDArray[np.uint8]) -> tuple[Box, Box]:
    """Return the boxes of the left and right eye, from the halves of a mask of both."""
    left, _, right, _ = _bounds(mask)
    middle = int((left + right) / 2)
    return _bounds(mask[:, :middle]), _bounds(mask[:, middle:], middle)
