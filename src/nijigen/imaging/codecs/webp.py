"""WebP, still and animated, by Pillow.

Source: RFC 9649 for the container.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from typing import Any

from PIL import WebPImagePlugin

from nijigen.imaging.codecs import exif
from nijigen.imaging.codecs.content import Content, check_size, cut_off
from nijigen.imaging.codecs.frames import header, read_frames, rounded
from nijigen.imaging.codecs.modes import to_image, with_channels

_QUALITY = 90


def read(data: bytes, *, first: bool) -> Content:
    """Read WebP; with ``first`` only the first frame of an animation."""
    size, count = scan(data)
    check_size(*size, 1 if first else count)
    image = WebPImagePlugin.WebPImageFile(io.BytesIO(data))
    return read_frames(image, header(image, image.info["loop"]), first=first)


def write(content: Content) -> bytes:
    """Write RGB or RGBA, 8 bits, lossy by default."""
    options = options_for(content.quality, lossless=content.lossless)
    if block := exif.build(content.history, content.dpi):
        options["exif"] = block
    images = [to_image(with_channels(frame, 3)) for frame in content.frames]
    if len(images) > 1:
        options |= {"save_all": True, "append_images": images[1:], "loop": content.loop}
        options["duration"] = rounded(content.durations)
    file = io.BytesIO()
    images[0].save(file, "WEBP", **options)
    return file.getvalue()


def options_for(quality: int | None, *, lossless: bool) -> dict[str, Any]:
    """Return Pillow's encoder options."""
    if lossless:
        # "exact" keeps the colors under transparent pixels.
        return {"lossless": True, "exact": True, "quality": 75, "method": 4}
    return {"quality": _QUALITY if quality is None else quality, "method": 4}


def scan(data: bytes) -> tuple[tuple[int, int], int]:
    """Return the size and the number of frames, from the chunks alone."""
    if len(data) < 20 or len(data) < 8 + struct.unpack_from("<I", data, 4)[0]:
        raise cut_off("the WebP does not reach its end")
    size = 0, 0
    count = 0
    for name, body in chunks(data):
        if name == b"ANMF":
            count += 1
        elif size != (0, 0):
            continue
        elif name == b"VP8X" and len(body) >= 10:
            size = _three(body, 4) + 1, _three(body, 7) + 1
        elif name == b"VP8L" and len(body) >= 5:
            bits = struct.unpack_from("<I", body, 1)[0]
            size = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        elif name == b"VP8 " and len(body) >= 10:
            width, height = struct.unpack_from("<HH", body, 6)
            size = width & 0x3FFF, height & 0x3FFF
    return size, max(count, 1)


def chunks(data: bytes) -> Iterator[tuple[bytes, memoryview]]:
    """Yield the chunks of a file."""
    at = 12
    while at + 8 <= len(data):
        name, length = struct.unpack_from("<4sI", data, at)
        yield name, memoryview(data)[at + 8 : at + 8 + length]
        at += 8 + length + length % 2


def _three(body: memoryview, at: int) -> int:
    return int.from_bytes(body[at : at + 3], "little")
