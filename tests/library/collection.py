"""Pictures in files for tests of the library."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from nijigen import Picture
from nijigen.core.clip import Clip, Frame

SEED = 22


def scene(seed: int, size: tuple[int, int] = (420, 300)) -> Picture:
    """Draw shapes of many colors, different for each seed."""
    draw = np.random.default_rng([SEED, seed])
    image = Image.new("RGB", size, tuple(int(v) for v in draw.integers(100, 256, 3)))
    pen = ImageDraw.Draw(image)
    for _ in range(60):
        x, y = draw.integers(-20, size[0]), draw.integers(-20, size[1])
        width, height = draw.integers(10, 110, 2)
        box = (int(x), int(y), int(x + width), int(y + height))
        color = tuple(int(v) for v in draw.integers(0, 256, 3))
        shape = pen.ellipse if draw.integers(2) else pen.rectangle
        shape(box, fill=color, outline="black", width=2)
    return Picture(np.asarray(image))


def write(
    folder: Path, count: int, start: int = 0, size: tuple[int, int] = (420, 300)
) -> list[Path]:
    """Write some scenes as PNG files."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"scene {number}.png" for number in range(start, start + count)]
    for number, path in enumerate(paths, start):
        scene(number, size).save(path)
    return paths


def clip(shots: Sequence[tuple[int, int]], rate: int = 12, move: int = 0) -> Clip:
    """Return scenes one after the other.

    Args:
        shots: For each the seed of its scene, and its number of frames.
        rate: Frames per second.
        move: Pixels by which each frame is moved against the one before.
    """
    total = sum(count for _, count in shots)

    def source(skip: int) -> Iterator[Frame]:
        number = 0
        for seed, count in shots:
            pixels = scene(seed, (320, 180)).pixels
            for index in range(count):
                if number >= skip:
                    moved = Picture(np.roll(pixels, -move * index, 1))
                    yield Frame(moved, Fraction(number, rate), Fraction(1, rate))
                number += 1

    return Clip(source, (320, 180), count=total, duration=Fraction(total, rate))
