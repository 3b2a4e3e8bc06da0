"""Paint: turn planes of ids, inks and tones into pictures."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from nijigen.generate._character.drawing.colors import luma, mixed, parsed
from nijigen.generate._character.drawing.raster import Planes, looked_up
from nijigen.generate._character.drawing.scene import Fill, Part, Scene

Bytes = NDArray[np.uint8]
Colors = NDArray[np.uint32]
DRAWN = ("lash", "brow", "pupil")
"""Regions that are filled with ink and count as lines in line art."""


def averaged(plane: NDArray[np.uint8], samples: int) -> Bytes:
    """Return the mean of each pixel's samples, rounded.

    ``(H·s, W·s)`` becomes ``(H, W)``, and ``(H·s, W·s, 4)`` becomes ``(H, W, 4)``.
    """
    total = plane[::samples].astype(np.uint16)
    for row in range(1, samples):
        total += plane[row::samples]
    # Adds the four channels of a sample as one integer: ten times as fast as one by one.
    wide = total if plane.ndim == 2 else total.view(np.uint64)[:, :, 0]
    columns = wide[:, ::samples].copy()
    for column in range(1, samples):
        columns += wide[:, column::samples]
    mean = columns if plane.ndim == 2 else columns[:, :, None].view(np.uint16)
    mean += np.uint16(samples * samples // 2)
    mean //= np.uint16(samples * samples)
    return mean.astype(np.uint8)


def line_cover(scene: Scene, planes: Planes) -> Bytes:
    """Return the coverage of each pixel by lines, 0 to 255."""
    drawn = np.zeros(256, np.uint8)
    drawn[[n for n, part in enumerate(scene.parts, start=1) if part.region in DRAWN]] = 255
    ink = planes.lines * np.uint8(255)
    return averaged(looked_up(drawn, planes.part) | ink, planes.samples)


def toned(part: Part, tone: int) -> str:
    """Return the color of a part in shade (1), in light (2), in both (3), or in neither."""
    if tone == 3:
        return mixed(part.shade, part.light, 0.45)
    return (part.color, part.shade, part.light)[tone]


def flat_color(scene: Scene, planes: Planes, tones: Bytes | int) -> Bytes:
    """Return the painted areas without lines over white, for each sample, ``(H, W, 4)``.

    ``tones`` is the tone of each sample, or of all: shade (1), light (2) or both (3).
    """
    # Parts with the same paint share a number, a multiple of 4: a figure uses about 25 of 64.
    paints = [_paint(part) for part in scene.parts]
    numbers = {paint: 4 * n for n, paint in enumerate(dict.fromkeys(paints), start=1)}
    kinds = np.zeros(256, np.uint8)
    kinds[1 : len(paints) + 1] = [numbers[paint] for paint in paints]
    codes: Bytes = looked_up(kinds, planes.part)
    codes |= np.asarray(tones, np.uint8)
    table = np.full((64, 4, 4), 255, np.uint8)
    distinct = dict(zip(paints, scene.parts, strict=True))
    for paint, part in distinct.items():
        table[numbers[paint] // 4, :, :3] = [parsed(toned(part, tone)) for tone in range(4)]
    image = looked_up(table.view(np.uint32).ravel(), codes)
    for paint, part in distinct.items():
        if part.end:
            box = _rows(scene, planes, paint)
            if box.start < box.stop:
                _grade(planes, part, codes[box], numbers[paint], image[box], box)
    return image.view(np.uint8).reshape(*codes.shape, 4)


def _paint(part: Part) -> tuple[str, str, str, str, float, float]:
    return part.color, part.shade, part.light, part.end, part.top, part.bottom


def _rows(scene: Scene, planes: Planes, paint: tuple[str, str, str, str, float, float]) -> slice:
    """Return the rows of samples that areas of a paint may cover."""
    ids = {n for n, part in enumerate(scene.parts, start=1) if _paint(part) == paint}
    areas = [
        item.points[:, 1] for item in scene.items if isinstance(item, Fill) and item.part in ids
    ]
    if not areas:
        return slice(0)
    scale, high = planes.view.scale * planes.samples, len(planes.part)
    low = (min(float(y.min()) for y in areas) - planes.view.top) * scale - 2
    end = (max(float(y.max()) for y in areas) - planes.view.top) * scale + 2
    return slice(max(0, min(high, int(low))), max(0, min(high, int(end) + 1)))


def _grade(
    planes: Planes, part: Part, codes: Bytes, number: int, image: Colors, box: slice
) -> None:
    """Apply the gradient of a paint to rows of samples."""
    view = planes.view
    height = (np.arange(box.start, box.stop) + 0.5) / (view.scale * planes.samples) + view.top
    share = np.clip((height - part.top) / (part.bottom - part.top), 0, 1)
    # In 1/256, for identical results on all machines.
    weight = np.rint(share * 256).astype(np.int32)[:, None]
    change = np.array(parsed(part.end), np.int32) - np.array(parsed(part.color), np.int32)
    delta = (weight * change) >> 8
    # There is no shade on a background.
    for tone in range(1 if part.region == "background" else 4):
        there = cv2.compare(codes, float(number + tone), cv2.CMP_EQ)
        if cv2.countNonZero(there):
            base = np.array(parsed(toned(part, tone)), np.int32)
            row = (base + delta).clip(0, 255).astype(np.uint32)
            packed = row[:, 0] | row[:, 1] << 8 | row[:, 2] << 16
            np.copyto(image, packed[:, None], where=there.view(np.bool_))


def softened(mask: Bytes, radius: int) -> Bytes:
    """Return a mask, 0 to 255, blurred by two box filters in integer arithmetic."""
    size = 2 * radius + 1
    for _ in range(2):
        total = cv2.boxFilter(mask, cv2.CV_32S, (size, size), normalize=False,
                              borderType=cv2.BORDER_REPLICATE).view(np.uint32)  # fmt: skip
        total += np.uint32(size * size // 2)
        total //= np.uint32(size * size)
        mask = total.astype(np.uint8)
    return mask


def tones_of(planes: Planes) -> NDArray[np.uint8]:
    """Return shade and light as bits 1 and 2."""
    bits: NDArray[np.uint8] = planes.tones & np.uint8(3)
    return bits


def ink_color(planes: Planes) -> Bytes:
    """Return the color of the line at each sample, ``(H, W, 4)``."""
    table = np.zeros((256, 4), np.uint8)
    for number, color in enumerate(planes.inks, start=1):
        table[number, :3] = parsed(color)
    packed = looked_up(table.view(np.uint32)[:, 0], planes.ink)
    return packed.view(np.uint8).reshape(*packed.shape, 4)


def inked(image: NDArray[np.uint8], planes: Planes) -> None:
    """Draw the lines over the painted areas."""
    flat = image.view(np.uint32)[:, :, 0]
    np.copyto(flat, ink_color(planes).view(np.uint32)[:, :, 0], where=planes.ink != 0)


def painted(scene: Scene, planes: Planes, shading: str) -> Bytes:
    """Return the finished drawing over white, ``uint8 (H, W, 3)``."""
    tones = tones_of(planes)
    if shading == "none":
        image = flat_color(scene, planes, tones & np.uint8(2))
    elif shading == "soft":
        image = _soft(scene, planes, tones)
    else:
        image = flat_color(scene, planes, tones)
    blushed(scene, planes, planes.part, blush_weight(scene, planes), image)
    inked(image, planes)
    return np.ascontiguousarray(averaged(image, planes.samples)[:, :, :3])


def blush_color(scene: Scene) -> str:
    """Return the color of blush on this skin: on dark skin it is not pink."""
    skin = next(part.color for part in scene.parts if part.region == "face")
    return mixed("#b03a30", "#f06060", min(1.0, 1.6 * luma(skin)))


def blush_strength(part: Part) -> int:
    """Return the opacity of blush on this skin, in 1/256."""
    return round(64 + 26 * luma(part.color))


@dataclass(frozen=True)
class Blush:
    """Blush: its part, its weight in 1/256 for each pixel, and where it is not 0."""

    part: int
    weight: NDArray[np.int32]
    box: tuple[slice, slice]


def blush_weight(scene: Scene, planes: Planes) -> Blush | None:
    """Return the blush, which has soft edges in every shading; None if there is none."""
    blush = planes.blush
    if not blush.any():
        return None
    cheeks = averaged(blush * np.uint8(255), planes.samples)
    soft = softened(cheeks, max(1, round(4 * planes.view.scale))).astype(np.int32)
    number = int((planes.part * blush).max())
    weight = soft * blush_strength(scene.parts[number - 1]) >> 8
    rows, columns = np.flatnonzero(weight.any(axis=1)), np.flatnonzero(weight.any(axis=0))
    if not len(rows):
        return None
    box = slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)
    return Blush(number, weight, box)


def blushed(scene: Scene, planes: Planes, part: Bytes, blush: Blush | None, image: Bytes) -> None:
    """Add blush to samples ``(H, W, 4)``: not on hair in front of the cheek, and under lines."""
    if blush is None:
        return
    s = planes.samples
    box = tuple(slice(a.start * s, a.stop * s) for a in blush.box)
    weight = blush.weight[blush.box].repeat(s, axis=0).repeat(s, axis=1)
    weight *= part[box] == blush.part
    color = np.array(parsed(blush_color(scene)), np.int32)
    place = image[box][:, :, :3]
    place += (((color - place) * weight[:, :, None]) >> 8).astype(np.uint8)


def soft_shade(scene: Scene, planes: Planes) -> NDArray[np.uint16]:
    """Return the shadow of each sample, 0 to 255; a part of it keeps its hard edge."""
    radius = max(1, round(5 * planes.view.scale * planes.samples))
    cel = planes.shade * np.uint8(255)
    blur = softened(cel, radius)
    weight: NDArray[np.uint16] = (blur.astype(np.uint16) * 5 + cel.astype(np.uint16) * 3 + 4) // 8
    # Shadows end with the figure and must not spread onto the background.
    behind = np.zeros(256, np.uint8)
    behind[[0, *(n for n, p in enumerate(scene.parts, start=1) if p.region == "background")]] = 1
    weight[looked_up(behind, planes.part) == 1] = 0
    return weight


def _soft(scene: Scene, planes: Planes, tones: NDArray[np.uint8]) -> Bytes:
    """Blend flat and shaded areas over soft edges."""
    image = flat_color(scene, planes, tones & np.uint8(2))
    blend(image, flat_color(scene, planes, tones | np.uint8(1)), soft_shade(scene, planes))
    return image


def blend(image: Bytes, other: Bytes, weight: NDArray[np.uint16]) -> None:
    """Blend samples ``(H, W, 4)`` into an image; ``weight`` is in 1/256."""
    # In bands of 64 rows, which fit into the processor's cache: twice as fast.
    for top in range(0, len(weight), 64):
        band = slice(top, top + 64)
        flat, deep = (each[band].view(np.uint32)[:, :, 0] for each in (image, other))
        flat[:] = _blended(flat, deep, weight[band].astype(np.uint32))


def _blended(first: Colors, second: Colors, weight: Colors) -> Colors:
    """Return mixed packed colors; ``weight`` is that of the second in 1/256.

    Red and blue are computed as one integer: products of two bytes do not overlap.
    """
    pair, byte = np.uint32(0xFF00FF), np.uint32(8)
    rest = np.uint32(256) - weight
    both = ((first & pair) * rest + (second & pair) * weight) >> byte & pair
    green = (first >> byte & pair) * rest + (second >> byte & pair) * weight & ~pair
    result: Colors = both | green
    return result
