"""Pictures drawn for tests."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from nijigen import Animation, Artwork, Group, Layer, Picture


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


def animation(frames: int = 3, channels: int = 3, size: tuple[int, int] = (48, 40)) -> Animation:
    """A drawing that moves two pixels a frame; the last frame is the first again."""
    first = drawing(*size, channels=channels)
    moved = [first.with_pixels(np.roll(first.pixels, 2 * n, axis=1)) for n in range(frames - 1)]
    return Animation((*moved, first), tuple(40 + 10 * n for n in range(frames)), loop=0)


def artwork() -> Artwork:
    """Layers of every kind: groups, clipping, off the canvas, hidden, names of many scripts."""

    def blob(width: int, height: int, color: tuple[int, int, int]) -> Picture:
        pixels = drawing(width, height, 4).pixels.copy()
        pixels[:, :, :3] = pixels[:, :, :3] // 2 + np.array(color, np.uint8) // 2
        return Picture(pixels)

    face = (
        Layer("flat", blob(40, 40, (250, 210, 190)), 5, 3),
        Layer("shade", blob(30, 30, (120, 90, 160)), -4, 6, "multiply", 0.6, clipped=True),
        Layer("glow ☆", blob(20, 50, (255, 240, 90)), 30, -9, "add", 0.4),
    )
    inner = Group("inner", (Layer("ink", blob(30, 30, (9, 9, 9)), 40, 30, "overlay", 0.8),))
    through = (Layer("s", blob(30, 30, (30, 200, 90)), 20, 15, "screen"), inner)
    return Artwork(
        (60, 50),
        (
            Layer("紙 paper", Picture(np.full((50, 60, 3), 240, np.uint8))),
            Group("顔 face", face, opacity=0.8),
            Group("through", through, "pass-through", 0.6),
            Layer("hidden", blob(60, 50, (255, 0, 0)), visible=False),
            Layer("line", blob(50, 40, (40, 20, 60)), 4, 4, "hard-light"),
        ),
    )
