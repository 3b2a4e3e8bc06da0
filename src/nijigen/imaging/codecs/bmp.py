"""BMP by Pillow."""

from __future__ import annotations

import io
from typing import Any

from PIL import BmpImagePlugin

from nijigen.imaging.codecs.content import Content, check_size
from nijigen.imaging.codecs.modes import straight, to_image


def read(data: bytes, *, first: bool) -> Content:
    """Read a BMP."""
    image = BmpImagePlugin.BmpImageFile(io.BytesIO(data))
    check_size(*image.size)
    image.load()
    return Content([straight(image, None)], dpi=image.info.get("dpi"))


def write(content: Content) -> bytes:
    """Write gray or RGB, 8 bits."""
    options: dict[str, Any] = {"dpi": content.dpi} if content.dpi is not None else {}
    file = io.BytesIO()
    to_image(content.frames[0]).save(file, "BMP", **options)
    return file.getvalue()
