"""Lines taken out of colored drawings and colored again from them; run by lines.py.

The drawings are characters of generate.character and sprites kept aside. Hints are sampled from the
drawing: a point in the middle of each region of its lines, and others on a grid where the color is
another one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from nijigen import Picture, get
from nijigen.color.flat import flat
from nijigen.imaging.color_spaces import delta_e2000, lab
from nijigen.imaging.files import read_picture
from nijigen.imaging.resize import resize
from nijigen.lines.extract import extract
from nijigen_training.data.root import data_root
from nijigen_training.data.splits import CHARACTERS

BAR = 0.95
CLOSE = 5.0
"""CIEDE2000."""
GRID, AWAY = 12, 3
"""Pixels between hints, and from lines, within which nothing counts."""
SIDE = 384


def drawings(count: int) -> Iterator[Picture]:
    """Yield drawings: half of them characters of our own, half sprites."""
    sprites = [
        path
        for name in sorted(CHARACTERS)
        for path in sorted((data_root() / "sprites/ks" / name).glob("*.webp"))
    ]
    for number in range(count):
        if number % 2 == 0 or not sprites:
            made = get("generate.character")(seed=2_900_000 + number, width=SIDE, height=SIDE)
            yield Picture(made.rgb().pixels)
        else:
            path = sprites[number * len(sprites) // count]
            sprite = Picture(read_picture(path).rgb().reduced().pixels)
            scale = 2 * SIDE / max(sprite.size)
            yield resize(sprite, (round(sprite.width * scale), round(sprite.height * scale)), "box")


def tell_loop(count: int = 24) -> bool:
    """Print the share of pixels that get their color back; return whether it is enough."""
    shares = list(map(_share, drawings(count)))
    own, sprites = np.mean(shares[0::2]), np.mean(shares[1::2])
    mean = float(np.mean(shares))
    print(
        f"colored again, pixels within ΔE {CLOSE:g}: {mean:.3f} (at least {BAR}); characters of our"
        f" own {own:.3f}, sprites {sprites:.3f}, worst {min(shares):.3f}"
    )
    return mean >= BAR


def _share(picture: Picture) -> float:
    page = extract(picture, shadows=True)
    assert isinstance(page, Picture)
    labels = flat(page, show="labels")
    assert isinstance(labels, Picture)
    numbers = labels.pixels.astype(np.int64) @ (65536, 256, 1)
    made = flat(page, hints=json.dumps({"points": _hints(picture, numbers)}))
    colors = next(layer for layer in made.layers if layer.name == "flat")  # type: ignore[union-attr]
    pixels = np.full_like(picture.pixels, 255)
    left, top, right, bottom = colors.box
    pixels[top:bottom, left:right] = colors.pixels.pixels[:, :, :3]
    ink = (page.pixels[:, :, 0] < 200).view(np.uint8)
    away = cv2.dilate(ink, np.ones((2 * AWAY + 1, 2 * AWAY + 1), np.uint8)) == 0
    far = delta_e2000(lab(pixels), lab(picture.pixels))
    return float((far[away] <= CLOSE).mean())


def _hints(picture: Picture, numbers: NDArray[np.int64]) -> list[dict[str, Any]]:
    places = []
    for number in np.unique(numbers).tolist():
        mask = np.pad((numbers == number).astype(np.uint8), 1)
        inner = cv2.distanceTransform(mask, cv2.DIST_L2, 3)[1:-1, 1:-1]
        y, x = np.unravel_index(int(inner.argmax()), inner.shape)
        places.append((int(x), int(y)))
        own = picture.pixels[y, x][None, None]
        rows, columns = np.nonzero(inner[::GRID, ::GRID] > AWAY)
        if len(rows):
            rows, columns = rows * GRID, columns * GRID
            far = delta_e2000(lab(picture.pixels[rows, columns][None]), lab(own))[0]
            places += zip(columns[far > CLOSE].tolist(), rows[far > CLOSE].tolist(), strict=True)
    return [{"x": x, "y": y, "color": _hex(picture.pixels[y, x])} for x, y in places]


def _hex(color: NDArray[np.uint8]) -> str:
    return "#" + "".join(f"{channel:02x}" for channel in color.tolist())
