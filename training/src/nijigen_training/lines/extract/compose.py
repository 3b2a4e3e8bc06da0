"""Compose pictures from maps of characters: colors, manners of painting, backgrounds, hatching."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from nijigen_training.data.backgrounds import background_files, plain_pixels
from nijigen_training.data.degrade import degraded, screened
from nijigen_training.data.labelled import Pixels
from nijigen_training.lines.extract.pool import Maps

KINDS = ("contour", "interior", "shadow", "hatching")
"""Kinds of lines, in the order of the outputs."""

STEP = 12
"""Difference of flat colors, in steps of 255, from which their border guides a colorist."""
SEEN = 1.2
"""Slope, in steps of 255 a pixel after a blur of two pixels, from which a border is seen: that of
two colors 6 apart."""
TEXTURE = 14
"""Contrast of grain, in steps of 255, below which nothing on a painted background is a line."""

Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Composed:
    """A picture with its lines.

    Attributes:
        picture: uint8 ``(H, W, 3)``.
        lines: Coverage by each kind of line, uint8 ``(H, W, 4)``.
        known: Where ``lines`` is known, uint8 0 or 255 ``(H, W)``.
    """

    picture: Pixels
    lines: NDArray[np.uint8]
    known: NDArray[np.uint8]


def composed(maps: Maps, side: int, rng: np.random.Generator, part: str = "train") -> Composed:
    """Return a square of a character, painted in some manner.

    Args:
        maps: The character.
        side: Side of the result in pixels.
        rng: Random generator.
        part: Side of the split that backgrounds are from.
    """
    scale = float(np.exp(rng.uniform(np.log(0.45), np.log(2.2))))
    maps = _cut(maps, round(side / scale), rng)
    size = maps.parts.shape
    manner = rng.choice(
        ["cel", "soft", "flat", "watercolor", "lines", "dark", "manga"],
        p=[0.27, 0.13, 0.07, 0.10, 0.05, 0.22, 0.16],
    )
    color = _colors(maps, rng, dark=manner == "dark")
    if manner == "manga":
        color = _papers(maps, rng)
    guides = _meeting(color, maps)
    if manner != "manga":
        color = _surface(color, maps, rng)
    if manner == "lines":
        color[:] = rng.uniform(225, 255)
        guides[:] = 0
    elif manner != "flat":
        soft = manner == "soft" or (manner == "watercolor" and rng.random() < 0.5)
        color, shadow = _shaded(color, maps, rng, soft=soft)
        guides = np.maximum(guides, shadow)
    if manner == "watercolor":
        color = _watercolor(color, maps, rng)
    elif manner == "manga":
        color = _toned(color, rng)
    figure = np.maximum(np.where(maps.parts != 0, 255, 0), maps.contour).astype(np.float32) / 255
    back, known = _background(size, rng, part)
    color = np.asarray(back + (color - back) * figure[:, :, None], np.float32)
    hatching = np.zeros(size, np.float32)
    if manner in ("lines", "flat", "cel") and rng.random() < 0.35:
        hatching = _hatched(maps, rng)
    ink = np.maximum(maps.contour, maps.interior).astype(np.float32) / 255
    color = _inked(color, np.maximum(ink, hatching), rng)
    letters = np.zeros(size, np.float32)
    if rng.random() < 0.08:
        letters = _lettering(size, rng)
        pen = np.float32(0 if (color.mean(axis=2) * letters).sum() > 110 * letters.sum() else 255)
        color = color + (pen - color) * letters[:, :, None]
    if manner == "lines" or rng.random() < 0.06:
        color = _on_paper(color, rng)
    # A border under a line is the line's.
    covered = cv2.dilate(ink, np.ones((3, 3), np.uint8))
    planes = np.dstack(
        [
            maps.contour.astype(np.float32),
            np.maximum(maps.interior, letters * 255),
            guides * (1 - covered) * 255,
            hatching * 255,
        ]
    )
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    near = cv2.dilate(figure, np.ones((7, 7), np.uint8)) > 0
    shrunk = [
        cv2.resize(plane, (side, side), interpolation=method)
        for plane in (color, planes, (near | known).astype(np.float32))
    ]
    picture = degraded(shrunk[0].clip(0, 255).astype(np.uint8), rng)
    if rng.random() < 0.12:
        picture = 255 - picture
    lines = shrunk[1].clip(0, 255).astype(np.uint8)
    lines[:, :, KINDS.index("shadow")][~_seen(picture, lines)] = 0
    return Composed(
        picture,
        lines,
        np.where(shrunk[2] > 0.5, 255, 0).astype(np.uint8),
    )


def _cut(maps: Maps, size: int, rng: np.random.Generator) -> Maps:
    """Cut a square around some line, perhaps mirrored."""
    whole = maps.parts.shape[0]
    size = min(size, whole)
    rows, columns = np.nonzero(maps.contour | maps.interior)
    at = int(rng.integers(len(rows)))
    top = int(np.clip(rows[at] - rng.integers(size), 0, whole - size))
    left = int(np.clip(columns[at] - rng.integers(size), 0, whole - size))
    step = -1 if rng.random() < 0.5 else 1
    return Maps(
        **{
            name: np.ascontiguousarray(plane[top : top + size, left : left + size][:, ::step])
            for name, plane in vars(maps).items()
        }
    )


def _colors(maps: Maps, rng: np.random.Generator, dark: bool) -> Floats:
    """Return flat colors: the character's own, or others for each object and part."""
    if not dark and rng.random() < 0.35:
        return maps.flat.astype(np.float32)
    objects = rng.uniform(0, 1, (8, 3))
    table = np.zeros((256, 8, 3), np.float32)
    for number in range(8):
        hue, saturation, value = objects[number]
        value = value * 0.28 if dark and rng.random() < 0.8 else 0.25 + value * 0.75
        spread = rng.uniform(0, 0.12)
        hsv = np.empty((256, 1, 3), np.float32)
        hsv[:, 0, 0] = (hue + rng.normal(0, spread / 3, 256)) % 1 * 360
        hsv[:, 0, 1] = (saturation * 0.8 + rng.normal(0, spread, 256)).clip(0, 1)
        hsv[:, 0, 2] = (value + rng.normal(0, spread, 256)).clip(0, 1)
        table[:, number] = cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB)[:, 0] * 255
    # Where lines, mouths or eyes are drawn in the face, its own colors stay.
    face = maps.objects == 2
    color = table[maps.parts, maps.objects]
    own = face & (rng.random() < 0.8)
    color[own] = maps.flat[own]
    return color


def _surface(color: Floats, maps: Maps, rng: np.random.Generator) -> Floats:
    """Add gradients and textures of paint."""
    height, width = color.shape[:2]
    if rng.random() < 0.35:
        y, x = np.mgrid[0:height, 0:width].astype(np.float32)
        ramp = np.cos(rng.uniform(0, 6.3)) * x / width + np.sin(rng.uniform(0, 6.3)) * y / height
        color = color * (1 + ramp[:, :, None] * rng.uniform(-0.5, 0.5, 3).astype(np.float32))
    if rng.random() < 0.35:
        cell = int(rng.integers(2, 24))
        shape = (height // cell + 2, width // cell + 2)
        noise = rng.normal(0, rng.uniform(0.02, 0.12), shape).astype(np.float32)
        grown = cv2.resize(noise, None, fx=cell, fy=cell, interpolation=cv2.INTER_CUBIC)
        color = color * (1 + grown[:height, :width, None])
    return color


def _shaded(
    color: Floats, maps: Maps, rng: np.random.Generator, *, soft: bool
) -> tuple[Floats, Floats]:
    """Return colors with shadow and light, and the borders of these where they are hard."""
    border = np.zeros(color.shape[:2], np.float32)
    # The colors are new, but shadows are not invisible.
    for plane, toward in ((maps.shade, 0.0), (maps.highlight, 255.0)):
        share = plane.astype(np.float32) / 255
        strength = rng.uniform(0.15, 0.6)
        if soft:
            share = cv2.GaussianBlur(share, (0, 0), float(rng.uniform(3, 12)))
        tint = np.float32(toward) + rng.uniform(-1, 1, 3).astype(np.float32) * 60
        weight = (share * np.float32(strength))[:, :, None]
        color = np.asarray(color + (tint.clip(0, 255) - color) * weight, np.float32)
        if not soft:
            edge = cv2.morphologyEx(share, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
            border = np.maximum(border, edge)
    return color, border


def _meeting(color: Floats, maps: Maps) -> Floats:
    """Return where flats of the figure meet, 0 or 1; under lines too."""
    kernel = np.ones((3, 3), np.uint8)
    step = cv2.morphologyEx(color, cv2.MORPH_GRADIENT, kernel).max(axis=2) > STEP
    inside = cv2.erode(maps.parts, kernel) > 0
    return (step & inside).astype(np.float32)


def _seen(picture: Pixels, lines: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Return where colors change, whatever lines are drawn there.

    Printing, contrast and tone hide borders: white paper stays white under a light shadow.
    """
    drawn = np.delete(lines, KINDS.index("shadow"), axis=2).max(axis=2)
    bare = np.where(cv2.dilate(drawn, np.ones((3, 3), np.uint8)) > 60, 0, 1).astype(np.float32)
    near = cv2.GaussianBlur(bare, (0, 0), 2)
    paint = cv2.GaussianBlur(picture.astype(np.float32) * bare[:, :, None], (0, 0), 2)
    paint /= np.maximum(near, 0.05)[:, :, None]
    slopes = [cv2.Sobel(paint, cv2.CV_32F, *order, scale=1 / 8) for order in ((1, 0), (0, 1))]
    slope = np.hypot(*slopes).max(axis=2)
    return np.asarray(cv2.dilate(slope, np.ones((5, 5), np.uint8)) > SEEN)


def _papers(maps: Maps, rng: np.random.Generator) -> Floats:
    """Return grays of a manga page: mostly paper, some tones, some areas filled with ink."""
    table = rng.choice([250.0, 205.0, 160.0, 110.0, 20.0], (8, 4), p=[0.5, 0.16, 0.1, 0.08, 0.16])
    table[2] = 250.0
    light = table.astype(np.float32)[maps.objects, maps.parts % 4]
    return np.repeat(light[:, :, None], 3, axis=2)


def _toned(color: Floats, rng: np.random.Generator) -> Floats:
    """Print grays as screentone of dots or lines."""
    cell = float(rng.choice((3.0, 4.0, 5.0, 6.5, 8.0, 11.0, 14.0)))
    light = color[:, :, 0].clip(0, 255).astype(np.uint8)
    dots = screened(light, cell, float(rng.choice((45, 30, 0))), bool(rng.random() < 0.15))
    return np.repeat(dots.astype(np.float32)[:, :, None], 3, axis=2)


def _on_paper(color: Floats, rng: np.random.Generator) -> Floats:
    """Add the grain of paper as a scanner sees it, and uneven light."""
    height, width = color.shape[:2]
    grain = np.zeros((height, width), np.float32)
    for _ in range(2):
        noise = rng.normal(0, 1, (height, width)).astype(np.float32)
        noise = cv2.GaussianBlur(noise, (0, 0), float(rng.uniform(0.5, 2.5)))
        grain += noise / max(float(noise.std()), 1e-6) * np.float32(rng.uniform(1, 9))
    paper = np.float32(rng.uniform(0.8, 1))
    return np.asarray(color * paper + grain[:, :, None], np.float32)


def _lettering(size: tuple[int, ...], rng: np.random.Generator) -> Floats:
    """Return some words, coverage in 0..1."""
    drawn = np.zeros(size, np.uint8)
    for _ in range(int(rng.integers(1, 4))):
        word = "".join(chr(code) for code in rng.integers(65, 123, int(rng.integers(2, 9))))
        at = int(rng.integers(-20, size[1])), int(rng.integers(10, size[0] + 10))
        scale, thick = float(rng.uniform(0.5, 2)), int(rng.integers(1, 5))
        cv2.putText(drawn, word, at, int(rng.integers(0, 8)), scale, 255, thick, cv2.LINE_AA)
    return np.asarray(drawn, np.float32) / np.float32(255)


def _watercolor(color: Floats, maps: Maps, rng: np.random.Generator) -> Floats:
    """Darken paint along the edges of areas, as it dries, and let it flow a little."""
    edges = (cv2.Laplacian(maps.parts, cv2.CV_32F) != 0).astype(np.float32)
    wet = cv2.GaussianBlur(edges, (0, 0), float(rng.uniform(1.5, 4)))
    color = cv2.GaussianBlur(color, (0, 0), float(rng.uniform(0.5, 2)))
    return color * (1 - rng.uniform(0.1, 0.5) * wet[:, :, None])


def _background(
    size: tuple[int, ...], rng: np.random.Generator, part: str
) -> tuple[Floats, NDArray[np.bool_]]:
    """Return a background, and where it is known to have no lines."""
    height, width = size
    chance = rng.random()
    back = np.empty((height, width, 3), np.float32)
    if chance < 0.35:
        back[:] = rng.uniform(215, 255)
    elif chance < 0.6:
        back[:] = rng.uniform(0, 255, 3)
    else:
        files = background_files("train" if part == "train" else "held_out")
        pixels = plain_pixels(files[int(rng.integers(len(files)))])
        rows, columns = min(height, pixels.shape[0]), min(width, pixels.shape[1])
        top = int(rng.integers(pixels.shape[0] - rows + 1))
        left = int(rng.integers(pixels.shape[1] - columns + 1))
        cut = pixels[top : top + rows, left : left + columns]
        back = cv2.resize(cut, (width, height)).astype(np.float32)
        if rng.random() < 0.6:
            # Painted things may have lines; grain of wood and stone, and brush strokes, are none.
            light = cv2.cvtColor(back, cv2.COLOR_RGB2GRAY)
            strong = np.abs(light - cv2.GaussianBlur(light, (0, 0), 3)) > TEXTURE
            return back, cv2.dilate(strong.astype(np.uint8), np.ones((9, 9), np.uint8)) == 0
        back = cv2.GaussianBlur(back, (0, 0), float(rng.uniform(4, 10)))
    return back, np.ones(size, np.bool_)


def _hatched(maps: Maps, rng: np.random.Generator) -> Floats:
    """Return strokes side by side where there is shadow, or on one part."""
    height, width = maps.parts.shape
    where = maps.shade > 127
    if rng.random() < 0.5:
        numbers = np.unique(maps.parts[maps.parts > 0])
        if len(numbers):
            where = maps.parts == numbers[int(rng.integers(len(numbers)))]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    cell, thick = rng.uniform(5, 14), rng.uniform(1.2, 2.6)
    strokes = np.zeros((height, width), np.float32)
    first = rng.uniform(0, np.pi)
    for angle in (first, first + rng.uniform(0.6, 1.6))[: int(rng.integers(1, 3))]:
        across = np.cos(angle) * x + np.sin(angle) * y
        along = np.cos(angle) * y - np.sin(angle) * x
        across = across + rng.uniform(0, 2) * np.sin(along / rng.uniform(15, 60))
        line = np.abs((across / cell) % 1 - 0.5) * cell
        strokes = np.maximum(strokes, (thick / 2 + 0.5 - line).clip(0, 1))
    return (strokes * where).astype(np.float32)


def _inked(color: Floats, ink: Floats, rng: np.random.Generator) -> Floats:
    """Draw the lines: black, dark, in a darker color of what is below, or light on dark."""
    below = cv2.blur(color, (9, 9))
    chance = rng.random()
    if chance < 0.4:
        line = np.full_like(color, rng.uniform(0, 60))
    elif chance < 0.55:
        line = np.empty_like(color)
        line[:] = rng.uniform(0, 110, 3)
    else:
        line = below * rng.uniform(0.2, 0.65)
    light = (0.3 * below[:, :, 0] + 0.59 * below[:, :, 1] + 0.11 * below[:, :, 2])[:, :, None]
    if rng.random() < 0.7:
        # On dark hair and clothes, lines are drawn light.
        bright = (below + rng.uniform(35, 190)).clip(0, 255)
        line = np.where(light < 70, bright, line)
    opacity = rng.uniform(0.45, 1.0) if rng.random() < 0.4 else 1.0
    return color + (line - color) * (ink * opacity)[:, :, None]
