"""Paint: planes of ids, inks and tones become pictures."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from nijigen.generate._character.colors import luma, mixed, parsed
from nijigen.generate._character.raster import Planes, looked_up
from nijigen.generate._character.scene import Part, Scene

Bytes = NDArray[np.uint8]
DRAWN = ("lash", "brow", "pupil")
"""Regions that are filled with ink: in line art they are lines."""


def averaged(plane: NDArray[np.uint8], samples: int) -> Bytes:
    """Return the mean of each pixel's samples, rounded; ``(H·s, W·s[, C])`` to ``(H, W[, C])``."""
    total = plane[::samples].astype(np.uint16)
    for row in range(1, samples):
        total += plane[row::samples]
    columns = total[:, ::samples].copy()
    for column in range(1, samples):
        columns += total[:, column::samples]
    half, all_ = samples * samples // 2, samples * samples
    result: Bytes = ((columns + half) // all_).astype(np.uint8)
    return result


def line_cover(scene: Scene, planes: Planes) -> Bytes:
    """Return how much of each pixel lines cover, 0 to 255."""
    drawn = np.zeros(256, np.uint8)
    drawn[[n for n, part in enumerate(scene.parts, start=1) if part.region in DRAWN]] = 255
    ink = planes.lines * np.uint8(255)
    return averaged(looked_up(drawn, planes.part) | ink, planes.samples)


def colors(scene: Scene, background: str) -> Bytes:
    """Return the table of colors by part and tone, ``(256, 4, 3)``: shade 1, light 2."""
    table = np.zeros((256, 4, 3), np.uint8)
    table[0] = parsed(background)
    for number, part in enumerate(scene.parts, start=1):
        for tone in range(4):
            table[number, tone] = parsed(toned(part, tone))
    return table


def toned(part: Part, tone: int) -> str:
    """Return the color of a part in shade (1), in light (2), in both (3), or in neither."""
    if tone == 3:
        return mixed(part.shade, part.light, 0.45)
    return (part.color, part.shade, part.light)[tone]


def flat_color(
    scene: Scene, planes: Planes, tones: NDArray[np.uint8] | None, table: Bytes
) -> Bytes:
    """Return the painted areas without lines, at the size of the samples."""
    flat = table.astype(np.uint32)
    packed = flat[:, :, 0] | flat[:, :, 1] << 8 | flat[:, :, 2] << 16
    painted_ = looked_up(packed[:, 0], planes.part)
    if tones is not None:
        for tone in (1, 2, 3):
            np.copyto(painted_, looked_up(packed[:, tone], planes.part), where=tones == tone)
    image = painted_.view(np.uint8).reshape(*planes.part.shape, 4)
    _grade(scene, planes, tones, image)
    return image


def _grade(
    scene: Scene, planes: Planes, tones: NDArray[np.uint8] | None, image: NDArray[np.uint8]
) -> None:
    """Turn the color of graded parts into their end color, row by row."""
    view, samples = planes.view, planes.samples
    groups: dict[tuple[str, str, float, float], list[int]] = {}
    for number, part in enumerate(scene.parts, start=1):
        if part.end:
            groups.setdefault((part.color, part.end, part.top, part.bottom), []).append(number)
    plane = image.view(np.uint32)[:, :, 0]
    rows = np.arange(planes.part.shape[0])
    height = (rows + 0.5) / (view.scale * samples) + view.top
    for (color, end, top, bottom), numbers in groups.items():
        there = np.zeros(256, np.uint8)
        there[numbers] = 1
        mask = looked_up(there, planes.part)
        seen = np.flatnonzero(mask.any(axis=1))
        if not len(seen):
            continue
        box = slice(int(seen[0]), int(seen[-1]) + 1)
        share = np.clip((height[box] - top) / (bottom - top), 0, 1)
        # In 1/256: the same on every machine.
        weight = np.rint(share * 256).astype(np.int32)[:, None]
        change = np.array(parsed(end), np.int32) - np.array(parsed(color), np.int32)
        delta = (weight * change) >> 8
        part = scene.parts[numbers[0] - 1]
        inside = mask[box]
        for tone in range(4) if tones is not None else (0,):
            where = inside if tones is None else inside & (tones[box] == tone)
            if tone and not where.any():
                continue
            base = np.array(parsed(toned(part, tone)), np.int32)
            row = (base + delta).clip(0, 255).astype(np.uint32)
            packed = row[:, 0] | row[:, 1] << 8 | row[:, 2] << 16
            np.copyto(plane[box], packed[:, None], where=where.view(np.bool_))


def softened(mask: Bytes, radius: int) -> Bytes:
    """Return a mask 0 to 255 blurred by two passes of a box, in whole numbers."""
    size = 2 * radius + 1
    for _ in range(2):
        total = cv2.boxFilter(mask, cv2.CV_32S, (size, size), normalize=False,
                              borderType=cv2.BORDER_REPLICATE)  # fmt: skip
        rounded: Bytes = ((total + size * size // 2) // (size * size)).astype(np.uint8)
        mask = rounded
    return mask


def tones_of(planes: Planes) -> NDArray[np.uint8]:
    """Return shade and light as bits 1 and 2."""
    bits: NDArray[np.uint8] = planes.tones & np.uint8(3)
    return bits


def inked(image: NDArray[np.uint8], planes: Planes) -> None:
    """Draw the lines over the painted areas."""
    table = np.zeros((256, 4), np.uint8)
    for number, color in enumerate(planes.inks, start=1):
        table[number, :3] = parsed(color)
    packed = table.view(np.uint32)[:, 0]
    flat = image.view(np.uint32)[:, :, 0]
    np.copyto(flat, looked_up(packed, planes.ink), where=planes.ink != 0)


def painted(scene: Scene, planes: Planes, background: str, shading: str) -> Bytes:
    """Return the finished drawing over one color, ``uint8 (H, W, 3)``."""
    table = colors(scene, background)
    s = planes.samples
    tones = tones_of(planes)
    if shading == "none":
        image = flat_color(scene, planes, tones & np.uint8(2), table)
    elif shading == "soft":
        image = _soft(scene, planes, tones, table)
    else:
        image = flat_color(scene, planes, tones, table)
    inked(image, planes)
    result = np.ascontiguousarray(averaged(image, s)[:, :, :3])
    _blush(scene, planes, result)
    return result


def _blush(scene: Scene, planes: Planes, image: Bytes) -> None:
    """Redden cheeks; blush has soft edges in every shading."""
    cover = blush_cover(scene, planes)
    if cover is None:
        return
    weight = cover.astype(np.int32)
    for channel, value in enumerate(parsed(blush_color(scene))):
        plane = image[:, :, channel].astype(np.int32)
        image[:, :, channel] = plane + (((value - plane) * weight) >> 8)


def blush_color(scene: Scene) -> str:
    """Return the color of blood under this skin: on dark skin it is no pink."""
    skin = next(part.color for part in scene.parts if part.region == "face")
    return mixed("#b03a30", "#f06060", min(1.0, 1.6 * luma(skin)))


def blush_strength(part: Part) -> int:
    """Return how much of this skin its blush covers, in 1/256."""
    return round(64 + 26 * luma(part.color))


def blush_cover(scene: Scene, planes: Planes) -> Bytes | None:
    """Return how much of each pixel is blush, 0 to 255; None where nobody blushes."""
    blush = planes.blush
    if not blush.any():
        return None
    cheeks = averaged(blush * np.uint8(255), planes.samples)
    soft = softened(cheeks, max(1, round(4 * planes.view.scale)))
    # Not on hair that hangs before the cheek; and dark skin shows less of it.
    number = int(planes.part[blush > 0].max())
    strength = blush_strength(scene.parts[number - 1])
    there = averaged((planes.part == number) * np.uint8(255), planes.samples)
    cover: Bytes = ((soft.astype(np.int32) * there * strength) >> 16).astype(np.uint8)
    return cover


def soft_shade(planes: Planes) -> NDArray[np.uint16]:
    """Return how much of each sample is in shadow, 0 to 255: half of it keeps its cel edge."""
    radius = max(1, round(5 * planes.view.scale * planes.samples))
    cel = planes.shade * np.uint8(255)
    blur = softened(cel, radius)
    weight: NDArray[np.uint16] = (blur.astype(np.uint16) * 5 + cel.astype(np.uint16) * 3 + 4) // 8
    return weight


def _soft(scene: Scene, planes: Planes, tones: NDArray[np.uint8], table: Bytes) -> Bytes:
    """Blend flat and shaded areas over soft edges."""
    flat = flat_color(scene, planes, tones & np.uint8(2), table)
    dark = flat_color(scene, planes, tones | np.uint8(1), table)
    weight = soft_shade(planes)
    # Shadows end with the figure: they must not glow onto what is behind it.
    behind = np.zeros(256, np.uint8)
    behind[[0, *(n for n, p in enumerate(scene.parts, start=1) if p.region == "background")]] = 1
    weight[looked_up(behind, planes.part) == 1] = 0
    mixed_ = flat + (((dark.astype(np.int32) - flat) * weight[:, :, None].astype(np.int32)) >> 8)
    return mixed_.astype(np.uint8)
