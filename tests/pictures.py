"""Pictures drawn for tests."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from nijigen import Animation, Picture


def drawing(width: int = 48, height: int = 40, channels: int = 3, depth: int = 8) -> Picture:
    """A small cel drawing: flats, lines, a curve, and a hole where there is alpha."""
    scale = 4
    image = Image.new("RGBA", (width * scale, height * scale), "#f7e6d4")
    pen = ImageDraw.Draw(image)
    right, bottom = image.width - 1, image.height - 1
    pen.polygon([(0, bottom), (right // 2, 0), (right, bottom)], fill="#3a7bd5")
    pen.ellipse([right * 0.3, bottom * 0.3, right * 0.75, bottom * 0.8], fill="#ffcf40")
    pen.line([(0, 0), (right, bottom)], fill="#201820", width=scale)
    pen.arc([right * 0.3, bottom * 0.3, right * 0.75, bottom * 0.8], 0, 300, "#201820", scale)
    pixels = np.array(image.resize((width, height), Image.Resampling.BOX))
    if channels == 4:
        y, x = np.mgrid[:height, :width]
        distance = np.hypot(x - width / 2, y - height / 2) - min(width, height) * 0.45
        pixels[:, :, 3] = (np.clip(0.5 - distance, 0, 1) * 255).astype(np.uint8)
        # What stands under transparent pixels must never show: make it loud.
        pixels[pixels[:, :, 3] == 0, :3] = (255, 0, 255)
    picture = Picture(pixels if channels == 4 else np.ascontiguousarray(pixels[:, :, :3]))
    if channels == 1:
        picture = picture.gray()
    return picture.widened() if depth == 16 else picture


def animation(frames: int = 3, channels: int = 3) -> Animation:
    """A drawing that moves two pixels a frame; the last frame is the first again."""
    first = drawing(channels=channels)
    moved = [first.with_pixels(np.roll(first.pixels, 2 * n, axis=1)) for n in range(frames - 1)]
    return Animation((*moved, first), tuple(40 + 10 * n for n in range(frames)), loop=0)
