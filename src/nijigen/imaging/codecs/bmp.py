"""BMP by Pillow."""

from __future__ import annotations

import io
from typing import Any

from PIL import BmpImagePlugin

from nijigen.imaging.codecs.content import RUNS, SMALL, Content, check_filled, check_size
from nijigen.imaging.codecs.modes import straight, to_image


def read(data: bytes, *, first: bool) -> Content:
    """Read a BMP."""
    image = BmpImagePlugin.BmpImageFile(io.BytesIO(data))
    _check_filled(image, len(data))
    check_size(*image.size)
    image.load()
    return Content([straight(image, None)], dpi=image.info.get("dpi"))


def _check_filled(image: BmpImagePlugin.BmpImageFile, size: int) -> None:
    tile = image.tile[0]
    pixels, named = image.width * image.height, f"{image.width}×{image.height} pixels"
    if tile.codec_name == "raw":
        stride: Any = tile.args[1] if tile.args else 0
        check_filled(int(stride) * image.height, size - tile.offset, 1, named)
    elif pixels > SMALL:
        # Run-length coding may skip pixels.
        check_filled(pixels, size, RUNS, named)


def write(content: Content) -> bytes:
    """Write gray or RGB, 8 bits."""
    options: dict[str, Any] = {"dpi": content.dpi} if content.dpi is not None else {}
    file = io.BytesIO()
    to_image(content.frames[0]).save(file, "BMP", **options)
    return file.getvalue()
