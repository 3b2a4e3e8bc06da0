"""Reference: the colors of the parts of a figure in pictures that show it colored."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nijigen.color._parts.features import iris_mask
from nijigen.color._parts.names import PARTS
from nijigen.color._parts.seeing import Box, part_map
from nijigen.core.colors import rgb, written
from nijigen.core.picture import Picture
from nijigen.core.run import SILENT, Run
from nijigen.imaging.color_spaces import lch, oklab
from nijigen.imaging.memory import remembered
from nijigen.imaging.resize import resize

Bytes = NDArray[np.uint8]

SIDE = 1024
"""Longer side to which a reference is reduced."""
CLOTHES = ("top", "bottom", "shoes", "accessory")
WIDE = 2.6
"""Clothes of a figure are this near to the middle of its face, in sides of the face box."""
LIKELY = 0.45
"""Probability of a part from which a pixel shows its color."""
FEWEST = 0.02
"""Area of a part whose color is believed, in areas of the face box."""
CELL = 0.045
"""Size in OKLab of the cells that colors are counted in."""


def dark_lines(picture: Bytes, sigma: float = 1.5, gain: float = 8.0, floor: float = 3.0) -> Bytes:
    """Return the lines of a colored picture ``(H, W, 3)``: where it is darker than around."""
    import cv2

    gray = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    high = cv2.GaussianBlur(gray, (0, 0), sigma).astype(np.float32) - gray
    return np.asarray(((high - floor) * gain).clip(0, 255).astype(np.uint8))


def reference_colors(pictures: Sequence[Picture], run: Run = SILENT) -> dict[str, str]:
    """Return a color for each part that pictures of a colored figure show.

    Of several pictures, each part has the color that is nearest to those of the others.

    Args:
        pictures: Of any size. Of several figures in one, the one with the largest face counts.
        run: Receives notes.

    Raises:
        ModelError: Weights are missing or corrupt.
    """
    found: dict[str, list[str]] = {}
    for picture in pictures:
        colors = _colors_of(picture, run)
        if not colors:
            run.note("assumed", "no face was found in a reference, so it was not used")
        for part, color in colors.items():
            found.setdefault(part, []).append(color)
    return {part: _middle(colors) for part, colors in found.items()}


def _middle(colors: list[str]) -> str:
    """Return the color with the least distance to the others; the first of two."""
    values = oklab(np.array([rgb(color) for color in colors], np.uint8))
    far = np.linalg.norm(values[:, None] - values[None], axis=-1).sum(axis=1)
    return colors[int(far.argmin())]


def _colors_of(picture: Picture, run: Run) -> dict[str, str]:
    factor = SIDE / max(picture.size)
    if factor < 1:
        size = (max(1, round(picture.width * factor)), max(1, round(picture.height * factor)))
        picture = resize(picture, size, "box")
    pixels = picture.reduced().rgb().pixels
    return remembered("reference", (pixels,), lambda: _measured(pixels, run))


def _measured(pixels: Bytes, run: Run) -> dict[str, str]:
    ink = dark_lines(pixels)
    seen = part_map(ink, run)
    if not seen.faces:
        return {}
    face = seen.faces[0]
    found = _of_the_face(pixels, face, run)
    height, width = seen.chances.shape[1:]
    small = np.asarray(_shrunk(pixels, (width, height)))
    column = (np.arange(width) + 0.5) / seen.scale
    side = face[2] - face[0]
    near = np.abs(column - (face[0] + face[2]) / 2) < WIDE * side
    fewest = FEWEST * (side * seen.scale) ** 2
    for part in ("hair", "skin", "iris", *CLOTHES):
        if part not in found:
            here = (seen.chances[PARTS.index(part)] > LIKELY) & near
            if here.sum() > max(4.0, fewest):
                found[part] = _most(small[here])
    return found


def _of_the_face(pixels: Bytes, face: Box, run: Run) -> dict[str, str]:
    """Return the colors of hair, skin and irises, as far as they are seen."""
    from nijigen.faces import Box as FaceBox
    from nijigen.faces import Face
    from nijigen.faces._measuring import measure
    from nijigen.faces._page import Page
    from nijigen.faces._reading import read_landmarks

    page = Page(Picture(pixels))
    box = FaceBox(*face)
    reading = read_landmarks(page, [box], run)[0]
    colors = measure(page, Face(box=box, landmarks=reading.landmarks()), reading)
    given = {"hair": colors.hair, "skin": colors.skin}
    found = {part: str(color) for part, color in given.items() if color is not None}
    inside = pixels[iris_mask(pixels.shape[:2], reading)]
    if len(inside):
        # Pupils, lashes and highlights are gray.
        chroma = lch(oklab(inside))[:, 1]
        found["iris"] = _median(inside[chroma >= np.median(chroma)])
    return found


def _shrunk(pixels: Bytes, size: tuple[int, int]) -> Bytes:
    import cv2

    # Lines would darken a mean; one pixel in each place is of one color.
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_NEAREST), np.uint8)


def _most(colors: Bytes) -> str:
    """Return the most frequent color of some ``(n, 3)``: the median of the fullest cell."""
    cells = np.floor(oklab(colors) / CELL).astype(np.int64)
    _, cell, counts = np.unique(cells, axis=0, return_inverse=True, return_counts=True)
    inside = colors[cell.ravel() == counts.argmax()]
    return _median(inside)


def _median(colors: Bytes) -> str:
    red, green, blue = np.median(colors, axis=0).astype(int).tolist()
    return written(red, green, blue)
