"""Line art drawn for tests of color."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from nijigen import Artwork, Picture
from nijigen.color._document.layers import Sheet
from nijigen.color._regions.regions import Regions, regions_of
from nijigen.core.artwork import Layer
from nijigen.imaging.line_art.ink import LineArt


def boxes(count: int = 3, side: int = 40, line: int = 2, hole: int = 0) -> Picture:
    """Boxes in a row, side by side, on white paper with a margin of 20 pixels.

    Args:
        count: How many.
        side: Of each, from the middle of a line to the middle of the next.
        line: Width of the lines, in pixels.
        hole: Length of the gap in the middle of each wall between two.
    """
    scale = 4
    width, height = 40 + count * side, 40 + side
    page = Image.new("L", (width * scale, height * scale), 255)
    pen = ImageDraw.Draw(page)
    for number in range(count):
        left, top = (20 + number * side) * scale, 20 * scale
        right, bottom = left + side * scale, top + side * scale
        pen.rectangle([left, top, right, bottom], outline=0, width=line * scale)
    middle = (20 + side // 2) * scale
    for number in range(1, count):
        x = (20 + number * side) * scale
        reach = hole * scale // 2
        if hole:
            pen.rectangle([x - 12, middle - reach, x + 12, middle + reach], fill=255)
    return Picture(np.array(page.resize((width, height), Image.Resampling.BOX)))


def guided() -> Picture:
    """A black box with a pale blue cross and a red line on it."""
    page = np.full((120, 120, 3), 255, np.uint8)
    page[58:60, 10:110] = page[10:110, 58:60] = (130, 175, 235)
    page[30:32, 10:110] = (230, 70, 60)
    page[20:22, 20:100] = page[98:100, 20:100] = page[20:100, 20:22] = page[20:100, 98:100] = 0
    return Picture(page)


def middle(number: int, side: int = 40) -> dict[str, float]:
    """The middle of a box, as a hint tells it."""
    return {"x": 20.5 + side * (number + 0.5), "y": 20.5 + side / 2}


def regions(picture: Picture, gap: float = 0) -> Regions:
    return regions_of(Sheet.of(picture).art, gap=gap)


def colored(scale: int = 1) -> Artwork:
    """Two flats side by side under a line, a transparent ground around them."""
    ink = np.zeros((120, 160), np.uint8)
    ink[20:100, 79:81] = ink[20:22, 20:140] = ink[98:100, 20:140] = 255
    ink[20:100, 20:22] = ink[20:100, 138:140] = 255
    flat = np.zeros((120, 160, 4), np.uint8)
    flat[21:99, 21:80] = (240, 210, 90, 255)
    flat[21:99, 80:139] = (70, 130, 210, 255)
    ink, flat = (part.repeat(scale, 0).repeat(scale, 1) for part in (ink, flat))
    art = LineArt(ink, np.zeros((*ink.shape, 3), np.uint8), (255, 255, 255))
    return Sheet(art, None).with_line(art).with_paper().with_flat(flat).artwork()


def layer(artwork: Artwork, name: str) -> Layer:
    return next(one for _, one in artwork.leaves() if one.name == name)


def whole(artwork: Artwork, name: str) -> np.ndarray:
    found = layer(artwork, name)
    full = np.zeros((artwork.size[1], artwork.size[0], 4), np.uint8)
    left, top, right, bottom = found.box
    full[top:bottom, left:right] = found.pixels.pixels
    return full
