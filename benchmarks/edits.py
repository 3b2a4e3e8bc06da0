"""Edits that copies of pictures go through, seeded; for the benchmarks of the library."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageOps

from nijigen.imaging.files import read_picture

fill: list[Path] = []
"""Pictures outside the library, for the rest of a collage."""

Draw = np.random.Generator
Edit = Callable[[Image.Image, Draw], Image.Image]


def cropped(share: float) -> Edit:
    def crop(image: Image.Image, draw: Draw) -> Image.Image:
        width, height = (round(side * share) for side in image.size)
        left = int(draw.integers(image.width - width + 1))
        top = int(draw.integers(image.height - height + 1))
        return image.crop((left, top, left + width, top + height))

    return crop


def jpeg(image: Image.Image, _: Draw, quality: int = 20) -> Image.Image:
    data = io.BytesIO()
    image.save(data, "JPEG", quality=quality)
    return Image.open(data).convert("RGB")


def hue(image: Image.Image, _: Draw) -> Image.Image:
    turned = np.array(image.convert("HSV"))
    turned[:, :, 0] += 40 * 256 // 360
    return Image.fromarray(turned, "HSV").convert("RGB")


def letterboxed(image: Image.Image, _: Draw) -> Image.Image:
    bar = image.height // 6
    framed = Image.new("RGB", (image.width, image.height + 2 * bar))
    framed.paste(image, (0, bar))
    return framed


def lettered(image: Image.Image, draw: Draw) -> Image.Image:
    image = image.copy()
    width, height = image.width // 2, image.height // 5
    left = int(draw.integers(image.width - width))
    top = int(draw.integers(image.height - height))
    pen = ImageDraw.Draw(image)
    pen.rectangle((left, top, left + width, top + height), "white")
    pen.text((left + 8, top + 8), "THE QUICK BROWN FOX " * 2, "black", font_size=height // 3)
    return image


def collage(image: Image.Image, draw: Draw) -> Image.Image:
    sheet = Image.new("RGB", (1024, 1024), "white")
    at = int(draw.integers(4))
    for cell in range(4):
        one = image if cell == at else opened(fill[int(draw.integers(len(fill)))])
        fitted = ImageOps.contain(one, (500, 500))
        left, top = (cell % 2) * 512 + 6, (cell // 2) * 512 + 6
        sheet.paste(fitted, (left + (500 - fitted.width) // 2, top + (500 - fitted.height) // 2))
    return sheet


def screen(image: Image.Image, draw: Draw) -> Image.Image:
    """Photograph a screen: from an angle, darker, with noise, a moiré and a dark frame."""
    image = ImageOps.contain(image, (900, 900))
    width, height = image.size
    edge = 60
    framed = ImageOps.expand(image, edge, (20, 20, 22))
    shift = draw.uniform(-0.06, 0.06, (4, 2)) * [width, height]
    corners = np.array(
        [[0, 0], [framed.width, 0], [framed.width, framed.height], [0, framed.height]]
    )
    rows, values = [], []
    for (x, y), (u, v) in zip(corners, corners + shift, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    matrix = np.linalg.solve(np.array(rows), np.array(values))
    turned = framed.transform(
        framed.size, Image.Transform.PERSPECTIVE, matrix, Image.Resampling.BICUBIC
    )
    pixels = np.asarray(turned, np.float32)
    waves = 6 * np.sin(np.arange(pixels.shape[1]) * 1.9)[None, :, None]
    pixels = pixels * 0.8 + 15 + waves + draw.normal(0, 6, pixels.shape)
    return jpeg(Image.fromarray(pixels.clip(0, 255).astype(np.uint8)), draw, 60)


EDITS: dict[str, Edit] = {
    "jpeg 20": jpeg,
    "quarter size": lambda image, _: image.resize((image.width // 4, image.height // 4)),
    "crop 90 %": cropped(0.9),
    "crop 75 %": cropped(0.75),
    "crop 55 %": cropped(0.55),
    "crop 35 %": cropped(0.35),
    "mirror": lambda image, _: ImageOps.mirror(image),
    "mirror, crop 75 %": lambda image, draw: ImageOps.mirror(cropped(0.75)(image, draw)),
    "rotate 5°": lambda image, _: image.rotate(5, Image.Resampling.BICUBIC, fillcolor="white"),
    "gray": lambda image, _: image.convert("L").convert("RGB"),
    "hue": hue,
    "brighten": lambda image, _: ImageEnhance.Brightness(image).enhance(1.35),
    "letterbox": letterboxed,
    "lettering": lettered,
    "blur": lambda image, _: image.filter(ImageFilter.GaussianBlur(image.width / 160)),
    "collage of four": collage,
    "photo of a screen": screen,
}
HARD = {"crop 35 %", "collage of four", "photo of a screen"}
"""Held to .85 by the bars, all others to .98."""


def opened(path: Path) -> Image.Image:
    """Open a picture as RGB on white, as a site would show it."""
    return Image.fromarray(read_picture(path).rgb().pixels)
